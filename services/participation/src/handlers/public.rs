use crate::domain::rules::EventRules;
use crate::domain::winner::{Drawn, Kind};
use crate::error::Error;
use crate::handlers::draw_view::published_seed;
use crate::ops::freeze::{freeze_if_closed, piece};
use crate::ops::frozen::FrozenLists;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::draws::Draw;
use anyhow::Context;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::Channel;
use janchi_crypto::Keyring;
use janchi_draw::{Beacon, Bundle, Forfeit, Mode, Rank, VERSION};
use janchi_runtime::Clock;
use janchi_web::{Json, Kept, Path, Tag};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

/// May be kept, but is asked about each time: a draw is news.
const ASK_EACH_TIME: &str = "public, no-cache";
const A_MINUTE: &str = "public, max-age=60";

/// An event, and where its code was heard.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpokenCode {
    event_code: String,
    channel: Channel,
}

/// What somebody heard on TV or by phone, as the event it stands for.
pub async fn find_spoken_code(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    headers: HeaderMap,
    Path(spoken_code): Path<String>,
) -> Result<Kept<Json<SpokenCode>>, Error> {
    let spoken = spoken_code.trim();
    if spoken.is_empty() || spoken.len() > 32 || spoken.contains('\0') {
        return Err(Error::NotFound);
    }
    let (event_id, channel) = store::codes::find_spoken(&db, spoken)
        .await?
        .ok_or(Error::NotFound)?;
    let event_code = book.event_code(event_id).await?.ok_or(Error::NotFound)?;
    let spoken = SpokenCode {
        event_code,
        channel,
    };
    Ok(Kept::json(&headers, A_MINUTE, &spoken).context("write an answer")?)
}

/// A draw in short, for its public page.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublicDrawView")]
pub struct PublicDraw {
    version: &'static str,
    draw_id: Uuid,
    draw_no: u32,
    event_id: Uuid,
    event_code: String,
    event_title: String,
    store_name: String,
    status: Status,
    mode: Mode,
    prizes: Vec<Prize>,
    winner_count: u32,
    commitment: String,
    committed_at: DateTime<Utc>,
    rules: Value,
    rules_hash: String,
    participant_count: Option<u64>,
    entries_root: Option<String>,
    frozen_at: Option<DateTime<Utc>>,
    beacon: Beacon,
    seed: Option<String>,
    drawn_at: Option<DateTime<Utc>>,
    winners: Option<Vec<Rank>>,
    alternates: Option<Vec<Rank>>,
    forfeits: Vec<Forfeit>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "DrawStatus")]
enum Status {
    Committed,
    Frozen,
    Drawn,
}

pub async fn show_public_draw(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(clock): State<Clock>,
    headers: HeaderMap,
    Path(draw_id): Path<Uuid>,
) -> Result<Kept<Json<PublicDraw>>, Error> {
    let (draw, rules) = find(&db, &book, draw_id, clock.now()).await?;
    let places = places(&db, &draw).await?;
    let shown = PublicDraw {
        version: VERSION,
        draw_id,
        draw_no: draw.draw_no,
        event_id: draw.event_id,
        event_code: rules.code,
        event_title: rules.title,
        store_name: rules.store_name,
        status: match (draw.drawn_at, draw.frozen_at) {
            (Some(_), _) => Status::Drawn,
            (None, Some(_)) => Status::Frozen,
            (None, None) => Status::Committed,
        },
        mode: draw.mode,
        prizes: rules.prizes,
        winner_count: rules.winner_count,
        commitment: hex::encode(draw.commitment),
        committed_at: draw.committed_at,
        rules_hash: hex::encode(draw.rules_hash),
        participant_count: draw.entry_count,
        entries_root: draw.entries_root.map(hex::encode),
        frozen_at: draw.frozen_at,
        beacon: Beacon::none(),
        seed: published_seed(&keyring, &draw)?,
        drawn_at: draw.drawn_at,
        winners: draw.drawn_at.map(|_| places.winners),
        alternates: draw.drawn_at.map(|_| places.alternates),
        forfeits: places.forfeits,
        rules: draw.rules,
    };
    Ok(Kept::json(&headers, ASK_EACH_TIME, &shown).context("write an answer")?)
}

