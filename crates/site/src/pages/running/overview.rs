//! `/app/dashboard`: all events side by side.

use super::event::tone;
use crate::api::Api;
use crate::figures::{coded, people, won};
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
struct Overview {
    totals: Totals,
    events: Vec<One>,
}

#[derive(Debug, Clone, Deserialize)]
struct Totals {
    events: i64,
    participants: i64,
    visited: i64,
    cost: i64,
    revenue: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    event_id: String,
    title: String,
    status: String,
    participants: i64,
    expected_participants: Option<i64>,
    visited: i64,
    cost: i64,
    revenue: Option<i64>,
}

#[derive(Template)]
#[template(path = "running/overview.html")]
struct All<'a> {
    frame: &'a Frame,
    w: Words,
    sentence: String,
    totals: Vec<(String, String)>,
    rows: Vec<Row>,
}

struct Row {
    to: String,
    title: String,
    status: String,
    tone: &'static str,
    cells: [String; 5],
}

/// The shop's totals and last events.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let overview: Overview = seat.get("/api/analytics/overview").await?;
    let w = seat.words();
    let frame = seat.frame(&w.say("run-overview"));
    let totals = &overview.totals;
    let unknown = || w.say("run-unknown");
    let earned = |revenue: Option<i64>| revenue.map_or_else(unknown, |sum| won(sum, w));
    let template = All {
        frame: &frame,
        w,
        sentence: match totals.events {
            0 => w.say("home-sentence-none"),
            _ => w.with(
                "run-overview-sentence",
                &[
                    ("events", (totals.events as f64).into()),
                    ("people", (totals.participants as f64).into()),
                    ("cost", won(totals.cost, w).into()),
                ],
            ),
        },
        totals: vec![
            (w.say("home-total-people"), people(totals.participants, w)),
            (w.say("home-total-visited"), people(totals.visited, w)),
            (w.say("home-total-cost"), won(totals.cost, w)),
            (w.say("run-earned"), earned(totals.revenue)),
        ],
        rows: overview
            .events
            .iter()
            .map(|one| Row {
                to: format!("/app/events/{}/dashboard", one.event_id),
                title: match one.title.trim() {
                    "" => w.say("event-untitled"),
                    title => title.to_owned(),
                },
                status: coded(w, "status-", &one.status),
                tone: tone(&one.status),
                cells: [
                    people(one.participants, w),
                    one.expected_participants
                        .map_or_else(unknown, |n| w.one("run-about-people", "n", n as f64)),
                    people(one.visited, w),
                    won(one.cost, w),
                    earned(one.revenue),
                ],
            })
            .collect(),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}
