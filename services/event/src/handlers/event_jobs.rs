//! `GET /api/events/{id}/jobs`

use crate::domain::job::JobKind;
use crate::error::Error;
use crate::handlers::views::JobView;
use crate::ops::job_state::JobNow;
use crate::ops::{current, job_state};
use crate::state::AppState;
use crate::store::jobs::{count_jobs, list_jobs as find_jobs};
use axum::extract::State;
use janchi_contracts::reference::{Platform, Style};
use janchi_web::{Json, List, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `?type=&limit=&cursor=`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobsQuery {
    /// Only of this type.
    #[serde(rename = "type")]
    kind: Option<JobKind>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A job of an event, so that whoever comes from another device finds it. Its result is read at `/api/jobs/{id}`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventJob {
    #[serde(flatten)]
    job: JobView,
    wish: JobWish,
}

/// What was asked of a job, by its type.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct JobWish {
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    styles: Option<Vec<Style>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platforms: Option<Vec<Platform>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo_upload_id: Option<Uuid>,
}

/// The jobs that were begun for an event, the newest first.
pub async fn list_jobs(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    Query(query): Query<JobsQuery>,
) -> Result<Json<List<EventJob>>, Error> {
    let event = current::find_owned(&state, id, owner.user_id).await?;
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let before = page.after::<Uuid>()?;
    let total_count = count_jobs(&state.db, event.id, query.kind).await?;
    let found = find_jobs(&state.db, event.id, query.kind, before, page.rows()).await?;
    let page = page.page(found, total_count, |last| last.id);
    let mut items = Vec::with_capacity(page.items.len());
    for job in page.items {
        items.push(view(job_state::current(&state, job).await));
    }
    Ok(Json(List {
        items,
        next_cursor: page.next_cursor,
        total_count,
    }))
}

fn view(mut now: JobNow) -> EventJob {
    // A request of an older release reads as one without wishes.
    let wish = serde_json::from_value(std::mem::take(&mut now.job.request)).unwrap_or_default();
    now.job.result = None;
    EventJob {
        job: JobView::from(now),
        wish,
    }
}
