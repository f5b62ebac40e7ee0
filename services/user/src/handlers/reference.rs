use crate::error::Error;
use anyhow::Context;
use axum::http::HeaderMap;
use janchi_contracts::reference::{Channel, Industry, Named, Objective, Region};
use janchi_web::{Json, Kept, List};

/// A list of codes, or 304.
type Names = Result<Kept<Json<List<Named>>>, Error>;

/// Codes change with a release, so a day old list is fine, and an hour's wait after a release too.
const AN_HOUR: &str = "public, max-age=3600";

/// What shops do.
pub async fn industries(headers: HeaderMap) -> Names {
    answer(&headers, Industry::ALL.map(Industry::named).to_vec())
}

/// Where shops are.
pub async fn regions(headers: HeaderMap) -> Names {
    answer(&headers, Region::ALL.map(Region::named).to_vec())
}

/// What events are to achieve.
pub async fn objectives(headers: HeaderMap) -> Names {
    answer(&headers, Objective::ALL.map(Objective::named).to_vec())
}

/// Where events are published.
pub async fn channels(headers: HeaderMap) -> Names {
    answer(&headers, Channel::ALL.map(Channel::named).to_vec())
}

fn answer(headers: &HeaderMap, items: Vec<Named>) -> Names {
    let total_count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let list = List {
        items,
        next_cursor: None,
        total_count,
    };
    Ok(Kept::json(headers, AN_HOUR, &list).context("write codes")?)
}
