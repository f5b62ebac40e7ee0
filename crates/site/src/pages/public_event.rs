//! An event as the API tells it to anybody.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicEvent {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub description: String,
    pub store: Store,
    pub status: String,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    pub closed_at: Option<String>,
    pub prizes: Vec<Prize>,
    pub winner_count: u32,
    pub participant_count: i64,
    pub odds: Odds,
    pub visit_bonus: VisitBonus,
    pub draw: Option<EventDraw>,
    #[serde(default)]
    pub images: Vec<Image>,
    #[serde(default)]
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Store {
    pub name: String,
    #[serde(default)]
    pub address: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Prize {
    pub name: String,
    pub quantity: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Odds {
    pub probability: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct VisitBonus {
    pub enabled: bool,
    pub weight: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventDraw {
    pub draw_id: String,
    pub commitment: String,
    pub drawn_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub platform: String,
    pub alt_text: String,
    pub width: u32,
    pub height: u32,
    pub ai_generated: bool,
    pub variants: Variants,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Variants {
    pub jpeg: String,
    pub webp: String,
}

/// Where an event stands, for somebody who wants to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Soon,
    Open,
    Over,
    Drawn,
    Cancelled,
}

impl PublicEvent {
    pub(crate) fn stage(&self) -> Stage {
        match self.status.as_str() {
            "ONGOING" => Stage::Open,
            "SCHEDULED" => Stage::Soon,
            "CANCELLED" => Stage::Cancelled,
            _ if self.draw.as_ref().is_some_and(|d| d.drawn_at.is_some()) => Stage::Drawn,
            _ => Stage::Over,
        }
    }

    /// What a visit to the shop counts, where that is more than one.
    pub(crate) fn bonus(&self) -> Option<u32> {
        (self.visit_bonus.enabled && self.visit_bonus.weight > 1).then_some(self.visit_bonus.weight)
    }
}
