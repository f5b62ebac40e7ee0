//! Counts what is asked for. Requests do not wait for the database: counts are gathered and written together.

use crate::domain::draft::Topic;
use crate::store::demand::add_demand;
use chrono::NaiveDate;
use janchi_runtime::{Clock, seoul};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Counts wait this long for company. What a process has not written when it ends is lost: these are only weights.
const GATHERED: Duration = Duration::from_secs(5);

/// The counts of this process that are not written yet.
#[derive(Debug)]
pub struct Demand {
    db: PgPool,
    clock: Clock,
    counts: Mutex<HashMap<(NaiveDate, Topic), i64>>,
}

impl Demand {
    /// Nothing counted.
    pub fn new(db: PgPool, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            db,
            clock,
            counts: Mutex::default(),
        })
    }

    /// Counts a request.
    pub fn note(self: &Arc<Self>, topic: Topic) {
        let day = seoul::day(self.clock.now());
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = counts.is_empty();
        *counts.entry((day, topic)).or_default() += 1;
        drop(counts);
        if is_first {
            let demand = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(GATHERED).await;
                demand.write().await;
            });
        }
    }

    async fn write(&self) {
        let counts =
            std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        let counts: Vec<_> = counts.into_iter().collect();
        if let Err(error) = add_demand(&self.db, &counts).await {
            tracing::warn!(error = %error, "could not write down what was asked for");
        }
    }
}
