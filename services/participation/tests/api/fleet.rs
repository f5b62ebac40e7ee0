//! The service under test with an event service that the test plays.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus, Prize, VisitBonus};
use janchi_contracts::reference::{Industry, Objective, Region};
use janchi_crypto::{Keyring, LookupKey};
use janchi_runtime::Clock;
use janchi_testkit::{Client, Keys, Running, send_event, shared_settings};
use janchi_web::Path;
use participation_service::ops::destroy::Shredder;
use participation_service::ops::event_keys::EventKeys;
use participation_service::{Config, PrizeTax};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// The event service as the test plays it: it brings events up to the clock before it answers.
#[derive(Clone)]
pub struct Events {
    clock: Clock,
    all: Arc<Mutex<HashMap<Uuid, EventSnapshot>>>,
    asked: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
}

impl Events {
    fn new(clock: Clock) -> Self {
        Self {
            clock,
            all: Arc::default(),
            asked: Arc::default(),
            down: Arc::default(),
        }
    }

    /// How often it was asked since the last time this was read.
    pub fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    pub fn put(&self, event: &EventSnapshot) {
        self.all
            .lock()
            .unwrap()
            .insert(event.event_id, event.clone());
    }

    /// Changes an event and gives it as it is then.
    pub fn change(&self, id: Uuid, change: impl FnOnce(&mut EventSnapshot)) -> EventSnapshot {
        let mut all = self.all.lock().unwrap();
        let event = all.get_mut(&id).unwrap();
        change(event);
        event.version += 1;
        event.clone()
    }

    fn current(&self, fits: impl Fn(&EventSnapshot) -> bool) -> Response {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let now = self.clock.now();
        let mut all = self.all.lock().unwrap();
        let Some(event) = all.values_mut().find(|e| fits(e)) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if event.status == EventStatus::Scheduled && event.starts_at.is_some_and(|at| at <= now) {
            event.status = EventStatus::Ongoing;
            event.opened_at = Some(now);
            event.version += 1;
        }
        if event.status == EventStatus::Ongoing && event.ends_at.is_some_and(|at| at <= now) {
            event.status = EventStatus::Ended;
            event.closed_at = event.ends_at;
            event.version += 1;
        }
        (
            [("content-type", "application/json")],
            serde_json::to_string(event).unwrap(),
        )
            .into_response()
    }

    async fn serve(&self) -> url::Url {
        async fn by_id(State(events): State<Events>, Path(id): Path<Uuid>) -> Response {
            events.current(|e| e.event_id == id)
        }
        async fn by_code(State(events): State<Events>, Path(code): Path<String>) -> Response {
            events.current(|e| e.code == code)
        }
        let router = axum::Router::new()
            .route("/internal/events/{id}", get(by_id))
            .route("/internal/events/by-code/{code}", get(by_code))
            .with_state(self.clone());
        janchi_testkit::serve_stub(router).await
    }
}

pub struct Fleet {
    /// Runs as long as this is held.
    _service: Running,
    client: Client,
    pub keys: Keys,
    pub namespace: String,
    pub clock: Clock,
    pub events: Events,
    pub db: PgPool,
    /// What destroys personal data on its day, as the service has it.
    pub shredder: Shredder,
}

struct Prepared {
    keys: Keys,
    namespace: String,
    clock: Clock,
    events: Events,
    db: PgPool,
    shredder: Shredder,
}

impl Prepared {
    fn with(self, service: Running) -> Fleet {
        let Self {
            keys,
            namespace,
            clock,
            events,
            db,
            shredder,
        } = self;
        Fleet {
            client: service.client(),
            _service: service,
            keys,
            namespace,
            clock,
            events,
            db,
            shredder,
        }
    }
}

impl Fleet {
    /// API, relay and consumer, for tests of messages.
    pub async fn start(db: PgPool) -> Self {
        Self::start_with(db, |_| {}).await
    }

    pub async fn start_with(db: PgPool, change: impl FnOnce(&mut Config)) -> Self {
        let (fleet, mut config) = Self::prepare(db).await;
        change(&mut config);
        let clock = fleet.clock.clone();
        let service = Running::start(|listeners, shutdown| async move {
            participation_service::assemble(config, clock, shutdown)?
                .serve(listeners)
                .await
        })
        .await;
        fleet.with(service)
    }

    /// The API alone, which needs no broker.
    pub async fn start_api(db: PgPool) -> Self {
        Self::start_api_with(db, |_| {}).await
    }

    pub async fn start_api_with(db: PgPool, change: impl FnOnce(&mut Config)) -> Self {
        let (fleet, mut config) = Self::prepare(db).await;
        change(&mut config);
        let clock = fleet.clock.clone();
        let service = Running::start(|listeners, shutdown| async move {
            participation_service::assemble(config, clock, shutdown)?
                .serve_api(listeners)
                .await
        })
        .await;
        fleet.with(service)
    }

