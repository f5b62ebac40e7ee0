use super::{LoggedIn, nullable};
use crate::domain::fault::Faults;
use crate::domain::shop;
use crate::domain::vault::Column;
use crate::error::Error;
use crate::ops::profile::StoreView;
use crate::state::AppState;
use crate::store::{self, stores::StoreChange, stores::StoreRow};
use axum::extract::State;
use axum::http::header;
use janchi_contracts::reference::Code;
use janchi_db::audit;
use janchi_web::openapi::Answer;
use janchi_web::{IfMatch, Json, etag};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// A shop with its version, for whoever wants to write only over what they have seen.
type Versioned = Answer<200, Json<StoreView>>;

fn answer(state: &AppState, row: &StoreRow) -> Result<Versioned, Error> {
    let view = StoreView::open(&state.vault, row)?;
    Ok(Answer::new((
        [(header::ETAG, etag(row.version))],
        Json(view),
    )))
}

/// The owner's own shop.
pub async fn get_store(
    State(state): State<AppState>,
    caller: LoggedIn,
) -> Result<Versioned, Error> {
    let row = store::stores::find_store_of(&state.db, caller.user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    answer(&state, &row)
}

/// `PATCH /api/users/me/store`: absent fields stay, `null` removes hours and phone. The business number cannot be
/// changed: another number is another shop.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStore {
    name: Option<String>,
    industry: Option<String>,
    region: Option<String>,
    address: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    business_hours: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    phone: Option<Option<String>>,
}

/// Changes the owner's shop. `If-Match` is heeded where it is sent.
pub async fn update_store(
    State(state): State<AppState>,
    caller: LoggedIn,
    seen: IfMatch,
    Json(body): Json<UpdateStore>,
) -> Result<Versioned, Error> {
    let mut faults = Faults::default();
    let name = faults.take_if("name", body.name.as_deref().map(shop::parse_shop_name));
    let industry = faults.take_if(
        "industry",
        body.industry.as_deref().map(shop::parse_industry),
    );
    let region = faults.take_if("region", body.region.as_deref().map(shop::parse_region));
    let address = faults.take_if("address", body.address.as_deref().map(shop::parse_address));
    let hours = body
        .business_hours
        .map(|hours| hours.map_or(Ok(None), |text| shop::parse_business_hours(&text)));
    let hours = faults.take_if("businessHours", hours);
    let phone = body
        .phone
        .map(|phone| phone.map_or(Ok(None), |text| shop::parse_shop_phone(&text)));
    let phone = faults.take_if("phone", phone);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (user_id, vault) = (caller.user_id, &state.vault);
    let mut tx = state.db.begin().await?;
    let row = store::stores::lock_store_of(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    if !seen.allows(row.version) {
        return Err(Error::Outdated);
    }
    let phone =
        phone.map(|phone| phone.map(|phone| vault.seal(Column::StorePhone, row.id, &phone)));
    let change = StoreChange {
        name: name.as_deref(),
        industry: industry.map(Code::code),
        region: region.map(Code::code),
        address: address.as_deref(),
        business_hours: hours.as_ref().map(Option::as_deref),
        phone: phone.as_ref().map(Option::as_deref),
    };
    store::stores::update_store(&mut *tx, user_id, change, state.clock.now()).await?;
    let row = store::stores::find_store_of(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    audit::record(
        &mut tx,
        &user_id.to_string(),
        "store.updated",
        &row.id.to_string(),
        json!({}),
    )
    .await?;
    tx.commit().await?;
    answer(&state, &row)
}
