use analytics_service::Config;
use analytics_service::config::USUAL_FONT_DIR;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use janchi_contracts::ai::{Forecast, Range};
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus, Prize, VisitBonus};
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use janchi_contracts::reference::{Channel, Industry, Objective, Region};
use janchi_runtime::Clock;
use janchi_testkit::{Client, Keys, Running, serve_stub, shared_settings};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

pub const PATIENCE: Duration = Duration::from_secs(15);

/// What the neighbours answer, by path; absent is 404, null is 500.
pub type Answers = Arc<Mutex<HashMap<String, Value>>>;

pub struct Fixture {
    pub service: Running,
    pub keys: Keys,
    pub namespace: String,
    pub clock: Clock,
    pub answers: Answers,
}

impl Fixture {
    pub async fn new(db: &PgPool) -> Self {
        Self::with_fonts(db, USUAL_FONT_DIR).await
    }

    /// Looks for its typefaces here.
    pub async fn with_fonts(db: &PgPool, fonts: &str) -> Self {
        let (keys, namespace, clock) = (Keys::new(), janchi_testkit::namespace(), Clock::movable());
        let answers = Answers::default();
        let neighbour = serve_stub(neighbours(Arc::clone(&answers))).await;
        let config = Config {
            shared: shared_settings(db, &keys, &namespace),
            jwks_url: keys.jwks_url().await,
            lookup_key: janchi_testkit::lookup_key(),
            event_service_url: neighbour.clone(),
            participation_service_url: neighbour.clone(),
            distribution_service_url: neighbour,
            font_dir: fonts.into(),
        };
        let own = clock.clone();
        let service = Running::start(|listeners, shutdown| async move {
            analytics_service::assemble(config, own, shutdown)?
                .serve(listeners)
                .await
        })
        .await;
        Self {
            service,
            keys,
            namespace,
            clock,
            answers,
        }
    }

    pub fn answer(&self, path: &str, value: Value) {
        self.answers
            .lock()
            .expect("no holder panics")
            .insert(path.to_owned(), value);
    }

    pub fn owner(&self, owner: Uuid) -> Client {
        self.service.client().bearer(&self.keys.owner_token(owner))
    }

    pub async fn tell(&self, event: &EventEvent) {
        janchi_testkit::send_event(&self.namespace, event).await;
    }

    pub async fn tell_entries(&self, event_id: Uuid, entries: Vec<EntryNote>) {
        janchi_testkit::send_event(
            &self.namespace,
            &ParticipationEvent::Entered { event_id, entries },
        )
        .await;
    }

    /// The dashboard once it fits.
    pub async fn dashboard(&self, event: &EventSnapshot, fits: impl Fn(&Value) -> bool) -> Value {
        let client = self.owner(event.owner_id);
        let path = format!("/api/analytics/dashboard/{}", event.event_id);
        janchi_testkit::eventually(PATIENCE, || async {
            let reply = client.get(&path).await;
            (reply.status == 200).then(|| reply.json()).filter(&fits)
        })
        .await
    }
}

fn neighbours(answers: Answers) -> Router {
    let find = move |request: axum::extract::Request| {
        let answer = answers
            .lock()
            .expect("no holder panics")
            .get(request.uri().path())
            .cloned();
        async move { respond(answer) }
    };
    Router::new().fallback(get(find))
}

fn respond(answer: Option<Value>) -> Response {
    match answer {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Value::Null) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(value) => ([("content-type", "application/json")], value.to_string()).into_response(),
    }
}

pub fn snapshot(status: EventStatus) -> EventSnapshot {
    EventSnapshot {
        event_id: Uuid::now_v7(),
        code: "ABCD2345".into(),
        owner_id: Uuid::now_v7(),
        store_id: Uuid::now_v7(),
        store_name: "가게".into(),
        industry: Industry::Cafe,
        region: Region::Seoul,
        objective: Objective::NewCustomers,
        status,
        title: "첫눈 이벤트".into(),
        description: String::new(),
        starts_at: None,
        ends_at: None,
        opened_at: None,
        closed_at: None,
        prizes: vec![Prize {
            name: "커피".into(),
            quantity: 10,
            unit_cost: 5_000,
        }],
        winner_count: 10,
        visit_bonus: VisitBonus {
            enabled: false,
            weight: 3,
        },
        budget: Some(100_000),
        forecast: Some(Forecast {
            participants: Range {
                low: 1,
                expected: 3,
                high: 5,
            },
            cost: 50_000,
            revenue: 0,
            roi: 0.0,
            break_even_visitors: 0,
            basis: String::new(),
            model: None,
        }),
        tier: Some("LOW_COST".into()),
        channels: Vec::new(),
        images: Vec::new(),
        version: 1,
    }
}

pub fn entry(channel: Option<Channel>, entered_at: DateTime<Utc>) -> EntryNote {
    EntryNote {
        participant_id: Uuid::now_v7(),
        channel,
        visited: false,
        entered_at,
    }
}

pub fn statistics(event_id: Uuid, stale: bool) -> Value {
    json!({"eventId": event_id, "channels": [{
        "channel": "KAKAO", "impressions": 1000, "clicks": 50, "cost": 30000, "source": "KAKAO_REPORT", "stale": stale,
    }]})
}
