//! How often somebody typed a wrong visit code: ten of a million may be tried in ten minutes.

use crate::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

const WITHIN: TimeDelta = TimeDelta::minutes(10);
const MOST: u32 = 10;
const REMEMBERED: usize = 50_000;

type Known = HashMap<Uuid, (DateTime<Utc>, u32)>;

/// Wrong guesses by entry, of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Guesses(Arc<Mutex<Known>>);

impl Guesses {
    /// # Errors
    /// `TooManyGuesses` for whoever guessed too often a moment ago.
    pub fn allow(&self, participant_id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
        match self.lock().get(&participant_id) {
            Some((since, count)) if *count >= MOST && now - *since < WITHIN => {
                Err(Error::TooManyGuesses {
                    seconds: (WITHIN - (now - *since)).num_seconds().max(1),
                })
            }
            _ => Ok(()),
        }
    }

    /// Counts a wrong one.
    pub fn count(&self, participant_id: Uuid, now: DateTime<Utc>) {
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.retain(|_, (since, _)| now - *since < WITHIN);
        }
        let (since, count) = known.entry(participant_id).or_insert((now, 0));
        if now - *since >= WITHIN {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
