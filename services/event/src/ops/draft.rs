//! Beginning an event, and filling it.

use crate::domain::changes::Changes;
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::history::Actor;
use crate::domain::job::{JobKind, JobStatus};
use crate::domain::{code, plan};
use crate::error::Error;
use crate::ops::current;
use crate::state::AppState;
use crate::store;
use crate::store::erasure::creation_scope;
use anyhow::{Context, anyhow};
use janchi_contracts::ai::AiResult;
use janchi_contracts::event::{ChannelChoice, EventStatus, VisitBonus};
use janchi_contracts::reference::Objective;
use janchi_contracts::user::StoreProfile;
use janchi_db::idempotency::{self, Claim};
use serde_json::json;
use uuid::Uuid;

/// Codes are so many that a second try is rare and a sixth means something is broken.
const CODE_TRIES: usize = 5;

/// Begins a draft for the owner's shop. `title` is checked. The same key begins one.
///
/// # Errors
/// The owner has no shop, or it cannot be asked for and none is known; a statement fails.
pub async fn create(
    state: &AppState,
    owner_id: Uuid,
    objective: Objective,
    title: Option<String>,
    key: Option<&str>,
) -> Result<Event, Error> {
    let store = find_store(state, owner_id).await?;
    let mut event = new_event(owner_id, store, objective, title, state);
    let mut tx = state.db.begin().await?;
    let scope = creation_scope(owner_id);
    if let Some(key) = key {
        let asked = json!([objective, event.title]).to_string();
        let fingerprint = janchi_crypto::sha256(asked.as_bytes());
        match idempotency::claim(&mut tx, &scope, key, &fingerprint).await? {
            Claim::Fresh => {}
            Claim::Replay { ids, .. } => {
                let id = serde_json::from_value(ids["eventId"].clone())
                    .context("read the event of an idempotency key")?;
                tx.commit().await?;
                return current::find_owned(state, id, owner_id).await;
            }
            Claim::Reused => return Err(Error::IdempotencyKeyReused),
        }
    }
    let mut tries = 0;
    while !store::events::insert_event(&mut tx, &event).await? {
        tries += 1;
        if tries == CODE_TRIES {
            return Err(anyhow!("no free code in {CODE_TRIES} tries").into());
        }
        event.code = code::fresh();
    }
    let made = serde_json::Map::from_iter([(
        "objective".to_owned(),
        json!({ "from": null, "to": objective }),
    )]);
    store::history::insert_entry(
        &mut *tx,
        event.id,
        1,
        Actor::Owner,
        "event.created",
        made,
        event.created_at,
    )
    .await?;
    let actor = owner_id.to_string();
    janchi_db::audit::record(
        &mut tx,
        &actor,
        "event.created",
        &event.id.to_string(),
        json!({}),
    )
    .await?;
    if let Some(key) = key {
        let ids = json!({ "eventId": event.id });
        idempotency::complete(&mut tx, &scope, key, 201, &ids).await?;
    }
    tx.commit().await?;
    Ok(event)
}

async fn find_store(state: &AppState, owner_id: Uuid) -> Result<StoreProfile, Error> {
    match state.users.find_store(owner_id).await {
        Ok(found) => found.ok_or(Error::NoStore),
        Err(error) => {
            // The shop rarely changes: an owner who made an event before can go on.
            tracing::warn!(error = %error, "the user service does not answer: using the shop of the latest event");
            let known = store::events::find_last_store(&state.db, owner_id).await?;
            known.ok_or(Error::Upstream(error))
        }
    }
}

fn new_event(
    owner_id: Uuid,
    store: StoreProfile,
    objective: Objective,
    title: Option<String>,
    state: &AppState,
) -> Event {
    let now = state.now();
    Event {
        id: Uuid::now_v7(),
        code: code::fresh(),
        owner_id,
        store_id: store.store_id,
        store_name: store.name,
        industry: store.industry,
        region: store.region,
        store_address: store.address,
        objective,
        status: EventStatus::Draft,
        title,
        description: None,
        starts_at: None,
        ends_at: None,
        prizes: Vec::new(),
        winner_count: None,
        visit_bonus: VisitBonus {
            enabled: false,
            weight: VisitBonus::usual_weight(),
        },
        budget: None,
        forecast: None,
        recommendation: None,
        images: Vec::new(),
        images_chosen: false,
        images_brief: None,
        channels: Vec::new(),
        run: 0,
        approved_at: None,
        opened_at: None,
        closed_at: None,
        has_entries: false,
        participants: 0,
        draw: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Which plan to fill an event from, and what the owner wants otherwise. `channels` are checked.
pub struct Choice {
    pub job_id: Uuid,
    pub plan_id: Uuid,
    pub overrides: Changes,
    pub channels: Option<Vec<ChannelChoice>>,
}

/// Fills the event from a plan of a finished job. `precondition` sees the event before anything else does.
///
/// # Errors
/// The job has no result, or is not this event's; the plan is unknown; the event is approved; a statement fails.
pub async fn choose_plan(
    state: &AppState,
    id: Uuid,
    owner_id: Uuid,
    choice: Choice,
    precondition: impl FnOnce(&Event) -> Result<(), Error>,
) -> Result<Event, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner_id, now).await?;
    precondition(&before)?;
    if !before.is_open_to_change() {
        return Err(Error::Locked("recommendation"));
    }
    let job = store::jobs::find_job(&mut *tx, choice.job_id).await?;
    let job = job
        .filter(|job| {
            job.owner_id == owner_id && job.event_id == id && job.kind == JobKind::AiRecommendation
        })
        .ok_or_else(|| {
            Fault::new(
                "jobId",
                "UNKNOWN",
                "이 이벤트의 추천 작업이 아니에요.",
                "No such recommendation job.",
            )
        })?;
    if job.status != JobStatus::Succeeded {
        return Err(Error::JobNotSucceeded);
    }
    let result: AiResult =
        serde_json::from_value(job.result.unwrap_or_default()).context("read a stored result")?;
    let chosen = plan::choose(job.id, result, choice.plan_id).ok_or_else(|| {
        Fault::new(
            "planId",
            "UNKNOWN",
            "추천 결과에 없는 계획이에요.",
            "No such plan.",
        )
    })?;
    let mut after = before.filled(chosen, choice.overrides, choice.channels, now)?;
    current::record(
        &mut tx,
        &before,
        &mut after,
        Actor::Owner,
        "event.plan_chosen",
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}
