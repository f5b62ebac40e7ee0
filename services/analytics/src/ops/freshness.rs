//! Drops cached dashboards when something changed, at most once in two seconds per event: a burst of entries must not
//! turn the cache off.

use janchi_cache::Cache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

const APART: Duration = Duration::from_secs(2);

/// The cache key of an event's dashboard.
pub fn key(event_id: Uuid) -> String {
    format!("analytics:dashboard:{event_id}")
}

/// Remembers when each event's entry was dropped last.
#[derive(Debug, Clone)]
pub struct Freshness {
    cache: Cache,
    dropped: Arc<Mutex<HashMap<Uuid, Instant>>>,
}

impl Freshness {
    pub fn new(cache: Cache) -> Self {
        Self {
            cache,
            dropped: Arc::default(),
        }
    }

    /// Something about the event changed and is committed.
    pub async fn changed(&self, event_id: Uuid) {
        let wait = {
            let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
            if dropped.len() > 10_000 {
                dropped.retain(|_, at| at.elapsed() < APART);
            }
            match dropped.get(&event_id) {
                // A drop is planned already, later than now: it will take this change along.
                Some(at) if *at > Instant::now() => return,
                Some(at) if at.elapsed() < APART => {
                    let wait = APART - at.elapsed();
                    dropped.insert(event_id, Instant::now() + wait);
                    wait
                }
                _ => {
                    dropped.insert(event_id, Instant::now());
                    Duration::ZERO
                }
            }
        };
        if wait.is_zero() {
            self.cache.delete(&key(event_id)).await;
        } else {
            let cache = self.cache.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                cache.delete(&key(event_id)).await;
            });
        }
    }
}
