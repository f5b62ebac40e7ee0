//! Starting long work: an earlier answer is taken at once, the same request joins the job that is under way, and
//! anything else is queued together with its row.

use crate::domain::event::Event;
use crate::domain::job::{Job, JobKind, Outcome};
use crate::error::Error;
use crate::ops::{current, job_state, pictures};
use crate::state::AppState;
use crate::store;
use anyhow::Context;
use janchi_contracts::ai::RecommendEvent;
use janchi_contracts::content::{GenerateImages, ImageBrief, ImageResult};
use janchi_contracts::reference::{Platform, Style};
use janchi_runtime::seoul;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// A person is waiting for it: goes before everything else.
const WAITING_PERSON: u8 = 9;
/// Characters of the guide line on a picture.
const GUIDE: usize = 40;

/// Asks for three plans. `note` is checked.
///
/// # Errors
/// The event is unknown, somebody else's or approved; a statement fails.
pub async fn recommendation(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
    budget: Option<i64>,
    note: Option<String>,
) -> Result<Job, Error> {
    let event = find_open(state, event_id, owner_id).await?;
    let request = json!({ "budget": budget, "note": note });
    let command = RecommendEvent {
        job_id: Uuid::now_v7(),
        event_id,
        owner_id,
        store_name: event.store_name,
        industry: event.industry,
        region: event.region,
        objective: event.objective,
        budget,
        note,
        today: seoul::day(state.now()),
    };
    let found = state.ai.lookup(&command).await;
    let found = found
        .map(serde_json::to_value)
        .transpose()
        .context("store a result")?;
    let now = state.now();
    let kind = JobKind::AiRecommendation;
    let job = Job::queued(command.job_id, owner_id, event_id, kind, request, now);
    let mut tx = state.db.begin().await?;
    lock_open(&mut tx, state, event_id, owner_id).await?;
    let replaced = match take_place(&mut tx, &job).await? {
        Place::Joined(live) => return Ok(live),
        Place::Free => None,
        Place::Replaced(other) => Some(other),
    };
    let job = insert(&mut tx, job, found).await?;
    if !job.status.is_final() {
        janchi_queue::send_job(&mut tx, &command, WAITING_PERSON).await?;
    }
    tx.commit().await?;
    announce(state, &job, replaced).await;
    Ok(job)
}

/// Which pictures are asked for.
pub struct Wanted {
    pub styles: Vec<Style>,
    pub platforms: Vec<Platform>,
    /// One of the owner's uploads, for the background.
    pub photo_upload_id: Option<Uuid>,
}

/// Asks for pictures in these styles and for these platforms.
///
/// # Errors
/// The event is unknown, somebody else's, approved, or has no title or prizes yet; a statement fails.
pub async fn images(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
    wanted: Wanted,
) -> Result<Job, Error> {
    let event = find_open(state, event_id, owner_id).await?;
    check_drawable(&event)?;
    let command = image_command(state, &event, wanted);
    let found = state.content.lookup(&command).await;
    let now = state.now();
    let mut request = json!({
        "styles": command.styles, "platforms": command.platforms, "brief": event.picture_brief(),
        "startsAt": event.starts_at, "endsAt": event.ends_at,
    });
    if let Some(photo) = command.brief.photo_upload_id {
        request["photoUploadId"] = json!(photo);
    }
    let job = Job::queued(
        command.job_id,
        owner_id,
        event_id,
        JobKind::ImageGeneration,
        request,
        now,
    );
    let mut tx = state.db.begin().await?;
    let event = lock_open(&mut tx, state, event_id, owner_id).await?;
    let replaced = match take_place(&mut tx, &job).await? {
        Place::Joined(live) => return Ok(live),
        Place::Free => None,
        Place::Replaced(other) => Some(other),
    };
    let job = match found {
        Some(result) => hit(&mut tx, event, job, result).await?,
        None => {
            let job = insert(&mut tx, job, None).await?;
            janchi_queue::send_job(&mut tx, &command, WAITING_PERSON).await?;
            job
        }
    };
    tx.commit().await?;
    announce(state, &job, replaced).await;
    Ok(job)
}

