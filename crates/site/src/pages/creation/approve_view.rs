//! The last look before an event goes public.

use super::event::Draft;
use super::pictures_view::Shot;
use super::trail::{At, Trail};
use super::{Trouble, channel_name, rules};
use crate::api::Api;
use crate::figures::{coded, people, won};
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

/// What stops an approval, and what an owner should know before it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Findings {
    blocking: Vec<Found>,
    warnings: Vec<Found>,
}

#[derive(Debug, Clone, Deserialize)]
struct Found {
    code: String,
    message: String,
    field: String,
}

/// A finding with the way to mend it.
struct Finding {
    text: String,
    more: Option<String>,
    link: String,
    fix: String,
}

/// What goes where.
struct Post {
    channel: String,
    lead: String,
    cost: String,
    shot: Option<Shot>,
    /// Where no picture is shown.
    text: String,
}

#[derive(Template)]
#[template(path = "creation/approve.html")]
struct Approve<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    edit: String,
    pictures: String,
    channels: String,
    version: i64,
    notices: Vec<Notice>,
    blocking: Vec<Finding>,
    warnings: Vec<Finding>,
    title: String,
    description: String,
    posts: Vec<Post>,
    prizes: Vec<(String, String, String)>,
    period: String,
    winners: String,
    prize_cost: String,
    channel_cost: String,
    total: String,
    rules: Vec<String>,
    retention: Vec<String>,
}

pub(super) fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    findings: &Findings,
    trouble: Trouble,
) -> Page {
    let w = seat.words();
    let mut frame = seat.frame(&w.say("make-approve-title"));
    if trouble.same_try {
        frame.guard = frame.guard.with_key_of(seat.visit());
    }
    let base = format!("/app/events/{}", event.id);
    let mut notices: Vec<Notice> = trouble.notice.into_iter().collect();
    if event.status == "PUBLISH_FAILED" && notices.is_empty() {
        notices.push(
            Notice::new(Tone::Bad, w.say("make-failed"), w.say("make-failed-text"))
                .link(format!("{base}/progress"), w.say("make-failed-why")),
        );
    }
    let period = period(event, seat.visit().now, w);
    let (prizes, channels) = (event.prize_cost(), event.channel_cost());
    let template = Approve {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Approve, Some(event), w),
        path: format!("{base}/approve"),
        edit: format!("{base}/by-hand"),
        pictures: format!("{base}/pictures"),
        channels: format!("{base}/channels"),
        version: event.version,
        notices,
        blocking: listed(&findings.blocking, &base, w),
        warnings: listed(&findings.warnings, &base, w),
        title: event
            .title
            .clone()
            .unwrap_or_else(|| w.say("event-untitled")),
        description: event.description.clone().unwrap_or_default(),
        posts: posts(event, w),
        prizes: event
            .prizes
            .iter()
            .map(|prize| {
                let each = w.one("make-each", "won", won(prize.unit_cost, w));
                (prize.name.clone(), people(prize.quantity, w), each)
            })
            .collect(),
        winners: people(event.winner_count.unwrap_or(0), w),
        prize_cost: won(prizes, w),
        channel_cost: won(channels, w),
        total: won(prizes.saturating_add(channels), w),
        rules: rules::rules(event, &period, w),
        retention: rules::retention(w),
        period,
        frame: &frame,
    };
    seat.page(status, &frame, &template)
}

/// From when until when; an event without both days is not ready anyway.
fn period(event: &Draft, now: chrono::DateTime<chrono::Utc>, w: Words) -> String {
    let at = |time: &Option<String>| {
        let time = time.as_deref().and_then(times::parse);
        time.map(|time| times::moment(time, now, w.0))
    };
    let has_begun = event.starts_at.as_deref().and_then(times::parse);
    let has_begun = has_begun.is_some_and(|start| start <= now);
    match (at(&event.starts_at), at(&event.ends_at)) {
        (Some(_), Some(to)) if has_begun => w.one("make-from-now", "to", to),
        (Some(from), Some(to)) => {
            w.with("join-from-to", &[("from", from.into()), ("to", to.into())])
        }
        _ => w.say("event-no-period"),
    }
}

/// What is told of a finding beside the API's own words, and where it is mended.
fn listed(found: &[Found], base: &str, w: Words) -> Vec<Finding> {
    found
        .iter()
        .map(|one| {
            let step = match one.field.as_str() {
                "images" => "pictures",
                field if field.starts_with("channels") => "channels",
                _ => "by-hand",
            };
            let key = format!("{}{}", "make-explain-", one.code);
            Finding {
                text: one.message.clone(),
                more: w.knows(&key).then(|| w.say(&key)),
                link: format!("{base}/{step}"),
                fix: w.say(&format!("{}{step}", "make-fix-")),
            }
        })
        .collect()
}

/// The picture of each channel, as it is chosen when it is put up.
fn posts(event: &Draft, w: Words) -> Vec<Post> {
    event
        .channels
        .iter()
        .map(|choice| {
            let code = choice.channel.as_str();
            let wanted = match code {
                "INSTAGRAM" => "INSTAGRAM",
                "KAKAO" => "KAKAO",
                _ => "NAVER",
            };
            let of = |platform: &str| event.images.iter().find(|i| i.platform == platform);
            let image = of(wanted).or_else(|| of("NAVER")).or(event.images.first());
            Post {
                channel: channel_name(code, w),
                lead: coded(w, "make-lead-", code),
                cost: match choice.budget.unwrap_or(0) {
                    0 => w.say("make-free"),
                    budget => w.one("make-up-to", "won", won(budget, w)),
                },
                shot: image.filter(|_| code != "RINGO_BIZ").map(Shot::of),
                text: w.say("make-ring-back"),
            }
        })
        .collect()
}
