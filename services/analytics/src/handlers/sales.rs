use crate::domain::sale::{MOST, Sale};
use crate::error::Error;
use crate::ops::{build, outcome};
use crate::state::AppState;
use crate::store;
use anyhow::Context;
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_db::idempotency::{self, Claim};
use janchi_web::openapi::Answer;
use janchi_web::{IdempotencyKey, Json, Owner};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Sales of one event, from the shop's till.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddSales {
    event_id: Uuid,
    sales: Vec<NewSale>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewSale {
    sold_at: DateTime<Utc>,
    /// KRW.
    amount: i64,
    receipt_no: Option<String>,
}

/// How many sales counted, and how many were known already.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AddedSales")]
pub struct Added {
    accepted: u64,
    duplicates: u64,
}

pub async fn add_sales(
    State(state): State<AppState>,
    owner: Owner,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<AddSales>,
) -> Result<Answer<202, Json<Added>>, Error> {
    let event = build::own_event(&state, owner.user_id, body.event_id).await?;
    let fingerprint = state.lookup.hash(
        "pos-sales",
        &serde_json::to_string(&body).context("read the body")?,
    );
    let sales = parse(body.sales, state.clock.now())?;
    let scope = format!("{}:pos-sales", owner.user_id);
    let mut tx = state.db.begin().await?;
    if let Some(key) = &key {
        match idempotency::claim(&mut tx, &scope, key, &fingerprint).await? {
            Claim::Fresh => {}
            Claim::Reused => return Err(Error::KeyReused),
            Claim::Replay { ids, .. } => {
                let added: Added = serde_json::from_value(ids).context("read a stored answer")?;
                return Ok(Answer::new(Json(added)));
            }
        }
    }
    let accepted =
        store::sales::insert_sales(&mut tx, owner.user_id, event.event_id, &sales).await?;
    let added = Added {
        accepted,
        duplicates: sales.len() as u64 - accepted,
    };
    if accepted > 0 {
        outcome::tell_outcome(&mut tx, event.event_id, true).await?;
    }
    if let Some(key) = &key {
        let ids = serde_json::to_value(&added).context("store an answer")?;
        idempotency::complete(&mut tx, &scope, key, 202, &ids).await?;
    }
    tx.commit().await?;
    state.freshness.changed(event.event_id).await;
    Ok(Answer::new(Json(added)))
}

fn parse(sales: Vec<NewSale>, now: DateTime<Utc>) -> Result<Vec<Sale>, Error> {
    if sales.is_empty() || sales.len() > MOST {
        return Err(Error::SalesCount);
    }
    sales
        .into_iter()
        .enumerate()
        .map(|(at, sale)| {
            Sale::parse(sale.sold_at, sale.amount, sale.receipt_no, now)
                .map_err(|fault| Error::Sale { at, fault })
        })
        .collect()
}
