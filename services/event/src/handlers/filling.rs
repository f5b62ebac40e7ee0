//! The steps of the creation flow that fill a draft: plan, pictures, channels.

use crate::domain::changes::Changes;
use crate::domain::channels::check_channels;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, Faults};
use crate::domain::history::Actor;
use crate::error::Error;
use crate::handlers::bodies::{ChooseChannels, ChooseImages, ChoosePlan};
use crate::handlers::views::EventAnswer;
use crate::ops::current;
use crate::ops::draft::{self, Choice};
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use janchi_contracts::content::{ImageRef, ResolveImages};
use janchi_web::{IfMatch, Json, Owner, Path};
use std::collections::HashSet;
use uuid::Uuid;

/// Three styles on three platforms, and many edits of each.
const IMAGES: usize = 100;

/// These calls do not ask for `If-Match`, but whoever sends one means it.
fn check_if_sent(headers: &HeaderMap, if_match: &IfMatch, event: &Event) -> Result<(), Error> {
    if headers.contains_key(IF_MATCH) {
        if_match.check(event.version)?;
    }
    Ok(())
}

/// `PUT /api/events/{id}/recommendation`
pub async fn put_recommendation(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    if_match: IfMatch,
    Json(body): Json<ChoosePlan>,
) -> Result<EventAnswer, Error> {
    let mut overrides = body.overrides.unwrap_or_default();
    let channels = match overrides.channels.take() {
        Some(channels) => Some(check_channels(&channels).map_err(within_overrides)?),
        None => None,
    };
    let choice = Choice {
        job_id: body.job_id,
        plan_id: body.plan_id,
        overrides: Changes::from(overrides),
        channels,
    };
    let precondition = |event: &Event| check_if_sent(&headers, &if_match, event);
    let event = draft::choose_plan(&state, id, owner.user_id, choice, precondition).await;
    event.map(EventAnswer).map_err(|error| match error {
        Error::Invalid(faults) => Error::Invalid(within_overrides(faults)),
        other => other,
    })
}

/// Faults of values are faults of the overrides; those of the choice keep their place.
fn within_overrides(faults: Faults) -> Faults {
    let moved = faults
        .0
        .into_iter()
        .map(|fault| match fault.field.as_str() {
            "jobId" | "planId" => fault,
            field => Fault {
                field: format!("overrides.{field}"),
                ..fault
            },
        });
    Faults(moved.collect())
}

/// `PUT /api/events/{id}/images`
pub async fn put_images(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    if_match: IfMatch,
    Json(body): Json<ChooseImages>,
) -> Result<EventAnswer, Error> {
    // Asked before anything is held: the other service may be slow.
    let known = current::find_owned(&state, id, owner.user_id).await?;
    check_if_sent(&headers, &if_match, &known)?;
    check_count(&body.image_ids)?;
    let request = ResolveImages {
        event_id: id,
        image_ids: body.image_ids,
    };
    let found = state.content.resolve(&request).await?;
    let images = in_order(&request.image_ids, &found)?;
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner.user_id, now).await?;
    check_if_sent(&headers, &if_match, &before)?;
    if !before.is_open_to_change() {
        return Err(Error::Locked("images"));
    }
    let mut after = before.clone();
    after.images = images;
    after.images_chosen = true;
    // The owner has seen them: they are right for the event as it is.
    after.images_brief = Some(after.picture_brief());
    if after != before {
        current::record(
            &mut tx,
            &before,
            &mut after,
            Actor::Owner,
            "event.images_chosen",
            now,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(EventAnswer(after))
}

fn check_count(ids: &[Uuid]) -> Result<(), Fault> {
    match ids.len() {
        0 => Err(Fault::new(
            "imageIds",
            "REQUIRED",
            "이미지를 하나 이상 골라 주세요.",
            "Choose at least one picture.",
        )),
        1..=IMAGES => Ok(()),
        _ => Err(Fault::new(
            "imageIds",
            "TOO_MANY",
            "이미지가 너무 많아요.",
            "Too many pictures.",
        )),
    }
}

/// The pictures in the order they were asked for, each once.
fn in_order(ids: &[Uuid], found: &[ImageRef]) -> Result<Vec<ImageRef>, Faults> {
    let mut faults = Faults::default();
    let mut seen = HashSet::new();
    let mut images = Vec::with_capacity(ids.len());
    for (i, id) in ids.iter().enumerate() {
        match found.iter().find(|image| image.image_id == *id) {
            Some(image) if seen.insert(*id) => images.push(image.clone()),
            Some(_) => {}
            None => faults.add(Fault::new(
                format!("imageIds[{i}]"),
                "UNKNOWN",
                "이 이벤트의 이미지가 아니에요.",
                "No such picture of this event.",
            )),
        }
    }
    faults.check().map(|()| images)
}

/// `PUT /api/events/{id}/channels`
pub async fn put_channels(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    if_match: IfMatch,
    Json(body): Json<ChooseChannels>,
) -> Result<EventAnswer, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner.user_id, now).await?;
    check_if_sent(&headers, &if_match, &before)?;
    let channels = check_channels(&body.channels)?;
    if !before.is_open_to_change() {
        return Err(Error::Locked("channels"));
    }
    let mut after = before.clone();
    after.channels = channels;
    if after != before {
        current::record(
            &mut tx,
            &before,
            &mut after,
            Actor::Owner,
            "event.channels_chosen",
            now,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(EventAnswer(after))
}
