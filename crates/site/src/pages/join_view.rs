//! How an event looks to somebody who may enter it.

use super::join_form::{Typed, known_channel};
use super::public_event::{PublicEvent, Stage};
use super::{Desk, keepsake};
use crate::api::Api;
use crate::frame::Frame;
use crate::parts::{Check, Field, Notice, Tone};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;

#[derive(Template)]
#[template(path = "join.html")]
struct Join<'a> {
    frame: &'a Frame,
    w: Words,
    event: &'a PublicEvent,
    notices: Vec<Notice>,
    picture: Option<Picture>,
    period: String,
    left: Option<String>,
    odds: String,
    how: String,
    notes: Vec<(String, &'static str)>,
    is_open: bool,
    /// The form is further down; after a try it is where the eye goes anyway.
    can_jump: bool,
    channel: &'a str,
    tracking: &'a str,
    phone: Field,
    name: Field,
    visit: Option<Field>,
    over14: Check,
    privacy: Check,
    marketing: Check,
}

struct Picture {
    webp: String,
    jpeg: String,
    alt: String,
    width: u32,
    height: u32,
    is_ai: bool,
}

/// Something that went wrong with the form.
#[derive(Default)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    pub(super) notice: Option<Notice>,
    pub(super) refusal: Refusal,
    /// The next try is the same try.
    pub(super) same_try: bool,
}

/// The page in the state that the event is in.
pub(super) fn render<A: Api>(
    desk: &Desk<'_, A>,
    event: &PublicEvent,
    typed: &Typed,
    trouble: Trouble,
) -> Page {
    let w = desk.words;
    let mut frame = desk.frame(&event.title);
    frame.is_public = true;
    if trouble.same_try {
        frame.guard = frame.guard.with_key_of(desk.visit);
    }
    let mut notices: Vec<Notice> = standing(desk, event).into_iter().collect();
    notices.extend(trouble.notice);
    let wrong = |field: &str| trouble.refusal.about(field);
    let optional = || Some(w.say("field-optional"));
    let template = Join {
        frame: &frame,
        w,
        notices,
        picture: picture(event),
        period: period(desk, event),
        left: left(desk, event),
        odds: odds(event, w),
        how: how(event, w),
        notes: notes(event, w),
        is_open: event.stage() == Stage::Open,
        can_jump: !desk.visit.is_post(),
        channel: known_channel(&typed.channel),
        tracking: &typed.tracking,
        phone: Field {
            name: "phone",
            kind: "tel",
            label: w.say("join-phone"),
            hint: Some(w.say("join-phone-hint")),
            value: typed.phone.clone(),
            error: wrong("phoneNumber"),
            has_focus: wrong("phoneNumber").is_some(),
            autocomplete: "tel-national",
            inputmode: "tel",
            longest: 30,
            is_code: true,
            ..Field::default()
        },
        name: Field {
            name: "name",
            kind: "text",
            label: w.say("join-name"),
            value: typed.name.clone(),
            error: wrong("name"),
            autocomplete: "nickname",
            longest: 50,
            optional: optional(),
            ..Field::default()
        },
        visit: event.bonus().map(|weight| Field {
            name: "visitCode",
            kind: "text",
            label: w.say("join-visit"),
            hint: Some(w.one("join-visit-hint", "weight", weight)),
            value: typed.visit_code.clone(),
            error: wrong("visitCode"),
            autocomplete: "off",
            inputmode: "numeric",
            longest: 12,
            optional: optional(),
            ..Field::default()
        }),
        over14: Check {
            name: "over14",
            label: w.say("join-over14"),
            standing: w.say("field-required"),
            is_required: true,
            is_ticked: typed.over14,
            error: wrong("consents.over14"),
        },
        privacy: Check {
            name: "privacy",
            label: w.say("join-privacy"),
            standing: w.say("field-required"),
            is_required: true,
            is_ticked: typed.privacy,
            error: wrong("consents.privacy"),
        },
        marketing: Check {
            name: "marketing",
            label: w.one("join-marketing", "store", event.store.name.as_str()),
            standing: w.say("field-choice"),
            is_ticked: typed.marketing,
            ..Check::default()
        },
        event,
    };
    desk.page(trouble.status, &frame, &template)
}

