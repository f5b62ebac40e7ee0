//! A running service and its neighbours' messages.

use crate::stub::Stub;
use ai_service::{Config, Warming};
use janchi_contracts::ai::{AiJobEvent, AiResult, RecommendEvent};
use janchi_contracts::reference::{Industry, Objective, Region};
use janchi_runtime::{Clock, seoul};
use janchi_testkit::{Client, Events, Keys, Running, namespace, redis_url, shared_settings};
use sqlx::PgPool;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Long enough for a stand-in that answers at all, on a busy machine too.
const PATIENT: Duration = Duration::from_secs(8);

/// What a service is told of the world around it.
struct Around {
    claude: Option<Url>,
    openai: Option<Url>,
    datalab: Option<Url>,
    answer_deadline: Duration,
    warming: Warming,
    /// Whether Redis is where the service looks for it.
    has_redis: bool,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            claude: None,
            openai: None,
            datalab: None,
            answer_deadline: PATIENT,
            warming: Warming {
                budget: 0,
                every: ai_service::WARMING_EVERY,
            },
            has_redis: true,
        }
    }
}

/// The service with what it talks to.
pub struct Fleet {
    pub running: Running,
    pub events: Events,
    pub namespace: String,
    pub keys: Keys,
    pub clock: Clock,
    pub cache: janchi_cache::Cache,
}

impl Fleet {
    /// Without vendors.
    pub async fn start(db: &PgPool) -> Self {
        Self::with(db, None, None).await
    }

    pub async fn with(db: &PgPool, claude: Option<&Stub>, openai: Option<&Stub>) -> Self {
        Self::configured(db, &namespace(), claude, openai).await
    }

    /// With both vendors played by the practice server.
    pub async fn practising(db: &PgPool, partners: &janchi_partners::Partners) -> Self {
        Self::practising_within(db, partners, PATIENT).await
    }