/// All that it takes to recompute the draw. A list of a million entries is 85 MB: it leaves piece by piece.
pub async fn show_draw_bundle(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(lists): State<FrozenLists>,
    State(clock): State<Clock>,
    headers: HeaderMap,
    Path(draw_id): Path<Uuid>,
) -> Result<Kept<Json<Bundle>>, Error> {
    let (draw, _) = find(&db, &book, draw_id, clock.now()).await?;
    let places = places(&db, &draw).await?;
    let pieces = lists.heads(&db, &draw).await?.len();
    let bundle = Bundle {
        version: VERSION.to_owned(),
        draw_id: draw.id.to_string(),
        event_id: draw.event_id.to_string(),
        draw_no: draw.draw_no,
        mode: draw.mode,
        commitment: hex::encode(draw.commitment),
        committed_at: draw.committed_at,
        rules_hash: hex::encode(draw.rules_hash),
        entries: draw.frozen_at.map(|_| Vec::new()),
        entries_root: draw.entries_root.map(hex::encode),
        frozen_at: draw.frozen_at,
        beacon: Beacon::none(),
        seed: published_seed(&keyring, &draw)?,
        drawn_at: draw.drawn_at,
        winners: draw.drawn_at.map(|_| places.winners),
        alternates: draw.drawn_at.map(|_| places.alternates),
        forfeits: places.forfeits,
        rules: draw.rules,
    };
    // The root stands for the entries: who has the bytes around them has them.
    let text = serde_json::to_string(&bundle).context("write an answer")?;
    let tag = Tag::of(text.as_bytes());
    if tag.is_known(&headers) {
        return Ok(Kept::known(&tag, ASK_EACH_TIME));
    }
    let json = [(CONTENT_TYPE, "application/json")];
    // The rules stand before the entries and are the owner's text; `rulesHash` is between them.
    let around = text
        .find("\"rulesHash\":")
        .and_then(|from| Some(from + text[from..].find(NO_ENTRIES)? + NO_ENTRIES.len() - 1))
        .filter(|_| pieces > 0);
    let Some(at) = around else {
        return Ok(Kept::fresh(&tag, ASK_EACH_TIME, (json, text)));
    };
    let (before, after) = text.split_at(at);
    let (before, after) = (before.to_owned(), after.to_owned());
    let entries = stream::iter(0..pieces).then(move |no| {
        let db = db.clone();
        async move { Ok(entries_text(no, &piece(&db, draw_id, no).await?)) }
    });
    let body = stream::once(async { Ok::<_, Error>(before) })
        .chain(entries)
        .chain(stream::once(async { Ok(after) }));
    let body = Body::from_stream(body);
    Ok(Kept::fresh(&tag, ASK_EACH_TIME, (json, body)))
}

/// An empty list in the bundle's text; the entries go between its brackets.
const NO_ENTRIES: &str = "\"entries\":[]";

fn entries_text(no: usize, entries: &[([u8; 32], u32)]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(entries.len() * 90);
    let mut tag = [0; 64];
    for (at, (bytes, weight)) in entries.iter().enumerate() {
        if no > 0 || at > 0 {
            text.push(',');
        }
        // Neither fails: the buffer fits, and a text takes what is written.
        let _ = hex::encode_to_slice(bytes, &mut tag);
        let tag = std::str::from_utf8(&tag).unwrap_or_default();
        let _ = write!(text, "{{\"tag\":\"{tag}\",\"weight\":{weight}}}");
    }
    text
}

async fn find(
    db: &PgPool,
    book: &RuleBook,
    draw_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(Draw, EventRules), Error> {
    let mut draw = store::draws::find_draw(db, draw_id)
        .await?
        .ok_or(Error::NotFound)?;
    if draw.frozen_at.is_none() {
        freeze_if_closed(db, book, draw.event_id, now).await?;
        draw = store::draws::find_draw(db, draw_id)
            .await?
            .ok_or(Error::NotFound)?;
    }
    let rules = store::rules::find_rules(db, draw.event_id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok((draw, rules))
}

#[derive(Default)]
struct Places {
    winners: Vec<Rank>,
    alternates: Vec<Rank>,
    forfeits: Vec<Forfeit>,
}

async fn places(db: &PgPool, draw: &Draw) -> Result<Places, Error> {
    let mut connection = db.acquire().await?;
    let drawn = store::winners::list_drawn(&mut connection, draw.id, None).await?;
    let of = |kind: Kind| {
        let rank = |d: &Drawn| Rank {
            rank: d.rank,
            tag: hex::encode(&d.tag),
        };
        drawn.iter().filter(|d| d.kind == kind).map(rank).collect()
    };
    let mut forfeits: Vec<Forfeit> = drawn
        .iter()
        .filter_map(|d| {
            let given_on = d.forfeit()?;
            let reason = given_on.reason.clone().unwrap_or_default();
            Some(Forfeit {
                tag: hex::encode(&d.tag),
                reason,
                at: given_on.at,
            })
        })
        .collect();
    forfeits.sort_by_key(|f| f.at);
    Ok(Places {
        winners: of(Kind::Winner),
        alternates: of(Kind::Alternate),
        forfeits,
    })
}
