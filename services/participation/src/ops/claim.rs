//! Claiming a prize by its signed page: a code to the winner's phone, then the claim.

use crate::clients::dealer::{Dealer, TellError};
use crate::domain::claim::{CODE_MINUTES, CODE_PAUSE, CODES, Win, new_code};
use crate::domain::rules::EventRules;
use crate::domain::winner::{Drawn, Step};
use crate::error::Error;
use crate::ops::event_keys::EventKeys;
use crate::ops::read_sealed;
use crate::ops::run_draw::ClaimTerms;
use crate::ops::step_winner::{Wanted, step_in};
use crate::store;
use crate::store::claims::Claim;
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_crypto::{LookupKey, Phone};
use janchi_dealer::DealerError;
use sqlx::PgPool;
use uuid::Uuid;

/// Where a winner's delivery data is sealed.
pub fn delivery_place(win: Win) -> String {
    format!("claims.delivery.{}.{}", win.draw_id, win.participant_id)
}

/// Everything about one win.
#[derive(Debug)]
pub struct Found {
    pub win: Win,
    pub rules: EventRules,
    pub drawn: Drawn,
    pub claim: Claim,
    pub entry_number: String,
    /// None once it is destroyed.
    pub phone: Option<Phone>,
}

/// Who claims, with what they need.
#[derive(Debug, Clone)]
pub struct ClaimDesk {
    pub db: PgPool,
    pub keys: EventKeys,
    pub lookup: LookupKey,
    pub dealer: Dealer,
    pub terms: ClaimTerms,
}

impl ClaimDesk {
    /// The win of a page's token. Whoever gave the place on since has none.
    ///
    /// # Errors
    /// `NotFound` for a token that we did not make, or a statement fails.
    pub async fn find(&self, token: &str) -> Result<Found, Error> {
        let win = Win::from_token(token, &self.lookup).ok_or(Error::NotFound)?;
        self.find_win(win).await
    }

    /// As [`ClaimDesk::find`], by who won.
    ///
    /// # Errors
    /// As [`ClaimDesk::find`].
    pub async fn find_win(&self, win: Win) -> Result<Found, Error> {
        let draw = store::draws::find_draw(&self.db, win.draw_id)
            .await?
            .ok_or(Error::NotFound)?;
        let rules = store::rules::find_rules(&self.db, draw.event_id)
            .await?
            .ok_or(Error::NotFound)?;
        let claim = store::claims::find_claim(&self.db, win)
            .await?
            .ok_or(Error::NotFound)?;
        let mut connection = self.db.acquire().await?;
        let drawn = store::winners::list_drawn(&mut connection, draw.id, Some(win.participant_id))
            .await?
            .pop()
            .filter(|drawn| drawn.place().is_some())
            .ok_or(Error::NotFound)?;
        let row =
            store::participants::list_by_id(&mut *connection, draw.event_id, &[win.participant_id])
                .await?
                .pop()
                .ok_or(Error::NotFound)?;
        let key = self.keys.of(&mut *connection, draw.event_id).await?;
        let personal = read_sealed::open(&key, self.keys.keyring(), &row)?;
        Ok(Found {
            win,
            rules,
            drawn,
            claim,
            entry_number: row.entry_number,
            phone: personal.phone,
        })
    }

    /// Sends a code to the winner's phone. It is stored before it leaves, so that whoever gets it can use it.
    ///
    /// # Errors
    /// The prize cannot be claimed (any more), the last code is a moment old, or the dealer does not take it.
    pub async fn send_code(
        &self,
        found: &Found,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, Error> {
        claimable(found, now)?;
        if !self.dealer.can_prove() {
            return Err(Error::PhoneProofUnavailable);
        }
        let phone = found.phone.as_ref().ok_or(Error::ClaimExpired)?;
        let code = new_code();
        let expires_at = now + TimeDelta::minutes(CODE_MINUTES);
        let stored = store::claims::set_code(
            &self.db,
            found.win,
            &found.win.code_hash(&self.lookup, &code),
            now,
            expires_at,
            now - TimeDelta::seconds(CODE_PAUSE),
        )
        .await?;
        if !stored {
            let spent = found.claim.codes_sent >= CODES;
            return Err(if spent {
                Error::CodesSpent
            } else {
                Error::CodeTooSoon
            });
        }
        self.dealer
            .send_code(phone, &found.rules.store_name, &code)
            .await
            .map_err(|error| match error {
                TellError::NotConfigured => Error::PhoneProofUnavailable,
                TellError::Dealer(DealerError::Call(cause)) => Error::Dealer(cause),
                refused @ TellError::Dealer(DealerError::Refused(_)) => {
                    Error::Unexpected(refused.into())
                }
            })?;
        Ok(expires_at)
    }

    /// Claims the prize with the code that came to the phone. What is told for the delivery is kept under the event's key.
    ///
    /// # Errors
    /// `WrongCode`, or the prize cannot be claimed (any more).
    pub async fn claim(
        &self,
        found: &Found,
        code: &str,
        delivery: Option<&[u8]>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        claimable(found, now)?;
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let hash = found.win.code_hash(&self.lookup, &code);
        if !store::claims::use_code(&self.db, found.win, &hash, now).await? {
            return Err(Error::WrongCode);
        }
        let mut tx = self.db.begin().await?;
        // Under this lock the event's key is not replaced by another.
        store::draws::lock_drawing(&mut tx, found.rules.event_id).await?;
        let key = self.keys.of(&mut *tx, found.rules.event_id).await?;
        let delivery = delivery
            .map(|plain| {
                key.seal(plain, &delivery_place(found.win))
                    .context("seal delivery data")
            })
            .transpose()?;
        if !store::claims::set_claimed(&mut tx, found.win, delivery.as_deref(), now).await? {
            return Err(Error::AlreadyClaimed);
        }
        let wanted = Wanted {
            owner: Uuid::nil(),
            event_id: found.rules.event_id,
            participant_id: found.win.participant_id,
            step: Step::Claimed,
            reason: None,
        };
        step_in(&mut tx, &wanted, self.terms, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn claimable(found: &Found, now: DateTime<Utc>) -> Result<(), Error> {
    if found.drawn.forfeit().is_some() {
        return Err(Error::AlreadyForfeited);
    }
    if found.claim.claimed_at.is_some() {
        return Err(Error::AlreadyClaimed);
    }
    if found.claim.claim_by <= now {
        return Err(Error::ClaimExpired);
    }
    Ok(())
}