/// What there is to say before anything else.
fn standing<A: Api>(desk: &Desk<'_, A>, event: &PublicEvent) -> Option<Notice> {
    let w = desk.words;
    let code = &event.code;
    if event.stage() == Stage::Open && desk.visit.asked("left").is_some() {
        return Some(Notice::new(
            Tone::Good,
            w.say("join-left"),
            w.say("join-left-text"),
        ));
    }
    let has_receipt = keepsake::token(desk.visit, code).is_some();
    let to_receipt = |notice: Notice| match has_receipt {
        true => notice.link(format!("/e/{code}/receipt"), w.say("join-to-receipt")),
        false => notice,
    };
    let moment = |time: &Option<String>| {
        let time = time.as_deref().and_then(times::parse);
        time.map(|time| times::moment(time, desk.visit.now, desk.language()))
    };
    match event.stage() {
        Stage::Open if has_receipt && !desk.visit.is_post() => Some(to_receipt(Notice::new(
            Tone::Good,
            w.say("join-have"),
            w.say("join-have-text"),
        ))),
        Stage::Open => None,
        Stage::Soon => {
            let text = moment(&event.starts_at).map_or_else(
                || w.say("join-soon-text"),
                |when| w.one("join-soon-when", "when", when),
            );
            Some(Notice::new(Tone::Plain, w.say("join-soon"), text))
        }
        Stage::Over => {
            let text = moment(&event.closed_at.clone().or_else(|| event.ends_at.clone()))
                .map_or_else(
                    || w.say("join-over-text"),
                    |when| w.one("join-over-when", "when", when),
                );
            Some(to_receipt(Notice::new(
                Tone::Plain,
                w.say("join-over"),
                text,
            )))
        }
        Stage::Drawn => {
            let notice = Notice::new(Tone::Plain, w.say("join-drawn"), w.say("join-drawn-text"));
            Some(match (has_receipt, &event.draw) {
                (false, Some(draw)) => {
                    notice.link(format!("/draws/{}", draw.draw_id), w.say("join-draw-done"))
                }
                _ => to_receipt(notice),
            })
        }
        Stage::Cancelled => Some(Notice::new(
            Tone::Careful,
            w.say("join-cancelled"),
            w.say("join-cancelled-text"),
        )),
    }
}

fn picture(event: &PublicEvent) -> Option<Picture> {
    // Square and of a size that suits a phone: what was made for Kakao, else the first.
    let image = event
        .images
        .iter()
        .find(|image| image.platform == "KAKAO")
        .or_else(|| event.images.first())?;
    Some(Picture {
        webp: image.variants.webp.clone(),
        jpeg: image.variants.jpeg.clone(),
        alt: image.alt_text.clone(),
        width: image.width,
        height: image.height,
        is_ai: image.ai_generated,
    })
}

fn period<A: Api>(desk: &Desk<'_, A>, event: &PublicEvent) -> String {
    let (w, now) = (desk.words, desk.visit.now);
    let moment = |time: &Option<String>| {
        time.as_deref()
            .and_then(times::parse)
            .map(|time| times::moment(time, now, w.0))
    };
    match (moment(&event.starts_at), moment(&event.ends_at)) {
        (Some(from), Some(to)) => {
            w.with("join-from-to", &[("from", from.into()), ("to", to.into())])
        }
        (None, Some(to)) => w.one("join-until", "to", to),
        (Some(from), None) => w.one("join-from", "from", from),
        (None, None) => w.say("join-no-period"),
    }
}

fn left<A: Api>(desk: &Desk<'_, A>, event: &PublicEvent) -> Option<String> {
    if event.stage() != Stage::Open {
        return None;
    }
    let end = event.ends_at.as_deref().and_then(times::parse)?;
    match times::days_until(end, desk.visit.now) {
        ..0 => None,
        0 => Some(desk.words.say("join-last-day")),
        days => Some(desk.words.one("join-days-left", "days", days as f64)),
    }
}

fn odds(event: &PublicEvent, w: Words) -> String {
    let people = event.participant_count as f64;
    match event.stage() {
        Stage::Over | Stage::Drawn if event.participant_count == 0 => w.say("join-odds-nobody"),
        Stage::Over | Stage::Drawn => w.with(
            "join-odds-over",
            &[
                ("n", people.into()),
                ("percent", percent(event.odds.probability, w).into()),
            ],
        ),
        _ if event.participant_count == 0 => w.say("join-odds-first"),
        _ => w.with(
            "join-odds-now",
            &[
                ("n", people.into()),
                ("percent", percent(event.odds.probability, w).into()),
            ],
        ),
    }
}

fn percent(probability: f64, w: Words) -> String {
    match probability * 100.0 {
        p if p >= 9.95 => format!("{p:.0}%"),
        p if p >= 0.1 => format!("{p:.1}%"),
        p if p <= 0.0 => "0%".to_owned(),
        _ => w.say("join-odds-tiny"),
    }
}

fn how(event: &PublicEvent, w: Words) -> String {
    let winners = event.winner_count;
    match event.bonus() {
        Some(weight) => w.with(
            "join-how-bonus",
            &[("n", winners.into()), ("weight", weight.into())],
        ),
        None => w.one("join-how-even", "n", winners),
    }
}

/// The notices of the API, which are in Korean, and the same in English where a reader wants that.
fn notes(event: &PublicEvent, w: Words) -> Vec<(String, &'static str)> {
    if w.0 == crate::words::Language::Korean {
        return event
            .notices
            .iter()
            .map(|note| (note.clone(), "ko"))
            .collect();
    }
    let mut notes = vec![
        w.say("join-note-age"),
        w.say("join-note-once"),
        w.say("join-note-phone"),
        w.say("join-note-free"),
    ];
    if event.notices.iter().any(|note| note.contains("제세공과금")) {
        notes.push(w.say("join-note-tax"));
    }
    if event.images.iter().any(|image| image.ai_generated) {
        notes.push(w.say("join-note-ai"));
    }
    notes.into_iter().map(|note| (note, "en")).collect()
}
