//! What the user service tells.

use crate::DomainEvent;
use crate::reference::{Industry, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `GET /internal/users/{userId}/store`: what other services need of a shop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreProfile {
    pub store_id: Uuid,
    pub owner_id: Uuid,
    pub name: String,
    pub industry: Industry,
    pub region: Region,
    pub address: String,
    #[serde(default)]
    pub business_hours: Option<String>,
    /// `VERIFIED`, `PENDING_REVIEW`, …
    pub verification: String,
}

/// `GET /internal/sessions/{sid}`: asked by the gateway when Redis cannot answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    pub active: bool,
}

/// `user.*`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum UserEvent {
    Registered {
        user_id: Uuid,
        store_id: Uuid,
    },
    /// Every service erases what was this owner's.
    Deleted {
        user_id: Uuid,
        store_id: Uuid,
    },
}

impl DomainEvent for UserEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "user.registered",
            Self::Deleted { .. } => "user.deleted",
        }
    }
}
