//! Channels of a run as rows: where each stands, why, and what can be done.

use super::channel_name;
use crate::figures::coded;
use crate::times;
use crate::words::{Language, Words};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A run as the API tells it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Run {
    pub status: String,
    pub channels: Vec<OnChannel>,
    #[serde(default)]
    pub sandbox: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OnChannel {
    channel: String,
    pub status: String,
    attempts: i64,
    external_url: Option<String>,
    tracking_url: String,
    spoken_code: Option<String>,
    last_error: Option<String>,
    next_attempt_at: Option<String>,
    breaker: String,
    manual_steps: Option<Vec<String>>,
    #[serde(default)]
    taking_down: bool,
}

impl OnChannel {
    /// Nothing happens to it any more by itself.
    pub(super) fn is_through(&self) -> bool {
        !matches!(self.status.as_str(), "QUEUED" | "PUBLISHING")
    }

    /// It can be seen, or will be once it was looked at.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.status.as_str(), "PUBLISHED" | "PENDING_REVIEW")
    }

    /// It stands until the owner does something.
    pub(super) fn stands(&self) -> bool {
        matches!(
            self.status.as_str(),
            "FAILED" | "SKIPPED" | "UNKNOWN" | "MANUAL_ACTION_REQUIRED"
        )
    }
}

/// What was sent for one channel and not taken.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub channel: &'static str,
    pub url: String,
    pub error: Option<String>,
}

/// A channel as a row.
pub(super) struct Row {
    pub code: String,
    pub name: String,
    pub tone: &'static str,
    pub icon: &'static str,
    pub state: String,
    pub why: Vec<String>,
    /// The platform's own sentence, in Korean.
    pub said: Option<String>,
    pub said_lang: &'static str,
    pub link: Option<String>,
    pub tracking: String,
    pub spoken: Option<String>,
    pub steps: Vec<String>,
    pub can_retry: bool,
    pub can_skip: bool,
    pub can_confirm: bool,
    pub url: String,
    pub error: Option<String>,
    pub is_open: bool,
}

pub(super) fn rows(
    channels: &[OnChannel],
    sent: Option<&Sent>,
    now: DateTime<Utc>,
    w: Words,
) -> Vec<Row> {
    channels
        .iter()
        .map(|one| row(one, sent.filter(|sent| sent.channel == one.channel), now, w))
        .collect()
}

fn row(one: &OnChannel, sent: Option<&Sent>, now: DateTime<Utc>, w: Words) -> Row {
    let (tone, icon) = match one.status.as_str() {
        "PUBLISHED" => ("good", "check"),
        "PENDING_REVIEW" | "QUEUED" | "PUBLISHING" => ("careful", "clock"),
        "MANUAL_ACTION_REQUIRED" => ("careful", "person"),
        "FAILED" | "UNKNOWN" => ("bad", "alert"),
        _ => ("plain", "info"),
    };
    let mut why = Vec::new();
    if one.taking_down {
        why.push(w.say("make-why-down"));
    }
    // A breaker matters to whoever waits for the channel.
    if one.breaker == "OPEN" && !one.is_up() {
        why.push(w.say("make-why-breaker"));
    }
    let next = one.next_attempt_at.as_deref().and_then(times::parse);
    if let Some(next) = next.filter(|next| *next > now) {
        why.push(w.one("make-why-next", "when", times::moment(next, now, w.0)));
    } else if one.status == "QUEUED" && one.attempts > 0 {
        why.push(w.say("make-why-soon"));
    }
    if one.status == "UNKNOWN" {
        why.push(w.say("make-why-unknown"));
    }
    Row {
        code: one.channel.clone(),
        name: channel_name(&one.channel, w),
        tone,
        icon,
        state: coded(w, "make-state-", &one.status),
        why,
        said: one.last_error.clone().filter(|_| !one.is_up()),
        said_lang: Language::Korean.tag(),
        // Only pages are linked to, whatever a platform calls its address.
        link: one
            .external_url
            .clone()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        tracking: one.tracking_url.clone(),
        spoken: one.spoken_code.clone(),
        steps: one.manual_steps.clone().unwrap_or_default(),
        can_retry: one.stands(),
        can_skip: one.stands() && one.status != "SKIPPED" || one.status == "QUEUED",
        can_confirm: one.stands(),
        url: sent.map(|sent| sent.url.clone()).unwrap_or_default(),
        error: sent.and_then(|sent| sent.error.clone()),
        is_open: sent.is_some() || one.status == "MANUAL_ACTION_REQUIRED",
    }
}
