//! `/app/events/{id}/channels`: where the event is put up, what that costs and how long it takes.

use super::channel_rows::{ChannelRow, Kept, State, rows};
use super::event::{Draft, Listed};
use super::trail::{At, Trail};
use super::{Trouble, draft, shown_as};
use crate::api::{Api, Call};
use crate::figures::won;
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "creation/channels.html")]
struct Channels<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    version: i64,
    notices: Vec<Notice>,
    fault: Option<String>,
    rows: Vec<ChannelRow>,
    prize_cost: i64,
    prize_words: String,
    total_words: String,
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event = draft(&mut seat, id).await?;
    if !desk.visit.is_post() {
        let kept = Kept::of_event(&event);
        return render(&mut seat, StatusCode::OK, &event, &kept, Trouble::default()).await;
    }
    let kept = Kept::typed(desk.visit);
    if desk.visit.typed("do") == "sum" {
        return render(&mut seat, StatusCode::OK, &event, &kept, Trouble::default()).await;
    }
    send(seat, event, kept).await
}

async fn send<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft, kept: Kept) -> Result<Page, Page> {
    let w = seat.words();
    let mut refusal = Refusal::default();
    let channels = kept.read(&event, &mut refusal, w);
    if refusal.has_fields() {
        let (status, trouble) = (StatusCode::UNPROCESSABLE_ENTITY, Trouble::ours(refusal, w));
        return render(&mut seat, status, &event, &kept, trouble).await;
    }
    let version: i64 = seat
        .visit()
        .typed("version")
        .parse()
        .unwrap_or(event.version);
    let path = format!("/api/events/{}/channels", event.id);
    let call = Call::new(Method::PUT, path, w.0).body(json!({"channels": channels}));
    let reply = seat.call(call.over(format!("\"{version}\""))).await?;
    if reply.is_fine() {
        return Ok(seat.go(&format!("/app/events/{}/approve", event.id)));
    }
    let trouble = Trouble::of(&reply, w);
    render(&mut seat, shown_as(&reply), &event, &kept, trouble).await
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    kept: &Kept,
    trouble: Trouble,
) -> Result<Page, Page> {
    let w = seat.words();
    let states: Option<Listed<State>> = seat.maybe("/api/channels").await?;
    let mut notices: Vec<Notice> = trouble.notice.clone().into_iter().collect();
    if states.is_none() {
        notices.push(Notice::new(
            Tone::Careful,
            w.say("make-states-away"),
            w.say("make-states-away-text"),
        ));
    }
    let states = states.map(|list| list.items).unwrap_or_default();
    if states.iter().any(|state| state.sandbox) {
        notices.push(Notice::new(
            Tone::Plain,
            w.say("make-practice"),
            w.say("make-practice-channels"),
        ));
    }
    let prize_cost = event.prize_cost();
    let frame = seat.frame(&w.say("make-channels-title"));
    let template = Channels {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Channels, Some(event), w),
        path: format!("/app/events/{}/channels", event.id),
        version: event.version,
        notices,
        fault: trouble.refusal.about("channels"),
        rows: rows(event, kept, &states, &trouble.refusal, w),
        prize_cost,
        prize_words: won(prize_cost, w),
        total_words: won(prize_cost.saturating_add(kept.cost()), w),
        frame: &frame,
    };
    Ok(seat.page(status, &frame, &template))
}
