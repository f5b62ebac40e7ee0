//! The content service: pictures of events, their edits, and the files they are.
//!
//! Owns the tables `images`, `image_sets`, `edits`, `backgrounds`, `uploads` and `spots`, the folder (or
//! bucket) of pictures behind `/cdn/…`, and the Redis keys `content:image:{eventId}:{style}`; writes progress to `job:{jobId}`. Calls Stability AI
//! and OpenAI Images for backgrounds where they are configured, and draws patterns otherwise: the text on a picture is
//! always its own. Publishes `content.job.*` and `content.spot.*`. Consumes the queues `content.image` and `content.spot`,
//! and `user.deleted`.

pub mod clients;
pub mod config;
pub mod domain;
pub mod error;
pub mod handlers;
pub mod jobs;
pub mod ops;
pub mod routes;
pub mod state;
pub mod store;

pub use config::Config;

use crate::jobs::film_spots::FilmSpots;
use crate::jobs::generate_images::DrawImages;
use crate::jobs::owner_events::{OwnerEvents, PATTERNS, QUEUE};
use crate::ops::sweep::sweep_for_ever;
use crate::state::AppState;
use janchi_contracts::content::{FilmSpot, GenerateImages};
use janchi_queue::Subscription;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "content";

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Puts the service together; nothing is connected before it runs. `shutdown` stops it, and is cancelled by the
/// service itself when a part of it cannot go on.
///
/// # Errors
/// A setting that does not parse, a missing font, or a folder of pictures that cannot be written to.
pub fn assemble(
    config: Config,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<Service> {
    let state = AppState::new(&config, clock)?;
    // Two jobs at once: their pictures share the cores anyway, their waits for vendors overlap.
    let images = Subscription::job::<GenerateImages>(2);
    let events = Subscription::events(QUEUE, PATTERNS, 2);
    let spots = Subscription::job::<FilmSpot>(1);
    let sweep = sweep_for_ever(state.clone(), shutdown.clone());
    let mut service = Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
        .routes(openapi::served(routes::routes(), state.clone()))
        .consume(images, DrawImages(state.clone()))
        .consume(spots, FilmSpots(state.clone()))
        .consume(events, OwnerEvents(state.clone()))
        .task("unused files", sweep);
    for (name, api) in state.painters.apis() {
        service = service.note(name, move || format!("{:?}", api.breaker().state()).into());
    }
    Ok(service)
}
