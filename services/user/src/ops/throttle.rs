//! Checking a password with the throttle of its account.

use crate::domain::throttle::FREE_FAILURES;
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, users::UserRow};
use chrono::Utc;
use janchi_db::audit;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Where a password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Anybody.
    Stranger,
    /// A device that the owner has logged in with before.
    Device(Uuid),
    /// A living login of the owner.
    Session(Uuid),
}

/// Whose failures are counted together.
pub struct Count {
    account: Vec<u8>,
    source: Vec<u8>,
    /// None for a login id that is nobody's.
    user_id: Option<Uuid>,
}

impl Count {
    /// Forgets these failures, because the password was right.
    ///
    /// # Errors
    /// The database fails.
    pub async fn forget(&self, tx: &mut PgConnection) -> Result<(), Error> {
        store::login_attempts::delete_attempts_from(tx, &self.account, &self.source).await
    }
}

/// One password held against one account, or against nobody's.
pub struct Knock<'a> {
    pub count: Count,
    password: &'a str,
    hash: Option<&'a str>,
}

impl<'a> Knock<'a> {
    /// A login id that is nobody's: the same work, the same throttle, and always wrong.
    pub fn nobody(login_hash: Vec<u8>, password: &'a str) -> Self {
        let count = Count {
            account: login_hash,
            source: Vec::new(),
            user_id: None,
        };
        Self {
            count,
            password,
            hash: None,
        }
    }

    /// An account. One count for it, whichever of its two login ids was used.
    pub fn on(state: &AppState, user: &'a UserRow, source: Source, password: &'a str) -> Self {
        let source = match source {
            Source::Stranger => Vec::new(),
            Source::Device(id) | Source::Session(id) => state.vault.source_hash(id),
        };
        let count = Count {
            account: state.vault.account_hash(user.id),
            source,
            user_id: Some(user.id),
        };
        Self {
            count,
            password,
            hash: Some(&user.password_hash),
        }
    }

    /// Whether the password is right. A wrong one counts.
    ///
    /// # Errors
    /// [`Error::LoginThrottled`] while the account is closed, [`Error::Busy`] if too many passwords wait.
    pub async fn fits(&self, state: &AppState) -> Result<bool, Error> {
        // Asked before the queue, so that a closed account costs nothing, and again in turn, so that many tries at
        // once do not all get in before the first failure counts.
        self.refuse_closed(state).await?;
        let turn = state.passwords.turn().await?;
        self.refuse_closed(state).await?;
        if turn.verify(self.password, self.hash).await? {
            return Ok(true);
        }
        self.note_failure(state).await?;
        drop(turn);
        metrics::counter!("janchi_user_logins_total", "outcome" => "refused").increment(1);
        Ok(false)
    }

    async fn refuse_closed(&self, state: &AppState) -> Result<(), Error> {
        let Count {
            account, source, ..
        } = &self.count;
        let attempts = store::login_attempts::find_attempts(&state.db, account, source).await?;
        match attempts.and_then(|attempts| attempts.wait_seconds(Utc::now())) {
            None => Ok(()),
            Some(wait_seconds) => {
                metrics::counter!("janchi_user_logins_total", "outcome" => "throttled")
                    .increment(1);
                Err(Error::LoginThrottled { wait_seconds })
            }
        }
    }

    async fn note_failure(&self, state: &AppState) -> Result<(), Error> {
        let Count {
            account,
            source,
            user_id,
        } = &self.count;
        let mut tx = state.db.begin().await?;
        let after =
            store::login_attempts::add_failure(&mut tx, account, source, Utc::now()).await?;
        if after.failures == FREE_FAILURES {
            // Noted for nobody's account too, so that this takes no longer for somebody's.
            let subject = user_id.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
            let detail = json!({ "failures": after.failures, "stranger": source.is_empty() });
            audit::record(&mut tx, "system", "user.login_throttled", &subject, detail).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
