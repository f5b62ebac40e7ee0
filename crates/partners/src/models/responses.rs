//! OpenAI responses.

use super::chat::check_name;
use super::openai::{identified, invalid, model, read, refuse_stream};
use super::rules::{self, Dialect};
use crate::fault::FaultKind;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::State;
use serde_json::{Value, json};

/// `POST /responses`
pub async fn respond(State(stage): State<Stage>, asked: Asked) -> Reply {
    let body = read(&asked)?;
    let model = model(&body, &["gpt-", "o1", "o3", "o4", "chatgpt-"], stage.now())?;
    refuse_stream(&body)?;
    let prompt = prompt(&body)?;
    let schema = schema(&body)?;
    let value = super::write(&asked, &prompt, schema.as_ref(), stage.now());
    let text = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let budget = usize::try_from(body["max_output_tokens"].as_u64().unwrap_or(u64::MAX))
        .unwrap_or(usize::MAX);
    let cut = asked.mood == FaultKind::Truncate || super::tokens(&text) > budget;
    let (part, status, details) = if asked.mood == FaultKind::Refuse {
        let refusal = "죄송하지만 이 요청에는 답할 수 없어요.";
        (
            json!({ "type": "refusal", "refusal": refusal }),
            "completed",
            Value::Null,
        )
    } else if cut {
        let part = json!({ "type": "output_text", "text": super::half(&text), "annotations": [] });
        (part, "incomplete", json!({ "reason": "max_output_tokens" }))
    } else {
        (
            json!({ "type": "output_text", "text": text, "annotations": [] }),
            "completed",
            Value::Null,
        )
    };
    let (input, output) = (super::tokens(&body.to_string()), super::tokens(&text));
    let reply = json!({
        "id": format!("resp_{}", uuid::Uuid::now_v7().simple()),
        "object": "response", "created_at": stage.now().timestamp(), "status": status, "model": model,
        "error": null, "incomplete_details": details,
        "output": [
            { "type": "reasoning", "id": format!("rs_{}", uuid::Uuid::now_v7().simple()), "summary": [] },
            { "type": "message", "id": format!("msg_{}", uuid::Uuid::now_v7().simple()), "role": "assistant",
              "status": status, "content": [part] },
        ],
        "usage": { "input_tokens": input, "output_tokens": output, "total_tokens": input + output },
    });
    Ok(identified(answer(200, &reply)))
}

fn prompt(body: &Value) -> Result<String, Refusal> {
    match &body["input"] {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::Array(items) if !items.is_empty() => Ok(items
            .iter()
            .filter(|item| item["role"].is_null() || item["role"] == "user")
            .map(super::text_of)
            .collect::<Vec<_>>()
            .join("\n")),
        _ => Err(invalid("input", "Missing required parameter: 'input'.")),
    }
}

/// Flat here: name and schema stand beside the type.
fn schema(body: &Value) -> Result<Option<Value>, Refusal> {
    let format = &body["text"]["format"];
    if format["type"] != "json_schema" {
        return Ok(None);
    }
    check_name(&format["name"], "text.format.name")?;
    let schema = format.get("schema").ok_or_else(|| {
        invalid(
            "text.format.schema",
            "Missing required parameter: 'text.format.schema'.",
        )
    })?;
    if format["strict"] == true {
        rules::check(schema, Dialect::OpenAiStrict).map_err(|reason| {
            invalid("text.format.schema", &format!("Invalid schema: {reason}"))
        })?;
    }
    Ok(Some(schema.clone()))
}
