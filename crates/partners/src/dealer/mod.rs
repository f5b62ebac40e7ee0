//! The message dealer, in the shape of NHN Cloud: 알림톡, 브랜드메시지 and SMS. 200 says nothing here; the header of the
//! body does, and then every single receiver's result.

mod outbox;
mod query;
mod send;

pub use outbox::Outbox;

use crate::fault::Vendor;
use crate::gate::Trouble;
use crate::stage::{Desk, Stage};
use crate::wire::{Asked, Refusal, answer, is_refused_credential};
use axum::Router;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::{Value, json};

/// Operations that answer in this dealer's envelope, for vendors who offer others too.
pub const OPERATIONS: [&str; 8] = [
    "alimtalk",
    "alimtalk_raw",
    "brand_message",
    "sms",
    "message",
    "list_messages",
    "cancel_message",
    "statistics",
];

/// The dealer under its own prefix, for messages of our own.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Messages);
    Router::new()
        .merge(routes(&desk))
        .fallback_service(desk.elsewhere(lost))
}

/// The dealer's routes at somebody's desk.
pub fn routes(desk: &Desk<'_>) -> Router<Stage> {
    let mut routes = Router::new();
    for (base, sends) in [
        ("/alimtalk/v2.3/appkeys/{appkey}", "messages"),
        ("/brand-message/v1.0/appkeys/{appkey}", "freestyle-messages"),
    ] {
        let alimtalk = sends == "messages";
        let list = || desk.on("list_messages", get(query::list));
        let create = if alimtalk {
            desk.on("alimtalk", post(send::alimtalk))
        } else {
            desk.on("brand_message", post(send::brand))
        };
        routes = routes
            .route(&format!("{base}/{sends}"), create.merge(list()))
            .route(
                &format!("{base}/{sends}/{{request}}"),
                desk.on("cancel_message", delete(query::cancel)),
            )
            .route(
                &format!("{base}/{sends}/{{request}}/{{seq}}"),
                desk.on("message", get(query::one)),
            )
            .route(
                &format!("{base}/statistics"),
                desk.on("statistics", get(query::statistics)),
            );
    }
    routes
        .route(
            "/alimtalk/v2.3/appkeys/{appkey}/raw-messages",
            desk.on("alimtalk_raw", post(send::raw)),
        )
        .route(
            "/alimtalk/v2.3/appkeys/{appkey}/message-results",
            desk.on("list_messages", get(query::list)),
        )
        .route(
            "/sms/v3.0/appKeys/{appkey}/sender/{kind}",
            desk.on("sms", post(send::sms))
                .merge(desk.on("list_messages", get(query::list_sms))),
        )
}

/// A trouble in this envelope: HTTP says it for the gateway, the header for the rest.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::Unauthorized | Trouble::Status(401) => {
            refused(-1003, "appKey or secretKey is invalid")
        }
        Trouble::SpendLimit => refused(-2011, "monthly sending limit exceeded"),
        other => answer(
            other.status(),
            &header(-9999, "the request could not be served"),
        ),
    }
}

fn header(code: i64, message: &str) -> Value {
    json!({ "header": { "resultCode": code, "resultMessage": message, "isSuccessful": code == 0 } })
}

/// A logical failure: HTTP 200 and `isSuccessful: false`.
fn refused(code: i64, message: &str) -> Response {
    answer(200, &header(code, message))
}

fn enter(asked: &Asked, appkey: &str) -> Result<(), Refusal> {
    let secret = asked.header("x-secret-key").unwrap_or_default();
    if is_refused_credential(secret) || is_refused_credential(appkey) {
        return Err(failure(Trouble::Unauthorized).into());
    }
    Ok(())
}

async fn lost() -> Response {
    answer(404, &header(-404, "no such API"))
}
