use crate::clients::tax_office::TaxOffice;
use crate::domain::fault::Refusal;
use crate::domain::shop::WRONG_CHECK_DIGIT;
use crate::domain::vault::{Column, Vault};
use crate::domain::verification::{Checked, Source, Standing, Verification, recheck_delay};
use crate::error::Error;
use crate::store::{self, stores::StoreRow};
use janchi_cache::{Cache, Shape};
use janchi_crypto::BusinessNumber;
use janchi_db::audit;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Family of the cache entries, for the hit rate.
const FAMILY: &str = "user:business";
/// How long a claimed re-check belongs to the process that took it.
const LEASE_SECONDS: i64 = 120;
/// How many shops one round asks for.
const ROUND: i64 = 20;

/// Asks about business numbers: the cache first, then the tax office, then nobody.
#[derive(Clone)]
pub struct BusinessCheck {
    pub office: Option<TaxOffice>,
    pub cache: Cache,
    pub vault: Vault,
    /// Answers come from a practice tax office.
    pub sandbox: bool,
    /// After how long a shop under review is asked about for the first time.
    pub recheck: Duration,
}

/// What is kept under `user:business:{hmac}`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Kept {
    status: Standing,
    sandbox: bool,
}

/// Why nothing is kept for a week: there was no answer, or one that is kept more briefly.
enum NotKept {
    NoAnswer,
    Briefly(Standing),
}

impl BusinessCheck {
    /// Whether the number may be used, and who said so. `PENDING_REVIEW` where nobody could be asked.
    ///
    /// # Errors
    /// The refusal of a number with a wrong check digit that the tax office does not vouch for: a typing error. A few
    /// real numbers have such a digit, so the tax office is asked first.
    pub async fn check(&self, number: &BusinessNumber) -> Result<Checked, Refusal> {
        let (standing, source) = self.ask(number).await;
        if !number.checksum_ok() && matches!(standing, None | Some(Standing::NotRegistered)) {
            return Err(WRONG_CHECK_DIGIT);
        }
        Ok(Checked {
            verification: standing.map_or(Verification::PendingReview, Standing::verification),
            source,
        })
    }

    async fn ask(&self, number: &BusinessNumber) -> (Option<Standing>, Source) {
        let key = self.vault.business_cache_key(number);
        let asked = Arc::new(AtomicBool::new(false));
        let load = || async {
            asked.store(true, Ordering::Relaxed);
            let standing = self.ask_office(number).await.ok_or(NotKept::NoAnswer)?;
            let kept = Kept {
                status: standing,
                sandbox: self.sandbox,
            };
            if standing == Standing::Verified {
                return Ok(kept);
            }
            self.cache
                .store(
                    &key,
                    &kept,
                    Duration::from_secs(standing.keep_seconds()),
                    Shape::String,
                )
                .await;
            Err(NotKept::Briefly(standing))
        };
        let week = Duration::from_secs(Standing::Verified.keep_seconds());
        let standing = match self
            .cache
            .get_or_load::<Kept, NotKept, _>(FAMILY, &key, week, Shape::String, load)
            .await
        {
            // A practice answer never vouches for a shop once the real tax office is configured, nor the reverse.
            Ok(kept) if kept.sandbox != self.sandbox => {
                self.cache.delete(&key).await;
                asked.store(true, Ordering::Relaxed);
                self.ask_office(number).await
            }
            Ok(kept) => Some(kept.status),
            Err(NotKept::Briefly(standing)) => Some(standing),
            Err(NotKept::NoAnswer) => None,
        };
        let source = match standing {
            None => Source::Skipped,
            Some(_) if asked.load(Ordering::Relaxed) => Source::TaxOffice,
            Some(_) => Source::Cache,
        };
        (standing, source)
    }

    async fn ask_office(&self, number: &BusinessNumber) -> Option<Standing> {
        let office = self.office.as_ref()?;
        match office.standing(number).await {
            Ok(standing) => Some(standing),
            Err(error) => {
                tracing::warn!(%error, "business check has no answer");
                None
            }
        }
    }

    /// Asks again for shops under review whose time has come. Gives how many were settled.
    ///
    /// # Errors
    /// The database fails.
    pub async fn recheck_due(&self, db: &PgPool) -> Result<usize, Error> {
        if self.office.is_none() {
            return Ok(0);
        }
        let now = chrono::Utc::now();
        let lease = now + chrono::Duration::seconds(LEASE_SECONDS);
        let mut settled = 0;
        for shop in store::stores::claim_due_checks(db, now, lease, ROUND).await? {
            // A row that cannot be read must not hold up the others.
            let Some(number) = self.number_of(&shop) else {
                tracing::error!(store.id = %shop.id, "a stored business number is none");
                continue;
            };
            let (standing, _) = self.ask(&number).await;
            match standing {
                None => {
                    let wait = recheck_delay(self.recheck, shop.check_attempts);
                    store::stores::postpone_check(db, shop.id, chrono::Utc::now() + wait).await?;
                }
                Some(standing) => settled += usize::from(self.settle(db, shop.id, standing).await?),
            }
        }
        Ok(settled)
    }

    fn number_of(&self, shop: &StoreRow) -> Option<BusinessNumber> {
        let sealed = &shop.business_number;
        let text = self
            .vault
            .unseal(Column::StoreBusinessNumber, shop.id, sealed)
            .ok()?;
        BusinessNumber::parse(&text)
    }

    async fn settle(&self, db: &PgPool, shop: Uuid, standing: Standing) -> Result<bool, Error> {
        let code = standing.verification().code();
        let mut tx = db.begin().await?;
        let now = chrono::Utc::now();
        let settled =
            store::stores::settle_verification(&mut *tx, shop, code, self.sandbox, now).await?;
        if settled {
            let detail = serde_json::json!({ "verification": code, "by": "tax-office" });
            let action = "store.verification_settled";
            audit::record(&mut tx, "system", action, &shop.to_string(), detail).await?;
        }
        tx.commit().await?;
        tracing::info!(store.id = %shop, verification = code, "business check made up for");
        Ok(settled)
    }
}
