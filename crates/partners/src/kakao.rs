//! Kakao: login, the owner's own chat, and the message dealer's 알림톡 and 브랜드메시지 under the same prefix.

use crate::dealer;
use crate::fault::{FaultKind, Vendor};
use crate::gate::Trouble;
use crate::messages::{Kind, Message};
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find, is_refused_credential, raw, with_header};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use url::Url;

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Kakao);
    Router::new()
        .route("/oauth/authorize", desk.on("authorize", get(authorize)))
        .route("/oauth/token", desk.on("token", post(token)))
        .route("/v2/user/me", desk.on("me", get(me).post(me)))
        .route(
            "/v2/api/talk/memo/default/send",
            desk.on("memo", post(memo)),
        )
        .route(
            "/v1/api/talk/friends/message/default/send",
            desk.on("friends", post(friends)),
        )
        .route("/v2/api/talk/channels", desk.on("channels", get(channels)))
        .merge(dealer::routes(&desk))
        .fallback_service(desk.elsewhere(lost))
}

/// `{code, msg}` as kapi says it.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::Unauthorized | Trouble::Status(401) => {
            error(401, -401, "this access token does not exist")
        }
        Trouble::RateLimited { retry_after } => with_header(
            error(429, -10, "API limit has been exceeded."),
            "retry-after",
            &retry_after.to_string(),
        ),
        Trouble::SpendLimit => error(
            400,
            -532,
            "daily message limit per sender has been exceeded.",
        ),
        Trouble::Status(403) => error(403, -402, "insufficient scopes."),
        Trouble::Status(status @ 400..=499) => error(status, -2, "invalid argument"),
        other => error(other.status(), -1, "internal error"),
    }
}

fn error(status: u16, code: i64, message: &str) -> Response {
    answer(status, &json!({ "code": code, "msg": message }))
}

fn login_error(error: &str, code: &str, text: &str) -> Response {
    answer(
        400,
        &json!({ "error": error, "error_description": text, "error_code": code }),
    )
}

async fn lost() -> Response {
    error(404, -404, "no such api")
}

async fn authorize(State(stage): State<Stage>, asked: Asked) -> Reply {
    let back = asked
        .query("redirect_uri")
        .and_then(|back| Url::parse(back).ok());
    let (Some(_), Some(mut back)) = (asked.query("client_id"), back) else {
        return Err(login_error(
            "invalid_request",
            "KOE006",
            "client_id and redirect_uri are required",
        )
        .into());
    };
    back.query_pairs_mut()
        .append_pair("code", &stage.id("code"));
    if let Some(state) = asked.query("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    Ok(with_header(
        raw(302, "text/html", ""),
        "location",
        back.as_str(),
    ))
}

async fn token(State(stage): State<Stage>, asked: Asked) -> Reply {
    let params = asked.params();
    let field = |name: &str| find(&params, name).unwrap_or_default();
    if is_refused_credential(field("client_id")) {
        return Err(login_error("invalid_client", "KOE101", "Not exist client_id").into());
    }
    let mut reply = json!({
        "access_token": stage.id("kakao"), "token_type": "bearer", "expires_in": 21_599, "scope": "talk_message",
    });
    match field("grant_type") {
        "authorization_code" if !field("code").is_empty() => {
            reply["refresh_token"] = json!(stage.id("refresh"));
            reply["refresh_token_expires_in"] = json!(5_183_999);
        }
        "refresh_token" if !is_refused_credential(field("refresh_token")) => {}
        _ => {
            return Err(
                login_error("invalid_grant", "KOE320", "authorization code not found").into(),
            );
        }
    }
    Ok(answer(200, &reply))
}

fn enter(asked: &Asked) -> Result<String, Refusal> {
    match asked
        .credential("Bearer")
        .or_else(|| asked.credential("KakaoAK"))
    {
        Some(token) if !is_refused_credential(token) && !token.contains("expired") => {
            Ok(token.to_owned())
        }
        _ => Err(failure(Trouble::Unauthorized).into()),
    }
}

async fn me(asked: Asked) -> Reply {
    let token = enter(&asked)?;
    Ok(answer(
        200,
        &json!({ "id": numbers::hash(&token) % 10_000_000_000, "connected_at": "2026-01-02T03:04:05Z" }),
    ))
}

async fn channels(asked: Asked) -> Reply {
    enter(&asked)?;
    let channels: Vec<Value> = asked
        .query("channel_ids")
        .unwrap_or_default()
        .split(',')
        .filter(|id| !id.is_empty())
        .map(|id| json!({ "channel_uuid": id, "channel_public_id": id, "relation": "ADDED" }))
        .collect();
    Ok(answer(200, &json!({ "channels": channels })))
}

async fn memo(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&asked)?;
    let template = template(&asked)?;
    if asked.mood == FaultKind::Refuse {
        return Err(failure(Trouble::SpendLimit).into());
    }
    send(&stage, "self", &template);
    Ok(answer(200, &json!({ "result_code": 0 })))
}

async fn friends(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&asked)?;
    let template = template(&asked)?;
    let receivers: Vec<String> = find(&asked.fields(), "receiver_uuids")
        .and_then(|list| serde_json::from_str(list).ok())
        .unwrap_or_default();
    if receivers.is_empty() || receivers.len() > 5 {
        return Err(error(400, -2, "receiver_uuids must hold 1 to 5 ids").into());
    }
    if asked.mood == FaultKind::Refuse {
        let failed = json!([{ "code": -530, "msg": "blocked", "receiver_uuids": receivers }]);
        return Ok(answer(
            200,
            &json!({ "successful_receiver_uuids": [], "failure_info": failed }),
        ));
    }
    for receiver in &receivers {
        send(&stage, receiver, &template);
    }
    Ok(answer(
        200,
        &json!({ "successful_receiver_uuids": receivers }),
    ))
}

fn template(asked: &Asked) -> Result<Value, Refusal> {
    let template: Option<Value> =
        find(&asked.fields(), "template_object").and_then(|text| serde_json::from_str(text).ok());
    template
        .filter(|template| match template["object_type"].as_str() {
            Some("text") => template["text"].is_string(),
            Some("feed") => template["content"]["title"].is_string(),
            _ => false,
        })
        .ok_or_else(|| error(400, -2, "template_object is not a valid template").into())
}

fn send(stage: &Stage, to: &str, template: &Value) {
    let text = template["text"]
        .as_str()
        .or_else(|| template["content"]["title"].as_str())
        .unwrap_or_default();
    stage.messages().add(Message {
        id: stage.number(),
        at: stage.now(),
        vendor: Vendor::Kakao,
        kind: Kind::Memo,
        to: to.to_owned(),
        template: None,
        text: text.to_owned(),
        parameters: template.clone(),
        grouping_key: None,
        delivered: true,
    });
}
