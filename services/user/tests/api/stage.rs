//! One running user service with everything around it, and people to sign up.

use crate::stand_ins::{self, StandIn};
use janchi_dealer::TalkChannel;
use janchi_runtime::Clock;
use janchi_testkit::{Client, Keys, Running, shared_settings};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use url::Url;
use user_service::{Config, MessageChannel};

pub struct Stage {
    pub db: PgPool,
    pub config: Config,
    pub keys: Keys,
    pub tax: StandIn,
    pub dealer: StandIn,
    pub running: Running,
}

impl Stage {
    pub async fn new(db: PgPool) -> Self {
        Self::with(db, |_| {}).await
    }

    /// A service whose settings were changed.
    pub async fn with(db: PgPool, change: impl FnOnce(&mut Config)) -> Self {
        Self::set(db, change, true).await
    }

    /// A service that cannot reach Redis, and is therefore never ready.
    pub async fn without_redis(db: PgPool) -> Self {
        Self::set(
            db,
            |config| config.shared.redis_url = "redis://127.0.0.1:1/".to_owned().into(),
            false,
        )
        .await
    }

    async fn set(db: PgPool, change: impl FnOnce(&mut Config), wait: bool) -> Self {
        let keys = Keys::new();
        let (tax, tax_url) = stand_ins::tax_office().await;
        let (dealer, dealer_url) = stand_ins::dealer().await;
        let mut config = Config {
            shared: shared_settings(&db, &keys, &janchi_testkit::namespace()),
            encryption_keys: janchi_testkit::encryption_keys(),
            lookup_key: janchi_testkit::lookup_key(),
            jwt_signing_key: keys.user_key.clone(),
            receipt_public_key: keys.receipt.public_key_base64(),
            public_base_url: Url::parse("http://shop.test").expect("a URL"),
            tax_office_url: Some(tax_url),
            tax_office_key: Some("tax+key/==".to_owned().into()),
            messages: Some(MessageChannel {
                talk: TalkChannel {
                    url: dealer_url,
                    app_key: "app-key".to_owned().into(),
                    key: "message-secret".to_owned().into(),
                    sender_key: "sender".to_owned(),
                },
                reset_template: "RESET".to_owned(),
            }),
            sandbox: false,
            business_recheck: Duration::from_millis(200),
        };
        change(&mut config);
        let served = config.clone();
        let serve = |listeners, shutdown| async move {
            user_service::assemble(served, Clock::system(), shutdown)?
                .serve(listeners)
                .await
        };
        let running = if wait {
            Running::start(serve).await
        } else {
            Running::start_unready(serve).await
        };
        Self {
            db,
            config,
            keys,
            tax,
            dealer,
            running,
        }
    }

    pub fn client(&self) -> Client {
        Client::new(&self.running.base)
    }

    pub fn as_owner(&self, signed_in: &Value) -> Client {
        self.client().bearer(
            signed_in["tokens"]["accessToken"]
                .as_str()
                .expect("an access token"),
        )
    }

    /// Signs up and gives the answer.
    pub async fn sign_up(&self, body: &Value) -> Value {
        self.client()
            .post("/api/users/register", body.clone())
            .await
            .status(201)
    }

    /// A signed-up owner: what was sent and what came back.
    pub async fn owner(&self) -> (Value, Value) {
        let body = somebody();
        let answer = self.sign_up(&body).await;
        (body, answer)
    }

    pub async fn log_in(&self, login_id: &str, password: &str) -> janchi_testkit::Reply {
        self.client()
            .post(
                "/api/users/login",
                json!({ "loginId": login_id, "password": password }),
            )
            .await
    }

    /// The id of the login that this answer was given for.
    pub async fn session_of(&self, signed_in: &Value) -> uuid::Uuid {
        let me = self.as_owner(signed_in);
        let list = me.get("/api/users/me/sessions?limit=100").await.status(200);
        let items = list["items"].as_array().expect("a list");
        let own = items.iter().find(|item| item["current"] == true);
        text(own.expect("the own login"), "/id")
            .parse()
            .expect("an id")
    }

    /// Another replica of the same service.
    pub async fn replica(&self, change: impl FnOnce(&mut Config)) -> Running {
        let mut config = self.config.clone();
        change(&mut config);
        Running::start(|listeners, shutdown| async move {
            user_service::assemble(config, Clock::system(), shutdown)?
                .serve(listeners)
                .await
        })
        .await
    }

    /// Rows of every table that could hold something of an owner, as text.
    pub async fn dump(&self) -> String {
        let mut all = String::new();
        for table in [
            "users",
            "stores",
            "sessions",
            "refresh_tokens",
            "session_ends",
            "login_attempts",
            "password_resets",
            "password_reset_requests",
            "idempotency_keys",
            "signing_keys",
            "outbox",
            "audit_log",
        ] {
            let sql = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
            #[expect(clippy::disallowed_methods, reason = "the table is a variable")]
            let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .fetch_one(&self.db)
                .await
                .expect("a readable table");
            all.push_str(&text);
        }
        all
    }
}

impl Stage {
    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        #[expect(clippy::disallowed_methods, reason = "the table is a variable")]
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.db)
            .await;
        count.expect("a readable table")
    }
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A business number with a right check digit that nobody used yet in this process.
pub fn business_number() -> String {
    let nine: Vec<u32> = format!("{:09}", 100_100_000 + NEXT.fetch_add(7, Ordering::Relaxed))
        .chars()
        .filter_map(|c| c.to_digit(10))
        .collect();
    let sum: u32 = nine
        .iter()
        .zip([1, 3, 7, 1, 3, 7, 1, 3, 5])
        .map(|(d, w)| d * w)
        .sum::<u32>()
        + nine[8] * 5 / 10;
    let check = (10 - sum % 10) % 10;
    nine.iter()
        .map(u32::to_string)
        .chain([check.to_string()])
        .collect()
}

/// A sign-up like no other.
pub fn somebody() -> Value {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    json!({
        "email": format!("owner{n}@example.com"),
        "phoneNumber": format!("010-{:04}-{:04}", 1000 + n % 9000, 5000 + n % 5000),
        "password": "correct1!horse",
        "name": "홍길동",
        "store": {
            "name": "행복한 빵집", "industry": "BAKERY", "region": "SEOUL",
            "address": "서울특별시 마포구 월드컵북로 1", "businessNumber": business_number(),
            "businessHours": "평일 09:00-20:00",
        },
    })
}

/// A text of a JSON value.
pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
