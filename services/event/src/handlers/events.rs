//! Making, reading, changing and deleting one event.

use crate::domain::changes::Changes;
use crate::domain::history::Actor;
use crate::domain::limits::TITLE;
use crate::domain::text;
use crate::error::Error;
use crate::handlers::bodies::{CreateEvent, PatchEvent};
use crate::handlers::views::{EventAnswer, EventView, FindingView};
use crate::ops::{current, draft};
use crate::state::AppState;
use crate::store;
use crate::store::jobs::progress_key;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::LOCATION;
use axum::response::NoContent;
use janchi_contracts::event::{EventEvent, EventStatus};
use janchi_web::openapi::Answer;
use janchi_web::{Empty, IdempotencyKey, IfMatch, Json, Language, Owner, Path};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// `POST /api/events`
pub async fn create_event(
    State(state): State<AppState>,
    owner: Owner,
    key: IdempotencyKey,
    Json(body): Json<CreateEvent>,
) -> Result<Answer<201, Json<EventView>>, Error> {
    let title = match body.title {
        Some(title) => Some(text::line("title", &title, TITLE)?),
        None => None,
    };
    let key = key.0.as_deref();
    let event = draft::create(&state, owner.user_id, body.objective, title, key).await?;
    let location = format!("/api/events/{}", event.id);
    Ok(Answer::new(([(LOCATION, location)], EventAnswer(event))))
}

/// `GET /api/events/{id}`
pub async fn get_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
) -> Result<EventAnswer, Error> {
    current::find_owned(&state, id, owner.user_id)
        .await
        .map(EventAnswer)
}

/// `PATCH /api/events/{id}`
pub async fn patch_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    Json(body): Json<PatchEvent>,
) -> Result<EventAnswer, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner.user_id, now).await?;
    if_match.check(before.version)?;
    let mut after = before.changed(&Changes::from(body), now)?;
    if after != before {
        current::record(
            &mut tx,
            &before,
            &mut after,
            Actor::Owner,
            "event.changed",
            now,
        )
        .await?;
        if !after.is_open_to_change() {
            janchi_queue::send_event(&mut tx, &EventEvent::Updated(after.snapshot())).await?;
        }
    }
    tx.commit().await?;
    Ok(EventAnswer(after))
}

/// `DELETE /api/events/{id}`
pub async fn delete_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    _: Empty,
) -> Result<NoContent, Error> {
    let mut tx = state.db.begin().await?;
    let event = current::lock_owned(&mut tx, id, owner.user_id, state.now()).await?;
    if event.status != EventStatus::Draft {
        return Err(Error::NotDeletable);
    }
    let jobs = store::jobs::list_job_ids_of_event(&mut *tx, id).await?;
    store::events::delete_event(&mut tx, id).await?;
    tx.commit().await?;
    for job in jobs {
        state.cache.delete(&progress_key(job)).await;
    }
    Ok(NoContent)
}

/// What would stop approval, and what the owner should know before it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PreflightView {
    blocking: Vec<FindingView>,
    warnings: Vec<FindingView>,
}

/// `GET /api/events/{id}/preflight`
pub async fn get_preflight(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Json<PreflightView>, Error> {
    let event = current::find_owned(&state, id, owner.user_id).await?;
    let mut found = event.preflight(state.now());
    if !event.channels.is_empty() {
        let channels = state.distribution.find_channels(owner.user_id).await;
        found
            .warnings
            .extend(event.channel_warnings(channels.as_ref()));
    }
    let language = Language::of(&headers);
    let view = |faults: Vec<_>| {
        faults
            .into_iter()
            .map(|fault| FindingView::new(fault, language))
            .collect()
    };
    Ok(Json(PreflightView {
        blocking: view(found.blocking),
        warnings: view(found.warnings),
    }))
}
