//! `/app/events/{id}/dashboard`: one sentence first, then what came of the event and what it cost.

use super::advice;
use super::chart::{self, Bar};
use super::event::{self, Event, Head};
use crate::api::Api;
use crate::assets;
use crate::figures::{coded, people, percent, won};
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::times;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dashboard {
    summary: String,
    pub(super) participants: Counts,
    pub(super) channels: Vec<ChannelRow>,
    cost: Cost,
    pub(super) revenue: Option<i64>,
    forecast: Option<Forecast>,
    pub(super) winners: Winners,
    cached_at: String,
    #[serde(default)]
    partial: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) total: i64,
    today: i64,
    pub(super) visited: i64,
    #[serde(default)]
    by_hour: Vec<Hour>,
    #[serde(default)]
    by_day: Vec<Day>,
}

#[derive(Debug, Clone, Deserialize)]
struct Hour {
    hour: String,
    participants: i64,
    visited: i64,
}

#[derive(Debug, Clone, Deserialize)]
struct Day {
    day: String,
    participants: i64,
    visited: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelRow {
    pub(super) channel: Option<String>,
    impressions: Option<i64>,
    clicks: Option<i64>,
    pub(super) participants: i64,
    conversion_rate: Option<f64>,
    pub(super) cost: i64,
    pub(super) cost_per_participant: Option<i64>,
    #[serde(default)]
    stale: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    total: i64,
    by_item: Vec<Item>,
}

#[derive(Debug, Clone, Deserialize)]
struct Item {
    item: String,
    amount: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    low: i64,
    high: i64,
    actual: i64,
    within_range: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Winners {
    pub(super) drawn_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Overview {
    events: Vec<Other>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Other {
    event_id: String,
    title: String,
    status: String,
    participants: i64,
    cost: i64,
    visited: i64,
}

#[derive(Template)]
#[template(path = "running/dashboard.html")]
struct Shown<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    script: &'a str,
    stream: String,
    notices: Vec<Notice>,
    sentence: String,
    totals: Vec<(String, String)>,
    forecast: Option<(String, &'static str)>,
    channels: Vec<[String; 6]>,
    days: Option<Chart>,
    hours: Option<Chart>,
    costs: Vec<(String, String)>,
    compared: Option<Compared>,
    next: Vec<(String, Option<(String, String)>)>,
    updated: String,
    path: String,
}

/// A drawing and the table that says the same.
struct Chart {
    drawing: String,
    rows: Vec<[String; 3]>,
}

/// This event beside the last one.
struct Compared {
    name: String,
    rows: Vec<[String; 3]>,
}

/// The dashboard.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let board: Dashboard = seat.get(&format!("/api/analytics/dashboard/{id}")).await?;
    let overview: Option<Overview> = seat.maybe("/api/analytics/overview").await?;
    let w = seat.words();
    let frame = seat.frame(&w.say("run-tab-dashboard"));
    let template = Shown {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "/dashboard", Some(w.say("run-tab-dashboard"))),
        script: &assets::LIVE_SCRIPT.path,
        stream: match event.is("ONGOING") {
            true => event.path("/dashboard/stream"),
            false => String::new(),
        },
        notices: notices(seat, &board),
        sentence: sentence(&event, &board, w),
        totals: totals(&board, w),
        forecast: board.forecast.as_ref().map(|f| forecast(&event, f, w)),
        channels: board.channels.iter().map(|row| channel(row, w)).collect(),
        days: days(&board, w),
        hours: hours(&board, w),
        costs: costs(&board, w),
        compared: overview.and_then(|all| compared(&event, &board, &all, w)),
        next: advice::next(&event, &board, w),
        updated: w.one(
            "run-updated",
            "when",
            event::told(seat, Some(&board.cached_at)),
        ),
        path: event.path(""),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

fn notices<A: Api>(seat: &Seat<'_, '_, A>, board: &Dashboard) -> Vec<Notice> {
    let (w, visit) = (seat.words(), seat.visit());
    let mut notices = Vec::new();
    let asked = |name: &str| -> f64 {
        let text = visit.asked(name).unwrap_or_default();
        f64::from(text.parse::<u32>().unwrap_or(0))
    };
    if visit.asked("done").as_deref() == Some("sales") {
        let text = match asked("known") {
            0.0 => String::new(),
            known => w.one("run-sales-known", "n", known),
        };
        let title = w.one("run-sales-done", "n", asked("n"));
        notices.push(Notice::new(Tone::Good, title, text));
    }
    if !board.partial.is_empty() {
        let names: Vec<String> = board
            .partial
            .iter()
            .map(|source| match source.as_str() {
                "PARTICIPATION" | "DISTRIBUTION" => coded(w, "run-source-", source),
                channel => coded(w, "run-name-", channel),
            })
            .collect();
        let text = w.one("run-partial-text", "names", names.join(", "));
        notices.push(Notice::new(Tone::Careful, w.say("run-partial"), text));
    }
    notices
}

/// The API's own sentence in Korean; in English one of ours.
fn sentence(event: &Event, board: &Dashboard, w: Words) -> String {
    if w.0 == Language::Korean {
        return board.summary.clone();
    }
    let counts = &board.participants;
    let key = match (event.status.as_str(), counts.total) {
        ("ONGOING", 0) => "run-sum-none",
        ("ONGOING", _) => "run-sum-ongoing",
        ("SCHEDULED", _) => "run-sum-scheduled",
        ("CANCELLED", _) => "run-sum-cancelled",
        _ if board.winners.drawn_at.is_none() && counts.total > 0 => "run-sum-to-draw",
        _ => "run-sum-ended",
    };
    let values = [
        ("total", (counts.total as f64).into()),
        ("today", (counts.today as f64).into()),
    ];
    w.with(key, &values)
}

fn totals(board: &Dashboard, w: Words) -> Vec<(String, String)> {
    let counts = &board.participants;
    let mut totals = vec![
        (w.say("run-count-total"), people(counts.total, w)),
        (w.say("run-count-today"), people(counts.today, w)),
        (w.say("run-count-visited"), people(counts.visited, w)),
        (w.say("home-total-cost"), won(board.cost.total, w)),
    ];
    totals.push((
        w.say("run-earned"),
        match board.revenue {
            Some(revenue) => won(revenue, w),
            None => w.say("run-unknown"),
        },
    ));
    if let Some(revenue) = board.revenue.filter(|_| board.cost.total > 0) {
        let times = revenue as f64 / board.cost.total as f64;
        totals.push((w.say("run-return"), w.one("run-return-times", "n", times)));
    }
    totals
}

fn forecast(event: &Event, forecast: &Forecast, w: Words) -> (String, &'static str) {
    let values = [
        ("low", (forecast.low as f64).into()),
        ("high", (forecast.high as f64).into()),
        ("actual", (forecast.actual as f64).into()),
    ];
    let (key, tone) = if event.is("ONGOING") {
        ("run-forecast-ongoing", "plain")
    } else if forecast.within_range {
        ("run-forecast-within", "good")
    } else if forecast.actual > forecast.high {
        ("run-forecast-above", "good")
    } else {
        ("run-forecast-below", "careful")
    };
    (w.with(key, &values), tone)
}

fn channel(row: &ChannelRow, w: Words) -> [String; 6] {
    let unknown = || w.say("run-unknown");
    let number = |n: Option<i64>| n.map_or_else(unknown, |n| w.one("count-plain", "n", n as f64));
    let mut name = row.channel.as_deref().map_or_else(
        || w.say("run-no-channel"),
        |code| coded(w, "run-name-", code),
    );
    if row.stale {
        name = w.one("run-channel-stale", "name", name);
    }
    [
        name,
        number(row.impressions),
        number(row.clicks),
        people(row.participants, w),
        row.conversion_rate.map_or_else(unknown, percent),
        match row.cost_per_participant {
            Some(cost) => won(cost, w),
            None if row.cost > 0 => w.one("run-cost-nobody", "cost", won(row.cost, w)),
            None => unknown(),
        },
    ]
}

fn days(board: &Dashboard, w: Words) -> Option<Chart> {
    let named = |day: &str| {
        let mut parts = day
            .split('-')
            .skip(1)
            .map(|part| part.trim_start_matches('0'));
        match (parts.next(), parts.next()) {
            (Some(month), Some(day)) => format!("{month}/{day}"),
            _ => day.to_owned(),
        }
    };
    let bars: Vec<Bar> = board
        .participants
        .by_day
        .iter()
        .map(|day| Bar {
            name: named(&day.day),
            count: day.participants,
            part: day.visited,
        })
        .collect();
    drawn(&bars, &w.say("run-chart-days"), w)
}

/// At what time of day people come, over all days.
fn hours(board: &Dashboard, w: Words) -> Option<Chart> {
    let mut bars: Vec<Bar> = (0..24)
        .map(|hour| Bar {
            name: w.one("run-hour", "n", f64::from(hour)),
            count: 0,
            part: 0,
        })
        .collect();
    for hour in &board.participants.by_hour {
        // Hours come with Seoul's offset.
        let at = times::parse(&hour.hour).map(times::hour);
        if let Some(bar) = at.and_then(|at| bars.get_mut(at)) {
            bar.count += hour.participants;
            bar.part += hour.visited;
        }
    }
    drawn(&bars, &w.say("run-chart-hours"), w)
}

fn drawn(bars: &[Bar], sentence: &str, w: Words) -> Option<Chart> {
    Some(Chart {
        drawing: chart::bars(bars, sentence)?,
        rows: bars
            .iter()
            .map(|bar| [bar.name.clone(), people(bar.count, w), people(bar.part, w)])
            .collect(),
    })
}

fn costs(board: &Dashboard, w: Words) -> Vec<(String, String)> {
    board
        .cost
        .by_item
        .iter()
        .map(|item| {
            let name = match item.item.as_str() {
                "PRIZES" => w.say("join-prizes"),
                channel => coded(w, "run-name-", channel),
            };
            (name, won(item.amount, w))
        })
        .collect()
}

/// The last event before this one that ended.
fn compared(event: &Event, board: &Dashboard, all: &Overview, w: Words) -> Option<Compared> {
    let later = all.events.iter().position(|one| one.event_id == event.id)?;
    let last = all
        .events
        .iter()
        .skip(later + 1)
        .find(|one| one.status == "ENDED")?;
    let each = |cost: i64, people: i64| match people {
        0 => w.say("run-unknown"),
        people => won(cost / people, w),
    };
    let row = |key: &str, here: String, there: String| [w.say(key), here, there];
    let counts = &board.participants;
    Some(Compared {
        name: last.title.clone(),
        rows: vec![
            row(
                "run-count-total",
                people(counts.total, w),
                people(last.participants, w),
            ),
            row(
                "run-count-visited",
                people(counts.visited, w),
                people(last.visited, w),
            ),
            row(
                "home-total-cost",
                won(board.cost.total, w),
                won(last.cost, w),
            ),
            row(
                "run-cost-each",
                each(board.cost.total, counts.total),
                each(last.cost, last.participants),
            ),
        ],
    })
}
