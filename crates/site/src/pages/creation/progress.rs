//! `/app/events/{id}/progress`: the event being put up, channel by channel, and what to do about one that stands.

use super::channel_rows::CHANNELS;
use super::event::Draft;
use super::progress_rows::{OnChannel, Row, Run, Sent, rows};
use super::trail::{At, Trail};
use super::{Trouble, shown_as};
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::{Seat, read};
use crate::parts::{Notice, Tone};
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "creation/progress.html")]
struct Progress<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    heading: String,
    lead: String,
    sentence: String,
    percent: Option<u64>,
    notices: Vec<Notice>,
    /// Where changes are told, while there are any.
    live: Option<String>,
    /// The page comes again by itself without a script: not where somebody may be typing.
    refreshes: bool,
    rows: Vec<Row>,
    /// Where customers enter, once they can be told.
    join: Option<String>,
    code: String,
    event: String,
    mend: Option<String>,
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event: Draft = seat.get(&format!("/api/events/{id}")).await?;
    if event.status == "DRAFT" {
        let whole = format!("/app/events/{id}/approve");
        return Ok(seat.go(&whole));
    }
    if desk.visit.is_post() {
        return act(seat, event).await;
    }
    render(&mut seat, StatusCode::OK, &event, None, Trouble::default()).await
}

/// Tries a channel again, leaves it out, or notes that the owner put it up.
async fn act<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let (w, visit) = (seat.words(), seat.visit());
    let typed = visit.typed("channel");
    let known = CHANNELS.iter().find(|(code, _)| *code == typed);
    let action = match visit.typed("do").as_str() {
        "skip" => "skip",
        "confirm" => "confirm",
        _ => "retry",
    };
    let Some((code, _)) = known else {
        return Ok(seat.go(&format!("/app/events/{}/progress", event.id)));
    };
    let url = visit.typed("url").trim().to_owned();
    let body = match action {
        "confirm" => json!({"url": url}),
        _ => json!({}),
    };
    let path = format!("/api/distributions/{}/channels/{code}/{action}", event.id);
    let reply = seat.call(Call::post(path, body, w.0)).await?;
    if reply.is_fine() {
        return Ok(seat.go(&format!("/app/events/{}/progress#{code}", event.id)));
    }
    let trouble = Trouble::of(&reply, w);
    let sent = Sent {
        channel: code,
        url,
        error: trouble.refusal.about("url"),
    };
    render(&mut seat, shown_as(&reply), &event, Some(sent), trouble).await
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    sent: Option<Sent>,
    trouble: Trouble,
) -> Result<Page, Page> {
    let w = seat.words();
    let path = format!("/api/distributions/{}", event.id);
    let reply = seat.call(Call::get(path, w.0)).await?;
    let run: Option<Run> = read(&reply);
    if run.is_none() && reply.status != StatusCode::NOT_FOUND {
        return Err(seat.instead(&reply));
    }
    let is_running = run.as_ref().is_some_and(|run| run.status == "RUNNING");
    let is_live = event.status == "PUBLISHING" || (is_running && event.status != "CANCELLED");
    let (heading, lead) = said(event, seat.visit().now, w);
    let mut notices: Vec<Notice> = trouble.notice.into_iter().collect();
    if run.as_ref().is_some_and(|run| run.sandbox) {
        notices.push(Notice::new(
            Tone::Plain,
            w.say("make-practice"),
            w.say("make-practice-run"),
        ));
    }
    let channels = run.as_ref().map(|run| run.channels.as_slice());
    let channels = channels.unwrap_or_default();
    let through = channels.iter().filter(|one| one.is_through()).count();
    let up = channels.iter().filter(|one| one.is_up()).count();
    let all = channels.len();
    let by_hand = channels
        .iter()
        .filter(|one| one.status == "MANUAL_ACTION_REQUIRED")
        .count();
    let mut sentence = match all {
        0 => w.say("make-run-begins"),
        _ => w.with(
            "make-run-sum",
            &[("n", (up as f64).into()), ("all", (all as f64).into())],
        ),
    };
    if by_hand > 0 {
        sentence = format!(
            "{sentence} {}",
            w.one("make-run-by-hand", "n", by_hand as f64)
        );
    }
    let is_public = matches!(event.status.as_str(), "SCHEDULED" | "ONGOING");
    let base = format!("/app/events/{}", event.id);
    let frame = seat.frame(&heading);
    let template = Progress {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Progress, None, w),
        path: format!("{base}/progress"),
        heading,
        lead,
        sentence,
        percent: is_live.then(|| (through as u64 * 100).checked_div(all as u64).unwrap_or(0)),
        notices,
        refreshes: is_live && !channels.iter().any(OnChannel::stands),
        live: is_live.then(|| format!("{base}/distribution/stream")),
        rows: rows(channels, sent.as_ref(), seat.visit().now, w),
        join: is_public.then(|| format!("/e/{}", event.code)),
        code: event.code.clone(),
        event: base.clone(),
        mend: (event.status == "PUBLISH_FAILED").then(|| format!("{base}/approve")),
        frame: &frame,
    };
    Ok(seat.page(status, &frame, &template))
}

/// How far the event as a whole is.
fn said(event: &Draft, now: chrono::DateTime<chrono::Utc>, w: Words) -> (String, String) {
    let starts = event.starts_at.as_deref().and_then(times::parse);
    let starts = starts
        .map(|at| times::moment(at, now, w.0))
        .unwrap_or_default();
    let (heading, lead) = match event.status.as_str() {
        "PUBLISHING" => ("make-run-working", w.say("make-leave-run")),
        "SCHEDULED" => (
            "make-run-scheduled",
            w.one("make-run-scheduled-text", "when", starts),
        ),
        "ONGOING" => ("make-run-open", w.say("make-run-open-text")),
        "PUBLISH_FAILED" => ("make-run-failed", w.say("make-run-failed-text")),
        "CANCELLED" => ("make-run-cancelled", w.say("make-run-cancelled-text")),
        _ => ("make-run-over", w.say("make-run-over-text")),
    };
    (w.say(heading), lead)
}
