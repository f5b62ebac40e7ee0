//! `GET /api/events`

use crate::domain::fault::Fault;
use crate::domain::listing::{self, Order, Position};
use crate::error::Error;
use crate::handlers::views::EventView;
use crate::ops::clock;
use crate::state::AppState;
use crate::store;
use crate::store::listing::Filter;
use axum::extract::State;
use janchi_contracts::event::EventStatus;
use janchi_contracts::reference::{Code, Objective};
use janchi_web::{Json, List, Owner, PageRequest, Query};
use schemars::JsonSchema;
use serde::Deserialize;

/// `?status=&objective=&q=&sort=&limit=&cursor=`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventsQuery {
    status: Option<EventStatus>,
    objective: Option<Objective>,
    /// What stands in the title or the description.
    q: Option<String>,
    /// `createdAt` or `startsAt`, with `-` before it for the other way round.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The owner's events, narrowed and ordered as asked for.
pub async fn list_events(
    State(state): State<AppState>,
    owner: Owner,
    Query(query): Query<EventsQuery>,
) -> Result<Json<List<EventView>>, Error> {
    let order = query
        .sort
        .as_deref()
        .map_or(Ok(Order::USUAL), Order::parse)?;
    let pattern = match &query.q {
        Some(q) => listing::pattern(q)?,
        None => None,
    };
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let after = page.after::<Position>()?;
    check_order(after, order)?;
    clock::bring_up_all(&state.db, owner.user_id, state.now()).await?;
    let filter = Filter {
        owner_id: owner.user_id,
        status: query.status.map(|status| status.code().to_owned()),
        objective: query.objective.map(|objective| objective.code().to_owned()),
        pattern,
    };
    let total_count = store::listing::count_events(&state.db, &filter).await?;
    let found = store::listing::list_events(&state.db, &filter, order, after, page.rows()).await?;
    let page = page.page(found, total_count, |last| Position {
        key: last.key,
        id: last.event.id,
        by_start: order.by_start,
        rising: order.rising,
    });
    Ok(Json(List {
        items: page
            .items
            .into_iter()
            .map(|listed| EventView::from(listed.event))
            .collect(),
        next_cursor: page.next_cursor,
        total_count,
    }))
}

/// A cursor goes on in the order it was made in.
fn check_order(after: Option<Position>, order: Order) -> Result<(), Fault> {
    match after {
        Some(position)
            if position.by_start != order.by_start || position.rising != order.rising =>
        {
            Err(Fault::new(
                "cursor",
                "OTHER_ORDER",
                "이 커서는 다른 정렬 순서의 것이에요.",
                "This cursor belongs to another order.",
            ))
        }
        _ => Ok(()),
    }
}
