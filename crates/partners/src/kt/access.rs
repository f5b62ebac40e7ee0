//! Who may call: client credentials for a token, or a partner key.

use super::{dressed, refuse};
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find, is_refused_credential};
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde_json::json;

const HOUR: TimeDelta = TimeDelta::hours(1);

/// `POST /oauth/token`
pub async fn token(State(stage): State<Stage>, asked: Asked) -> Reply {
    let client = asked
        .credential("Basic")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let known = client
        .as_deref()
        .and_then(|client| client.split_once(':'))
        .is_some_and(|(id, secret)| !is_refused_credential(id) && !is_refused_credential(secret));
    if !known {
        return Err(refuse(401, "invalid_token", "client id or secret is wrong"));
    }
    let fields = asked.fields();
    if find(&fields, "grant_type") != Some("client_credentials") {
        return Err(refuse(
            400,
            "invalid_request",
            "grant_type must be client_credentials",
        ));
    }
    let scope = find(&fields, "scope")
        .unwrap_or("materials:write campaigns:write campaigns:read stats:read");
    let token = stage.id("kt");
    stage.kt().tokens.insert(token.clone(), stage.now() + HOUR);
    let reply = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": scope });
    Ok(dressed(&asked, answer(200, &reply)))
}

/// A token issued here and not too old, or any partner key that is not refused.
pub fn enter(stage: &Stage, asked: &Asked) -> Result<(), Refusal> {
    let refused = || {
        refuse(
            401,
            "invalid_token",
            "the credential is missing, wrong or too old",
        )
    };
    if let Some(key) = asked.header("x-partner-key") {
        let signed = asked.header("x-signature").is_some();
        let fresh = asked.header("x-timestamp").map(|at| {
            at.parse::<i64>()
                .is_ok_and(|at| (chrono::Utc::now().timestamp() - at).abs() <= 300)
        });
        // A signature counts only together with its time.
        if is_refused_credential(key) || fresh == Some(false) || (signed && fresh.is_none()) {
            return Err(refused());
        }
        return Ok(());
    }
    let token = asked.credential("Bearer").ok_or_else(refused)?;
    match stage.kt().tokens.get(token) {
        Some(until) if *until > stage.now() => Ok(()),
        _ => Err(refused()),
    }
}
