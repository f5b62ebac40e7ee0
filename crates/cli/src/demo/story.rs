use super::customers::enter;
use super::visitor::{Refusal, Visitor, text};
use super::{Outcome, Shop};
use anyhow::{Context, ensure};
use chrono::{Duration, SecondsFormat, Utc};
use janchi_stack::Progress;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use url::Url;

const EMAIL: &str = "demo@janchi.example";
const CHANNELS: [&str; 6] = [
    "URIDONGNE_TV",
    "RINGO_BIZ",
    "GENIE_TV",
    "INSTAGRAM",
    "NAVER",
    "KAKAO",
];

/// Makes the demo shop with one finished and one running event, unless it is there. `memory` tells whether an earlier
/// seeding came to its end: one that was broken off is left alone and another shop is made, because its password is
/// kept nowhere.
pub(crate) async fn seed(
    gateway: &Url,
    memory: &Path,
    progress: &Progress,
) -> anyhow::Result<Outcome> {
    let stranger = Visitor::new(gateway)?;
    let mut email = EMAIL.to_owned();
    let password = format!("Aa1!{}", janchi_crypto::random_token(12));
    let registered = match register(&stranger, &email, &password).await {
        Err(error)
            if error
                .downcast_ref::<Refusal>()
                .is_some_and(|r| r.code == "EMAIL_TAKEN") =>
        {
            let remembered = fs::read(memory)
                .ok()
                .and_then(|text| serde_json::from_slice::<Value>(&text).ok());
            if let Some(known) = remembered.as_ref().and_then(|m| m["email"].as_str()) {
                return Ok(Outcome::Known {
                    email: known.to_owned(),
                });
            }
            email = format!("demo-{}@janchi.example", hex(janchi_crypto::random::<3>()));
            register(&stranger, &email, &password).await?
        }
        other => other?,
    };
    let owner = stranger.with_token(text(&registered["tokens"], "accessToken")?);
    let draw_id = progress
        .during(
            "demo: a finished event with its draw",
            finished(&stranger, &owner),
        )
        .await?;
    let running_code = progress
        .during("demo: a running event", running(&stranger, &owner))
        .await?;
    let done = serde_json::to_vec(&json!({ "email": email }))?;
    fs::write(memory, done).with_context(|| format!("write {}", memory.display()))?;
    Ok(Outcome::Seeded(Shop {
        email,
        password,
        running_code,
        draw_id,
    }))
}

async fn register(stranger: &Visitor, email: &str, password: &str) -> anyhow::Result<Value> {
    let [a, b, c, d] = janchi_crypto::random::<4>().map(u32::from);
    let shop = json!({
        "email": email,
        "phoneNumber": format!("0100{:07}", (a << 16 | b << 8 | c) % 10_000_000),
        "password": password,
        "name": "이잔치",
        "store": {
            "name": "달빛 베이커리",
            "industry": "BAKERY",
            "region": "SEOUL",
            "address": "서울특별시 마포구 망원로 12",
            "businessNumber": business_number((a << 24 | b << 16 | c << 8 | d) % 10_000_000),
            "businessHours": "매일 09:00–21:00, 월요일 휴무",
        },
    });
    stranger.post("/api/users/register", shop).await
}

/// A number with a right check digit, of an ordinary sole trader.
fn business_number(seed: u32) -> String {
    let nine = format!("{:02}{:07}", 10 + seed % 80, seed);
    let digits: Vec<u32> = nine.bytes().map(|b| u32::from(b - b'0')).collect();
    let weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() + digits[8] * 5 / 10;
    format!("{nine}{}", (10 - sum % 10) % 10)
}

/// From the goal to the draw. The id of the draw.
async fn finished(stranger: &Visitor, owner: &Visitor) -> anyhow::Result<String> {
    let event = publish(owner, "NEW_CUSTOMERS", "개업 3주년 감사 이벤트").await?;
    let id = text(&event, "id")?;
    let entrants = enter(stranger, text(&event, "code")?, 0, 24).await?;
    for visitor in entrants.iter().take(5) {
        owner
            .post(
                &format!("/api/events/{id}/participants/{visitor}/visit"),
                json!({}),
            )
            .await?;
    }
    owner
        .post(&format!("/api/events/{id}/end"), json!({}))
        .await?;
    owner.event_in(id, "ENDED").await?;
    let draw = owner
        .post(&format!("/api/events/{id}/draws"), json!({}))
        .await?;
    Ok(text(&draw, "drawId")?.to_owned())
}

/// The same, left open. Its public code.
async fn running(stranger: &Visitor, owner: &Visitor) -> anyhow::Result<String> {
    let event = publish(owner, "REVISIT", "단골 감사 주간").await?;
    let code = text(&event, "code")?.to_owned();
    enter(stranger, &code, 100, 9).await?;
    Ok(code)
}

/// Goal, plan, pictures, channels, approval: the event once customers can enter.
async fn publish(owner: &Visitor, objective: &str, title: &str) -> anyhow::Result<Value> {
    let event = owner
        .post(
            "/api/events",
            json!({ "objective": objective, "title": title }),
        )
        .await?;
    let id = text(&event, "id")?;
    let asked = owner
        .post("/api/ai/recommendations", json!({ "eventId": id }))
        .await?;
    let advice = owner.job_done(&asked).await?;
    let plan = text(&advice["plans"][1], "planId").context("the advice has no second plan")?;
    let chosen = json!({ "jobId": text(&asked, "jobId")?, "planId": plan });
    owner
        .put(&format!("/api/events/{id}/recommendation"), chosen)
        .await?;
    let (opens, closes) = (
        Utc::now() - Duration::hours(1),
        Utc::now() + Duration::days(14),
    );
    let stamp = |at: chrono::DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    owner
        .patch(
            &format!("/api/events/{id}"),
            json!({ "title": title, "startsAt": stamp(opens), "endsAt": stamp(closes) }),
        )
        .await?;
    let drawn = owner
        .post("/api/content/images", json!({ "eventId": id }))
        .await?;
    let pictures = owner.job_done(&drawn).await?;
    let pictures: Vec<&str> = pictures["images"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|i| i["imageId"].as_str())
        .collect();
    ensure!(!pictures.is_empty(), "no pictures were drawn");
    owner
        .put(
            &format!("/api/events/{id}/images"),
            json!({ "imageIds": pictures }),
        )
        .await?;
    let channels: Vec<Value> = CHANNELS.iter().map(|c| json!({ "channel": c })).collect();
    owner
        .put(
            &format!("/api/events/{id}/channels"),
            json!({ "channels": channels }),
        )
        .await?;
    let preflight = owner.get(&format!("/api/events/{id}/preflight")).await?;
    ensure!(
        preflight["blocking"].as_array().is_some_and(Vec::is_empty),
        "something blocks the approval: {}",
        preflight["blocking"]
    );
    owner
        .post(&format!("/api/events/{id}/approve"), json!({}))
        .await?;
    owner.event_in(id, "ONGOING").await
}

fn hex(bytes: [u8; 3]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_shop_has_a_business_number_with_a_right_check_digit() {
        for seed in [0, 1, 4_321, 987_654, 9_999_999] {
            let number = janchi_crypto::BusinessNumber::parse(&business_number(seed)).unwrap();
            assert!(number.checksum_ok(), "{seed}");
        }
    }
}
