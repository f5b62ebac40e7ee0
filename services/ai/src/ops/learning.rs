//! What finished events taught, held in memory: whoever plans gets it without waiting for the database.

use crate::domain::calibration::Calibration;
use crate::domain::learned::Learned;
use crate::domain::occasions;
use crate::store::{lessons, own_results, scores};
use chrono::{Datelike, NaiveDate};
use janchi_runtime::{Clock, seoul};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Outcomes that another process took in are known here after this time at the latest.
const LIFE: Duration = Duration::from_secs(600);
/// When the database did not answer, it is asked again after this time.
const AFTER_A_FAILURE: Duration = Duration::from_secs(30);
/// Outcomes come in crowds, when many events end at midnight: between two readings there is a pause, so many times as
/// long as the reading took, so that the database has other things to do.
const PAUSE: u32 = 10;
/// A recommendation that comes before the first reading has ended waits this long; then it goes without.
const PATIENCE: Duration = Duration::from_secs(1);

/// The held value, and who is to read it anew.
#[derive(Debug)]
pub struct Learning {
    db: PgPool,
    clock: Clock,
    held: watch::Sender<Option<Held>>,
    /// How often a reading was asked for since nobody was at it; 0 when nobody is.
    wanted: AtomicU64,
}

#[derive(Debug, Clone)]
struct Held {
    learned: Arc<Learned>,
    until: Instant,
    /// Whether the last reading came to its end.
    read: bool,
}

impl Learning {
    /// Reads nothing yet.
    pub fn new(db: PgPool, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            db,
            clock,
            held: watch::Sender::new(None),
            wanted: AtomicU64::new(0),
        })
    }

    /// Reads as soon as the process runs, so that the first who plans need not wait for it. Ends at shutdown.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        // The API and the work of one process both begin with this.
        if self.held.borrow().is_none() && self.wanted.load(Ordering::Acquire) == 0 {
            self.refresh();
        }
        shutdown.cancelled().await;
    }

    /// How the last reading ended, for `/readyz`.
    pub fn state(&self) -> Value {
        json!(match self.held.borrow().as_ref().map(|held| held.read) {
            Some(true) => "read",
            Some(false) => "could not be read",
            None => "not read yet",
        })
    }

    /// What is known, at once; an old value is read anew meanwhile. Only who comes before the first reading has
    /// ended waits, for a moment. Nothing learned is a value too: then forecasts are the formula's own.
    pub async fn current(self: &Arc<Self>) -> Arc<Learned> {
        let held = self.held.borrow().clone();
        if let Some(held) = held {
            if held.until < Instant::now() {
                self.refresh();
            }
            return held.learned;
        }
        self.refresh();
        let mut told = self.held.subscribe();
        let first = tokio::time::timeout(PATIENCE, told.wait_for(Option::is_some)).await;
        match first {
            Ok(Ok(held)) => held.as_ref().map(|held| Arc::clone(&held.learned)),
            _ => None,
        }
        .unwrap_or_default()
    }

    /// Reads anew in the background. Whoever asks while that is going on has it read once more after it.
    pub fn refresh(self: &Arc<Self>) {
        if self.wanted.fetch_add(1, Ordering::AcqRel) > 0 {
            return;
        }
        let learning = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let asked = learning.wanted.load(Ordering::Acquire);
                let began = Instant::now();
                learning.read().await;
                let done =
                    learning
                        .wanted
                        .compare_exchange(asked, 0, Ordering::AcqRel, Ordering::Acquire);
                if done.is_ok() {
                    return;
                }
                tokio::time::sleep(began.elapsed() * PAUSE).await;
            }
        });
    }

    async fn read(&self) {
        let today = seoul::day(self.clock.now());
        let held = match self.ask(today).await {
            Ok(learned) => {
                count("ok");
                Held {
                    learned: Arc::new(learned),
                    until: Instant::now() + LIFE,
                    read: true,
                }
            }
            Err(error) => {
                count("failed");
                tracing::warn!(error = %error, "could not read what events taught");
                let earlier = self.held.borrow().as_ref().map(|held| held.learned.clone());
                Held {
                    learned: earlier.unwrap_or_default(),
                    until: Instant::now() + AFTER_A_FAILURE,
                    read: false,
                }
            }
        };
        self.held.send_replace(Some(held));
    }

    async fn ask(&self, today: NaiveDate) -> sqlx::Result<Learned> {
        let tallies = lessons::sum_lessons(&self.db).await?;
        let misses = scores::measure_misses(&self.db).await?;
        let since = NaiveDate::from_ymd_opt(today.year() - 1, 1, 1).unwrap_or(today);
        let months: Vec<_> = occasions::months().collect();
        let results =
            own_results::list_own_results(&self.db, seoul::midnight(since), &months).await?;
        Ok(Learned {
            calibration: Calibration::learn(&tallies, &misses),
            results,
        })
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("janchi_ai_learned_readings_total", "outcome" => outcome).increment(1);
}
