//! Pictures of a finished job become the event's, unless its owner picked some.

use crate::domain::event::Event;
use crate::domain::history::Actor;
use crate::domain::job::Job;
use crate::ops::current;
use chrono::{DateTime, Utc};
use janchi_contracts::content::ImageRef;
use sqlx::PgConnection;

/// Gives the event all pictures of the job. Published pictures stay what they were.
///
/// # Errors
/// A statement fails.
pub async fn take(
    tx: &mut PgConnection,
    event: Event,
    job: &Job,
    images: Vec<ImageRef>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if event.images_chosen || !event.is_open_to_change() || images.is_empty() {
        return Ok(());
    }
    let mut after = event.clone();
    after.images = images;
    after.images_brief = job
        .request
        .get("brief")
        .and_then(|b| b.as_str())
        .map(str::to_owned);
    if after == event {
        return Ok(());
    }
    current::record(
        tx,
        &event,
        &mut after,
        Actor::Content,
        "event.images_made",
        now,
    )
    .await
}
