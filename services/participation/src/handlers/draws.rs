use crate::error::{Error, Field};
use crate::handlers::draw_view::{DrawView, draw_view};
use crate::ops::event_keys::EventKeys;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::rule_book::RuleBook;
use crate::ops::run_draw::{Asked, ClaimTerms, MOST_ALTERNATES, run_draw};
use crate::store;
use anyhow::Context;
use axum::extract::State;
use janchi_crypto::{Keyring, LookupKey};
use janchi_runtime::Clock;
use janchi_web::openapi::Answer;
use janchi_web::{IdempotencyKey, Json, List, OrDefault, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// How many to draw. Everything may be left out: the rules say it.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDraw {
    winner_count: Option<u32>,
    alternate_count: Option<u32>,
}

#[expect(clippy::too_many_arguments, reason = "each is one part of the state")]
pub async fn create_draw(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(lookup): State<LookupKey>,
    State(keys): State<EventKeys>,
    State(claims): State<ClaimTerms>,
    State(clock): State<Clock>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    key: IdempotencyKey,
    OrDefault(body): OrDefault<NewDraw>,
) -> Result<Answer<201, Json<DrawView>>, Error> {
    if body
        .alternate_count
        .is_some_and(|count| count > MOST_ALTERNATES)
    {
        return Err(Field::new(
            "alternateCount",
            "OUT_OF_RANGE",
            "예비 당첨자는 0명에서 100명까지 정할 수 있어요.",
            "Must be between 0 and 100.",
        )
        .into());
    }
    if body.winner_count == Some(0) {
        return Err(Field::new(
            "winnerCount",
            "OUT_OF_RANGE",
            "당첨자는 한 명 이상이어야 해요.",
            "Must be at least 1.",
        )
        .into());
    }
    let key = key
        .0
        .map(|key| Ok::<_, Error>((key, fingerprint(&lookup, event_id, &body)?)))
        .transpose()?;
    let asked = Asked {
        owner: owner.user_id,
        event_id,
        winner_count: body.winner_count,
        alternate_count: body.alternate_count,
        key,
        claims,
    };
    // A draw that has begun is finished, whether or not its owner still waits for the answer.
    let (work_db, work_keyring) = (db.clone(), keyring);
    let drawing =
        janchi_runtime::request_id::scope(janchi_runtime::request_id::current(), async move {
            run_draw(&work_db, &work_keyring, &book, asked, clock.now()).await
        });
    let draw_id = tokio::spawn(drawing).await.context("run a draw")??;
    let draw = store::draws::find_draw(&db, draw_id)
        .await?
        .ok_or(Error::NotFound)?;
    let rules = store::rules::find_rules(&db, draw.event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let view = draw_view(&db, &keys, &rules, &draw).await?;
    Ok(Answer::new(Json(view)))
}

fn fingerprint(lookup: &LookupKey, event_id: Uuid, body: &NewDraw) -> Result<[u8; 32], Error> {
    let body = serde_json::to_string(body).context("write a request")?;
    Ok(lookup.hash("draws.request", &format!("{event_id}{body}")))
}

/// A page of a list without filters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PageQuery {
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

pub async fn list_draws(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keys): State<EventKeys>,
    State(clock): State<Clock>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Result<Json<List<DrawView>>, Error> {
    PageRequest::parse(query.limit, query.cursor)?;
    book.owned_event(owner.user_id, event_id).await?;
    freeze_if_closed(&db, &book, event_id, clock.now()).await?;
    let mut items = Vec::new();
    if let (Some(rules), Some(draw)) = (
        store::rules::find_rules(&db, event_id).await?,
        store::draws::find_draw_of_event(&db, event_id).await?,
    ) {
        items.push(draw_view(&db, &keys, &rules, &draw).await?);
    }
    let total_count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok(Json(List {
        items,
        next_cursor: None,
        total_count,
    }))
}
