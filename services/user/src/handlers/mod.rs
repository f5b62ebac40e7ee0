//! HTTP in, HTTP out.

pub mod accounts;
pub mod business_numbers;
pub mod internal;
pub mod keys;
pub mod me;
pub mod password_resets;
pub mod reference;
pub mod sessions;
pub mod stores;

use crate::ops::login::Caller;
use crate::state::AppState;
use crate::store;
use aide::OperationIo;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use chrono::{DateTime, Utc};
use janchi_web::{Owner, Problem};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// An owner whose login still counts. The gateway has looked in Redis; the database has the last word here, where
/// accounts are changed.
#[derive(OperationIo)]
#[aide(input_with = "Owner")]
pub struct LoggedIn {
    pub user_id: Uuid,
    pub session_id: Uuid,
    /// When the password was given.
    pub since: DateTime<Utc>,
}

impl FromRequestParts<AppState> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        state.keys.look().await?;
        let owner = Owner::from_request_parts(parts, state).await?;
        match store::sessions::find_active(&state.db, owner.session_id, Utc::now()).await {
            Ok(Some(active)) => Ok(Self {
                user_id: owner.user_id,
                session_id: owner.session_id,
                since: active.created_at,
            }),
            Ok(None) => Err(Problem::unauthorized()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Given with each login and sign-up, to be shown at the next: it keeps strangers' failed logins from holding up the
/// owner's own device.
const DEVICE_TOKEN: HeaderName = HeaderName::from_static("x-device-token");

/// What the client calls itself, cut to what a list of logins can show, and the token of its last login.
fn caller(headers: &HeaderMap) -> Caller {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let user_agent = text(&USER_AGENT).filter(|agent| !agent.is_empty());
    Caller {
        user_agent: user_agent.map(|agent| agent.chars().take(200).collect()),
        device_token: text(&DEVICE_TOKEN).map(str::to_owned),
    }
}

/// Tells a field that is `null` (some none) from one that is absent (none).
fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
