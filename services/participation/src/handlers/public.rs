use crate::domain::rules::EventRules;
use crate::domain::winner::{Drawn, Kind};
use crate::error::Error;
use crate::handlers::draw_shapes::{DrawBeacon, DrawBundle, DrawForfeit, DrawMode, DrawRank};
use crate::handlers::draw_view::published_seed;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::draws::Draw;
use anyhow::Context;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::Channel;
use janchi_crypto::{Keyring, sha256};
use janchi_draw::{Beacon, Bundle, Entry, Forfeit, Mode, Rank, VERSION};
use janchi_runtime::Clock;
use janchi_web::openapi::Answer;
use janchi_web::{Json, Path};
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
) -> Result<Answer<200, Json<SpokenCode>>, Error> {
    let spoken = spoken_code.trim();
    if spoken.is_empty() || spoken.len() > 32 || spoken.contains('\0') {
        return Err(Error::NotFound);
    }
    let (event_id, channel) = store::codes::find_spoken(&db, spoken)
        .await?
        .ok_or(Error::NotFound)?;
    let event_code = book.event_code(event_id).await?.ok_or(Error::NotFound)?;
    tagged(
        &headers,
        A_MINUTE,
        &SpokenCode {
            event_code,
            channel,
        },
    )
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
    #[schemars(with = "DrawMode")]
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
    #[schemars(with = "DrawBeacon")]
    beacon: Beacon,
    seed: Option<String>,
    drawn_at: Option<DateTime<Utc>>,
    #[schemars(with = "Option<Vec<DrawRank>>")]
    winners: Option<Vec<Rank>>,
    #[schemars(with = "Option<Vec<DrawRank>>")]
    alternates: Option<Vec<Rank>>,
    #[schemars(with = "Vec<DrawForfeit>")]
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
) -> Result<Answer<200, Json<PublicDraw>>, Error> {
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
    tagged(&headers, ASK_EACH_TIME, &shown)
}

/// All that it takes to recompute the draw.
pub async fn show_draw_bundle(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(clock): State<Clock>,
    headers: HeaderMap,
    Path(draw_id): Path<Uuid>,
) -> Result<Answer<200, Json<DrawBundle>>, Error> {
    let (draw, _) = find(&db, &book, draw_id, clock.now()).await?;
    let places = places(&db, &draw).await?;
    let entries = match draw.frozen_at {
        Some(_) => Some(
            store::draws::list_by_tag(&db, draw.event_id)
                .await?
                .into_iter()
                .map(|e| Entry {
                    tag: hex::encode(e.tag),
                    weight: e.weight,
                })
                .collect(),
        ),
        None => None,
    };
    let bundle = Bundle {
        version: VERSION.to_owned(),
        draw_id: draw.id.to_string(),
        event_id: draw.event_id.to_string(),
        draw_no: draw.draw_no,
        mode: draw.mode,
        commitment: hex::encode(draw.commitment),
        committed_at: draw.committed_at,
        rules_hash: hex::encode(draw.rules_hash),
        entries,
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
    tagged(&headers, ASK_EACH_TIME, &bundle)
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

/// JSON with an `ETag` of its bytes, or 304 for whoever has them. `T` is what others are told of it.
fn tagged<T>(
    headers: &HeaderMap,
    caching: &'static str,
    body: &impl Serialize,
) -> Result<Answer<200, Json<T>>, Error> {
    let body = serde_json::to_vec(body).context("write an answer")?;
    let tag = format!("\"{}\"", hex::encode(&sha256(&body)[..16]));
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let has_it = known.split(',').any(|k| {
        let k = k.trim();
        k == "*" || k.trim_start_matches("W/") == tag
    });
    let head = [
        (ETAG, tag.as_str()),
        (CACHE_CONTROL, caching),
        (CONTENT_TYPE, "application/json"),
    ];
    Ok(if has_it {
        Answer::new((StatusCode::NOT_MODIFIED, head))
    } else {
        Answer::new((head, body))
    })
}
