//! Anthropic Messages API.

use super::rules::{self, Dialect};
use crate::fault::{FaultKind, Vendor};
use crate::gate::Trouble;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, is_refused_credential, with_header};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};

const VERSIONS: [&str; 2] = ["2023-06-01", "2026-10-21"];
const RETIRED: [&str; 5] = [
    "claude-2",
    "claude-3",
    "claude-opus-4-2",
    "claude-sonnet-4-2",
    "claude-instant",
];
const SAMPLING: [&str; 3] = ["temperature", "top_p", "top_k"];
const FIELDS: [&str; 18] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "output_config",
    "thinking",
    "stop_sequences",
    "stream",
    "metadata",
    "service_tier",
    "cache_control",
    "temperature",
    "top_p",
    "top_k",
    "container",
    "context_management",
];

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Anthropic);
    Router::new()
        .route("/v1/messages", desk.on("messages", post(messages)))
        .fallback_service(desk.elsewhere(lost))
}

/// The envelope for a status.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::RateLimited { retry_after } => with_header(
            error(
                429,
                "This request would exceed your organization's rate limit.",
            ),
            "retry-after",
            &retry_after.to_string(),
        ),
        Trouble::SpendLimit => {
            let mut body = envelope(429, "You have reached your organization's spend limit.");
            body["error"]["details"] = json!({ "error_code": "enforced_spend_limit_reached" });
            answer(429, &body)
        }
        Trouble::Overloaded => error(529, "Overloaded"),
        Trouble::Unauthorized => error(401, "invalid x-api-key"),
        Trouble::Status(status) => error(status, "the request could not be served"),
    }
}

fn error(status: u16, message: &str) -> Response {
    let body = envelope(status, message);
    let id = body["request_id"].as_str().unwrap_or_default().to_owned();
    with_header(answer(status, &body), "request-id", &id)
}

fn envelope(status: u16, message: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    let id = format!("req_{}", uuid::Uuid::now_v7().simple());
    json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": id })
}

async fn lost(asked: Asked) -> Response {
    error(404, &format!("Not found: {}", asked.path))
}

