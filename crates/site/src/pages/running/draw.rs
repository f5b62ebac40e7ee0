//! `/app/events/{id}/draw`: the promise before the draw, the draw, and who won.

use super::event::{self, Event, Head};
use crate::api::{Api, Call, Reply};
use crate::figures::people;
use crate::frame::Frame;
use crate::pages::receipt_view::grouped;
use crate::pages::seat::{Seat, read};
use crate::parts::{Field, Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// So many winners are shown here; the winners' own page has them all.
const SHOWN: usize = 30;
/// More alternates than this are not taken.
const MOST_ALTERNATES: i64 = 100;

#[derive(Debug, Clone, Deserialize)]
struct Draws {
    items: Vec<Draw>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Draw {
    draw_id: String,
    winner_count: i64,
    winners: Vec<Place>,
    alternates: Vec<Place>,
    participant_count: Option<i64>,
    commitment: String,
    committed_at: String,
    frozen_at: Option<String>,
    drawn_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    rank: i64,
    entry_number: String,
    name: Option<String>,
    phone_number: Option<String>,
    prize: Option<String>,
}

#[derive(Template)]
#[template(path = "running/draw.html")]
struct Drawing<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    notices: Vec<Notice>,
    steps: Vec<(String, String, bool)>,
    /// The way to take: before the end, to be drawn, drawn, or with nobody to draw from.
    stage: &'static str,
    commitment: Option<String>,
    proof: Option<String>,
    entries: String,
    rule: String,
    alternates: Field,
    winners: Vec<Row>,
    waiting: Vec<Row>,
    more: Option<String>,
    /// Whether the draw was this very moment, and is shown as one.
    is_fresh: bool,
    path: String,
}

struct Row {
    rank: i64,
    number: String,
    who: String,
    prize: Option<String>,
}

/// Where the draw stands.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    render(seat, &event, None).await
}

/// Draws. Sent twice, it draws once.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let typed = seat.visit().typed("alternateCount");
    let mut body = json!({});
    if !typed.trim().is_empty() {
        // What is no number is refused by the API with its sentence about the field.
        body["alternateCount"] = match typed.trim().parse::<u32>() {
            Ok(count) => count.into(),
            Err(_) => i64::from(u16::MAX).into(),
        };
    }
    let path = format!("/api/events/{id}/draws");
    let mut call = Call::post(path, body, seat.desk.language());
    if let Some(key) = crate::form::Guard::sent_key(seat.visit()) {
        call = call.key(key);
    }
    let reply = seat.call(call).await?;
    // Drawn already, in another tab perhaps: then it is shown.
    if reply.is_fine() || reply.code() == "ALREADY_DRAWN" {
        let rest = if reply.is_fine() {
            "/draw?done=1"
        } else {
            "/draw"
        };
        return Ok(seat.go(&event.path(rest)));
    }
    render(seat, &event, Some(reply)).await
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    event: &Event,
    refused: Option<Reply>,
) -> Result<Page, Page> {
    let path = format!("/api/events/{}/draws", event.id);
    let reply = seat.call(Call::get(path, seat.desk.language())).await?;
    let Some(draws) = read::<Draws>(&reply) else {
        return Err(seat.instead(&reply));
    };
    let w = seat.words();
    let draw = draws.items.first();
    let refusal = refused.as_ref().map(|reply| Refusal::of(reply, w));
    let wrong = refusal.as_ref().and_then(|r| r.about("alternateCount"));
    let mut notices = Vec::new();
    if let Some(reply) = refused.as_ref().filter(|_| wrong.is_none()) {
        notices.push(seat.refused(reply));
    }
    let stage = stage(event, draw);
    let is_fresh = stage == "drawn" && seat.visit().asked("done").is_some();
    if is_fresh {
        notices.push(Notice::new(
            Tone::Good,
            w.say("run-drawn-now"),
            w.say("run-drawn-now-text"),
        ));
    }
    let winners = draw.map(|draw| draw.winners.as_slice()).unwrap_or_default();
    let frame = {
        let mut frame = seat.frame(&w.say("run-tab-draw"));
        frame.guard = frame.guard.with_key_of(seat.visit());
        frame
    };
    let status = refused
        .as_ref()
        .map_or(StatusCode::OK, |reply| reply.status);
    let template = Drawing {
        frame: &frame,
        w,
        head: Head::of(seat, event, "/draw", Some(w.say("run-tab-draw"))),
        notices,
        steps: steps(seat, draw),
        stage,
        commitment: draw.map(|draw| draw.commitment.clone()),
        proof: draw.map(|draw| format!("/draws/{}", draw.draw_id)),
        entries: people(draw.and_then(|d| d.participant_count).unwrap_or(0), w),
        rule: people(
            draw.map_or(event.winner_count.unwrap_or(0), |draw| draw.winner_count),
            w,
        ),
        alternates: alternates(seat, event, draw, wrong),
        winners: winners.iter().take(SHOWN).map(row).collect(),
        waiting: draw
            .map(|draw| draw.alternates.iter().take(SHOWN).map(row).collect())
            .unwrap_or_default(),
        more: (winners.len() > SHOWN)
            .then(|| w.one("run-more-winners", "n", (winners.len() - SHOWN) as f64)),
        is_fresh,
        path: event.path(""),
    };
    Ok(seat.page(status, &frame, &template))
}

fn stage(event: &Event, draw: Option<&Draw>) -> &'static str {
    match draw {
        Some(draw) if draw.drawn_at.is_some() => "drawn",
        _ if event.is("CANCELLED") => "cancelled",
        Some(draw) if event.is("ENDED") && draw.participant_count == Some(0) => "nobody",
        _ if event.is("ENDED") => "ready",
        _ => "early",
    }
}

fn alternates<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Event,
    draw: Option<&Draw>,
    error: Option<String>,
) -> Field {
    let w = seat.words();
    let usual = draw
        .map(|draw| draw.winner_count)
        .or(event.winner_count)
        .unwrap_or(0)
        .min(MOST_ALTERNATES);
    Field {
        name: "alternateCount",
        kind: "number",
        label: w.say("run-alternates"),
        hint: Some(w.say("run-alternates-hint")),
        value: match seat.visit().is_post() {
            true => seat.visit().typed("alternateCount"),
            false => usual.to_string(),
        },
        error,
        inputmode: "numeric",
        optional: Some(w.say("field-optional")),
        ..Field::default()
    }
}

fn steps<A: Api>(seat: &Seat<'_, '_, A>, draw: Option<&Draw>) -> Vec<(String, String, bool)> {
    let w = seat.words();
    let times = [
        draw.map(|draw| draw.committed_at.as_str()),
        draw.and_then(|draw| draw.frozen_at.as_deref()),
        draw.and_then(|draw| draw.drawn_at.as_deref()),
    ];
    ["draw-step-committed", "draw-step-frozen", "draw-step-drawn"]
        .into_iter()
        .zip(times)
        .map(|(key, time)| {
            let when = match time {
                Some(_) => event::told(seat, time),
                None => w.say("draw-step-later"),
            };
            (w.say(key), when, time.is_some())
        })
        .collect()
}

fn row(place: &Place) -> Row {
    let name = place.name.clone().unwrap_or_default();
    let phone = place.phone_number.clone().unwrap_or_default();
    let who = [name, phone].into_iter().filter(|text| !text.is_empty());
    Row {
        rank: place.rank,
        number: grouped(&place.entry_number),
        who: who.collect::<Vec<_>>().join(" · "),
        prize: place.prize.clone(),
    }
}
