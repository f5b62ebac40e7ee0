use super::LoggedIn;
use crate::domain::device::device_name;
use crate::error::Error;
use crate::ops::login;
use crate::state::AppState;
use crate::store::{self, sessions::SessionRow};
use axum::extract::State;
use axum::response::NoContent;
use chrono::{DateTime, Utc};
use janchi_web::{Empty, Json, List, PageRequest, Path, Problem, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A login as its owner sees it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    id: Uuid,
    /// The login that asks.
    current: bool,
    /// What it looks like, `Chrome · Android`, where the client tells.
    device: Option<String>,
    user_agent: Option<String>,
    created_at: DateTime<Utc>,
    /// The login, or its last refresh: at most a quarter of an hour behind its last use.
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// `?limit=&cursor=`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionsQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The owner's live logins, newest first.
pub async fn list_sessions(
    State(state): State<AppState>,
    caller: LoggedIn,
    Query(query): Query<SessionsQuery>,
) -> Result<Json<List<SessionView>>, Problem> {
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let (owner, now) = (caller.user_id, Utc::now());
    let rows =
        store::sessions::list_sessions(&state.db, owner, page.after()?, page.rows(), now).await?;
    let total_count = store::sessions::count_sessions(&state.db, owner, now).await?;
    let page = page.page(rows, total_count, |row| (row.created_at, row.id));
    let view = |row: SessionRow| SessionView {
        id: row.id,
        current: row.id == caller.session_id,
        device: row.user_agent.as_deref().and_then(device_name),
        user_agent: row.user_agent,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
    };
    let items = page.items.into_iter().map(view).collect();
    Ok(Json(List {
        items,
        next_cursor: page.next_cursor,
        total_count,
    }))
}

/// Ends one of the owner's logins.
pub async fn delete_session(
    State(state): State<AppState>,
    caller: LoggedIn,
    Path(id): Path<Uuid>,
    _: Empty,
) -> Result<NoContent, Error> {
    if login::end_login(&state, caller.user_id, id, "session.revoked").await? {
        Ok(NoContent)
    } else {
        Err(Error::NotFound)
    }
}
