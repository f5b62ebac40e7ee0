use super::{DEVICE_TOKEN, LoggedIn, caller};
use crate::domain::account::{Email, Name, Password, parse_phone};
use crate::domain::fault::Faults;
use crate::domain::shop;
use crate::error::Error;
use crate::ops::login;
use crate::ops::profile::{StoreView, UserView};
use crate::ops::registration::{self, Registration, RetryKey, Shop, SignedIn};
use crate::ops::sessions::Tokens;
use crate::state::AppState;
use anyhow::Context;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::NoContent;
use janchi_web::openapi::Answer;
use janchi_web::{Empty, IdempotencyKey, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/users/register`
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterRequest {
    email: String,
    phone_number: String,
    password: String,
    name: String,
    store: RegisterStore,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegisterStore {
    name: String,
    industry: String,
    region: String,
    address: String,
    business_number: String,
    business_hours: Option<String>,
    phone: Option<String>,
}

impl RegisterRequest {
    fn parse(&self) -> Result<Registration, Error> {
        let mut faults = Faults::default();
        let email = faults.take("email", Email::parse(&self.email));
        let phone = faults.take("phoneNumber", parse_phone(&self.phone_number));
        let password = faults.take("password", Password::parse(&self.password));
        let name = faults.take("name", Name::parse(&self.name));
        let shop = self.store.parse(&mut faults);
        match (email, phone, password, name, shop) {
            (Some(email), Some(phone), Some(password), Some(name), Some(shop))
                if faults.is_empty() =>
            {
                Ok(Registration {
                    email,
                    phone,
                    password,
                    name,
                    shop,
                })
            }
            _ => Err(Error::Invalid(faults)),
        }
    }
}

impl RegisterStore {
    fn parse(&self, faults: &mut Faults) -> Option<Shop> {
        let name = faults.take("store.name", shop::parse_shop_name(&self.name));
        let industry = faults.take("store.industry", shop::parse_industry(&self.industry));
        let region = faults.take("store.region", shop::parse_region(&self.region));
        let address = faults.take("store.address", shop::parse_address(&self.address));
        let number = faults.take(
            "store.businessNumber",
            shop::parse_business_number(&self.business_number),
        );
        let hours = self
            .business_hours
            .as_deref()
            .map(shop::parse_business_hours);
        let hours = faults.take_if("store.businessHours", hours);
        let phone = faults.take_if(
            "store.phone",
            self.phone.as_deref().map(shop::parse_shop_phone),
        );
        Some(Shop {
            name: name?,
            industry: industry?,
            region: region?,
            address: address?,
            business_number: number?,
            business_hours: hours.flatten(),
            phone: phone.flatten(),
        })
    }
}

/// Answer to a sign-up or a login.
#[derive(Serialize, JsonSchema)]
pub struct SignedInAnswer {
    user: UserView,
    store: StoreView,
    tokens: Tokens,
}

/// The answer, with the device's token in a header.
fn answer<const STATUS: u16>(signed_in: SignedIn) -> Answer<STATUS, Json<SignedInAnswer>> {
    let body = SignedInAnswer {
        user: signed_in.user,
        store: signed_in.store,
        tokens: signed_in.tokens,
    };
    Answer::new(([(DEVICE_TOKEN, signed_in.device_token)], Json(body)))
}

/// Signs up an owner with the shop and logs in.
pub async fn register(
    State(state): State<AppState>,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    Json(body): Json<RegisterRequest>,
) -> Result<Answer<201, Json<SignedInAnswer>>, Error> {
    let who = body.parse()?;
    let retry = match key {
        None => None,
        Some(key) => {
            let request = serde_json::to_string(&body).context("write a request down")?;
            Some(RetryKey {
                key,
                fingerprint: state.vault.fingerprint(&request),
            })
        }
    };
    let signed_in = registration::register(&state, who, retry, &caller(&headers)).await?;
    Ok(answer(signed_in))
}

/// `POST /api/users/login`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginRequest {
    login_id: String,
    password: String,
}

/// Logs in by phone or e-mail.
pub async fn log_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(body): Json<LoginRequest>,
) -> Result<Answer<200, Json<SignedInAnswer>>, Error> {
    let caller = caller(&headers);
    let signed_in = login::log_in(&state, &body.login_id, &body.password, &caller).await?;
    Ok(answer(signed_in))
}

/// `POST /api/users/refresh`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshRequest {
    refresh_token: String,
}

/// Answer to a refresh.
#[derive(Serialize, JsonSchema)]
pub struct RefreshAnswer {
    tokens: Tokens,
}

/// Gives new tokens for a refresh token, which is used up by it.
pub async fn refresh(
    State(state): State<AppState>,
    Json(body): Json<RefreshRequest>,
) -> Result<Json<RefreshAnswer>, Error> {
    let tokens = state
        .sessions
        .refresh(&state.db, &body.refresh_token)
        .await?;
    Ok(Json(RefreshAnswer { tokens }))
}

/// Ends this login.
pub async fn log_out(
    State(state): State<AppState>,
    caller: LoggedIn,
    _: Empty,
) -> Result<NoContent, Error> {
    login::end_login(&state, caller.user_id, caller.session_id, "user.logged_out").await?;
    Ok(NoContent)
}
