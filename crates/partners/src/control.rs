//! The hidden side of the server: arm faults, look at calls and messages, decide reviews.

use crate::fault::{Armed, Vendor};
use crate::kt::Decision;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes below `/control`.
pub fn router() -> Router<Stage> {
    Router::new()
        .route("/faults", post(arm).get(list_faults).delete(clear_faults))
        .route("/calls", get(list_calls).merge(delete(forget_calls)))
        .route(
            "/messages",
            get(list_messages).merge(delete(forget_messages)),
        )
        .route("/reviews", post(decide))
        .route(
            "/health",
            get(async || answer(200, &json!({ "status": "UP" }))),
        )
}

/// A review decision from outside.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReviewRequest {
    vendor: Vendor,
    id: Option<String>,
    decision: Decision,
}

fn wrong(reason: &str) -> Response {
    answer(422, &json!({ "error": reason }))
}

/// The vendor named in the query, if any.
fn vendor(asked: &Asked) -> Result<Option<Vendor>, Refusal> {
    match asked.query("vendor") {
        None => Ok(None),
        Some(name) => serde_json::from_value(Value::String(name.to_uppercase()))
            .map(Some)
            .map_err(|error| wrong(&error.to_string()).into()),
    }
}

async fn arm(State(stage): State<Stage>, asked: Asked) -> Reply {
    let armed: Armed =
        serde_json::from_slice(&asked.body).map_err(|error| wrong(&error.to_string()))?;
    stage.faults().arm(armed);
    Ok(answer(200, &json!({ "faults": stage.faults().list() })))
}

async fn list_faults(State(stage): State<Stage>) -> Response {
    answer(200, &json!({ "faults": stage.faults().list() }))
}

async fn clear_faults(State(stage): State<Stage>, asked: Asked) -> Reply {
    let vendor = vendor(&asked)?;
    stage.faults().clear(vendor);
    Ok(answer(200, &json!({ "faults": stage.faults().list() })))
}

async fn list_calls(State(stage): State<Stage>, asked: Asked) -> Reply {
    let vendor = vendor(&asked)?;
    let calls = stage.calls();
    let listed = calls.list(vendor, asked.query("operation"));
    Ok(answer(
        200,
        &json!({ "count": listed.len(), "counts": calls.counts(), "calls": listed }),
    ))
}

async fn forget_calls(State(stage): State<Stage>) -> Response {
    stage.calls().reset();
    answer(200, &json!({ "count": 0 }))
}

async fn list_messages(State(stage): State<Stage>, asked: Asked) -> Response {
    let listed = stage.messages().list(asked.query("to"));
    answer(200, &json!({ "count": listed.len(), "messages": listed }))
}

async fn forget_messages(State(stage): State<Stage>) -> Response {
    stage.messages().reset();
    answer(200, &json!({ "count": 0 }))
}

async fn decide(State(stage): State<Stage>, asked: Asked) -> Reply {
    let request: ReviewRequest =
        serde_json::from_slice(&asked.body).map_err(|error| wrong(&error.to_string()))?;
    let decided = stage.decide(request.vendor, request.id.as_deref(), request.decision);
    Ok(answer(200, &json!({ "decided": decided })))
}
