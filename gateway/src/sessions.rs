//! Whether a login session still lives: what was announced, and the user service when Redis cannot tell.

use janchi_client::ServiceClient;
use janchi_contracts::user::SessionState;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An answer of the user service is used so long.
const FRESH: Duration = Duration::from_secs(1);
/// An access token ends by itself after this, so a revocation need not be remembered longer.
const TOKEN_LIVES: Duration = Duration::from_secs(15 * 60);

type Flight = Arc<tokio::sync::Mutex<Option<(Instant, bool)>>>;

/// Revocations heard of, and the user service to ask.
#[derive(Debug)]
pub struct Sessions {
    user: ServiceClient,
    revoked: Mutex<HashMap<Uuid, Instant>>,
    /// Goes up with every revocation, so that a request need not look into the list when none was heard of.
    revocations: AtomicU64,
    asked: Mutex<HashMap<Uuid, Flight>>,
}

impl Sessions {
    pub fn new(user: ServiceClient) -> Self {
        Self {
            user,
            revoked: Mutex::default(),
            revocations: AtomicU64::new(0),
            asked: Mutex::default(),
        }
    }

    /// Remembers a session that has ended.
    pub fn revoke(&self, session: Uuid) {
        let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        revoked.retain(|_, at| at.elapsed() < TOKEN_LIVES);
        revoked.insert(session, Instant::now());
        self.revocations.fetch_add(1, Ordering::Release);
    }

    /// Whether this process heard of its end. `seen` remembers up to which revocation that was looked up.
    pub fn is_revoked(&self, session: Uuid, seen: &AtomicU64) -> bool {
        let latest = self.revocations.load(Ordering::Acquire);
        if seen.load(Ordering::Relaxed) == latest {
            return false;
        }
        let revoked = self
            .revoked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&session);
        if !revoked {
            seen.store(latest, Ordering::Relaxed);
        }
        revoked
    }

    /// Asks the user service, once per session and second. `None`: it does not answer either.
    pub async fn ask(&self, session: Uuid) -> Option<bool> {
        let flight = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.len() > 10_000 {
                asked.clear();
            }
            Arc::clone(asked.entry(session).or_default())
        };
        let mut last = flight.lock().await;
        if let Some((at, active)) = *last
            && at.elapsed() < FRESH
        {
            return Some(active);
        }
        let state = self
            .user
            .get::<SessionState>(&format!("/internal/sessions/{session}"))
            .await;
        let active = match state {
            Ok(state) => state.is_some_and(|state| state.active),
            Err(_) => return None,
        };
        *last = Some((Instant::now(), active));
        Some(active)
    }
}
