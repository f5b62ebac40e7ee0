//! Taking entries in a burst: what waits while a commit is in flight goes into the next one together. Nobody is
//! answered before the commit, nobody waits for a timer, and one bad entry never fails its neighbours.
//!
//! A lane is one connection with one commit in flight. An event belongs to one lane, so lanes never wait for each other
//! for its row, and what arrives first is stored first.

use crate::domain::application::{Application, Visit};
use crate::domain::entry::new_entry_number;
use crate::domain::rules::{Phase, phase, weight};
use crate::error::Error;
use crate::store;
use crate::store::batches::{Looked, Numbered};
use crate::store::entries::Entry;
use anyhow::anyhow;
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use sqlx::pool::PoolConnection;
use sqlx::{Connection, PgConnection, PgPool, Postgres};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// So many entries go into one statement at most.
const BATCH: usize = 500;
/// A second lane keeps other events going while one is held by its freezing; more would only share the cores.
const LANES: usize = 2;
/// A batch meets a unique index when another process took one of its phones while this one waited, or when an entry
/// number is drawn a second time (with a million given, one entry in 150,000). Looking again settles both.
const LOOKS: usize = 4;

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

type Answer = oneshot::Sender<Result<Outcome, Error>>;

struct Waiting {
    application: Application,
    answer: Answer,
}

/// Where applications are handed in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EntryDesk {
    lanes: Arc<[mpsc::Sender<Waiting>]>,
}

impl EntryDesk {
    /// Opens a desk with room for `room` waiting applications in each lane, and returns the work behind it, to be
    /// spawned. It ends when `closing` is cancelled and everybody who waits is answered.
    pub fn open(
        db: PgPool,
        room: usize,
        closing: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..LANES).map(|_| mpsc::channel(room.max(1))).unzip();
        let desk = Self {
            lanes: senders.into(),
        };
        let work = receivers
            .into_iter()
            .map(|waiting| Lane::new(db.clone()).serve(waiting, closing.clone()));
        let work = futures::future::join_all(work);
        (desk, async move {
            work.await;
        })
    }

    /// Hands an application in and waits until it is committed or refused.
    ///
    /// # Errors
    /// `QueueFull` at once when too many wait; a database error when it is not known to be stored.
    pub async fn hand_in(&self, application: Application) -> Result<Outcome, Error> {
        let (answer, told) = oneshot::channel();
        // The last bits of these ids are random.
        let lane = application.event_id.as_u128() as usize % LANES;
        self.lanes[lane]
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

/// Applications that are stored together, and who waits for each.
struct Part {
    applications: Vec<Application>,
    answers: Vec<Answer>,
}

impl Part {
    fn of(waiting: impl Iterator<Item = Waiting>) -> Self {
        let (applications, answers) = waiting.map(|w| (w.application, w.answer)).unzip();
        Self {
            applications,
            answers,
        }
    }

    /// In halves, or the first event apart from the others.
    fn split(self) -> [Self; 2] {
        let event = self.applications.first().map(|a| a.event_id);
        let one_event = self.applications.iter().all(|a| Some(a.event_id) == event);
        let half = self.applications.len() / 2;
        let all = self
            .applications
            .into_iter()
            .zip(self.answers)
            .map(|(application, answer)| Waiting {
                application,
                answer,
            })
            .enumerate();
        let (one, other): (Vec<_>, Vec<_>) = all.partition(|(at, waiting)| {
            if one_event {
                *at < half
            } else {
                Some(waiting.application.event_id) == event
            }
        });
        [one, other].map(|part| Self::of(part.into_iter().map(|(_, waiting)| waiting)))
    }
}

struct Lane {
    db: PgPool,
    /// Kept from batch to batch: a pool asks a connection whether it lives each time it lends it.
    held: Option<PoolConnection<Postgres>>,
}

impl Lane {
    fn new(db: PgPool) -> Self {
        Self { db, held: None }
    }

    async fn serve(mut self, mut waiting: mpsc::Receiver<Waiting>, closing: CancellationToken) {
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
            self.store_and_answer(Part::of(batch.drain(..))).await;
        }
    }

    async fn store_and_answer(&mut self, part: Part) {
        let mut left = vec![part];
        while let Some(part) = left.pop() {
            let count = part.applications.len();
            match self.store(&part.applications).await {
                Ok(outcomes) => {
                    for (answer, outcome) in part.answers.into_iter().zip(outcomes) {
                        // Whoever has gone away meanwhile has still entered.
                        let _ = answer.send(Ok(outcome));
                    }
                }
                Err(error) if count > 1 && !is_away(&error) => {
                    // One of them broke the statement, or one event is held: they go apart until it is alone.
                    tracing::warn!(error = %error, entries = count, "batch refused, storing it in parts");
                    left.extend(part.split());
                }
                Err(error) => {
                    tracing::warn!(error = %error, entries = count, "entries not stored");
                    let mut answers = part.answers.into_iter();
                    let first = answers.next();
                    for answer in answers {
                        let _ = answer.send(Err(away()));
                    }
                    if let Some(answer) = first {
                        let _ = answer.send(Err(error));
                    }
                }
            }
        }
    }

    /// Stores a batch in one transaction; outcomes are in the order of the applications.
    async fn store(&mut self, batch: &[Application]) -> Result<Vec<Outcome>, Error> {
        for _ in 1..LOOKS {
            match self.store_once(batch).await {
                Err(Error::Database(error))
                    if error
                        .as_database_error()
                        .is_some_and(|e| e.is_unique_violation()) => {}
                ended => return ended,
            }
        }
        self.store_once(batch).await
    }

    async fn store_once(&mut self, batch: &[Application]) -> Result<Vec<Outcome>, Error> {
        if let Some(held) = self.held.take()
            && let Ok(ended) = self.store_on(held, batch).await
        {
            return ended;
        }
        // None was held, or it died since the batch before, which it told when nothing of this one was sent yet.
        let other = self.db.acquire().await?;
        self.store_on(other, batch).await?
    }

    /// The outer error is of the beginning alone: nothing was sent then.
    async fn store_on(
        &mut self,
        mut connection: PoolConnection<Postgres>,
        batch: &[Application],
    ) -> sqlx::Result<Result<Vec<Outcome>, Error>> {
        let ended = {
            let mut tx = connection.begin().await?;
            match decide_and_insert(&mut tx, batch).await {
                Ok(outcomes) => tx.commit().await.map(|()| outcomes).map_err(Error::from),
                Err(error) => Err(error),
            }
        };
        if ended.is_ok() {
            // Whatever fails may leave its connection behind in any state: only a good one is kept.
            self.held = Some(connection);
        }
        Ok(ended)
    }
}