    async fn prepare(db: PgPool) -> (Prepared, Config) {
        let (keys, namespace, clock) = (Keys::new(), janchi_testkit::namespace(), Clock::movable());
        let events = Events::new(clock.clone());
        let config = Config {
            shared: shared_settings(&db, &keys, &namespace),
            jwks_url: keys.jwks_url().await,
            encryption_keys: janchi_testkit::encryption_keys(),
            lookup_key: janchi_testkit::lookup_key(),
            jwt_signing_key: keys.receipt_key.clone(),
            event_service_url: events.serve().await,
            public_base_url: "http://shop.test/".parse().unwrap(),
            notices: None,
            sms: None,
            claim_days: Config::CLAIM_DAYS,
            prize_tax: PrizeTax::usual(),
            retention: Config::usual_retention(),
            entry_queue: Config::ENTRY_QUEUE,
        };
        let shredder = Shredder {
            db: db.clone(),
            keys: EventKeys::new(
                Keyring::parse(&config.encryption_keys).unwrap(),
                LookupKey::parse(&config.lookup_key).unwrap(),
            ),
            retention: config.retention,
            tax: config.prize_tax.clone(),
        };
        (
            Prepared {
                keys,
                namespace,
                clock,
                events,
                db,
                shredder,
            },
            config,
        )
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The owner of this event.
    pub fn owner(&self, event: &EventSnapshot) -> Client {
        self.client().bearer(&self.keys.owner_token(event.owner_id))
    }

    /// An event that takes entries, of a new owner: three prizes, no visit bonus, a day long.
    pub fn open_event(&self) -> EventSnapshot {
        self.open_event_with(|_| {})
    }

    pub fn open_event_with(&self, change: impl FnOnce(&mut EventSnapshot)) -> EventSnapshot {
        let now = self.clock.now();
        let id = Uuid::now_v7();
        let mut event = EventSnapshot {
            event_id: id,
            code: format!("E{}", &id.simple().to_string()[20..]),
            owner_id: Uuid::now_v7(),
            store_id: Uuid::now_v7(),
            store_name: "행복 분식".to_owned(),
            industry: Industry::Restaurant,
            region: Region::Seoul,
            objective: Objective::NewCustomers,
            status: EventStatus::Ongoing,
            title: "개업 잔치".to_owned(),
            description: "떡볶이 한 그릇".to_owned(),
            starts_at: Some(now - TimeDelta::hours(1)),
            ends_at: Some(now + TimeDelta::days(1)),
            opened_at: Some(now - TimeDelta::hours(1)),
            closed_at: None,
            prizes: vec![
                Prize {
                    name: "식사권".to_owned(),
                    quantity: 1,
                    unit_cost: 30_000,
                },
                Prize {
                    name: "커피".to_owned(),
                    quantity: 2,
                    unit_cost: 4_000,
                },
            ],
            winner_count: 3,
            visit_bonus: VisitBonus {
                enabled: false,
                weight: 3,
            },
            budget: None,
            forecast: None,
            tier: None,
            channels: vec![],
            images: vec![],
            version: 5,
        };
        change(&mut event);
        self.events.put(&event);
        event
    }

    /// Enters with the n-th number.
    pub async fn enter(&self, event: &EventSnapshot, n: u32) -> Value {
        self.client()
            .post("/api/participations", entry(event, n))
            .await
            .status(201)
    }

    /// The entrant who holds this receipt.
    pub fn entrant(&self, receipt: &Value) -> Client {
        self.client()
            .bearer(receipt["receiptToken"].as_str().unwrap())
    }

    /// Lets the event's time pass.
    pub fn pass_the_end(&self) {
        self.clock.advance(Duration::from_secs(25 * 3600));
    }

    /// Tells what the event service would tell.
    pub async fn tell(&self, event: EventEvent) {
        send_event(&self.namespace, &event).await;
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "a test looks behind the service")]
        let row = sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap();
        row
    }

    pub async fn text(&self, sql: &'static str) -> String {
        #[expect(clippy::disallowed_methods, reason = "a test looks behind the service")]
        let row = sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap();
        row
    }
}

/// The n-th customer's number.
pub fn phone(n: u32) -> String {
    format!("010-{:04}-{:04}", 2000 + n / 10_000, n % 10_000)
}

/// The n-th customer's entry.
pub fn entry(event: &EventSnapshot, n: u32) -> Value {
    json!({
        "eventCode": event.code,
        "phoneNumber": phone(n),
        "name": format!("손님{n}"),
        "consents": {"over14": true, "privacy": true, "marketing": false},
    })
}

pub fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// Bytes from hex.
pub fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let mut bytes = [0; N];
    hex::decode_to_slice(value.as_str().unwrap(), &mut bytes).unwrap();
    bytes
}
