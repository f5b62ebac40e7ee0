use crate::client::{Client, Timed, text};
use serde_json::{Value, json};
use std::time::Duration;

/// An owner's account and a client logged in with it. Each has its own hundred calls a minute.
pub struct Shop {
    pub email: String,
    pub password: String,
    pub client: Client,
}

impl Shop {
    /// # Errors
    /// The fleet refuses.
    pub async fn register(stranger: &Client) -> anyhow::Result<Self> {
        Self::register_as(stranger, "CAFE", "JEJU").await
    }

    /// A shop of this trade in this place.
    ///
    /// # Errors
    /// The fleet refuses.
    pub async fn register_as(
        stranger: &Client,
        industry: &str,
        region: &str,
    ) -> anyhow::Result<Self> {
        let [a, b, c, d] = janchi_crypto::random::<4>().map(u32::from);
        let number = (a << 24 | b << 16 | c << 8 | d) % 10_000_000;
        let (email, password) = (
            format!("bench-{number}@example.com"),
            "bench-mark-9!".to_owned(),
        );
        let body = json!({
            "email": email, "phoneNumber": format!("0109{number:07}"), "password": password, "name": "벤치",
            "store": {"name": "재는 가게", "industry": industry, "region": region, "address": "제주시 1",
                      "businessNumber": business_number(number)},
        });
        let answer = stranger
            .call("POST", "/api/users/register", Some(body))
            .await?
            .json;
        let client = stranger.with_token(text(&answer["tokens"], "accessToken")?);
        Ok(Self {
            email,
            password,
            client,
        })
    }

    /// A new event's id.
    ///
    /// # Errors
    /// The fleet refuses.
    pub async fn draft(&self, objective: &str) -> anyhow::Result<String> {
        let event = self
            .client
            .call("POST", "/api/events", Some(json!({"objective": objective})))
            .await?
            .json;
        Ok(text(&event, "id")?.to_owned())
    }

    /// Asks for plans.
    ///
    /// # Errors
    /// The fleet refuses.
    pub async fn ask(&self, event: &str) -> anyhow::Result<Timed> {
        self.client
            .call(
                "POST",
                "/api/ai/recommendations",
                Some(json!({"eventId": event})),
            )
            .await
    }

    /// The result of a job, once there is one.
    ///
    /// # Errors
    /// It fails, or takes longer than a minute.
    pub async fn done(&self, asked: &Value) -> anyhow::Result<Value> {
        if asked["status"] == "SUCCEEDED" {
            return Ok(asked["result"].clone());
        }
        let path = format!("/api/jobs/{}", text(asked, "jobId")?);
        for _ in 0..120 {
            let job = self.client.call("GET", &path, None).await?.json;
            anyhow::ensure!(job["status"] != "FAILED", "a job failed: {job}");
            if job["status"] == "SUCCEEDED" {
                return Ok(job["result"].clone());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        anyhow::bail!("a job takes longer than a minute")
    }

    /// Publishes an event and waits until it takes entries. Its id and the code that customers enter with.
    pub async fn open(&self) -> anyhow::Result<(String, String)> {
        let event = self.draft("REVISIT").await?;
        let path = format!("/api/events/{event}");
        let put = async |what: &str, body: Value| {
            self.client
                .call("PUT", &format!("{path}/{what}"), Some(body))
                .await
        };
        let asked = self.ask(&event).await?.json;
        let advice = self.done(&asked).await?;
        let chosen = json!({"jobId": asked["jobId"], "planId": advice["plans"][0]["planId"]});
        put("recommendation", chosen).await?;
        let day = "2020-01-01T00:00:00Z";
        self.client
            .call("PATCH", &path, Some(json!({"startsAt": day})))
            .await?;
        let wish = json!({"eventId": event});
        let asked = self
            .client
            .call("POST", "/api/content/images", Some(wish))
            .await?;
        let pictures = self.done(&asked.json).await?;
        let ids = json!([pictures["images"][0]["imageId"]]);
        put("images", json!({"imageIds": ids})).await?;
        put("channels", json!({"channels": [{"channel": "INSTAGRAM"}]})).await?;
        self.client
            .call("POST", &format!("{path}/approve"), None)
            .await?;
        for _ in 0..60 {
            let found = self.client.call("GET", &path, None).await?.json;
            if found["status"] == "ONGOING" {
                return Ok((event, text(&found, "code")?.to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        anyhow::bail!("an event takes longer than half a minute to open")
    }
}

fn business_number(seed: u32) -> String {
    let nine = format!("{:02}{seed:07}", 10 + seed % 80);
    let digits: Vec<u32> = nine.bytes().map(|b| u32::from(b - b'0')).collect();
    let sum: u32 = digits
        .iter()
        .zip([1, 3, 7, 1, 3, 7, 1, 3, 5])
        .map(|(d, w)| d * w)
        .sum::<u32>()
        + digits[8] * 5 / 10;
    format!("{nine}{}", (10 - sum % 10) % 10)
}
