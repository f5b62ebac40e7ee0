//! Taking entries in a burst: what waits while a commit is in flight goes into the next one together. Nobody is
//! answered before the commit, nobody waits for a timer, and one bad entry never fails its neighbours.

use crate::domain::application::{Application, Visit};
use crate::domain::entry::new_entry_number;
use crate::domain::rules::Phase;
use crate::error::Error;
use crate::store;
use crate::store::entries::{Entry, Method, Numbered};
use crate::store::rules::Counted;
use anyhow::anyhow;
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, HashMap};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// So many entries go into one statement at most.
const BATCH: usize = 500;
/// An entry number that is taken is drawn again so often. With the first million given, one in a hundred thousand
/// meets one.
const NUMBER_TRIES: usize = 5;

/// What became of an application.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Stored now, or before by the same request.
    Entered(Entry),
    AlreadyParticipated,
    EventNotOpen,
    /// The counter does not show this code.
    WrongVisitCode,
    /// The event is gone.
    EventNotFound,
}

struct Waiting {
    application: Application,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

/// Where applications are handed in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EntryDesk {
    queue: mpsc::Sender<Waiting>,
}

impl EntryDesk {
    /// Opens a desk with room for `room` waiting applications, and returns the work behind it, to be spawned. It ends
    /// when `closing` is cancelled and everybody who waits is answered.
    pub fn open(
        db: PgPool,
        room: usize,
        closing: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (queue, waiting) = mpsc::channel(room.max(1));
        (Self { queue }, serve(db, waiting, closing))
    }

    /// Hands an application in and waits until it is committed or refused.
    ///
    /// # Errors
    /// `QueueFull` at once when too many wait; a database error when it is not known to be stored.
    pub async fn hand_in(&self, application: Application) -> Result<Outcome, Error> {
        let (answer, told) = oneshot::channel();
        self.queue
            .try_send(Waiting {
                application,
                answer,
            })
            .map_err(|_| {
                metrics::counter!("janchi_entries_turned_away_total").increment(1);
                Error::QueueFull
            })?;
        told.await.map_err(|_| Error::QueueFull)?
    }
}

async fn serve(db: PgPool, mut waiting: mpsc::Receiver<Waiting>, closing: CancellationToken) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let taken = tokio::select! {
            biased;
            taken = waiting.recv_many(&mut batch, BATCH) => taken,
            () = closing.cancelled() => 0,
        };
        if taken == 0 {
            return;
        }
        metrics::histogram!("janchi_entry_batch_size").record(taken as f64);
        store_and_answer(&db, std::mem::take(&mut batch)).await;
    }
}

async fn store_and_answer(db: &PgPool, batch: Vec<Waiting>) {
    let (applications, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|w| (w.application, w.answer)).unzip();
    match store_batch(db, &applications).await {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // Whoever has gone away meanwhile has still entered.
                let _ = answer.send(Ok(outcome));
            }
        }
        Err(error) if error.is_unavailable() => {
            tracing::warn!(error = %error, entries = applications.len(), "entries not stored");
            for answer in answers {
                let _ = answer.send(Err(again(&error)));
            }
        }
        Err(error) => {
            // One of them broke the statement: each on its own, so that it breaks only its own.
            tracing::warn!(error = %error, entries = applications.len(), "batch refused, storing one by one");
            for (answer, application) in answers.into_iter().zip(&applications) {
                let alone = store_batch(db, std::slice::from_ref(application)).await;
                let _ = answer.send(alone.and_then(|mut outcomes| {
                    outcomes
                        .pop()
                        .ok_or_else(|| anyhow!("an entry has no outcome").into())
                }));
            }
        }
    }
}

/// The same "not available" for everybody in the batch.
fn again(error: &Error) -> Error {
    match error {
        Error::Database(sqlx::Error::PoolTimedOut) => sqlx::Error::PoolTimedOut.into(),
        _ => sqlx::Error::Io(std::io::Error::other("the database did not take the batch")).into(),
    }
}

/// Stores a batch in one transaction; outcomes are in the order of the applications.
async fn store_batch(db: &PgPool, batch: &[Application]) -> Result<Vec<Outcome>, Error> {
    let mut tx = db.begin().await?;
    let outcomes = decide_and_insert(&mut tx, batch).await?;
    tx.commit().await?;
    Ok(outcomes)
}

