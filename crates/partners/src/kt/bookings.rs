//! Materials and campaigns with their states.

use super::once::Replays;
use crate::fault::Vendor;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a reviewer says about things that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    Approve,
    Reject,
}

/// Where the review of a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// Approved as soon as somebody looks.
    Instant,
    /// Waits for [`Decision`].
    Held,
    Rejected,
}

/// A registered material.
#[derive(Debug, Clone)]
pub struct Material {
    pub id: String,
    pub vendor: Vendor,
    pub external_ref: String,
    pub kind: String,
    pub status: &'static str,
    pub review: Review,
    /// Checks that failed or passed, ready to be shown.
    pub checks: Vec<Value>,
    pub rejection: Option<Value>,
    pub uploaded: Option<usize>,
    pub created_at: DateTime<Utc>,
    pub callback_url: Option<String>,
    pub version: u64,
}

impl Material {
    /// Moves on as far as it can; true when something changed.
    pub fn advance(&mut self) -> bool {
        let failed = self.checks.iter().any(|check| check["ok"] == false);
        let next = match (self.status, self.review) {
            ("validating", _) if failed => "rejected",
            ("validating" | "in_review", Review::Instant) => "approved",
            ("validating" | "in_review", Review::Rejected) => "rejected",
            ("validating", Review::Held) => "in_review",
            (status, _) => status,
        };
        if next == "rejected" && self.rejection.is_none() {
            let (code, message) = if failed {
                ("spec_mismatch", "소재 규격이 맞지 않아요.")
            } else {
                ("policy_violation", "광고 심의 기준에 맞지 않아요.")
            };
            self.rejection =
                Some(serde_json::json!({ "code": code, "message": message, "fields": [] }));
        }
        let changed = next != self.status;
        self.version += u64::from(changed);
        self.status = next;
        changed
    }
}

/// A booked placement.
#[derive(Debug, Clone)]
pub struct Campaign {
    pub id: String,
    pub vendor: Vendor,
    pub external_ref: String,
    pub material_id: String,
    pub status: &'static str,
    pub review: Review,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// KRW; 0 for ring-back tones.
    pub budget: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    pub callback_url: Option<String>,
    pub version: u64,
}

impl Campaign {
    /// Moves on as far as time and review allow; true when something changed.
    pub fn advance(&mut self, now: DateTime<Utc>) -> bool {
        let next = match (self.status, self.review) {
            ("pending_review", Review::Held) => "pending_review",
            ("pending_review", Review::Rejected) => "rejected",
            ("pending_review" | "scheduled" | "running", _) if now >= self.end => "completed",
            ("pending_review" | "scheduled", _) if now >= self.start => "running",
            ("pending_review", _) => "scheduled",
            ("cancel_requested", _) => "cancelled",
            (status, _) => status,
        };
        let changed = next != self.status;
        if changed {
            self.status = next;
            self.version += 1;
            self.updated_at = now;
        }
        changed
    }

    /// The span in which it is on the air, as of now; none before it starts.
    pub fn on_air(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let aired = matches!(
            self.status,
            "running" | "completed" | "cancel_requested" | "cancelled" | "suspended"
        );
        let from = self.start.max(self.created_at);
        let to = self.stopped_at.unwrap_or(self.end).min(self.end).min(now);
        (aired && to > from).then_some((from, to))
    }
}

/// Everything the gateway remembers.
#[derive(Debug, Default)]
pub struct Bookings {
    pub materials: BTreeMap<String, Material>,
    pub campaigns: BTreeMap<String, Campaign>,
    pub replays: Replays,
    pub tokens: BTreeMap<String, DateTime<Utc>>,
}

impl Bookings {
    /// Decides what waits for review: one thing, or all of a vendor. Gives the number of things decided.
    pub fn decide(&mut self, vendor: Vendor, id: Option<&str>, decision: Decision) -> usize {
        let review = match decision {
            Decision::Approve => Review::Instant,
            Decision::Reject => Review::Rejected,
        };
        let chosen = |owner: Vendor, own: &str| owner == vendor && id.is_none_or(|id| id == own);
        let mut decided = 0;
        for material in self.materials.values_mut() {
            if chosen(material.vendor, &material.id) && material.review == Review::Held {
                material.review = review;
                decided += 1;
            }
        }
        for campaign in self.campaigns.values_mut() {
            if chosen(campaign.vendor, &campaign.id) && campaign.review == Review::Held {
                campaign.review = review;
                decided += 1;
            }
        }
        decided
    }
}
