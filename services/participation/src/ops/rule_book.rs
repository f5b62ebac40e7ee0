//! What this process knows of events, and asking the event service for what it does not know.

use crate::clients::event::EventClient;
use crate::domain::event_key::EventKey;
use crate::domain::rules::{EventRules, Phase};
use crate::error::Error;
use crate::ops::event_keys::EventKeys;
use crate::ops::open::{self, Opening};
use crate::store;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelCode;
use janchi_contracts::event::{EventSnapshot, EventStatus};
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rules are read from the database again after so long: another process may have taken a message.
const FRESH: Duration = Duration::from_secs(1);
/// "There is no such event" and "not open" are believed so long.
const NEGATIVE: Duration = Duration::from_secs(1);
/// More remembered names than this are swept of what nobody waits for.
const REMEMBERED: usize = 10_000;

/// By what an event is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventName {
    Id(Uuid),
    Code(String),
}

impl EventName {
    /// A code as it may stand in an address; anything else names no event.
    pub fn from_code(code: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        ((1..=64).contains(&code.len()) && code.bytes().all(plain))
            .then(|| Self::Code(code.to_owned()))
    }
}

/// All an entry needs to know of its event.
#[derive(Debug)]
pub struct OpenedEvent {
    pub rules: EventRules,
    pub draw_id: Uuid,
    /// Lower-case hex.
    pub commitment: String,
    pub codes: Vec<ChannelCode>,
    pub key: EventKey,
}

/// The event service's last answer for a name.
#[derive(Debug)]
struct Asked {
    began: Instant,
    snapshot: Option<EventSnapshot>,
    /// Until when, by the fleet's clock, it may be believed after the flight; none: not at all.
    kept_until: Option<DateTime<Utc>>,
}

/// Held by whoever reads an event from the database; tells when the last reading began that found nothing.
type Gate = Arc<tokio::sync::Mutex<Option<Instant>>>;
type Flight = Arc<tokio::sync::Mutex<Option<Arc<Asked>>>>;

#[derive(Debug, Default)]
struct Memory {
    known: HashMap<Uuid, (Instant, Arc<OpenedEvent>)>,
    ids: HashMap<String, Uuid>,
    flights: HashMap<EventName, Flight>,
    gates: HashMap<EventName, Gate>,
}

/// Known events, and one question at a time per unknown one.
#[derive(Debug, Clone)]
pub struct RuleBook {
    db: PgPool,
    events: EventClient,
    opening: Opening,
    keys: EventKeys,
    clock: Clock,
    memory: Arc<Mutex<Memory>>,
}

impl RuleBook {
    pub fn new(
        db: PgPool,
        events: EventClient,
        opening: Opening,
        keys: EventKeys,
        clock: Clock,
    ) -> Self {
        Self {
            db,
            events,
            opening,
            keys,
            clock,
            memory: Arc::default(),
        }
    }

    /// The event, if it takes entries now. A known open one is answered without asking anybody.
    ///
    /// # Errors
    /// `NotFound`, `EventNotOpen`, or whoever had to be asked does not answer.
    pub async fn open_event(&self, name: &EventName) -> Result<Arc<OpenedEvent>, Error> {
        if let Some(known) = self.known(name).await? {
            match known.rules.phase(self.clock.now()) {
                Phase::Open => return Ok(known),
                Phase::Closed | Phase::Cancelled => return Err(Error::EventNotOpen),
                Phase::ClosedByClock => {}
            }
        }
        let Some(_) = self.ask(name).await?.snapshot else {
            return Err(Error::NotFound);
        };
        match self.known(name).await? {
            Some(event) if event.rules.phase(self.clock.now()) == Phase::Open => Ok(event),
            _ => Err(Error::EventNotOpen),
        }
    }

    /// The event if it was opened, wherever it stands now; asks once about one that is not known.
    ///
    /// # Errors
    /// Whoever had to be asked does not answer.
    pub async fn opened_event(&self, event_id: Uuid) -> Result<Option<Arc<OpenedEvent>>, Error> {
        let name = EventName::Id(event_id);
        if let Some(known) = self.known(&name).await? {
            return Ok(Some(known));
        }
        self.ask(&name).await?;
        self.known(&name).await
    }

    /// What the owner may see of an event: the opened one, or `None` where it is theirs but was never opened.
    ///
    /// # Errors
    /// `NotFound` for an unknown event and for someone else's, or whoever had to be asked does not answer.
    pub async fn owned_event(
        &self,
        owner: Uuid,
        event_id: Uuid,
    ) -> Result<Option<Arc<OpenedEvent>>, Error> {
        let name = EventName::Id(event_id);
        if let Some(known) = self.known(&name).await? {
            return if known.rules.owner_id == owner {
                Ok(Some(known))
            } else {
                Err(Error::NotFound)
            };
        }
        match &self.ask(&name).await?.snapshot {
            Some(event) if event.owner_id == owner => self.known(&name).await,
            _ => Err(Error::NotFound),
        }
    }

    /// Asks the event service how an event stands at this moment and takes the answer over.
    ///
    /// # Errors
    /// It does not answer, or the answer cannot be stored.
    pub async fn refresh(&self, event_id: Uuid) -> Result<(), Error> {
        if let Some(event) = self.events.find(event_id).await? {
            self.take_over(&event).await?;
        }
        Ok(())
    }

