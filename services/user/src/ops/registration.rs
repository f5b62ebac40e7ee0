use super::login::{Caller, enter};
use super::profile::{StoreView, UserView};
use super::sessions::Tokens;
use crate::domain::account::{Email, Name, Password};
use crate::domain::vault::{Column, hex};
use crate::domain::verification::{Checked, Source, Standing, Verification};
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, stores::NewStore, users::NewUser};
use anyhow::Context;
use chrono::Utc;
use janchi_contracts::reference::{Code, Industry, Region};
use janchi_contracts::user::UserEvent;
use janchi_crypto::{BusinessNumber, Phone};
use janchi_db::audit;
use janchi_db::idempotency::{self, Claim};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// A checked sign-up.
pub struct Registration {
    pub email: Email,
    pub phone: Phone,
    pub password: Password,
    pub name: Name,
    pub shop: Shop,
}

/// The shop of a checked sign-up.
pub struct Shop {
    pub name: String,
    pub industry: Industry,
    pub region: Region,
    pub address: String,
    pub business_number: BusinessNumber,
    pub business_hours: Option<String>,
    pub phone: Option<String>,
}

/// What a sign-up or a login answers with.
pub struct SignedIn {
    pub user: UserView,
    pub store: StoreView,
    pub tokens: Tokens,
    /// By which the device is known at its next login.
    pub device_token: String,
}

/// A client's wish that the same sign-up, sent again, has no second effect.
pub struct RetryKey {
    pub key: String,
    /// Keyed hash of the request as sent.
    pub fingerprint: [u8; 32],
}

/// A retry key with the scopes it is claimed in. A stranger has no user id yet, so a key counts for whoever names the
/// same e-mail, phone or business number: strangers who happen to use one key do not get into each other's way.
struct Claimed {
    retry: RetryKey,
    scopes: [String; 3],
}

impl Claimed {
    fn new(state: &AppState, who: &Registration, retry: RetryKey) -> Self {
        let vault = &state.vault;
        let scopes = [
            format!("register:{}", hex(&vault.email_hash(&who.email))),
            format!("register:{}", hex(&vault.phone_hash(&who.phone))),
            format!(
                "register:{}",
                hex(&vault.business_hash(&who.shop.business_number))
            ),
        ];
        Self { retry, scopes }
    }

    /// The account made under this key before, if any.
    async fn claim(&self, tx: &mut PgConnection) -> Result<Option<Uuid>, Error> {
        let mut made = None;
        for scope in &self.scopes {
            match idempotency::claim(&mut *tx, scope, &self.retry.key, &self.retry.fingerprint)
                .await?
            {
                Claim::Fresh => {}
                Claim::Reused => return Err(Error::IdempotencyKeyReused),
                Claim::Replay { ids, .. } => {
                    made = ids["userId"].as_str().and_then(|id| id.parse().ok())
                }
            }
        }
        Ok(made)
    }

    /// Only looks: the claim is given up again, and made for good beside the effect.
    async fn made_before(&self, state: &AppState) -> Result<Option<Uuid>, Error> {
        let mut tx = state.db.begin().await?;
        let made = self.claim(&mut tx).await?;
        tx.rollback().await?;
        Ok(made)
    }

    async fn complete(&self, tx: &mut PgConnection, user_id: Uuid) -> Result<(), Error> {
        for scope in &self.scopes {
            idempotency::complete(
                &mut *tx,
                scope,
                &self.retry.key,
                201,
                &json!({ "userId": user_id }),
            )
            .await?;
        }
        Ok(())
    }
}

/// Signs up: account, shop, first login, audit row and `user.registered`, all or nothing.
///
/// # Errors
/// Something taken, a business that may not be used, an idempotency key used for another request.
pub async fn register(
    state: &AppState,
    who: Registration,
    retry: Option<RetryKey>,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    let Some(retry) = retry else {
        return sign_up(state, &who, None, caller).await;
    };
    let claimed = Claimed::new(state, &who, retry);
    // Asked first, so that a retry is answered even if the tax office has changed its mind meanwhile.
    if let Some(user_id) = claimed.made_before(state).await? {
        return sign_in_again(state, user_id, &who.password, caller).await;
    }
    match sign_up(state, &who, Some(&claimed), caller).await {
        Err(taken @ (Error::EmailTaken | Error::PhoneTaken | Error::BusinessNumberTaken)) => {
            // Perhaps by the same request, sent twice at once: then this one is its repetition.
            match claimed.made_before(state).await? {
                Some(user_id) => sign_in_again(state, user_id, &who.password, caller).await,
                None => Err(taken),
            }
        }
        other => other,
    }
}

