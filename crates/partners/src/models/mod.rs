//! Language models: both vendors' envelopes around the same author, who fills any JSON schema with sensible Korean.

mod amounts;
pub mod anthropic;
mod author;
mod brief;
mod chat;
mod figures;
pub mod openai;
mod responses;
mod rules;
mod spot;
mod trades;
mod words;

use crate::fault::Vendor;
use crate::wire::Asked;
use brief::Brief;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Whether this operation cuts its own answers short when it is told to.
pub fn writes(vendor: Vendor, operation: &str) -> bool {
    matches!(
        (vendor, operation),
        (Vendor::Anthropic, "messages") | (Vendor::OpenAi, "chat_completions" | "responses")
    )
}

/// Writes the answer to a prompt: JSON when there is a schema, a Korean paragraph otherwise; or what it is told to say.
fn write(asked: &Asked, prompt: &str, schema: Option<&Value>, now: DateTime<Utc>) -> Value {
    if let Some(words) = &asked.words {
        return words.clone();
    }
    let brief = Brief::read(prompt, now);
    match schema {
        Some(schema) => author::Author::new(&brief, schema).write(),
        None => Value::String(words::paragraph(&brief)),
    }
}

/// A rough count of tokens: Korean takes about one for three bytes.
fn tokens(text: &str) -> usize {
    text.len() / 3 + 1
}

/// The first half of a text, cut at a character.
fn half(text: &str) -> &str {
    let mut at = text.len() / 2;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    &text[..at]
}

/// All text in a message's content, whatever its shape.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Object(block) => ["text", "content"]
            .iter()
            .filter_map(|name| block.get(*name))
            .map(text_of)
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    }
}
