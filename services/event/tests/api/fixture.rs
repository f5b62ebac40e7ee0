//! A running event service with stand-ins for the services it calls, and what they answer.

use crate::peers::{Peers, SharedPeers, stand_ins};
use chrono::{DateTime, Utc};
use event_service::Config;
use janchi_contracts::ai::{AiJobEvent, AiResult};
use janchi_contracts::content::{ContentJobEvent, ImageRef, ImageResult};
use janchi_contracts::distribution::{DistributionEvent, RunStatus};
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use janchi_runtime::Clock;
use janchi_testkit::{Client, Events, Keys, Running, eventually, shared_settings};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

pub struct Fleet {
    pub running: Running,
    pub keys: Keys,
    pub clock: Clock,
    pub namespace: String,
    pub peers: SharedPeers,
    pub heard: Events,
    pub config: Config,
}

impl Fleet {
    pub async fn start(db: &PgPool) -> Self {
        let fleet = Self::start_with(db, |_| {}).await;
        let client = Client::new(&fleet.running.admin);
        eventually(Duration::from_secs(30), || async {
            (client.get("/readyz").await.status == 200).then_some(())
        })
        .await;
        fleet
    }

    /// With other settings, and without waiting until it is ready.
    pub async fn start_with(db: &PgPool, change: impl FnOnce(&mut Config)) -> Self {
        let keys = Keys::new();
        let namespace = janchi_testkit::namespace();
        let peers = SharedPeers::default();
        let base = janchi_testkit::serve_stub(stand_ins(peers.clone())).await;
        let mut config = Config {
            shared: shared_settings(db, &keys, &namespace),
            jwks_url: keys.jwks_url().await,
            user_service_url: base.clone(),
            ai_service_url: base.clone(),
            content_service_url: base.clone(),
            distribution_service_url: base.clone(),
            participation_service_url: base,
            public_base_url: "https://janchi.example".parse().expect("a URL"),
            // A busy test machine must not turn a hit into a miss.
            lookup_deadline: Duration::from_secs(3),
        };
        change(&mut config);
        let patterns = [
            "event.*",
            "ai.recommendation",
            "content.image",
            "distribution.publish",
        ];
        let heard = Events::listen(&namespace, &patterns).await;
        let clock = Clock::movable();
        let (own, time) = (config.clone(), clock.clone());
        let serve = |listeners, stop| async move {
            event_service::assemble(own, time, stop)?
                .serve(listeners)
                .await
        };
        let running = Running::start_unready(serve).await;
        Self {
            running,
            keys,
            clock,
            namespace,
            peers,
            heard,
            config,
        }
    }

    /// A new owner's client.
    pub fn owner(&self) -> Client {
        self.running.client().bearer(&self.keys.owner().1)
    }

    pub fn set(&self, change: impl FnOnce(&mut Peers)) {
        change(&mut self.peers.lock().expect("no holder panics"));
    }

    pub fn in_hours(&self, hours: i64) -> DateTime<Utc> {
        self.clock.now() + chrono::Duration::hours(hours)
    }

    pub fn pass_hours(&self, hours: u64) {
        self.pass_minutes(hours * 60);
    }