async fn decide_and_insert(
    connection: &mut PgConnection,
    batch: &[Application],
) -> Result<Vec<Outcome>, Error> {
    // In the order of their ids: two processes lock the same events in the same order.
    let mut event_ids: Vec<Uuid> = batch.iter().map(|a| a.event_id).collect();
    event_ids.sort_unstable();
    event_ids.dedup();
    let events: HashMap<Uuid, Counted> = store::rules::lock_counted(connection, &event_ids)
        .await?
        .into_iter()
        .map(|counted| (counted.rules.event_id, counted))
        .collect();
    let earlier = find_earlier(connection, batch).await?;

    let mut outcomes: Vec<Option<Outcome>> = vec![None; batch.len()];
    // Applications to store, and for each repeated phone of this batch the application it repeats.
    let mut fresh: Vec<usize> = Vec::new();
    let mut repeats: Vec<(usize, usize)> = Vec::new();
    let mut first: HashMap<(Uuid, [u8; 32]), usize> = HashMap::new();
    for (at, application) in batch.iter().enumerate() {
        let key = (application.event_id, application.phone_hash);
        let Some(event) = events.get(&application.event_id) else {
            outcomes[at] = Some(Outcome::EventNotFound);
            continue;
        };
        let again = earlier
            .get(&key)
            .map(|entry| answer_again(application, entry));
        let open = event.rules.phase(application.entered_at) == Phase::Open;
        if let Some(Outcome::Entered(entry)) = again {
            // A request that is repeated after the end was answered before it.
            outcomes[at] = Some(Outcome::Entered(entry));
        } else if !open {
            outcomes[at] = Some(Outcome::EventNotOpen);
        } else if application.visit == Visit::Unproved {
            outcomes[at] = Some(Outcome::WrongVisitCode);
        } else if again.is_some() {
            outcomes[at] = again;
        } else if let Some(other) = first.get(&key) {
            repeats.push((at, *other));
        } else {
            first.insert(key, at);
            fresh.push(at);
        }
    }

    let mut stored: HashMap<Uuid, Entry> = insert_fresh(connection, batch, &fresh, &events)
        .await?
        .into_iter()
        .map(|entry| (entry.id, entry))
        .collect();
    for at in fresh {
        outcomes[at] = stored
            .remove(&batch[at].participant_id)
            .map(Outcome::Entered);
    }
    for (at, other) in repeats {
        let outcome = match &outcomes[other] {
            Some(Outcome::Entered(entry)) => answer_again(&batch[at], entry),
            _ => Outcome::AlreadyParticipated,
        };
        outcomes[at] = Some(outcome);
    }
    outcomes
        .into_iter()
        .map(|o| o.ok_or_else(|| anyhow!("an application has no outcome").into()))
        .collect()
}

/// The same request, told apart by its key, is answered with its entry; anybody else learns only that there is one.
fn answer_again(application: &Application, entry: &Entry) -> Outcome {
    let day_old = application.entered_at - entry.entered_at >= chrono::Duration::hours(24);
    match application.request_hash {
        Some(hash) if !day_old && entry.request_hash.as_deref() == Some(hash.as_slice()) => {
            Outcome::Entered(entry.clone())
        }
        _ => Outcome::AlreadyParticipated,
    }
}

async fn find_earlier(
    connection: &mut PgConnection,
    batch: &[Application],
) -> Result<HashMap<(Uuid, [u8; 32]), Entry>, Error> {
    let event_ids: Vec<Uuid> = batch.iter().map(|a| a.event_id).collect();
    let hashes: Vec<Vec<u8>> = batch.iter().map(|a| a.phone_hash.to_vec()).collect();
    store::entries::find_by_phone(connection, &event_ids, &hashes)
        .await?
        .into_iter()
        .map(|(hash, entry)| Ok(((entry.event_id, store::fixed(&hash)?), entry)))
        .collect()
}

/// Numbers and stores the fresh ones and tells of them, one message per event.
async fn insert_fresh(
    connection: &mut PgConnection,
    batch: &[Application],
    fresh: &[usize],
    events: &HashMap<Uuid, Counted>,
) -> Result<Vec<Entry>, Error> {
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut numbered = Vec::with_capacity(fresh.len());
    for at in fresh {
        let application = &batch[*at];
        let Some(event) = events.get(&application.event_id) else {
            continue;
        };
        let count = counts
            .entry(application.event_id)
            .or_insert(event.entry_count);
        *count += 1;
        numbered.push(Numbered {
            application,
            entry_no: *count,
            entry_number: new_entry_number(),
            weight: event.rules.weight(application.visited()),
        });
    }
    let entries: Vec<Entry> = insert_all(connection, numbered).await?;
    let (ids, last): (Vec<Uuid>, Vec<i64>) = counts.into_iter().unzip();
    store::rules::set_entry_counts(connection, &ids, &last).await?;

    let visits: Vec<(Uuid, Uuid)> = entries
        .iter()
        .filter(|e| e.visited)
        .map(|e| (e.id, e.event_id))
        .collect();
    if let Some(at) = entries.first().map(|e| e.entered_at)
        && !visits.is_empty()
    {
        store::entries::insert_visits(connection, &visits, Method::CounterCode, at).await?;
    }
    let mut notes: BTreeMap<Uuid, Vec<EntryNote>> = BTreeMap::new();
    for entry in &entries {
        notes.entry(entry.event_id).or_default().push(entry.note());
    }
    for (event_id, entries) in notes {
        // Quietly: a notification's lock would hold up every other commit of the burst.
        janchi_queue::send_event_quietly(
            connection,
            &ParticipationEvent::Entered { event_id, entries },
        )
        .await?;
    }
    Ok(entries)
}

/// Inserts until every entry has a number of its own.
async fn insert_all(
    connection: &mut PgConnection,
    numbered: Vec<Numbered<'_>>,
) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::with_capacity(numbered.len());
    let mut left = numbered;
    for _ in 0..NUMBER_TRIES {
        let stored = store::entries::insert_entries(connection, &left).await?;
        let mut again = Vec::new();
        for one in left {
            if stored.contains(&one.application.participant_id) {
                entries.push(one.stored());
            } else {
                again.push(Numbered {
                    entry_number: new_entry_number(),
                    ..one
                });
            }
        }
        left = again;
        if left.is_empty() {
            return Ok(entries);
        }
    }
    Err(anyhow!("no free entry number was found").into())
}
