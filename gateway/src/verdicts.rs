//! Verified tokens, remembered until they end: verifying one costs more than proxying a request.

use janchi_auth::{Refused, Verifier};
use janchi_web::Problem;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// More tokens than this are not remembered; the memory starts anew.
const REMEMBERED: usize = 50_000;

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Owner { user: Uuid, session: Uuid },
    Customer { participant: Uuid },
}

impl Who {
    /// What a rate limit counts under.
    pub fn bucket(&self) -> String {
        match self {
            Self::Owner { user, .. } => user.to_string(),
            Self::Customer { participant } => participant.to_string(),
        }
    }
}

/// Verifies tokens, each once. The key is the whole token, never a hash of it.
#[derive(Debug)]
pub struct Verdicts {
    verifier: Verifier,
    known: RwLock<HashMap<Arc<str>, (Who, u64)>>,
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
    pub async fn who(&self, token: &str) -> Result<Who, Problem> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let known = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(token)
            .copied();
        if let Some((who, ends)) = known {
            return if now < ends {
                Ok(who)
            } else {
                Err(Problem::unauthorized())
            };
        }
        let (who, ends) = match self.verifier.owner(token).await {
            Ok(claims) => (
                Who::Owner {
                    user: claims.sub,
                    session: claims.sid,
                },
                claims.exp,
            ),
            Err(Refused::Invalid) => match self.verifier.receipt(token).await {
                Ok(claims) => (
                    Who::Customer {
                        participant: claims.sub,
                    },
                    claims.exp,
                ),
                Err(Refused::Invalid) => return Err(Problem::unauthorized()),
                Err(Refused::NoKeys(cause)) => return Err(Problem::unavailable(2).cause(cause)),
            },
            Err(Refused::NoKeys(cause)) => return Err(Problem::unavailable(2).cause(cause)),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(token.into(), (who, ends));
        Ok(who)
    }
}
