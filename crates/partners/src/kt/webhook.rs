//! Tells the partner about changes: signed, at least once, not in order.

use super::bookings::{Campaign, Material};
use super::{WEBHOOK_SECRET, seoul};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::LazyLock;
use std::time::Duration;

/// Shorter than the real one's minutes and hours, or nobody would see them here.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(5),
];
static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder()
        .no_proxy()
        // Webhooks are rare; a kept connection would belong to the runtime of whoever came first.
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap_or_default()
});

/// A campaign has changed.
pub fn tell_campaign(campaign: &Campaign, now: DateTime<Utc>) {
    let object = json!({
        "id": campaign.id, "external_ref": campaign.external_ref, "status": campaign.status, "version": campaign.version,
    });
    tell(
        campaign.callback_url.as_deref(),
        "campaign.status_changed",
        object,
        now,
    );
}

/// A material has changed.
pub fn tell_material(material: &Material, now: DateTime<Utc>) {
    let object = json!({
        "id": material.id, "external_ref": material.external_ref, "status": material.status, "version": material.version,
    });
    tell(
        material.callback_url.as_deref(),
        "material.status_changed",
        object,
        now,
    );
}

fn tell(url: Option<&str>, kind: &str, object: Value, now: DateTime<Utc>) {
    let Some(url) = url.filter(|url| url.starts_with("http")).map(str::to_owned) else {
        return;
    };
    let event = json!({
        "event_id": uuid::Uuid::now_v7().to_string(), "type": kind, "occurred_at": seoul(now), "object": object,
    });
    tokio::spawn(async move {
        let body = event.to_string();
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let at = Utc::now().timestamp();
            let request = HTTP
                .post(&url)
                .header("content-type", "application/json")
                .header("x-signature", format!("t={at},v1={}", signature(at, &body)))
                .body(body.clone());
            if request
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
        }
        tracing::warn!("a webhook was not taken");
    });
}

/// Hex HMAC-SHA256 over time, dot and body.
fn signature(at: i64, body: &str) -> String {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{at}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
