//! What the content service is asked and tells.

use crate::reference::{Industry, Objective, Platform, Region, Style};
use crate::{DomainEvent, Job};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The job `content.image`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateImages {
    pub job_id: Uuid,
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub styles: Vec<Style>,
    pub platforms: Vec<Platform>,
    pub brief: ImageBrief,
}

impl Job for GenerateImages {
    const QUEUE: &'static str = "content.image";
}

/// The job `content.spot`: the television spot of a picture. The same order again is answered from the film that is
/// there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilmSpot {
    pub image_id: Uuid,
    pub owner_id: Uuid,
    /// The number shown at the end; a picture has one film for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoken_code: Option<String>,
}

impl Job for FilmSpot {
    const QUEUE: &'static str = "content.spot";
}

/// What the pictures say. No personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageBrief {
    pub store_name: String,
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
    pub title: String,
    /// The prizes in one Korean line.
    pub prize_text: String,
    /// How to take part, in one Korean line.
    pub guide_text: String,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Where customers enter, without scheme, short enough to be typed.
    pub short_link: String,
    /// The event's version the brief was made from: another brief makes other pictures.
    pub event_version: i64,
    /// The shop's own photo behind the text, one of the owner's uploads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_upload_id: Option<Uuid>,
}

/// Who drew the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImageSource {
    Stability,
    // The name of the vendor, not two words.
    #[serde(rename = "OPENAI")]
    OpenAi,
    Template,
}

/// The same picture in the three formats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Variants {
    pub png: String,
    pub jpeg: String,
    pub webp: String,
}

/// A finished picture. URLs are absolute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageRef {
    pub image_id: Uuid,
    pub style: Style,
    pub platform: Platform,
    pub url: String,
    pub variants: Variants,
    pub width: u32,
    pub height: u32,
    pub alt_text: String,
    pub source: ImageSource,
    pub ai_generated: bool,
}

/// The answer of an image job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageResult {
    pub images: Vec<ImageRef>,
}

/// `POST /internal/images/lookup` with [`GenerateImages`] → the same pictures if they were drawn already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageLookup {
    pub result: Option<ImageResult>,
}

/// `POST /internal/images/resolve`: which of these pictures belong to the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolveImages {
    pub event_id: Uuid,
    pub image_ids: Vec<Uuid>,
}

/// `content.job.*`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum ContentJobEvent {
    Succeeded {
        job_id: Uuid,
        event_id: Uuid,
        result: ImageResult,
    },
    /// `code` is stable UPPER_SNAKE; `message` is Korean and fit for an owner.
    Failed {
        job_id: Uuid,
        event_id: Uuid,
        code: String,
        message: String,
    },
}

impl DomainEvent for ContentJobEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Succeeded { .. } => "content.job.succeeded",
            Self::Failed { .. } => "content.job.failed",
        }
    }
}

/// A finished film. The URL is absolute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilmRef {
    pub url: String,
    pub bytes: i64,
    pub width: u32,
    pub height: u32,
    pub duration_ms: u32,
}

/// `content.spot.*`: what became of an order for a film, which the picture and the number name together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum SpotEvent {
    Ready {
        image_id: Uuid,
        owner_id: Uuid,
        spoken_code: Option<String>,
        film: FilmRef,
    },
    Failed {
        image_id: Uuid,
        owner_id: Uuid,
        spoken_code: Option<String>,
    },
}

impl DomainEvent for SpotEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "content.spot.ready",
            Self::Failed { .. } => "content.spot.failed",
        }
    }
}