async fn sign_up(
    state: &AppState,
    who: &Registration,
    claimed: Option<&Claimed>,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    refuse_taken(state, who).await?;
    let checked = check_business(state, &who.shop.business_number).await?;
    let password_hash = state.passwords.hash(&who.password).await?;
    let signer = state.sessions.signer().await?;
    let (user_id, now) = (Uuid::now_v7(), state.clock.now());

    let mut tx = state.db.begin().await?;
    if let Some(claimed) = claimed
        && let Some(made) = claimed.claim(&mut tx).await?
    {
        tx.rollback().await?;
        return sign_in_again(state, made, &who.password, caller).await;
    }
    let vault = &state.vault;
    let user = NewUser {
        id: user_id,
        name: &vault.seal(Column::UserName, user_id, who.name.as_str()),
        email: &vault.seal(Column::UserEmail, user_id, who.email.as_str()),
        email_hash: &vault.email_hash(&who.email),
        phone: &vault.seal(Column::UserPhone, user_id, &who.phone.e164()),
        phone_hash: &vault.phone_hash(&who.phone),
        password_hash: &password_hash,
        now,
    };
    store::users::insert_user(&mut *tx, user).await?;
    let store_id = insert_shop(state, &mut tx, user_id, &who.shop, checked).await?;
    let agent = caller.user_agent.as_deref();
    let opened = state
        .sessions
        .open(&mut tx, &signer, user_id, agent)
        .await?;
    janchi_queue::send_event(&mut tx, &UserEvent::Registered { user_id, store_id }).await?;
    if let Some(claimed) = claimed {
        claimed.complete(&mut tx, user_id).await?;
    }
    let detail = json!({ "storeId": store_id, "verification": checked.verification.code() });
    let id = user_id.to_string();
    audit::record(&mut tx, &id, "user.registered", &id, detail).await?;
    let (user, store) = views(state, &mut tx, user_id).await?;
    tx.commit().await?;
    state.sessions.remember(&state.db, opened.session_id).await;
    metrics::counter!("janchi_user_registrations_total", "verification" => checked.verification.code()).increment(1);
    Ok(SignedIn {
        user,
        store,
        tokens: opened.tokens,
        device_token: caller.new_token(state, user_id),
    })
}

async fn refuse_taken(state: &AppState, who: &Registration) -> Result<(), Error> {
    let vault = &state.vault;
    let (email, phone) = store::users::are_taken(
        &state.db,
        &vault.email_hash(&who.email),
        &vault.phone_hash(&who.phone),
    )
    .await?;
    if email {
        return Err(Error::EmailTaken);
    }
    if phone {
        return Err(Error::PhoneTaken);
    }
    let business = vault.business_hash(&who.shop.business_number);
    if store::stores::is_business_taken(&state.db, &business).await? {
        return Err(Error::BusinessNumberTaken);
    }
    Ok(())
}

async fn check_business(state: &AppState, number: &BusinessNumber) -> Result<Checked, Error> {
    let checked = state
        .business
        .check(number)
        .await
        .map_err(|refusal| Error::field("store.businessNumber", refusal))?;
    match checked.verification {
        Verification::Suspended => Err(Error::BusinessRefused(Standing::Suspended)),
        Verification::Closed => Err(Error::BusinessRefused(Standing::Closed)),
        Verification::NotRegistered | Verification::Refused => {
            Err(Error::BusinessRefused(Standing::NotRegistered))
        }
        Verification::Verified | Verification::PendingReview => Ok(checked),
    }
}

async fn insert_shop(
    state: &AppState,
    tx: &mut PgConnection,
    user_id: Uuid,
    shop: &Shop,
    checked: Checked,
) -> Result<Uuid, Error> {
    let (id, vault) = (Uuid::now_v7(), &state.vault);
    let phone = shop
        .phone
        .as_deref()
        .map(|phone| vault.seal(Column::StorePhone, id, phone));
    let waits = checked.verification == Verification::PendingReview;
    let store = NewStore {
        id,
        user_id,
        name: &shop.name,
        industry: shop.industry.code(),
        region: shop.region.code(),
        address: &shop.address,
        business_number: &vault.seal(
            Column::StoreBusinessNumber,
            id,
            shop.business_number.digits(),
        ),
        business_number_hash: &vault.business_hash(&shop.business_number),
        business_hours: shop.business_hours.as_deref(),
        phone: phone.as_deref(),
        verification: checked.verification.code(),
        sandbox: state.business.sandbox && checked.source != Source::Skipped,
        next_check_at: waits.then(|| Utc::now() + state.business.recheck),
        now: state.clock.now(),
    };
    store::stores::insert_store(&mut *tx, store).await?;
    Ok(id)
}

/// A repeated sign-up: the same ids with new tokens, if the password still is what was chosen then.
async fn sign_in_again(
    state: &AppState,
    user_id: Uuid,
    password: &Password,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    let user = store::users::find_user(&state.db, user_id)
        .await?
        .ok_or(Error::InvalidCredentials)?;
    let turn = state.passwords.turn().await?;
    let fits = turn
        .verify(password.as_str(), Some(&user.password_hash))
        .await?;
    drop(turn);
    if !fits {
        return Err(Error::InvalidCredentials);
    }
    enter(state, &user, None, caller).await
}

/// An account and its shop as their owner sees them.
///
/// # Errors
/// The database fails, or the account is gone.
pub async fn views(
    state: &AppState,
    tx: &mut PgConnection,
    user_id: Uuid,
) -> Result<(UserView, StoreView), Error> {
    let user = store::users::find_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    let store = store::stores::find_store_of(&mut *tx, user_id)
        .await?
        .context("an account has no shop")?;
    Ok((
        UserView::open(&state.vault, &user)?,
        StoreView::open(&state.vault, &store)?,
    ))
}
