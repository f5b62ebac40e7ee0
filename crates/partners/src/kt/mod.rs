//! The partner gateway of 우리동네TV, 지니TV and 링고비즈: one contract, three channels.

mod access;
mod bookings;
mod campaigns;
mod catalogue;
mod materials;
mod once;
mod stats;
mod webhook;

pub use bookings::{Bookings, Decision};

use crate::fault::Vendor;
use crate::gate::Trouble;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, answer, with_header};
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post, put};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// Signs webhooks; a partner would get it with the contract.
pub const WEBHOOK_SECRET: &str = "janchi-practice-webhook-secret";

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage, vendor: Vendor) -> Router<Stage> {
    let desk = stage.desk(vendor);
    let v1 = Router::new()
        .route("/oauth/token", desk.on("token", post(access::token)))
        .route("/channels", desk.on("channels", get(catalogue::channels)))
        .route("/areas", desk.on("areas", get(catalogue::areas)))
        .route(
            "/materials",
            desk.on("create_material", post(materials::create)),
        )
        .route("/materials/{id}", desk.on("material", get(materials::get)))
        .route(
            "/materials/{id}/complete",
            desk.on("complete_material", post(materials::complete)),
        )
        .route("/uploads/{id}", desk.on("upload", put(materials::upload)))
        .route(
            "/campaigns",
            desk.on("create_campaign", post(campaigns::create))
                .merge(desk.on("find_campaigns", get(campaigns::find))),
        )
        .route("/campaigns/{id}", desk.on("campaign", get(campaigns::get)))
        .route(
            "/campaigns/{id}/cancel",
            desk.on("cancel_campaign", post(campaigns::cancel)),
        )
        .route("/campaigns/{id}/stats", desk.on("stats", get(stats::stats)));
    Router::new()
        .nest("/partner/v1", v1)
        .fallback_service(desk.elsewhere(lost))
}

/// The envelope for a trouble.
pub fn failure(trouble: Trouble) -> Response {
    let status = trouble.status();
    let (code, retryable) = match status {
        401 => ("invalid_token", false),
        402 => ("budget_too_low", false),
        403 => ("insufficient_scope", false),
        404 => ("not_found", false),
        409 => ("invalid_state", false),
        413 => ("file_too_large", false),
        415 => ("unsupported_media", false),
        429 => ("rate_limited", true),
        502..=504 => ("upstream_unavailable", true),
        500.. => ("internal", true),
        _ => ("invalid_request", false),
    };
    // Out of budget is a judgement about the request here.
    let status = if status == 402 { 422 } else { status };
    let response = answer(
        status,
        &envelope(code, "the request could not be served", &[], retryable),
    );
    match trouble {
        Trouble::RateLimited { retry_after } => {
            with_header(response, "retry-after", &retry_after.to_string())
        }
        _ => response,
    }
}

fn envelope(code: &str, message: &str, details: &[(&str, &str)], retryable: bool) -> Value {
    let details: Vec<Value> = details
        .iter()
        .map(|(field, issue)| json!({ "field": field, "issue": issue }))
        .collect();
    json!({
        "error": { "code": code, "message": message, "details": details, "retryable": retryable },
        "request_id": uuid::Uuid::now_v7().simple().to_string(),
    })
}

fn refuse(status: u16, code: &str, message: &str) -> Refusal {
    answer(status, &envelope(code, message, &[], false)).into()
}

fn refuse_field(field: &str, issue: &str) -> Refusal {
    answer(
        400,
        &envelope(
            "invalid_request",
            "a field is missing or wrong",
            &[(field, issue)],
            false,
        ),
    )
    .into()
}

fn not_found() -> Refusal {
    refuse(404, "not_found", "there is no such object")
}

async fn lost() -> Response {
    failure(Trouble::Status(404))
}

/// Adds what every answer carries.
fn dressed(asked: &Asked, response: Response) -> Response {
    let response = with_header(response, "ratelimit-limit", "10");
    let response = with_header(response, "ratelimit-remaining", "9");
    let response = with_header(response, "ratelimit-reset", "1");
    match asked.header("x-request-id") {
        Some(id) => with_header(response, "x-request-id", id),
        None => response,
    }
}

/// The body as an object.
fn object(asked: &Asked) -> Result<Value, Refusal> {
    asked
        .json()
        .filter(Value::is_object)
        .ok_or_else(|| refuse(400, "invalid_request", "the body is not a JSON object"))
}

fn text<'a>(body: &'a Value, field: &str) -> Result<&'a str, Refusal> {
    let value = field.split('.').fold(body, |value, name| &value[name]);
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| refuse_field(field, "required"))
}

/// RFC 3339 in Seoul.
fn seoul(at: DateTime<Utc>) -> String {
    at.with_timezone(&janchi_runtime::seoul::offset())
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The name of a vendor's channel in this contract.
const fn channel_of(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::UridongneTv => "local_tv",
        Vendor::GenieTv => "iptv",
        _ => "ringback",
    }
}
