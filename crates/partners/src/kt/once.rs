//! Idempotency keys: the same request gets the same answer for 24 hours.

use super::{dressed, refuse, refuse_field};
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, with_header};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::collections::HashMap;

const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Answers given, by vendor and key.
#[derive(Debug, Default)]
pub struct Replays(HashMap<String, Replay>);

#[derive(Debug, Clone)]
struct Replay {
    fingerprint: u64,
    status: u16,
    body: Value,
    at: DateTime<Utc>,
}

/// Does the work once per key; a repeated request gets the first answer. Refusals are not remembered.
pub fn once(
    stage: &Stage,
    asked: &Asked,
    work: impl FnOnce() -> Result<(u16, Value), Refusal>,
) -> Reply {
    let key = asked
        .header("idempotency-key")
        .filter(|key| (1..=64).contains(&key.len()));
    let key = key.ok_or_else(|| refuse_field("Idempotency-Key", "required"))?;
    let key = format!("{}/{key}", asked.vendor.prefix());
    let content = format!("{} {}", asked.path, String::from_utf8_lossy(&asked.body));
    let fingerprint = numbers::hash(&content);
    let now = stage.now();
    let known = stage
        .kt()
        .replays
        .0
        .get(&key)
        .cloned()
        .filter(|known| now - known.at < LIFETIME);
    if let Some(known) = known {
        if known.fingerprint != fingerprint {
            return Err(refuse(
                409,
                "idempotency_conflict",
                "this key was used for another request",
            ));
        }
        let response = with_header(
            answer(known.status, &known.body),
            "idempotent-replayed",
            "true",
        );
        return Ok(dressed(asked, response));
    }
    let (status, body) = work()?;
    let replay = Replay {
        fingerprint,
        status,
        body: body.clone(),
        at: now,
    };
    stage.kt().replays.0.insert(key, replay);
    Ok(dressed(asked, answer(status, &body)))
}
