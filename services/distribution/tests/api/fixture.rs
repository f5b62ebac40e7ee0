//! A running service with practice platforms.

use chrono::{DateTime, Duration as Days, NaiveTime, Utc};
use distribution_service::Config;
use distribution_service::config::{Vendor as Platform, Vendors};
use distribution_service::domain::pace::Pace;
use janchi_contracts::content::{ImageRef, ImageSource, Variants};
use janchi_contracts::distribution::{DistributionEvent, PublishEvent, RunStatus};
use janchi_contracts::event::{ChannelChoice, EventSnapshot, EventStatus, Prize, VisitBonus};
use janchi_contracts::reference::{Channel, Industry, Objective, Platform as Size, Region, Style};
use janchi_partners::Partners;
use janchi_runtime::{Clock, seoul};
use janchi_testkit::{Client, Events, Keys, Running, eventually, shared_settings};
use serde_json::Value;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Everything a test needs.
pub struct Fleet {
    pub partners: Partners,
    pub keys: Keys,
    pub namespace: String,
    pub config: Config,
    pub clock: Clock,
    pub service: Running,
    pub told: Events,
    pub owner: Uuid,
    pub client: Client,
}

/// Which platforms are configured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Practice,
    Nothing,
}

impl Fleet {
    pub async fn start(db: &PgPool) -> Self {
        Self::start_with(db, Reach::Practice, |_| {}).await
    }

    pub async fn start_with(db: &PgPool, reach: Reach, change: impl FnOnce(&mut Config)) -> Self {
        // Noon in Seoul: advertising messages wait at night.
        let clock = Clock::movable();
        let noon = seoul::instant(
            seoul::day(Utc::now()),
            NaiveTime::from_hms_opt(12, 0, 0).expect("noon"),
        );
        let noon = if noon > Utc::now() {
            noon
        } else {
            noon + Days::days(1)
        };
        clock.advance((noon - Utc::now()).to_std().expect("noon is ahead"));
        let partners = Partners::spawn_with(clock.clone()).await;
        let keys = Keys::new();
        let namespace = janchi_testkit::namespace();
        let mut config = config(db, &partners, &keys, &namespace, reach).await;
        change(&mut config);
        let told = Events::listen(&namespace, &["distribution.*", "content.spot"]).await;
        let (owner, token) = keys.owner();
        let service = serve(&config, &clock).await;
        let client = service.client().bearer(&token);
        Self {
            partners,
            keys,
            namespace,
            config,
            clock,
            service,
            told,
            owner,
            client,
        }
    }

    /// Orders a run as the event service would.
    pub async fn publish(&self, run: u32, event: &EventSnapshot) {
        janchi_testkit::send_job(
            &self.namespace,
            &PublishEvent {
                run,
                event: event.clone(),
            },
        )
        .await;
    }

