//! Statistics: they grow while a campaign is on the air and belong to its id.

use super::access::enter;
use super::bookings::Campaign;
use super::{dressed, not_found, refuse_field, seoul};
use crate::fault::Vendor;
use crate::numbers::{between, grown};
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::{Path, State};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

const MOST_ROWS: usize = 1000;

/// Counts up to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    /// Impressions, or plays of a tone.
    seen: i64,
    spend: i64,
}

fn until(campaign: &Campaign, at: DateTime<Utc>) -> Counts {
    let Some((from, to)) = campaign.on_air(at) else {
        return Counts { seen: 0, spend: 0 };
    };
    let id = campaign.id.as_str();
    let ceiling = match campaign.vendor {
        Vendor::RingoBiz => between(id, "plays", 120, 480),
        // A view costs 12 to 25 won.
        _ => campaign.budget * 100 / between(id, "price", 1200, 2500),
    };
    Counts {
        seen: grown(ceiling, from, to),
        spend: grown(campaign.budget, from, to),
    }
}

/// KRW spent so far.
pub fn spent(campaign: &Campaign, now: DateTime<Utc>) -> i64 {
    until(campaign, now).spend
}

/// `GET /campaigns/{id}/stats?from&to&granularity=day|hour`
pub async fn stats(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let now = stage.now();
    let mut bookings = stage.kt();
    let campaign = bookings
        .campaigns
        .get_mut(&id)
        .filter(|campaign| campaign.vendor == asked.vendor)
        .ok_or_else(not_found)?;
    campaign.advance(now);
    let from = bound(&asked, "from")?.unwrap_or(campaign.start.max(campaign.created_at));
    let to = bound(&asked, "to")?.unwrap_or(now).min(now);
    let granularity = asked.query("granularity").unwrap_or("day");
    let step = match granularity {
        "day" => TimeDelta::days(1),
        "hour" => TimeDelta::hours(1),
        _ => return Err(refuse_field("granularity", "must be day or hour")),
    };
    let last = campaign.stopped_at.unwrap_or(campaign.end);
    let reply = json!({
        "campaign_id": campaign.id, "from": seoul(from), "to": seoul(to.max(from)), "granularity": granularity,
        "as_of": seoul(now), "final": now >= last + TimeDelta::days(3),
        "totals": totals(campaign, difference(campaign, from, to)), "series": series(campaign, from, to, step),
    });
    Ok(dressed(&asked, answer(200, &reply)))
}

fn difference(campaign: &Campaign, from: DateTime<Utc>, to: DateTime<Utc>) -> Counts {
    let (before, after) = (until(campaign, from), until(campaign, to));
    Counts {
        seen: (after.seen - before.seen).max(0),
        spend: (after.spend - before.spend).max(0),
    }
}

/// A ring-back tone has plays and calls; a spot has views. What is not measured is absent.
fn totals(campaign: &Campaign, counts: Counts) -> Value {
    let id = campaign.id.as_str();
    let share =
        |subject: &str, low: i64, high: i64| counts.seen * between(id, subject, low, high) / 1000;
    if campaign.vendor == Vendor::RingoBiz {
        return json!({ "plays": counts.seen, "calls": counts.seen + share("unplayed", 20, 60) });
    }
    json!({
        "impressions": counts.seen, "unique_households": share("households", 550, 700),
        "completed_views": share("completed", 600, 850), "qr_scans": share("scans", 4, 12), "spend": counts.spend,
    })
}

fn series(
    campaign: &Campaign,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: TimeDelta,
) -> Vec<Value> {
    let name = if campaign.vendor == Vendor::RingoBiz {
        "plays"
    } else {
        "impressions"
    };
    let mut rows = Vec::new();
    let mut at = from;
    while at < to && rows.len() < MOST_ROWS {
        let end = (at + step).min(to);
        let counts = difference(campaign, at, end);
        rows.push(json!({ "at": seoul(at), name: counts.seen, "spend": counts.spend }));
        at = end;
    }
    rows
}

/// A moment, or a day in Seoul.
fn bound(asked: &Asked, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = asked.query(name) else {
        return Ok(None);
    };
    let day = || {
        let midnight = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)?;
        midnight
            .and_local_timezone(janchi_runtime::seoul::offset())
            .single()
    };
    DateTime::parse_from_rfc3339(text)
        .ok()
        .or_else(day)
        .map(|at| Some(at.with_timezone(&Utc)))
        .ok_or_else(|| refuse_field(name, "must be RFC 3339 or a date"))
}