    /// As [`Fleet::practising`], with vendors that are waited for so long.
    pub async fn practising_within(
        db: &PgPool,
        partners: &janchi_partners::Partners,
        answer_deadline: Duration,
    ) -> Self {
        let around = Around {
            answer_deadline,
            claude: Some(partners.anthropic_url()),
            openai: Some(partners.openai_url()),
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// As [`Fleet::practising`], with a Redis that is not there.
    pub async fn without_redis(db: &PgPool, partners: &janchi_partners::Partners) -> Self {
        let around = Around {
            claude: Some(partners.anthropic_url()),
            openai: Some(partners.openai_url()),
            has_redis: false,
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// With search trends, and nobody else.
    pub async fn watching(db: &PgPool, datalab: Url) -> Self {
        let around = Around {
            datalab: Some(datalab),
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// With Claude, who is asked ahead of time for so much money a day.
    pub async fn warmed(db: &PgPool, claude: &Stub, budget: u32) -> Self {
        let around = Around {
            claude: Some(claude.url.clone()),
            warming: Warming {
                budget,
                every: Duration::from_millis(100),
            },
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// Without vendors; what was asked for is planned ahead of time.
    pub async fn planning_ahead(db: &PgPool) -> Self {
        let around = Around {
            warming: Warming {
                budget: 1,
                every: Duration::from_millis(100),
            },
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// As [`Fleet::with`], with vendors that are waited for but shortly.
    pub async fn hasty(db: &PgPool, claude: &Stub, openai: &Stub) -> Self {
        let around = Around {
            claude: Some(claude.url.clone()),
            openai: Some(openai.url.clone()),
            answer_deadline: Duration::from_millis(1_500),
            ..Around::default()
        };
        Self::at(db, &namespace(), around).await
    }

    /// In a namespace that another fleet has used.
    pub async fn configured(
        db: &PgPool,
        namespace: &str,
        claude: Option<&Stub>,
        openai: Option<&Stub>,
    ) -> Self {
        let url = |stub: Option<&Stub>| stub.map(|s| s.url.clone());
        let around = Around {
            claude: url(claude),
            openai: url(openai),
            ..Around::default()
        };
        Self::at(db, namespace, around).await
    }

    async fn at(db: &PgPool, namespace: &str, around: Around) -> Self {
        let Around {
            claude,
            openai,
            datalab,
            answer_deadline,
            warming,
            has_redis,
        } = around;
        let keys = Keys::new();
        let mut shared = shared_settings(db, &keys, namespace);
        if !has_redis {
            shared.redis_url = "redis://127.0.0.1:1/".into();
        }
        let config = Config {
            shared,
            sandbox: claude.is_some() || openai.is_some() || datalab.is_some(),
            datalab_key_id: datalab.as_ref().map(|_| "key-i".into()),
            datalab_key: datalab.as_ref().map(|_| "key-d".into()),
            datalab_url: datalab,
            anthropic_key: claude.as_ref().map(|_| "key-a".into()),
            anthropic_url: claude,
            anthropic_model: ai_service::ANTHROPIC_MODEL.to_owned(),
            openai_key: openai.as_ref().map(|_| "key-o".into()),
            openai_url: openai,
            openai_model: ai_service::OPENAI_MODEL.to_owned(),
            answer_deadline,
            anthropic_price: ai_service::ANTHROPIC_PRICE,
            openai_price: ai_service::OPENAI_PRICE,
            warming,
            retention_days: ai_service::RETENTION_DAYS,
        };
        let clock = Clock::movable();
        let events = Events::listen(namespace, &["ai.job.*"]).await;
        let moved = clock.clone();
        let serve = |listeners, shutdown| async move {
            ai_service::assemble(config, moved, shutdown)?
                .serve(listeners)
                .await
        };
        let running = if has_redis {
            Running::start(serve).await
        } else {
            Running::start_unready(serve).await
        };
        let cache = janchi_cache::Cache::connect(&redis_url(), namespace).unwrap();
        Self {
            running,
            events,
            namespace: namespace.to_owned(),
            keys,
            clock,
            cache,
        }
    }

    /// As the event service calls.
    pub fn peer(&self) -> Client {
        self.running
            .client()
            .bearer(&self.keys.peer_token("event", "ai"))
    }

    /// A café's job, asked for today.
    pub fn command(&self) -> RecommendEvent {
        RecommendEvent {
            today: seoul::day(self.clock.now()),
            ..Self::template()
        }
    }

    /// As [`Fleet::command`], for a service that is not in this process.
    pub fn template() -> RecommendEvent {
        RecommendEvent {
            job_id: Uuid::now_v7(),
            event_id: Uuid::now_v7(),
            owner_id: Uuid::now_v7(),
            store_name: "다정한카페".to_owned(),
            industry: Industry::Cafe,
            region: Region::Seoul,
            objective: Objective::NewCustomers,
            budget: None,
            note: None,
            today: seoul::day(Clock::system().now()),
        }
    }

    /// Sends the job and waits for how it ended.
    pub async fn run(&self, command: &RecommendEvent) -> AiJobEvent {
        janchi_testkit::send_job(&self.namespace, command).await;
        self.ended(command.job_id).await
    }

    pub async fn ended(&self, job: Uuid) -> AiJobEvent {
        janchi_testkit::eventually(Duration::from_secs(20), || async {
            let mut told = self.events.named::<AiJobEvent>("ai.job.succeeded");
            told.extend(self.events.named::<AiJobEvent>("ai.job.failed"));
            told.into_iter().find(|e| match e {
                AiJobEvent::Succeeded { job_id, .. } | AiJobEvent::Failed { job_id, .. } => {
                    *job_id == job
                }
            })
        })
        .await
    }

    /// Sends the job and gives its result.
    pub async fn result(&self, command: &RecommendEvent) -> AiResult {
        match self.run(command).await {
            AiJobEvent::Succeeded { result, .. } => *result,
            AiJobEvent::Failed { code, .. } => panic!("the job failed: {code}"),
        }
    }
}

/// What every result must be.
pub fn assert_sound(result: &AiResult) {
    assert_eq!(result.plans.len(), 3);
    let costs: Vec<i64> = result.plans.iter().map(|p| p.forecast.cost).collect();
    assert!(costs.windows(2).all(|w| w[0] < w[1]), "{costs:?}");
    for plan in &result.plans {
        assert!(plan.schedule.starts_at < plan.schedule.ends_at);
        assert!(plan.forecast.basis.contains("수익률"));
    }
    for axis in [
        &result.trend.industry,
        &result.trend.region,
        &result.trend.season,
    ] {
        assert!(!axis.is_empty());
    }
}
