//! OpenAI: routes, errors and the checks that chat completions, responses and images share.

use super::{chat, responses};
use crate::fault::Vendor;
use crate::gate::Trouble;
use crate::pictures::openai_images;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, answer, is_refused_credential, with_header};
use axum::Router;
use axum::response::Response;
use axum::routing::post;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// Models with the day from which they are gone.
const SHUTDOWNS: [(&str, (i32, u32, u32)); 14] = [
    ("dall-e-2", (2026, 5, 12)),
    ("dall-e-3", (2026, 5, 12)),
    ("gpt-image-1", (2026, 10, 23)),
    ("gpt-4.1-nano", (2026, 10, 23)),
    ("o4-mini", (2026, 10, 23)),
    ("gpt-5", (2026, 12, 11)),
    ("gpt-5-mini", (2026, 12, 11)),
    ("gpt-5-nano", (2026, 12, 11)),
    ("o3", (2026, 12, 11)),
    ("gpt-4o", (2027, 1, 14)),
    ("gpt-4o-mini", (2027, 1, 14)),
    ("gpt-4.1", (2027, 1, 14)),
    ("gpt-4.1-mini", (2027, 1, 14)),
    ("gpt-3.5-turbo", (2026, 1, 1)),
];

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::OpenAi);
    Router::new()
        .route(
            "/v1/chat/completions",
            desk.on("chat_completions", post(chat::complete)),
        )
        .route(
            "/v1/responses",
            desk.on("responses", post(responses::respond)),
        )
        .route(
            "/v1/images/generations",
            desk.on("images", post(openai_images::generate)),
        )
        .fallback_service(desk.elsewhere(lost))
}

/// The envelope for a trouble.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::RateLimited { retry_after } => with_header(
            error(
                429,
                "requests",
                Some("rate_limit_exceeded"),
                None,
                "Rate limit reached. Please try again later.",
            ),
            "retry-after",
            &retry_after.to_string(),
        ),
        Trouble::SpendLimit => error(
            429,
            "insufficient_quota",
            Some("credit_balance_exhausted"),
            None,
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        Trouble::Overloaded => error(
            503,
            "server_error",
            None,
            None,
            "The engine is currently overloaded, please try again later",
        ),
        Trouble::Unauthorized => error(
            401,
            "invalid_request_error",
            Some("invalid_api_key"),
            None,
            "Incorrect API key provided.",
        ),
        Trouble::Status(status @ 500..) => error(
            status,
            "server_error",
            None,
            None,
            "The server had an error while processing your request.",
        ),
        Trouble::Status(429) => error(
            429,
            "requests",
            Some("rate_limit_exceeded"),
            None,
            "Rate limit reached.",
        ),
        Trouble::Status(status) => error(
            status,
            "invalid_request_error",
            None,
            None,
            "The request could not be served.",
        ),
    }
}

/// `{"error": {message, type, param, code}}`.
pub fn error(
    status: u16,
    kind: &str,
    code: Option<&str>,
    param: Option<&str>,
    message: &str,
) -> Response {
    let body =
        json!({ "error": { "message": message, "type": kind, "param": param, "code": code } });
    identified(answer(status, &body))
}

/// A 400 about one parameter.
pub fn invalid(param: &str, message: &str) -> Refusal {
    error(400, "invalid_request_error", None, Some(param), message).into()
}

/// Adds the request id and rate headers every answer has.
pub fn identified(response: Response) -> Response {
    let response = with_header(
        response,
        "x-request-id",
        &format!("req_{}", uuid::Uuid::now_v7().simple()),
    );
    with_header(response, "x-ratelimit-remaining-requests", "4999")
}

async fn lost(asked: Asked) -> Response {
    error(
        404,
        "invalid_request_error",
        None,
        None,
        &format!("Invalid URL ({})", asked.path),
    )
}

/// Key and body.
pub fn read(asked: &Asked) -> Result<Value, Refusal> {
    match asked.credential("Bearer") {
        None => {
            let message = "You didn't provide an API key.";
            return Err(error(401, "invalid_request_error", None, None, message).into());
        }
        Some(key) if is_refused_credential(key) => {
            return Err(failure(Trouble::Unauthorized).into());
        }
        Some(_) => {}
    }
    asked.json().filter(Value::is_object).ok_or_else(|| {
        error(
            400,
            "invalid_request_error",
            None,
            None,
            "We could not parse the JSON body of your request.",
        )
        .into()
    })
}

/// The model, if it is still offered.
pub fn model<'a>(
    body: &'a Value,
    prefixes: &[&str],
    now: DateTime<Utc>,
) -> Result<&'a str, Refusal> {
    let model = body["model"]
        .as_str()
        .ok_or_else(|| invalid("model", "you must provide a model parameter"))?;
    let gone = SHUTDOWNS.iter().any(|(name, (year, month, day))| {
        *name == model
            && NaiveDate::from_ymd_opt(*year, *month, *day)
                .is_some_and(|last| now.date_naive() >= last)
    });
    if gone || !prefixes.iter().any(|prefix| model.starts_with(prefix)) {
        let message =
            format!("The model `{model}` does not exist or you do not have access to it.");
        return Err(error(
            404,
            "invalid_request_error",
            Some("model_not_found"),
            None,
            &message,
        )
        .into());
    }
    Ok(model)
}

/// Streams are not played.
pub fn refuse_stream(body: &Value) -> Result<(), Refusal> {
    if body["stream"] == true {
        return Err(invalid(
            "stream",
            "streaming is not offered by this practice server",
        ));
    }
    Ok(())
}
