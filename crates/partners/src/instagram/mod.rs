//! Instagram publishing with Instagram Login (graph.instagram.com): tokens, containers, posts, insights.

mod accounts;
mod insights;
mod publish;
mod read;
mod tokens;

pub use accounts::Accounts;

use crate::fault::Vendor;
use crate::gate::Trouble;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, answer, find, is_refused_credential};
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Instagram);
    let media = || {
        desk.on("media", post(publish::create))
            .merge(desk.on("list_media", get(read::list)))
    };
    Router::new()
        .route(
            "/oauth/authorize",
            desk.on("authorize", get(tokens::authorize)),
        )
        .route("/oauth/access_token", desk.on("token", post(tokens::issue)))
        .route(
            "/access_token",
            desk.on("exchange_token", get(tokens::exchange)),
        )
        .route(
            "/refresh_access_token",
            desk.on("refresh_token", get(tokens::refresh)),
        )
        .route(
            "/{version}/access_token",
            desk.on("exchange_token", get(tokens::exchange)),
        )
        .route(
            "/{version}/refresh_access_token",
            desk.on("refresh_token", get(tokens::refresh)),
        )
        .route("/{version}/me", desk.on("me", get(read::me)))
        .route("/{version}/{id}", desk.on("status", get(read::node)))
        .route("/{version}/{id}/media", media())
        .route(
            "/{version}/{id}/media_publish",
            desk.on("media_publish", post(publish::publish)),
        )
        .route(
            "/{version}/{id}/content_publishing_limit",
            desk.on("content_publishing_limit", get(publish::limit)),
        )
        .route(
            "/{version}/{id}/insights",
            desk.on("insights", get(insights::insights)),
        )
        .fallback_service(desk.elsewhere(lost))
}

/// The envelope for a trouble.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::Unauthorized | Trouble::Status(401) => token_refused(),
        Trouble::RateLimited { .. } | Trouble::Status(429) => {
            graph_error(400, 4, None, "Application request limit reached", true)
        }
        Trouble::SpendLimit => graph_error(
            400,
            9,
            Some(2_207_042),
            "The user has reached the maximum number of posts permitted within the rolling period",
            false,
        ),
        Trouble::Overloaded => graph_error(503, 2, None, "Service temporarily unavailable", true),
        Trouble::Status(403) => graph_error(
            403,
            10,
            None,
            "Application does not have permission for this action",
            false,
        ),
        Trouble::Status(404) => missing("0"),
        Trouble::Status(status @ 500..) => graph_error(
            status,
            -1,
            Some(2_207_001),
            "Instagram server error. Try again later.",
            true,
        ),
        Trouble::Status(status) => graph_error(status, 100, None, "Invalid parameter", false),
    }
}

/// `{"error": {message, type, code, error_subcode, …}}`.
fn graph_error(
    status: u16,
    code: i64,
    subcode: Option<i64>,
    message: &str,
    is_transient: bool,
) -> Response {
    let kind = match code {
        190 | 4 | 10 => "OAuthException",
        100 => "IGApiException",
        _ => "OAuthException",
    };
    let mut error = json!({
        "message": message, "type": kind, "code": code, "is_transient": is_transient,
        "fbtrace_id": uuid::Uuid::now_v7().simple().to_string(),
    });
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
        error["error_user_title"] = json!(message);
        error["error_user_msg"] = json!(message);
    }
    answer(status, &json!({ "error": error }))
}

fn refuse(code: i64, subcode: i64, message: &str) -> Refusal {
    graph_error(400, code, Some(subcode), message, false).into()
}

fn token_refused() -> Response {
    graph_error(
        400,
        190,
        None,
        "Invalid OAuth access token - Cannot parse access token",
        false,
    )
}

fn missing(id: &str) -> Response {
    let message =
        format!("Unsupported request. Object with ID '{id}' does not exist or cannot be loaded.");
    graph_error(400, 100, Some(33), &message, false)
}

/// Checks version and token; gives the parameters from wherever they came.
fn enter(asked: &Asked, version: &str) -> Result<Vec<(String, String)>, Refusal> {
    let known = version
        .strip_prefix('v')
        .and_then(|number| number.parse::<f32>().ok())
        .is_some_and(|number| (21.0..=26.0).contains(&number));
    if !known {
        return Err(graph_error(
            400,
            2635,
            None,
            "You are calling a deprecated or unknown version of the API",
            false,
        )
        .into());
    }
    let params = asked.params();
    check_token(find(&params, "access_token").or_else(|| asked.credential("Bearer")))?;
    Ok(params)
}

fn check_token(token: Option<&str>) -> Result<(), Refusal> {
    match token {
        Some(token) if token.contains("expired") => Err(graph_error(
            400,
            190,
            Some(463),
            "Error validating access token: Session has expired",
            false,
        )
        .into()),
        Some(token) if !is_refused_credential(token) => Ok(()),
        _ => Err(token_refused().into()),
    }
}

async fn lost(asked: Asked) -> Response {
    graph_error(
        404,
        2500,
        None,
        &format!("Unknown path components: {}", asked.path),
        false,
    )
}