async fn hit(
    tx: &mut PgConnection,
    event: Event,
    job: Job,
    found: ImageResult,
) -> Result<Job, Error> {
    let result = serde_json::to_value(&found).context("store a result")?;
    let now = job.created_at;
    let job = insert(&mut *tx, job, Some(result)).await?;
    pictures::take(tx, event, &job, found.images, now).await?;
    Ok(job)
}

async fn find_open(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<Event, Error> {
    let event = current::find_owned(state, id, owner_id).await?;
    if !event.is_open_to_change() {
        return Err(Error::Locked("status"));
    }
    Ok(event)
}

/// Holds the event: two requests for it come one after the other.
async fn lock_open(
    tx: &mut PgConnection,
    state: &AppState,
    id: Uuid,
    owner_id: Uuid,
) -> Result<Event, Error> {
    let event = current::lock_owned(tx, id, owner_id, state.now()).await?;
    if !event.is_open_to_change() {
        return Err(Error::Locked("status"));
    }
    Ok(event)
}

enum Place {
    /// The same was asked before and is under way.
    Joined(Job),
    /// Nothing is under way.
    Free,
    /// What was under way asked for something else: the newest wish counts.
    Replaced(Job),
}

async fn take_place(tx: &mut PgConnection, job: &Job) -> sqlx::Result<Place> {
    let Some(mut live) = store::jobs::lock_live_job(&mut *tx, job.event_id, job.kind).await? else {
        return Ok(Place::Free);
    };
    if live.request == job.request {
        return Ok(Place::Joined(live));
    }
    live.finish(Outcome::Cancelled, job.created_at);
    store::jobs::update_job(tx, &live).await?;
    Ok(Place::Replaced(live))
}

async fn insert(tx: &mut PgConnection, mut job: Job, found: Option<Value>) -> sqlx::Result<Job> {
    if let Some(result) = found {
        let now = job.created_at;
        job.finish(Outcome::Succeeded(result), now);
    }
    store::jobs::insert_job(tx, &job).await?;
    Ok(job)
}

async fn announce(state: &AppState, job: &Job, replaced: Option<Job>) {
    // A queued job is not announced: its worker may have begun already.
    for done in [Some(job), replaced.as_ref()].into_iter().flatten() {
        if done.status.is_final() {
            job_state::announce(&state.cache, done).await;
        }
    }
}

fn check_drawable(event: &Event) -> Result<(), Error> {
    let faults: Vec<_> = event
        .missing_fields()
        .into_iter()
        .filter(|fault| matches!(fault.field.as_str(), "title" | "prizes"))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::NotReady {
        missing: vec![crate::domain::event::Step::Recommendation],
        faults,
    })
}

fn image_command(state: &AppState, event: &Event, wanted: Wanted) -> GenerateImages {
    GenerateImages {
        job_id: Uuid::now_v7(),
        event_id: event.id,
        owner_id: event.owner_id,
        styles: wanted.styles,
        platforms: wanted.platforms,
        brief: ImageBrief {
            store_name: event.store_name.clone(),
            industry: event.industry,
            region: event.region,
            objective: event.objective,
            title: event.title.clone().unwrap_or_default(),
            prize_text: event.prize_text(),
            guide_text: guide(event),
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            short_link: state.short_link(&event.code),
            event_version: event.version,
            photo_upload_id: wanted.photo_upload_id,
        },
    }
}

/// The plan's way of taking part where it fits a picture.
fn guide(event: &Event) -> String {
    let planned = event
        .recommendation
        .as_ref()
        .map(|r| r.plan.participation_method.trim());
    match planned {
        Some(line) if !line.is_empty() && !line.contains('\n') && line.chars().count() <= GUIDE => {
            line.to_owned()
        }
        _ => "아래 주소에서 전화번호로 응모하세요".to_owned(),
    }
}
