//! `GET /api/distributions/{eventId}/stream`: the same answer again whenever it changes.

use crate::error::Error;
use crate::ops::{actions, view};
use crate::state::AppState;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream, StreamExt};
use janchi_contracts::distribution::RunStatus;
use janchi_web::openapi::{Answer, Events};
use janchi_web::{Owner, Path};
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

/// A stream ends after this; the client opens another if it still cares.
const LONGEST: Duration = Duration::from_secs(300);
/// A change is looked for at least so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Streams the run until it is no longer running.
pub async fn stream_distribution(
    State(state): State<AppState>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
) -> Result<Answer<200, Events>, Error> {
    actions::find_owned(&state, owner.user_id, event_id).await?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(error) = watch(&state, owner.user_id, event_id, &sender).await {
            tracing::warn!(event.id = %event_id, %error, "distribution stream ended early");
        }
    });
    let events = ReceiverStream::new(receiver).map(Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Answer::new(Sse::new(events).keep_alive(keep_alive)))
}

async fn watch(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
    out: &mpsc::Sender<Event>,
) -> Result<(), Error> {
    let deadline = Instant::now() + LONGEST;
    // Without Redis the once-a-second look alone serves.
    let mut news: Pin<Box<dyn Stream<Item = String> + Send>> =
        match state.cache.subscribe(&view::watch_channel(event_id)).await {
            Ok(news) => Box::pin(news),
            Err(_) => Box::pin(stream::pending()),
        };
    let mut last = String::new();
    while Instant::now() < deadline {
        let run = match actions::find_owned(state, owner_id, event_id).await {
            Ok(run) => run,
            // Erased meanwhile.
            Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let shown = view::load(state, &run).await?;
        let text = serde_json::to_string(&shown).map_err(anyhow::Error::from)?;
        if text != last {
            if out
                .send(Event::default().event("distribution").data(&text))
                .await
                .is_err()
            {
                return Ok(());
            }
            last = text;
        }
        if shown.status != RunStatus::Running {
            return Ok(());
        }
        tokio::select! {
            () = out.closed() => return Ok(()),
            told = news.next() => if told.is_none() { news = Box::pin(stream::pending()) },
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    Ok(())
}