async fn messages(State(stage): State<Stage>, asked: Asked) -> Reply {
    let body = read(&asked)?;
    let wanted = shape(&body).map_err(|reason| error(400, &reason))?;
    let prompt: String = turns(&body, "user");
    let value = super::write(&asked, &prompt, wanted.schema.as_ref(), stage.now());
    let text = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let thinking =
        "손님이 적은 예산으로 무엇을 얻고 싶은지 먼저 살펴보고, 세 가지 규모로 나누어 계산했어요.";
    let budget = usize::try_from(body["max_tokens"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
    let cut = asked.mood == FaultKind::Truncate
        || super::tokens(&text) + super::tokens(thinking) > budget;
    let refused = asked.mood == FaultKind::Refuse;
    let mut content = vec![json!({
        "type": "thinking", "thinking": thinking, "signature": format!("{:016x}", crate::numbers::hash(&prompt)),
    })];
    let mut stop = "end_turn";
    if refused {
        stop = "refusal";
        content.clear();
    } else if cut {
        stop = "max_tokens";
        content.push(json!({ "type": "text", "text": super::half(&text) }));
    } else if let Some(tool) = &wanted.tool {
        stop = "tool_use";
        let id = format!("toolu_{}", uuid::Uuid::now_v7().simple());
        content.push(json!({ "type": "tool_use", "id": id, "name": tool, "input": value }));
    } else {
        content.push(json!({ "type": "text", "text": text }));
    }
    let details = refused.then(|| {
        json!({ "type": "refusal", "category": "policy", "explanation": "이 요청에는 답하지 않아요." })
    });
    let reply = json!({
        "id": format!("msg_{}", uuid::Uuid::now_v7().simple()),
        "type": "message", "role": "assistant", "model": body["model"], "content": content,
        "stop_reason": stop, "stop_sequence": null, "stop_details": details,
        "usage": {
            "input_tokens": super::tokens(&body.to_string()),
            "output_tokens": if refused { 1 } else { super::tokens(&text) + super::tokens(thinking) },
            "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "service_tier": "standard",
        },
    });
    let id = format!("req_{}", uuid::Uuid::now_v7().simple());
    let response = with_header(answer(200, &reply), "request-id", &id);
    Ok(with_header(
        response,
        "anthropic-ratelimit-requests-remaining",
        "3999",
    ))
}

/// Everything the API looks at before it starts to write.
fn read(asked: &Asked) -> Result<Value, Refusal> {
    let refuse = |status: u16, message: &str| Refusal::from(error(status, message));
    match asked
        .header("x-api-key")
        .or_else(|| asked.credential("Bearer"))
    {
        None => return Err(refuse(401, "x-api-key header is required")),
        Some(key) if is_refused_credential(key) => return Err(refuse(401, "invalid x-api-key")),
        Some(_) => {}
    }
    let version = asked
        .header("anthropic-version")
        .unwrap_or_default()
        .to_owned();
    if !VERSIONS.contains(&version.as_str()) {
        return Err(refuse(
            400,
            "anthropic-version: a valid version header is required",
        ));
    }
    let body = asked
        .json()
        .filter(Value::is_object)
        .ok_or_else(|| refuse(400, "The request body is not valid JSON"))?;
    if let Some(name) = body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .find(|name| !FIELDS.contains(&name.as_str()))
    {
        return Err(refuse(
            400,
            &format!("{name}: Extra inputs are not permitted"),
        ));
    }
    let model = body["model"]
        .as_str()
        .ok_or_else(|| refuse(400, "model: Field required"))?;
    if !model.starts_with("claude-") || RETIRED.iter().any(|old| model.starts_with(old)) {
        return Err(refuse(404, &format!("model: {model}")));
    }
    if body["max_tokens"].as_u64().is_none_or(|most| most == 0) {
        return Err(refuse(400, "max_tokens: Field required"));
    }
    let messages = body["messages"].as_array().filter(|list| !list.is_empty());
    let last = messages
        .and_then(|list| list.last())
        .ok_or_else(|| refuse(400, "messages: at least one message is required"))?;
    if last["role"] != "user" {
        return Err(refuse(
            400,
            "This model does not support assistant message prefill. The conversation must end with a user message.",
        ));
    }
    if let Some(name) = SAMPLING.iter().find(|name| body.get(**name).is_some()) {
        // The newest version refuses them for all models; the older one for all models still offered but Haiku 4.5.
        if version == VERSIONS[1] || model != "claude-haiku-4-5" {
            return Err(refuse(
                400,
                &format!("{name}: sampling parameters are not supported"),
            ));
        }
    }
    if body["stream"] == true {
        return Err(refuse(
            400,
            "stream: streaming is not offered by this practice server",
        ));
    }
    Ok(body)
}

struct Wanted {
    schema: Option<Value>,
    tool: Option<String>,
}

/// What shape the answer must have: an output format, else a tool, else free text.
fn shape(body: &Value) -> Result<Wanted, String> {
    let choice = body["tool_choice"]["type"].as_str().unwrap_or("auto");
    let model = body["model"].as_str().unwrap_or_default();
    if matches!(choice, "any" | "tool") && !model.starts_with("claude-haiku") {
        return Err(
            "tool_choice: forced tool use is not supported while thinking is on".to_owned(),
        );
    }
    let format = &body["output_config"]["format"];
    if !format.is_null() {
        if format["type"] != "json_schema" || !format["schema"].is_object() {
            return Err("output_config.format: type must be json_schema with a schema".to_owned());
        }
        rules::check(&format["schema"], Dialect::Anthropic)
            .map_err(|reason| format!("output_config.format.schema: {reason}"))?;
        return Ok(Wanted {
            schema: Some(format["schema"].clone()),
            tool: None,
        });
    }
    let tool = body["tools"]
        .as_array()
        .and_then(|tools| tools.first())
        .filter(|_| choice != "none");
    let Some(tool) = tool else {
        return Ok(Wanted {
            schema: None,
            tool: None,
        });
    };
    let name = tool["name"]
        .as_str()
        .ok_or("tools.0.name: Field required")?;
    let schema = tool
        .get("input_schema")
        .ok_or("tools.0.input_schema: Field required")?;
    if tool["strict"] == true {
        rules::check(schema, Dialect::Anthropic)
            .map_err(|reason| format!("tools.0.input_schema: {reason}"))?;
    }
    Ok(Wanted {
        schema: Some(schema.clone()),
        tool: Some(name.to_owned()),
    })
}

fn turns(body: &Value, role: &str) -> String {
    body["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|message| message["role"] == role)
        .map(|message| super::text_of(&message["content"]))
        .collect::<Vec<_>>()
        .join("\n")
}