    /// The code of an event's public page, opened or not.
    ///
    /// # Errors
    /// Whoever had to be asked does not answer.
    pub async fn event_code(&self, event_id: Uuid) -> Result<Option<String>, Error> {
        let name = EventName::Id(event_id);
        if let Some(known) = self.known(&name).await? {
            return Ok(Some(known.rules.code.clone()));
        }
        Ok(self
            .ask(&name)
            .await?
            .snapshot
            .as_ref()
            .map(|s| s.code.clone()))
    }

    /// Forgets an event because it changed: the next one who asks reads it again.
    pub fn forget(&self, event_id: Uuid, code: Option<&str>) {
        let mut memory = self.memory();
        memory.known.remove(&event_id);
        memory.flights.remove(&EventName::Id(event_id));
        if let Some(code) = code {
            memory.flights.remove(&EventName::Code(code.to_owned()));
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An opened event from memory if fresh, else from the database; nobody else is asked.
    ///
    /// # Errors
    /// A statement fails.
    pub async fn known(&self, name: &EventName) -> Result<Option<Arc<OpenedEvent>>, Error> {
        if let Some(event) = self.remembered(name) {
            return Ok(Some(event));
        }
        // A thousand who come in the same second read it once, whether it is there or not.
        let came = Instant::now();
        let gate = self.gate(name);
        let mut nothing_since = gate.lock().await;
        if let Some(event) = self.remembered(name) {
            return Ok(Some(event));
        }
        if nothing_since.is_some_and(|began| began >= came) {
            return Ok(None);
        }
        let began = Instant::now();
        let found = self.read(name, began).await?;
        *nothing_since = found.is_none().then_some(began);
        Ok(found)
    }

    async fn read(
        &self,
        name: &EventName,
        began: Instant,
    ) -> Result<Option<Arc<OpenedEvent>>, Error> {
        let event_id = match name {
            EventName::Id(id) => Some(*id),
            EventName::Code(code) => store::rules::find_event_by_code(&self.db, code).await?,
        };
        let Some(event_id) = event_id else {
            return Ok(None);
        };
        let Some(rules) = store::rules::find_rules(&self.db, event_id).await? else {
            return Ok(None);
        };
        let Some(draw) = store::draws::find_draw_of_event(&self.db, event_id).await? else {
            return Ok(None);
        };
        let codes = store::codes::list_codes(&self.db, event_id).await?;
        let event = Arc::new(OpenedEvent {
            rules,
            draw_id: draw.id,
            commitment: hex::encode(draw.commitment),
            codes,
            key: self.keys.of(&self.db, event_id).await?,
        });
        let mut memory = self.memory();
        if memory.known.len() > REMEMBERED {
            memory.known.retain(|_, (at, _)| at.elapsed() < FRESH);
            memory.ids.clear();
        }
        memory.ids.insert(event.rules.code.clone(), event_id);
        memory.known.insert(event_id, (began, event.clone()));
        Ok(Some(event))
    }

    fn remembered(&self, name: &EventName) -> Option<Arc<OpenedEvent>> {
        let memory = self.memory();
        let id = match name {
            EventName::Id(id) => id,
            EventName::Code(code) => memory.ids.get(code)?,
        };
        let (at, event) = memory.known.get(id)?;
        (at.elapsed() < FRESH).then(|| event.clone())
    }

    /// One question at a time per name. Whoever waits takes an answer to a question that was asked after they came:
    /// an older one might be from before the event opened.
    async fn ask(&self, name: &EventName) -> Result<Arc<Asked>, Error> {
        let came = Instant::now();
        let flight = self.flight(name);
        let mut last = flight.lock().await;
        if let Some(asked) = last.as_ref() {
            let kept = asked
                .kept_until
                .is_some_and(|until| self.clock.now() < until);
            if asked.began >= came || kept && asked.began.elapsed() < NEGATIVE {
                return Ok(asked.clone());
            }
        }
        let began = Instant::now();
        let snapshot = match name {
            EventName::Id(id) => self.events.find(*id).await?,
            EventName::Code(code) => self.events.find_by_code(code).await?,
        };
        if let Some(event) = &snapshot {
            self.take_over(event).await?;
        }
        let kept_until = kept_until(snapshot.as_ref());
        let asked = Arc::new(Asked {
            began,
            snapshot,
            kept_until,
        });
        *last = Some(asked.clone());
        Ok(asked)
    }

    fn gate(&self, name: &EventName) -> Gate {
        let mut memory = self.memory();
        if memory.gates.len() > REMEMBERED {
            memory.gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        memory.gates.entry(name.clone()).or_default().clone()
    }

    fn flight(&self, name: &EventName) -> Flight {
        let mut memory = self.memory();
        if memory.flights.len() > REMEMBERED {
            // Somebody is trying codes: what nobody waits for is dropped.
            memory
                .flights
                .retain(|_, flight| Arc::strong_count(flight) > 1);
        }
        memory.flights.entry(name.clone()).or_default().clone()
    }

    async fn take_over(&self, event: &EventSnapshot) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        open::apply(&mut tx, &self.opening, event, self.clock.now()).await?;
        tx.commit().await?;
        self.memory().known.remove(&event.event_id);
        Ok(())
    }
}

/// Until when an answer may be believed. One that can turn into "open" at any moment, for all we know, is not kept:
/// whoever reads an event as open must be able to enter it.
fn kept_until(snapshot: Option<&EventSnapshot>) -> Option<DateTime<Utc>> {
    match snapshot {
        None => Some(DateTime::<Utc>::MAX_UTC),
        Some(event) => match event.status {
            EventStatus::Publishing | EventStatus::Ongoing => None,
            EventStatus::Scheduled => event.starts_at,
            _ => Some(DateTime::<Utc>::MAX_UTC),
        },
    }
}
