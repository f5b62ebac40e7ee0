//! Verified tokens, remembered until they end: verifying one costs more than proxying a request.

use crate::bucket::Bucket;
use crate::limit::Limiter;
use crate::routes::Rate;
use foldhash::fast::RandomState;
use janchi_auth::{Refused, Verifier};
use janchi_web::Problem;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// More tokens than this are not remembered; the memory starts anew.
const REMEMBERED: usize = 50_000;

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Owner { session: Uuid },
    Customer,
}

/// A token that was verified.
#[derive(Debug)]
pub struct Verdict {
    pub who: Who,
    /// The caller's minute, and through it the session's life.
    pub bucket: Arc<Bucket>,
    /// Up to which revocation this token was looked up.
    pub seen: AtomicU64,
    /// Unix seconds.
    ends: u64,
}

/// Verifies tokens, each once. The key is the whole token, never a hash of it.
#[derive(Debug)]
pub struct Verdicts {
    verifier: Verifier,
    known: RwLock<HashMap<Box<str>, Arc<Verdict>, RandomState>>,
}

impl Verdicts {
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier,
            known: RwLock::default(),
        }
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// 401 for a token that is not good, 503 when no keys can be had.
    pub async fn of(&self, token: &str, limiter: &Limiter) -> Result<Arc<Verdict>, Problem> {
        let known = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(token)
            .cloned();
        let verdict = match known {
            Some(verdict) => verdict,
            None => Box::pin(self.verify(token, limiter)).await?,
        };
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        if now < verdict.ends {
            Ok(verdict)
        } else {
            self.forget(token);
            Err(Problem::unauthorized())
        }
    }

    /// Drops a token that is good no more.
    pub fn forget(&self, token: &str) {
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }

    async fn verify(&self, token: &str, limiter: &Limiter) -> Result<Arc<Verdict>, Problem> {
        let refused = |refused| match refused {
            Refused::Invalid => Problem::unauthorized(),
            Refused::NoKeys(cause) => Problem::unavailable(2).cause(cause),
        };
        let (who, bucket, ends) = match self.verifier.owner(token).await {
            Ok(claims) => {
                let bucket = limiter.bucket(
                    Rate::User,
                    &claims.sub.to_string(),
                    Some(&claims.sid.to_string()),
                );
                (
                    Who::Owner {
                        session: claims.sid,
                    },
                    bucket,
                    claims.exp,
                )
            }
            Err(Refused::Invalid) => {
                let claims = self.verifier.receipt(token).await.map_err(refused)?;
                (
                    Who::Customer,
                    limiter.bucket(Rate::User, &claims.sub.to_string(), None),
                    claims.exp,
                )
            }
            Err(other) => return Err(refused(other)),
        };
        let verdict = Arc::new(Verdict {
            who,
            bucket,
            seen: AtomicU64::new(0),
            ends,
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(token.into(), Arc::clone(&verdict));
        Ok(verdict)
    }
}
