//! Consent, tokens and their renewal.

use super::{check_token, graph_error};
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find, is_refused_credential, raw, with_header};
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;
use serde_json::json;
use url::Url;

/// A long token lives 60 days.
const SIXTY_DAYS: i64 = 5_184_000;
const SCOPES: &str = "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_insights";

/// The account a token speaks for: always the same number for the same token.
pub fn account_of(token: &str) -> String {
    // A renewed token keeps its account, which stands after the last dot.
    let known = token
        .rsplit('.')
        .next()
        .filter(|tail| tail.len() == 17 && tail.chars().all(|c| c.is_ascii_digit()));
    known.map_or_else(
        || format!("17841{:012}", numbers::hash(token) % 1_000_000_000_000),
        str::to_owned,
    )
}

/// `GET /oauth/authorize`: the owner agrees at once and is sent back.
pub async fn authorize(State(stage): State<Stage>, asked: Asked) -> Reply {
    let missing = || {
        Refusal::from(oauth_error(
            "Missing required fields: client_id, redirect_uri, response_type=code",
        ))
    };
    let (Some(_), Some(back), Some("code")) = (
        asked.query("client_id"),
        asked.query("redirect_uri"),
        asked.query("response_type"),
    ) else {
        return Err(missing());
    };
    let mut back = Url::parse(back).map_err(|_| missing())?;
    let code = stage.id("code");
    back.query_pairs_mut().append_pair("code", &code);
    if let Some(state) = asked.query("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    // The real page appends this fragment too; clients must strip it from the code.
    back.set_fragment(Some("_"));
    stage.instagram().codes.push(code);
    Ok(with_header(
        raw(302, "text/html", ""),
        "location",
        back.as_str(),
    ))
}

/// `POST /oauth/access_token`: a code for a short token.
pub async fn issue(State(stage): State<Stage>, asked: Asked) -> Reply {
    let params = asked.params();
    let field = |name: &str| find(&params, name).unwrap_or_default();
    if field("client_id").is_empty() || is_refused_credential(field("client_secret")) {
        return Err(oauth_error("Invalid client_id or client_secret").into());
    }
    if field("grant_type") != "authorization_code" || field("redirect_uri").is_empty() {
        return Err(
            oauth_error("grant_type=authorization_code and redirect_uri are required").into(),
        );
    }
    let mut accounts = stage.instagram();
    let Some(at) = accounts.codes.iter().position(|code| code == field("code")) else {
        return Err(oauth_error("This authorization code has been used or is unknown").into());
    };
    let code = accounts.codes.remove(at);
    let account = account_of(&code);
    let token = format!("IGS{}.{account}", uuid::Uuid::now_v7().simple());
    accounts.tokens.insert(token.clone(), stage.now());
    Ok(answer(
        200,
        &json!({ "access_token": token, "user_id": account, "permissions": SCOPES }),
    ))
}

fn oauth_error(message: &str) -> Response {
    answer(
        400,
        &json!({ "error_type": "OAuthException", "code": 400, "error_message": message }),
    )
}

/// `GET /access_token`: a short token for a long one.
pub async fn exchange(State(stage): State<Stage>, asked: Asked) -> Reply {
    let old = asked.query("access_token");
    check_token(old)?;
    let secret = asked.query("client_secret").unwrap_or_default();
    if asked.query("grant_type") != Some("ig_exchange_token") || is_refused_credential(secret) {
        return Err(graph_error(
            400,
            100,
            None,
            "grant_type=ig_exchange_token and client_secret are required",
            false,
        )
        .into());
    }
    renewed(&stage, old.unwrap_or_default())
}

/// `GET /refresh_access_token`: another 60 days, for a token of at least 24 hours.
pub async fn refresh(State(stage): State<Stage>, asked: Asked) -> Reply {
    let old = asked.query("access_token");
    check_token(old)?;
    if asked.query("grant_type") != Some("ig_refresh_token") {
        return Err(graph_error(
            400,
            100,
            None,
            "grant_type=ig_refresh_token is required",
            false,
        )
        .into());
    }
    let old = old.unwrap_or_default();
    let issued = stage.instagram().tokens.get(old).copied();
    if issued.is_some_and(|at| stage.now() - at < TimeDelta::hours(24)) {
        return Err(graph_error(
            400,
            100,
            None,
            "The access token must be at least 24 hours old",
            false,
        )
        .into());
    }
    renewed(&stage, old)
}

fn renewed(stage: &Stage, old: &str) -> Reply {
    let token = format!("IGL{}.{}", uuid::Uuid::now_v7().simple(), account_of(old));
    stage.instagram().tokens.insert(token.clone(), stage.now());
    Ok(answer(
        200,
        &json!({ "access_token": token, "token_type": "bearer", "expires_in": SIXTY_DAYS, "permissions": SCOPES }),
    ))
}
