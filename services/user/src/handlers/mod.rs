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

use crate::state::AppState;
use crate::store;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use chrono::Utc;
use janchi_web::{Owner, Problem};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// An owner whose login still counts. The gateway has looked in Redis; the database has the last word here, where
/// accounts are changed.
pub struct LoggedIn {
    pub user_id: Uuid,
    pub session_id: Uuid,
}

impl FromRequestParts<AppState> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let owner = Owner::from_request_parts(parts, state).await?;
        match store::sessions::find_active(&state.db, owner.session_id, Utc::now()).await {
            Ok(Some(_)) => Ok(Self {
                user_id: owner.user_id,
                session_id: owner.session_id,
            }),
            Ok(None) => Err(Problem::unauthorized()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What the client calls itself, cut to what a list of logins can show.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(200).collect())
}

/// Tells a field that is `null` (some none) from one that is absent (none).
fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
