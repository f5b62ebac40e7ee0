//! A job's state as server-sent events: the same state that polling reads, whenever it changes, until it is final.

use crate::error::Error;
use crate::handlers::views::JobView;
use crate::ops::job_state::{self, JobNow};
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream;
use janchi_web::openapi::{Answer, Events};
use janchi_web::{Owner, Path};
use std::convert::Infallible;
use std::time::{Duration, Instant};
use uuid::Uuid;

const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Longer than any job lives; then the client asks again with a token of that time.
const LONGEST: Duration = Duration::from_secs(15 * 60);

struct Watch {
    state: AppState,
    owner_id: Uuid,
    id: Uuid,
    /// What was told last.
    told: Option<String>,
    next: Option<JobNow>,
    until: Instant,
    is_over: bool,
}

/// `GET /api/jobs/{id}/stream`
pub async fn stream_job(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
) -> Result<Answer<200, Events>, Error> {
    // Read once before answering: an unknown job is a 404 and not a stream.
    let job = job_state::read(&state, id, owner.user_id).await?;
    let watch = Watch {
        state,
        owner_id: owner.user_id,
        id,
        told: None,
        next: Some(job),
        until: Instant::now() + LONGEST,
        is_over: false,
    };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.change().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(10));
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy in between must not collect what is meant to arrive at once.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(Answer::new(response))
}

impl Watch {
    /// The next change; none when there will be no more.
    async fn change(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        loop {
            let job = match self.next.take() {
                Some(job) => job,
                None => job_state::read(&self.state, self.id, self.owner_id)
                    .await
                    .ok()?,
            };
            self.is_over = job.job.status.is_final();
            let text = serde_json::to_string(&JobView::from(job)).ok()?;
            if self.told.as_ref() != Some(&text) {
                self.told = Some(text.clone());
                return Some(Event::default().event("job").data(text));
            }
            if Instant::now() > self.until {
                return None;
            }
            tokio::select! {
                () = self.state.shutdown.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}
