//! OpenAI chat completions.

use super::openai::{identified, invalid, model, read, refuse_stream};
use super::rules::{self, Dialect};
use crate::fault::FaultKind;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::State;
use serde_json::{Value, json};

const ROLES: [&str; 5] = ["developer", "system", "user", "assistant", "tool"];

/// `POST /chat/completions`
pub async fn complete(State(stage): State<Stage>, asked: Asked) -> Reply {
    let body = read(&asked)?;
    let model = model(&body, &["gpt-", "o1", "o3", "o4", "chatgpt-"], stage.now())?;
    refuse_stream(&body)?;
    if body.get("max_tokens").is_some() && !model.starts_with("gpt-4") {
        return Err(invalid(
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ));
    }
    let messages = body["messages"].as_array().filter(|list| !list.is_empty());
    let messages =
        messages.ok_or_else(|| invalid("messages", "messages must be a non-empty array"))?;
    if messages.iter().any(|message| {
        !message["role"]
            .as_str()
            .is_some_and(|role| ROLES.contains(&role))
    }) {
        return Err(invalid("messages", "Invalid value for role."));
    }
    let prompt: Vec<String> = messages
        .iter()
        .filter(|message| message["role"] == "user")
        .map(|message| super::text_of(&message["content"]))
        .collect();
    let (schema, tool) = shape(&body)?;
    let value = super::write(&asked, &prompt.join("\n"), schema.as_ref(), stage.now());
    let text = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let budget = body["max_completion_tokens"]
        .as_u64()
        .or_else(|| body["max_tokens"].as_u64());
    let budget = usize::try_from(budget.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut message =
        json!({ "role": "assistant", "content": text, "refusal": null, "annotations": [] });
    let mut finish = "stop";
    if asked.mood == FaultKind::Refuse {
        message["content"] = Value::Null;
        message["refusal"] = json!("죄송하지만 이 요청에는 답할 수 없어요.");
    } else if asked.mood == FaultKind::Truncate || super::tokens(&text) > budget {
        finish = "length";
        message["content"] = json!(super::half(&text));
    } else if let Some(name) = tool {
        finish = "tool_calls";
        message["content"] = Value::Null;
        let id = format!("call_{}", uuid::Uuid::now_v7().simple());
        message["tool_calls"] = json!([{ "id": id, "type": "function", "function": { "name": name, "arguments": text } }]);
    }
    let (input, output) = (super::tokens(&body.to_string()), super::tokens(&text));
    let reply = json!({
        "id": format!("chatcmpl-{}", uuid::Uuid::now_v7().simple()),
        "object": "chat.completion", "created": stage.now().timestamp(), "model": model,
        "choices": [{ "index": 0, "message": message, "finish_reason": finish, "logprobs": null }],
        "usage": {
            "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
            "prompt_tokens_details": { "cached_tokens": 0 }, "completion_tokens_details": { "reasoning_tokens": 0 },
        },
        "service_tier": "default",
    });
    Ok(identified(answer(200, &reply)))
}

/// The schema asked for and, if it is a tool's, the tool's name.
fn shape(body: &Value) -> Result<(Option<Value>, Option<String>), Refusal> {
    let format = &body["response_format"];
    match format["type"].as_str() {
        Some("json_schema") => {
            let spec = &format["json_schema"];
            check_name(&spec["name"], "response_format.json_schema.name")?;
            let schema = spec
                .get("schema")
                .cloned()
                .unwrap_or_else(|| json!({ "type": "object", "properties": {} }));
            if spec["strict"] == true {
                rules::check(&schema, Dialect::OpenAiStrict).map_err(|reason| {
                    invalid(
                        "response_format",
                        &format!("Invalid schema for response_format: {reason}"),
                    )
                })?;
            }
            return Ok((Some(schema), None));
        }
        Some("json_object") => {
            return Ok((
                Some(json!({ "type": "object", "properties": { "title": {}, "summary": {} } })),
                None,
            ));
        }
        Some("text") | None => {}
        Some(_) => {
            return Err(invalid(
                "response_format.type",
                "Invalid value for response_format.type.",
            ));
        }
    }
    let tool = body["tools"].as_array().and_then(|tools| tools.first());
    match tool.filter(|_| body["tool_choice"] != "none") {
        Some(tool) => {
            check_name(&tool["function"]["name"], "tools[0].function.name")?;
            let name = tool["function"]["name"].as_str().map(str::to_owned);
            Ok((Some(tool["function"]["parameters"].clone()), name))
        }
        None => Ok((None, None)),
    }
}

/// At most 64 of `[A-Za-z0-9_-]`.
pub fn check_name(name: &Value, param: &str) -> Result<(), Refusal> {
    let good = name.as_str().is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    });
    if good {
        return Ok(());
    }
    Err(invalid(
        param,
        &format!("Invalid '{param}': string does not match pattern '^[a-zA-Z0-9_-]+$'."),
    ))
}
