use crate::domain::dashboard::Dashboard;
use crate::error::Error;
use crate::ops::build;
use crate::state::AppState;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{StreamExt, stream};
use janchi_web::openapi::{Answer, Events};
use janchi_web::{Json, Owner, Path};
use std::convert::Infallible;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A stream looks for a change this often …
const LOOK: Duration = Duration::from_millis(500);
/// … and ends after this; browsers come again by themselves.
const LONGEST: Duration = Duration::from_secs(10 * 60);

pub async fn get_dashboard(
    State(state): State<AppState>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
) -> Result<Json<Dashboard>, Error> {
    Ok(Json(
        build::dashboard(&state, owner.user_id, event_id).await?,
    ))
}

/// The dashboard at once and again after every change, as server-sent events named `dashboard`.
pub async fn stream_dashboard(
    State(state): State<AppState>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
) -> Result<Answer<200, Events>, Error> {
    let first = build::dashboard(&state, owner.user_id, event_id).await?;
    let shown = first.cached_at;
    let began = Instant::now();
    let changes = stream::unfold((state, shown), move |(state, shown)| async move {
        loop {
            if began.elapsed() > LONGEST {
                return None;
            }
            tokio::time::sleep(LOOK).await;
            match build::dashboard(&state, owner.user_id, event_id).await {
                Ok(next) if next.cached_at != shown => {
                    let at = next.cached_at;
                    return Some((next, (state, at)));
                }
                Ok(_) => {}
                // The event is gone, or nothing answers: the reader asks anew and is told.
                Err(_) => return None,
            }
        }
    });
    let events = stream::once(async { first })
        .chain(changes)
        .map(|dashboard| {
            let data = serde_json::to_string(&dashboard).unwrap_or_default();
            Ok::<_, Infallible>(Event::default().event("dashboard").data(data))
        });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Answer::new(Sse::new(events).keep_alive(alive)))
}
