//! OpenAI image generation: JSON in, base64 out.

use super::{Format, Request, picture};
use crate::fault::FaultKind;
use crate::models::openai::{error, identified, invalid, model, read, refuse_stream};
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const FIELDS: [&str; 13] = [
    "prompt",
    "model",
    "n",
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "stream",
    "partial_images",
    "safety_identifier",
    "user",
];

/// `POST /images/generations`
pub async fn generate(State(stage): State<Stage>, asked: Asked) -> Reply {
    let body = read(&asked)?;
    let unknown = body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .find(|name| !FIELDS.contains(&name.as_str()));
    if let Some(name) = unknown {
        let message = format!("Unknown parameter: '{name}'.");
        return Err(error(
            400,
            "invalid_request_error",
            Some("unknown_parameter"),
            Some(name),
            &message,
        )
        .into());
    }
    model(&body, &["gpt-image-", "chatgpt-image-"], stage.now())?;
    refuse_stream(&body)?;
    let prompt = body["prompt"].as_str().filter(|prompt| !prompt.is_empty());
    let prompt =
        prompt.ok_or_else(|| invalid("prompt", "Missing required parameter: 'prompt'."))?;
    if prompt.chars().count() > 32_000 {
        return Err(invalid(
            "prompt",
            "Invalid 'prompt': string too long. Expected a maximum length of 32000.",
        ));
    }
    if asked.mood == FaultKind::Refuse {
        return Err(blocked());
    }
    let count = match &body["n"] {
        Value::Null => 1,
        n => n
            .as_u64()
            .filter(|n| (1..=10).contains(n))
            .ok_or_else(|| invalid("n", "Invalid 'n': expected 1 to 10."))?,
    };
    let quality = choice(
        &body,
        "quality",
        &["auto", "low", "medium", "high", "xhigh", "max"],
    )?;
    let background = choice(&body, "background", &["auto", "transparent", "opaque"])?;
    let format = choice(&body, "output_format", &["png", "jpeg", "webp"])?;
    let format = Format::parse(format).unwrap_or(Format::Png);
    let (width, height) = size(body["size"].as_str().unwrap_or("auto"))?;
    let mut data = Vec::new();
    for nth in 0..count {
        let seed = numbers::hash(&format!("{prompt}/{nth}"));
        let bytes = picture(
            &stage,
            Request {
                width,
                height,
                seed,
                format,
                blurred: false,
            },
        )
        .await;
        data.push(json!({ "b64_json": STANDARD.encode(&bytes) }));
    }
    let input = prompt.len() / 3 + 1;
    let output = usize::try_from(width * height / 800).unwrap_or(0) * data.len();
    let reply = json!({
        "created": stage.now().timestamp(), "data": data, "background": background, "output_format": format.name(),
        "quality": quality, "size": format!("{width}x{height}"),
        "usage": { "input_tokens": input, "output_tokens": output, "total_tokens": input + output },
    });
    Ok(identified(answer(200, &reply)))
}

fn blocked() -> Refusal {
    let body = json!({ "error": {
        "message": "Your request was rejected by the safety system. safety_violations=[other].",
        "type": "image_generation_user_error", "param": null, "code": "moderation_blocked",
        "moderation_details": { "moderation_stage": "input", "categories": ["other"] },
    } });
    identified(answer(400, &body)).into()
}

fn choice<'a>(body: &'a Value, name: &str, known: &[&'a str]) -> Result<&'a str, Refusal> {
    match &body[name] {
        Value::Null => Ok(known[0]),
        value => value
            .as_str()
            .filter(|value| known.contains(value))
            .ok_or_else(|| invalid(name, &format!("Invalid value for '{name}'."))),
    }
}

/// Multiples of 16, ratio at most 3:1, up to 3840 a side.
fn size(text: &str) -> Result<(u32, u32), Refusal> {
    if text == "auto" {
        return Ok((1024, 1024));
    }
    let parse = || {
        let (width, height) = text.split_once('x')?;
        Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?))
    };
    let fits = |side: u32| side.is_multiple_of(16) && (256..=3840).contains(&side);
    parse()
        .filter(|(w, h)| fits(*w) && fits(*h) && *w <= 3 * h && *h <= 3 * w)
        .ok_or_else(|| {
            invalid(
                "size",
                "Invalid value for 'size': multiples of 16 with a ratio of at most 3:1.",
            )
        })
}
