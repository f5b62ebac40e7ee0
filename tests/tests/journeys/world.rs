use chrono::{DateTime, SecondsFormat, Utc};
use janchi_cli::fleet::{Fleet, FleetOptions, Limits};
use janchi_runtime::Clock;
use janchi_testkit::{Client, eventually};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A whole fleet on two busy cores is given this long for any one thing.
pub const PATIENCE: Duration = Duration::from_secs(90);
pub const ALL_CHANNELS: [&str; 6] = [
    "URIDONGNE_TV",
    "RINGO_BIZ",
    "GENIE_TV",
    "INSTAGRAM",
    "NAVER",
    "KAKAO",
];

static SHOPS: AtomicU32 = AtomicU32::new(1);

/// A fleet and whoever uses it.
pub struct World {
    pub fleet: Fleet,
}

impl World {
    /// With limits that no journey reaches: they have tests of their own.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut FleetOptions)) -> Self {
        let mut options = FleetOptions::for_test(Clock::movable())
            .await
            .expect("a fleet can be planned");
        options.limits = Limits {
            user: 100_000,
            public_read: 100_000,
            entry: 100_000,
            register: 100_000,
            business_check: 100_000,
            login: 100_000,
        };
        change(&mut options);
        Self {
            fleet: Fleet::ready_for_test(options)
                .await
                .expect("the fleet becomes ready"),
        }
    }

    pub fn stranger(&self) -> Client {
        Client::new(self.fleet.base_url().as_str())
    }

    /// Ends the fleet in order; nothing of it is left.
    pub async fn end(self) {
        self.fleet.stop().await.expect("the fleet ends well");
    }

    /// A new shop with its owner logged in.
    pub async fn shop(&self) -> Shop {
        let registration = registration();
        let answer = self
            .stranger()
            .post("/api/users/register", registration.clone())
            .await
            .status(201);
        let client = self
            .stranger()
            .bearer(text(&answer["tokens"], "accessToken"));
        Shop {
            client,
            registration,
            answer,
        }
    }
}

/// A registration that nobody sent before, of an active business.
pub fn registration() -> Value {
    let n = SHOPS.fetch_add(1, Ordering::Relaxed);
    json!({
        "email": format!("owner{n}@example.com"),
        "phoneNumber": format!("010-2000-{n:04}"),
        "password": "correct-horse-9!",
        "name": "김사장",
        "store": {
            "name": format!("달빛 카페 {n}호점"), "industry": "CAFE", "region": "SEOUL",
            "address": "서울특별시 마포구 망원로 12", "businessNumber": business_number(n),
            "businessHours": "매일 09:00–21:00",
        },
    })
}

/// Ten digits with the right check digit.
fn business_number(n: u32) -> String {
    let nine = format!("31{n:07}");
    let digits: Vec<u32> = nine.bytes().map(|b| u32::from(b - b'0')).collect();
    let sum: u32 = digits
        .iter()
        .zip([1, 3, 7, 1, 3, 7, 1, 3, 5])
        .map(|(d, w)| d * w)
        .sum::<u32>()
        + digits[8] * 5 / 10;
    format!("{nine}{}", (10 - sum % 10) % 10)
}

/// A shop whose owner is logged in.
pub struct Shop {
    pub client: Client,
    pub registration: Value,
    /// What registering answered.
    pub answer: Value,
}

impl Shop {
    /// A draft.
    pub async fn draft(&self, objective: &str) -> Value {
        self.client
            .post("/api/events", json!({"objective": objective}))
            .await
            .status(201)
    }

    /// The result of a job that was asked for, once there is one.
    pub async fn job(&self, asked: &Value) -> Value {
        if asked["status"] == "SUCCEEDED" {
            return asked["result"].clone();
        }
        let path = format!("/api/jobs/{}", text(asked, "jobId"));
        eventually(PATIENCE, || async {
            let job = self.client.get(&path).await.status(200);
            assert_ne!(job["status"], "FAILED", "{job}");
            (job["status"] == "SUCCEEDED").then(|| job["result"].clone())
        })
        .await
    }

    /// Three plans for an event, and the job that made them.
    pub async fn plans(&self, event: &str) -> (String, Value) {
        let asked = self
            .client
            .post(
                "/api/ai/recommendations",
                json!({"eventId": event, "budget": 500_000}),
            )
            .await;
        assert!(
            asked.status == 202 || asked.status == 200,
            "{}",
            asked.text()
        );
        let asked = asked.json();
        (text(&asked, "jobId").to_owned(), self.job(&asked).await)
    }

    /// An event ready for approval, closing at this instant.
    pub async fn prepared(&self, closes: DateTime<Utc>, channels: &[&str]) -> Value {
        let draft = self.draft("NEW_CUSTOMERS").await;
        let id = text(&draft, "id").to_owned();
        let (job, advice) = self.plans(&id).await;
        let plan = text(&advice["plans"][0], "planId");
        let chosen = json!({"jobId": job, "planId": plan});
        self.client
            .put(&format!("/api/events/{id}/recommendation"), chosen)
            .await
            .status(200);
        let opens = closes - chrono::Duration::days(30);
        let dates = json!({
            "startsAt": opens.to_rfc3339_opts(SecondsFormat::Secs, true),
            "endsAt": closes.to_rfc3339_opts(SecondsFormat::Secs, true),
            "prizes": [{"name": "아메리카노", "quantity": 3, "unitCost": 4_500}],
            "winnerCount": 3,
        });
        self.client
            .header("if-match", "*")
            .patch(&format!("/api/events/{id}"), dates)
            .await
            .status(200);
        let asked = self
            .client
            .post("/api/content/images", json!({"eventId": id}))
            .await
            .json();
        let pictures = self.job(&asked).await;
        let ids: Vec<&str> = pictures["images"]
            .as_array()
            .expect("pictures")
            .iter()
            .map(|picture| text(picture, "imageId"))
            .collect();
        self.client
            .put(
                &format!("/api/events/{id}/images"),
                json!({"imageIds": ids}),
            )
            .await
            .status(200);
        let wishes: Vec<Value> = channels
            .iter()
            .map(|c| json!({"channel": c, "budget": 50_000}))
            .collect();
        self.client
            .put(
                &format!("/api/events/{id}/channels"),
                json!({"channels": wishes}),
            )
            .await
            .status(200)
    }

    /// An event that takes entries until this instant.
    pub async fn open_event(&self, closes: DateTime<Utc>) -> Value {
        let event = self.prepared(closes, &["INSTAGRAM", "URIDONGNE_TV"]).await;
        let id = text(&event, "id");
        self.client
            .call(&format!("/api/events/{id}/approve"))
            .await
            .status(202);
        self.event_in(id, "ONGOING").await
    }

    /// The event once it is in this state.
    pub async fn event_in(&self, id: &str, status: &str) -> Value {
        let path = format!("/api/events/{id}");
        eventually(PATIENCE, || async {
            let event = self.client.get(&path).await.status(200);
            (event["status"] == status).then_some(event)
        })
        .await
    }
}

/// A customer's entry as a client sends it.
pub fn entry(code: &str, n: u32) -> Value {
    json!({
        "eventCode": code, "phoneNumber": format!("010-3000-{n:04}"), "name": "박손님",
        "consents": {"over14": true, "privacy": true, "marketing": false},
    })
}

/// A text member that must be there.
#[track_caller]
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member]
        .as_str()
        .unwrap_or_else(|| panic!("{member} is no text in {value}"))
}
