//! Taking entries in a burst: what waits while a commit is in flight goes into the next one together. Nobody is
//! answered before the commit, nobody waits for a timer, and one bad entry never fails its neighbours.
//!
//! A lane is one connection with one commit in flight. An event belongs to one lane, so lanes never wait for each other
//! for its row, and what arrives first is stored first.

use crate::domain::application::{Application, Visit};
use crate::domain::entry::new_entry_number;
use crate::domain::rules::{Phase, phase};
use crate::error::Error;
use crate::store;
use crate::store::batches::{Candidate, News, Refused};
use crate::store::entries::Entry;
use anyhow::{Context, anyhow};
use janchi_contracts::DomainEvent;
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use janchi_queue::Unsent;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// So many entries go into one statement at most.
const BATCH: usize = 500;
/// So often everybody else who is ready has a turn before a batch is taken.
const TURNS: usize = 8;
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

/// Takes in whoever else hands in at this moment: of a hundred who were just answered, or whose requests lie here already,
/// the first would make a batch alone, and the others wait for its commit. It is no timer: everybody who is ready to run
/// has a turn, and where nobody comes of it, nothing is waited for.
async fn gather(waiting: &mut mpsc::Receiver<Waiting>, batch: &mut Vec<Waiting>) {
    for _ in 0..TURNS {
        let before = batch.len();
        tokio::task::yield_now().await;
        while batch.len() < BATCH
            && let Ok(one) = waiting.try_recv()
        {
            batch.push(one);
        }
        if batch.len() == before || batch.len() == BATCH {
            return;
        }
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
            gather(&mut waiting, &mut batch).await;
            metrics::histogram!("janchi_entry_batch_size").record(batch.len() as f64);
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

    /// Stores a batch; outcomes are in the order of the applications.
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
        if let Some(held) = self.held.take() {
            match self.store_on(held, batch).await {
                // It died, since the batch before or in this one. What of this one is stored is found by the next try,
                // and told from what somebody else stored by its ids.
                Err(error) if is_away(&error) => {
                    tracing::warn!(%error, "the connection of the entry desk died");
                }
                ended => return ended,
            }
        }
        let other = self.db.acquire().await?;
        self.store_on(other, batch).await
    }

    async fn store_on(
        &mut self,
        mut connection: PoolConnection<Postgres>,
        batch: &[Application],
    ) -> Result<Vec<Outcome>, Error> {
        let ended = decide_and_insert(&mut connection, batch).await;
        if ended.is_ok() {
            // Whatever fails may leave its connection behind in any state: only a good one is kept.
            self.held = Some(connection);
        }
        ended
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

/// Stores what can be stored, in one statement and its commit, and says what became of each.
async fn decide_and_insert(
    connection: &mut PgConnection,
    batch: &[Application],
) -> Result<Vec<Outcome>, Error> {
    let mut candidates = Vec::with_capacity(batch.len());
    // Who comes first with a phone, and for each who repeats it in this batch whom they repeat.
    let mut first: HashMap<(Uuid, [u8; 32]), usize> = HashMap::with_capacity(batch.len());
    let mut repeats: HashMap<usize, usize> = HashMap::new();
    for (at, application) in batch.iter().enumerate() {
        let mut wanted = application.visit != Visit::Unproved;
        if wanted {
            let key = (application.event_id, application.phone_hash);
            let other = *first.entry(key).or_insert(at);
            if other != at {
                repeats.insert(at, other);
                wanted = false;
            }
        }
        candidates.push(Candidate {
            application,
            entry_number: new_entry_number(),
            note: note(application)?,
            wanted,
        });
    }
    let refused = store::batches::store(connection, &candidates, &news(batch)?).await?;
    let mut refused = refused.into_iter().peekable();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(batch.len());
    for (at, candidate) in candidates.into_iter().enumerate() {
        let outcome = match refused.next_if(|r| r.at == at) {
            None => Outcome::Entered(candidate.stored()),
            Some(found) => match (decide(&batch[at], &found), repeats.get(&at)) {
                (Some(outcome), _) => outcome,
                (None, Some(other)) => match &outcomes[*other] {
                    Outcome::Entered(entry) => answer_again(&batch[at], entry),
                    _ => Outcome::AlreadyParticipated,
                },
                (None, None) => {
                    return Err(
                        anyhow!("an entry was left out, and nothing stands against it").into(),
                    );
                }
            },
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Why an application was not stored; none if it repeats another one of its batch.
fn decide(application: &Application, refused: &Refused) -> Option<Outcome> {
    let Some(event) = &refused.event else {
        return Some(Outcome::EventNotFound);
    };
    let again = refused
        .earlier
        .as_ref()
        .map(|entry| answer_again(application, entry));
    let open = phase(
        event.status,
        event.frozen,
        event.ends_at,
        application.entered_at,
    ) == Phase::Open;
    match again {
        // A request that is repeated after the end was answered before it.
        Some(Outcome::Entered(entry)) => Some(Outcome::Entered(entry)),
        _ if !open => Some(Outcome::EventNotOpen),
        _ if application.visit == Visit::Unproved => Some(Outcome::WrongVisitCode),
        again => again,
    }
}

/// The same request, told apart by its key, is answered with its entry; anybody else learns only that there is one.
fn answer_again(application: &Application, entry: &Entry) -> Outcome {
    // The connection broke after the commit and before its answer: this very application is the entry.
    if entry.id == application.participant_id {
        return Outcome::Entered(entry.clone());
    }
    let day_old = application.entered_at - entry.entered_at >= chrono::Duration::hours(24);
    match application.request_hash {
        Some(hash) if !day_old && entry.request_hash.as_deref() == Some(hash.as_slice()) => {
            Outcome::Entered(entry.clone())
        }
        _ => Outcome::AlreadyParticipated,
    }
}

/// An entry as others may know it: one item of the list in the message.
fn note(application: &Application) -> Result<String, Error> {
    let note = EntryNote {
        participant_id: application.participant_id,
        channel: application.channel.map(|(channel, _)| channel),
        visited: application.visited(),
        entered_at: application.entered_at,
    };
    Ok(serde_json::to_string(&note).context("write a note of an entry")?)
}

/// One message for each event of a batch, in the order of their ids, open where the notes go.
fn news(batch: &[Application]) -> Result<Vec<News>, Error> {
    let mut events: Vec<Uuid> = batch.iter().map(|a| a.event_id).collect();
    events.sort_unstable();
    events.dedup();
    let of = |event_id| {
        let entries = Vec::new();
        let event = ParticipationEvent::Entered { event_id, entries };
        let text = serde_json::to_string(&event).context("write a message")?;
        let (head, tail) = text
            .split_once("[]")
            .context("find the list in a message")?;
        Ok(News {
            event_id,
            message: Unsent::named(event.name()),
            head: format!("{head}["),
            tail: format!("]{tail}"),
        })
    };
    events.into_iter().map(of).collect()
}