/// Whether the database is not there, as opposed to refusing this batch or waiting for a row of it.
fn is_away(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Database(refused)) => refused
            .code()
            .is_some_and(|code| code.starts_with("57P") || code.starts_with("53")),
        Error::Database(_) => true,
        _ => false,
    }
}

fn away() -> Error {
    sqlx::Error::Io(std::io::Error::other("the database did not take the batch")).into()
}

async fn decide_and_insert(
    connection: &mut PgConnection,
    batch: &[Application],
) -> Result<Vec<Outcome>, Error> {
    let looked = store::batches::look(connection, batch).await?;
    if looked.len() != batch.len() {
        return Err(anyhow!("not every application was looked at").into());
    }
    let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(batch.len());
    // Who comes first with a phone, and for each who repeats it in this batch whom they repeat.
    let mut first: HashMap<(Uuid, [u8; 32]), usize> = HashMap::with_capacity(batch.len());
    let mut repeats: Vec<(usize, usize)> = Vec::new();
    let mut numbered: Vec<Numbered<'_>> = Vec::with_capacity(batch.len());
    let mut counts: BTreeMap<Uuid, i64> = BTreeMap::new();
    for (at, (application, looked)) in batch.iter().zip(&looked).enumerate() {
        let (event, outcome) = decide(application, looked);
        outcomes.push(outcome);
        let (Some(event), None) = (event, &outcomes[at]) else {
            continue;
        };
        let key = (application.event_id, application.phone_hash);
        if let Some(other) = first.get(&key) {
            repeats.push((at, *other));
            continue;
        }
        first.insert(key, at);
        let count = counts
            .entry(application.event_id)
            .or_insert(event.entry_count);
        *count += 1;
        numbered.push(Numbered {
            application,
            entry_no: *count,
            entry_number: new_entry_number(),
            weight: weight(
                event.visit_enabled,
                event.visit_weight,
                application.visited(),
            ),
        });
    }
    let counts: Vec<(Uuid, i64)> = counts.into_iter().collect();
    if !numbered.is_empty() {
        store::batches::store(connection, &numbered, &counts).await?;
        tell(connection, &numbered).await?;
    }
    let mut stored = numbered.into_iter().map(Numbered::stored);
    let repeating: HashMap<usize, usize> = repeats.into_iter().collect();
    for at in 0..outcomes.len() {
        if outcomes[at].is_some() {
            continue;
        }
        let outcome = match repeating.get(&at) {
            Some(other) => match &outcomes[*other] {
                Some(Outcome::Entered(entry)) => answer_again(&batch[at], entry),
                _ => Outcome::AlreadyParticipated,
            },
            None => Outcome::Entered(stored.next().ok_or_else(|| anyhow!("an entry is lost"))?),
        };
        outcomes[at] = Some(outcome);
    }
    outcomes
        .into_iter()
        .map(|o| o.ok_or_else(|| anyhow!("an application has no outcome").into()))
        .collect()
}

/// What becomes of an application for which nothing is stored; none if it is to be stored.
fn decide<'a>(
    application: &Application,
    looked: &'a Looked,
) -> (Option<&'a store::batches::Standing>, Option<Outcome>) {
    let Some(event) = &looked.event else {
        return (None, Some(Outcome::EventNotFound));
    };
    let again = looked
        .earlier
        .as_ref()
        .map(|entry| answer_again(application, entry));
    let open = phase(
        event.status,
        event.frozen,
        event.ends_at,
        application.entered_at,
    ) == Phase::Open;
    let outcome = match again {
        // A request that is repeated after the end was answered before it.
        Some(Outcome::Entered(entry)) => Some(Outcome::Entered(entry)),
        _ if !open => Some(Outcome::EventNotOpen),
        _ if application.visit == Visit::Unproved => Some(Outcome::WrongVisitCode),
        again => again,
    };
    (Some(event), outcome)
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

/// Tells of the new entries, one message per event.
async fn tell(connection: &mut PgConnection, entries: &[Numbered<'_>]) -> Result<(), Error> {
    let mut notes: BTreeMap<Uuid, Vec<EntryNote>> = BTreeMap::new();
    for entry in entries {
        let a = entry.application;
        notes.entry(a.event_id).or_default().push(EntryNote {
            participant_id: a.participant_id,
            channel: a.channel.map(|(channel, _)| channel),
            visited: a.visited(),
            entered_at: a.entered_at,
        });
    }
    for (event_id, entries) in notes {
        // Quietly: a notification's lock would hold up every other commit of the burst.
        janchi_queue::send_event_quietly(
            connection,
            &ParticipationEvent::Entered { event_id, entries },
        )
        .await?;
    }
    Ok(())
}
