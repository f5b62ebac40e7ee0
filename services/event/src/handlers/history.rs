//! `GET /api/events/{id}/history`

use crate::error::Error;
use crate::ops::current;
use crate::state::AppState;
use crate::store::history::{Entry, count_entries, list_entries};
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_web::{Json, List, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// `?limit=&cursor=`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HistoryQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Who changed what, when.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    id: Uuid,
    at: DateTime<Utc>,
    /// `OWNER`, `CLOCK`, `DISTRIBUTION` or `CONTENT`.
    actor: String,
    action: String,
    /// Field → `{from, to}`.
    changes: Value,
    version: i64,
}

impl From<Entry> for HistoryEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            changes: entry.changes,
            version: entry.version,
        }
    }
}

/// The event's history, the newest first.
pub async fn list_history(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<List<HistoryEntry>>, Error> {
    let event = current::find_owned(&state, id, owner.user_id).await?;
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let after = page.after::<Uuid>()?;
    let total_count = count_entries(&state.db, event.id).await?;
    let found = list_entries(&state.db, event.id, after, page.rows()).await?;
    let page = page.page(found, total_count, |last| last.id);
    Ok(Json(List {
        items: page.items.into_iter().map(HistoryEntry::from).collect(),
        next_cursor: page.next_cursor,
        total_count,
    }))
}
