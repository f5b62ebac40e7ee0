use crate::error::Error;
use crate::state::AppState;
use crate::store;
use anyhow::Context;
use axum::extract::State;
use chrono::Utc;
use janchi_contracts::reference::{Code, Industry, Region};
use janchi_contracts::user::{SessionState, StoreProfile};
use janchi_web::{Json, Path, Peer};
use uuid::Uuid;

/// What other services need of an owner's shop.
pub async fn get_store(
    State(state): State<AppState>,
    _: Peer,
    Path(user_id): Path<Uuid>,
) -> Result<Json<StoreProfile>, Error> {
    let row = store::stores::find_store_of(&state.db, user_id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Json(StoreProfile {
        store_id: row.id,
        owner_id: row.user_id,
        name: row.name,
        industry: Industry::from_code(&row.industry).context("a stored industry is unknown")?,
        region: Region::from_code(&row.region).context("a stored region is unknown")?,
        address: row.address,
        business_hours: row.business_hours,
        verification: row.verification,
    }))
}

/// Whether a login still counts; asked by the gateway when Redis does not know it or does not answer. A login that
/// counts is put into Redis again, so that a Redis that lost its data fills by itself.
pub async fn get_session(
    State(state): State<AppState>,
    _: Peer,
    Path(sid): Path<Uuid>,
) -> Result<Json<SessionState>, Error> {
    let active = store::sessions::find_active(&state.db, sid, Utc::now())
        .await?
        .is_some();
    if active {
        // Beside the answer: a Redis that is down must not delay it.
        tokio::spawn(async move { state.sessions.remember(&state.db, sid).await });
    }
    Ok(Json(SessionState { active }))
}
