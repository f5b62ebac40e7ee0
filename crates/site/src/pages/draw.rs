//! `/draws/{drawId}`: what was promised before a draw, and what proves it afterwards.

use super::Desk;
use crate::api::{Api, Call};
use crate::assets::{DRAW_SCRIPT, VERIFIER};
use crate::frame::Frame;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// So many places are listed; the bundle has them all.
const LISTED: usize = 100;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublicDraw {
    draw_id: String,
    event_code: String,
    event_title: String,
    store_name: String,
    status: String,
    mode: String,
    prizes: Vec<Prize>,
    winner_count: u32,
    commitment: String,
    committed_at: String,
    rules_hash: String,
    participant_count: Option<u64>,
    entries_root: Option<String>,
    frozen_at: Option<String>,
    beacon: Beacon,
    seed: Option<String>,
    drawn_at: Option<String>,
    winners: Option<Vec<Rank>>,
    alternates: Option<Vec<Rank>>,
    #[serde(default)]
    forfeits: Vec<Forfeit>,
}

#[derive(Debug, Clone, Deserialize)]
struct Prize {
    name: String,
    quantity: u32,
}

#[derive(Debug, Clone, Deserialize)]
struct Beacon {
    id: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Rank {
    rank: u32,
    tag: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Forfeit {
    tag: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "draw.html")]
struct Draw<'a> {
    frame: &'a Frame,
    w: Words,
    draw: &'a PublicDraw,
    script: &'a str,
    verifier: &'a str,
    script_words: String,
    heading: String,
    lead: String,
    steps: Vec<Step>,
    places: Option<Places>,
    mode: String,
    bundle_name: String,
}

struct Step {
    title: String,
    when: String,
    is_done: bool,
    is_now: bool,
}

struct Places {
    winners: Vec<Place>,
    alternates: Vec<Place>,
    alternate_count: u32,
    more: Option<String>,
}

struct Place {
    rank: u32,
    tag: String,
    prize: Option<String>,
    forfeit: Option<String>,
}

/// The draw's page.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>, id: &str) -> Page {
    let path = format!("/api/public/draws/{id}");
    let reply = desk.api.call(Call::get(path, desk.language())).await;
    let draw: Option<PublicDraw> = serde_json::from_value(reply.json.clone()).ok();
    let Some(draw) = draw.filter(|_| reply.is_fine()) else {
        return desk.instead(&reply);
    };
    let w = desk.words;
    let mut frame = desk.frame(&w.one("draw-title", "store", draw.store_name.as_str()));
    frame.is_public = true;
    let template = Draw {
        frame: &frame,
        w,
        script: &DRAW_SCRIPT.path,
        verifier: &VERIFIER.path,
        script_words: script_words(w),
        heading: w.say(match draw.status.as_str() {
            "DRAWN" => "draw-drawn",
            "FROZEN" => "draw-frozen",
            _ => "draw-committed",
        }),
        lead: w.say(match draw.status.as_str() {
            "DRAWN" => "draw-drawn-lead",
            "FROZEN" => "draw-frozen-lead",
            _ => "draw-committed-lead",
        }),
        steps: steps(desk, &draw),
        places: places(&draw, w),
        mode: w.say(if draw.mode == "WEIGHTED" {
            "draw-weighted"
        } else {
            "draw-uniform"
        }),
        bundle_name: format!("draw-{}.json", draw.event_code),
        draw: &draw,
    };
    desk.page(StatusCode::OK, &frame, &template)
}

fn steps<A: Api>(desk: &Desk<'_, A>, draw: &PublicDraw) -> Vec<Step> {
    let w = desk.words;
    let times = [
        Some(&draw.committed_at),
        draw.frozen_at.as_ref(),
        draw.drawn_at.as_ref(),
    ];
    let reached = times.iter().filter(|time| time.is_some()).count();
    ["draw-step-committed", "draw-step-frozen", "draw-step-drawn"]
        .into_iter()
        .zip(times)
        .enumerate()
        .map(|(i, (key, time))| {
            let time = time.and_then(|text| times::parse(text));
            Step {
                title: w.say(key),
                when: time.map_or_else(
                    || w.say("draw-step-later"),
                    |t| times::moment(t, desk.visit.now, w.0),
                ),
                is_done: time.is_some(),
                is_now: i + 1 == reached,
            }
        })
        .collect()
}

fn places(draw: &PublicDraw, w: Words) -> Option<Places> {
    let winners = draw.winners.as_ref()?;
    let alternates = draw.alternates.as_deref().unwrap_or_default();
    let reasons: HashMap<&str, &str> = draw
        .forfeits
        .iter()
        .map(|forfeit| (forfeit.tag.as_str(), forfeit.reason.as_str()))
        .collect();
    let place = |rank: &Rank, prize: Option<String>| Place {
        rank: rank.rank,
        tag: short(&rank.tag),
        prize,
        forfeit: reasons
            .get(rank.tag.as_str())
            .map(|reason| w.one("draw-forfeit", "reason", *reason)),
    };
    let list = |ranks: &[Rank], prized: bool| -> Vec<Place> {
        ranks
            .iter()
            .take(LISTED)
            .map(|rank| place(rank, prized.then(|| prize_of(draw, rank.rank)).flatten()))
            .collect()
    };
    let hidden = winners.len().saturating_sub(LISTED);
    Some(Places {
        winners: list(winners, true),
        alternates: list(alternates, false),
        alternate_count: u32::try_from(alternates.len()).unwrap_or(u32::MAX),
        more: (hidden > 0).then(|| w.one("draw-more", "n", hidden as f64)),
    })
}

/// Prizes go by rank, in the order of the rules.
fn prize_of(draw: &PublicDraw, rank: u32) -> Option<String> {
    let mut last = 0_u32;
    draw.prizes
        .iter()
        .find(|prize| {
            last = last.saturating_add(prize.quantity);
            rank <= last
        })
        .map(|prize| prize.name.clone())
}

/// Enough of a tag to know one's own by.
fn short(tag: &str) -> String {
    match (tag.get(..8), tag.get(tag.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if tag.len() > 16 => format!("{head}…{tail}"),
        _ => tag.to_owned(),
    }
}

fn script_words(w: Words) -> String {
    let mut words = json!({});
    for (name, key) in [
        ("working", "verify-working"),
        ("away", "verify-away"),
        ("good", "verify-good"),
        ("early", "verify-early"),
        ("frozen", "verify-frozen"),
        ("bad", "verify-bad"),
        ("version", "verify-version"),
        ("shape", "verify-shape"),
        ("times", "verify-times"),
        ("commitment", "verify-commitment"),
        ("rulesHash", "verify-rules"),
        ("againstRules", "verify-against-rules"),
        ("order", "verify-order"),
        ("entriesRoot", "verify-root"),
        ("winnerCount", "verify-winner-count"),
        ("winners", "verify-winners"),
        ("alternates", "verify-alternates"),
        ("forfeits", "verify-forfeits"),
    ] {
        words[name] = w.say(key).into();
    }
    words.to_string()
}