    pub fn pass_minutes(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(minutes * 60));
    }

    /// A draft with everything but pictures, filled from a plan that runs from in 24 to in 192 hours.
    pub async fn planned(&self, owner: &Client) -> Value {
        let event = create(owner).await;
        let result = ai_result(self.in_hours(24), self.in_hours(192));
        self.set(|peers| peers.recommendation = Some(result));
        let id = id_of(&event);
        let started = owner
            .post("/api/ai/recommendations", json!({ "eventId": id }))
            .await
            .status(202);
        self.set(|peers| peers.recommendation = None);
        let plan = json!({ "jobId": started["jobId"], "planId": plan_id(2) });
        owner
            .put(&format!("/api/events/{id}/recommendation"), plan)
            .await
            .status(200)
    }

    /// A draft that can be approved.
    pub async fn ready(&self, owner: &Client) -> Value {
        let event = self.planned(owner).await;
        self.set(|peers| peers.images = Some(nine_images()));
        let id = id_of(&event);
        owner
            .post("/api/content/images", json!({ "eventId": id }))
            .await
            .status(202);
        self.set(|peers| peers.images = None);
        owner.get(&format!("/api/events/{id}")).await.status(200)
    }

    /// An approved event, waiting for distribution.
    pub async fn approved(&self, owner: &Client) -> Uuid {
        let id = id_of(&self.ready(owner).await);
        owner
            .call(&format!("/api/events/{id}/approve"))
            .await
            .status(202);
        id
    }

    /// An approved event that distribution has brought to its channels.
    pub async fn scheduled(&self, owner: &Client) -> Uuid {
        let id = self.approved(owner).await;
        self.finish_run(id, 1, RunStatus::Completed).await;
        self.await_status(owner, id, "SCHEDULED").await;
        id
    }

    /// An event that takes entries.
    pub async fn ongoing(&self, owner: &Client) -> Uuid {
        let id = self.scheduled(owner).await;
        self.pass_hours(25);
        self.await_status(owner, id, "ONGOING").await;
        id
    }

    pub async fn finish_run(&self, event_id: Uuid, run: u32, status: RunStatus) {
        let told = DistributionEvent::Finished {
            event_id,
            run,
            status,
            channels: vec![],
        };
        janchi_testkit::send_event(&self.namespace, &told).await;
    }

    pub async fn enter(&self, event_id: Uuid, count: usize) {
        let entry = || EntryNote {
            participant_id: Uuid::now_v7(),
            channel: None,
            visited: false,
            entered_at: self.clock.now(),
        };
        let told = ParticipationEvent::Entered {
            event_id,
            entries: std::iter::repeat_with(entry).take(count).collect(),
        };
        janchi_testkit::send_event(&self.namespace, &told).await;
    }

    pub async fn await_status(&self, owner: &Client, id: Uuid, status: &str) -> Value {
        let path = format!("/api/events/{id}");
        eventually(Duration::from_secs(20), || async {
            let event = owner.get(&path).await.status(200);
            (event["status"] == status).then_some(event)
        })
        .await
    }

    pub async fn await_job(&self, owner: &Client, id: &Value, status: &str) -> Value {
        let path = format!("/api/jobs/{}", id.as_str().expect("an id"));
        eventually(Duration::from_secs(20), || async {
            let job = owner.get(&path).await.status(200);
            (job["status"] == status).then_some(job)
        })
        .await
    }

    pub async fn succeed_ai(&self, job_id: &Value, event_id: Uuid) {
        let result = ai_result(self.in_hours(24), self.in_hours(192));
        let told = AiJobEvent::Succeeded {
            job_id: parse(job_id),
            event_id,
            result: Box::new(result),
        };
        janchi_testkit::send_event(&self.namespace, &told).await;
    }

    pub async fn fail_ai(&self, job_id: &Value, event_id: Uuid) {
        let told = AiJobEvent::Failed {
            job_id: parse(job_id),
            event_id,
            code: "AI_UNAVAILABLE".into(),
            message: "지금은 추천할 수 없어요.".into(),
        };
        janchi_testkit::send_event(&self.namespace, &told).await;
    }

    pub async fn succeed_images(&self, job_id: &Value, event_id: Uuid, result: ImageResult) {
        let told = ContentJobEvent::Succeeded {
            job_id: parse(job_id),
            event_id,
            result,
        };
        janchi_testkit::send_event(&self.namespace, &told).await;
    }

    /// How many messages this service has taken in.
    pub async fn taken_in(&self, db: &PgPool) -> i64 {
        sqlx::query_scalar!(r#"select count(*) as "count!" from inbox"#)
            .fetch_one(db)
            .await
            .expect("the database answers")
    }

    pub async fn await_taken_in(&self, db: &PgPool, count: i64) {
        eventually(Duration::from_secs(20), || async {
            (self.taken_in(db).await >= count).then_some(())
        })
        .await;
    }
}

pub async fn create(owner: &Client) -> Value {
    owner
        .post("/api/events", json!({ "objective": "NEW_CUSTOMERS" }))
        .await
        .status(201)
}

pub fn parse(id: &Value) -> Uuid {
    id.as_str().and_then(|id| id.parse().ok()).expect("an id")
}

pub fn id_of(event: &Value) -> Uuid {
    parse(&event["id"])
}

pub fn plan_id(tier: u128) -> Uuid {
    Uuid::from_u128(tier)
}

pub fn ai_result(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> AiResult {
    let plan = |n: u128, tier: &str| {
        json!({
            "planId": plan_id(n), "tier": tier, "title": "겨울 손님 잔치", "summary": "따뜻한 음료를 드려요.",
            "prizes": [{"name": "핫초코", "quantity": 20, "unitCost": 4000}],
            "participationMethod": "전화번호로 응모해요.",
            "channels": [{"channel": "INSTAGRAM", "budget": 0}, {"channel": "KAKAO", "budget": 30_000}],
            "schedule": {"startsAt": starts_at, "endsAt": ends_at, "days": 7, "reason": "첫눈 무렵이에요."},
            "visitWeight": 3,
            "forecast": {"participants": {"low": 50, "expected": 80, "high": 120}, "cost": 110_000 * n,
                "revenue": 300_000, "roi": 172.7, "breakEvenVisitors": 12, "basis": "80명 × 4,000원"}
        })
    };
    serde_json::from_value(json!({
        "source": "PLANNER", "notice": "기본 계획이에요.",
        "trend": {"industry": [], "region": [], "season": []},
        "plans": [plan(1, "LOW_COST"), plan(2, "MID_COST"), plan(3, "HIGH_COST")]
    }))
    .expect("a result")
}

pub fn image(style: &str, platform: &str) -> ImageRef {
    serde_json::from_value(json!({
        "imageId": Uuid::now_v7(), "style": style, "platform": platform, "url": "http://127.0.0.1/cdn/a.png",
        "variants": {"png": "http://127.0.0.1/cdn/a.png", "jpeg": "http://127.0.0.1/cdn/a.jpg",
            "webp": "http://127.0.0.1/cdn/a.webp"},
        "width": 800, "height": 800, "altText": "겨울 손님 잔치", "source": "TEMPLATE", "aiGenerated": false
    }))
    .expect("an image")
}

pub fn nine_images() -> ImageResult {
    let styles = ["SIMPLE", "FANCY", "TRENDY"];
    let platforms = ["INSTAGRAM", "NAVER", "KAKAO"];
    let images = styles
        .iter()
        .flat_map(|style| platforms.iter().map(|platform| image(style, platform)));
    ImageResult {
        images: images.collect(),
    }
}