    /// The run as its owner sees it, once it fits.
    pub async fn when(&self, event: &EventSnapshot, fits: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/distributions/{}", event.event_id);
        let mut last = Value::Null;
        let began = std::time::Instant::now();
        loop {
            let reply = self.client.get(&path).await;
            if reply.status == 200 {
                last = reply.json();
                if fits(&last) {
                    return last;
                }
            }
            assert!(began.elapsed() < PATIENCE, "still {last:#}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The run once it is no longer running.
    pub async fn settled(&self, event: &EventSnapshot) -> Value {
        self.when(event, |run| run["status"] != "RUNNING").await
    }

    /// What `distribution.finished` told, once it told this.
    pub async fn finished(&self, status: RunStatus) -> DistributionEvent {
        self.told
            .next("distribution.finished", |told: &DistributionEvent| {
                matches!(told, DistributionEvent::Finished { status: s, .. } if *s == status)
            })
            .await
    }

    pub async fn act(
        &self,
        event: &EventSnapshot,
        channel: &str,
        action: &str,
    ) -> janchi_testkit::Reply {
        self.client
            .call(&format!(
                "/api/distributions/{}/channels/{channel}/{action}",
                event.event_id
            ))
            .await
    }

    /// Stops the service in order: a database that is still in use is not dropped.
    pub async fn end(self) {
        self.service.stop().await.expect("the service ends well");
    }

    pub fn peer(&self) -> Client {
        self.service
            .client()
            .bearer(&self.keys.peer_token("analytics", "distribution"))
    }
}

pub async fn serve(config: &Config, clock: &Clock) -> Running {
    let (config, clock) = (config.clone(), clock.clone());
    Running::start(|listeners, shutdown| async move {
        distribution_service::assemble(config, clock, shutdown)?
            .serve(listeners)
            .await
    })
    .await
}

async fn config(
    db: &PgPool,
    partners: &Partners,
    keys: &Keys,
    namespace: &str,
    reach: Reach,
) -> Config {
    let at = |url| (reach == Reach::Practice).then_some(Platform { url, key: None });
    Config {
        shared: shared_settings(db, keys, namespace),
        jwks_url: keys.jwks_url().await,
        encryption_keys: janchi_testkit::encryption_keys(),
        public_base_url: "https://janchi.example".parse().expect("a URL"),
        sandbox: reach == Reach::Practice,
        vendors: Vendors {
            uridongne_tv: at(partners.uridongne_tv_url()),
            ringo_biz: at(partners.ringo_biz_url()),
            genie_tv: at(partners.genie_tv_url()),
            instagram: at(partners.instagram_url()),
            naver: at(partners.naver_url()),
            kakao: at(partners.kakao_url()),
        },
        instagram_account: None,
        naver_cafe: None,
        kakao_app_key: None,
        kakao_sender: None,
        pace: Pace {
            retry: Duration::from_millis(60),
            poll: Duration::from_millis(600),
            call: Duration::from_millis(1500),
            attempt: Duration::from_secs(8),
            // No content service makes any.
            film: Duration::ZERO,
            ..Pace::default()
        },
    }
}

/// An approved event of this owner on these channels.
pub fn event(owner: Uuid, now: DateTime<Utc>, channels: &[Channel]) -> EventSnapshot {
    let event_id = Uuid::now_v7();
    EventSnapshot {
        event_id,
        code: event_id.simple().to_string()[20..].to_uppercase(),
        owner_id: owner,
        store_id: Uuid::now_v7(),
        store_name: "행복분식".into(),
        industry: Industry::Restaurant,
        region: Region::Seoul,
        objective: Objective::NewCustomers,
        status: EventStatus::Publishing,
        title: "첫 방문 떡볶이 이벤트".into(),
        description: "처음 오시는 분께 떡볶이를 드려요.".into(),
        starts_at: Some(now - Days::hours(1)),
        ends_at: Some(now + Days::days(10)),
        opened_at: None,
        closed_at: None,
        prizes: vec![Prize {
            name: "떡볶이 세트".into(),
            quantity: 10,
            unit_cost: 9000,
        }],
        winner_count: 10,
        visit_bonus: VisitBonus {
            enabled: true,
            weight: 3,
        },
        budget: Some(300_000),
        forecast: None,
        tier: None,
        channels: channels.iter().map(|channel| choice(*channel)).collect(),
        images: [Size::Instagram, Size::Naver, Size::Kakao]
            .map(image)
            .to_vec(),
        version: 7,
    }
}

fn choice(channel: Channel) -> ChannelChoice {
    let budget = matches!(channel, Channel::UridongneTv | Channel::GenieTv).then_some(100_000);
    ChannelChoice {
        channel,
        budget,
        starts_at: None,
        ends_at: None,
        options: None,
    }
}

fn image(platform: Size) -> ImageRef {
    let url = |end: &str| {
        format!(
            "https://cdn.janchi.example/cdn/{}.{end}",
            platform.code().to_lowercase()
        )
    };
    let (width, height) = platform.size();
    ImageRef {
        image_id: Uuid::now_v7(),
        style: Style::Simple,
        platform,
        url: url("png"),
        variants: Variants {
            png: url("png"),
            jpeg: url("jpg"),
            webp: url("webp"),
        },
        width,
        height,
        alt_text: "떡볶이 이벤트 안내".into(),
        source: ImageSource::Template,
        ai_generated: false,
    }
}

/// One channel of a run as its owner sees it.
pub fn of<'v>(run: &'v Value, channel: &str) -> &'v Value {
    let channels = run["channels"].as_array().expect("a run has channels");
    channels
        .iter()
        .find(|c| c["channel"] == channel)
        .unwrap_or_else(|| panic!("{channel} is in {run:#}"))
}

pub async fn count(db: &PgPool, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    let row = sqlx::raw_sql(sql)
        .fetch_one(db)
        .await
        .expect("the table can be counted");
    sqlx::Row::get(&row, 0)
}

pub async fn soon<T, F: Future<Output = Option<T>>>(ask: impl FnMut() -> F) -> T {
    eventually(PATIENCE, ask).await
}
