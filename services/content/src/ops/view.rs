//! Pictures as others see them.

use crate::domain::design::{Colors, Layout};
use crate::store::images::{Image, source_from};
use chrono::{DateTime, Utc};
use janchi_contracts::content::{ImageRef, ImageSource, Variants};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use url::Url;
use uuid::Uuid;

/// Makes absolute addresses of files.
#[derive(Clone)]
pub struct Addresses(Arc<str>);

impl Addresses {
    pub fn new(base: &Url) -> Self {
        Self(base.as_str().trim_end_matches('/').into())
    }

    /// What every address begins with.
    pub fn base(&self) -> &str {
        &self.0
    }

    /// Where a file is fetched.
    pub fn file(&self, key: &str) -> String {
        format!("{}/cdn/{key}", self.0)
    }

    /// The picture as other services see it.
    pub fn image_ref(&self, image: &Image) -> ImageRef {
        let source = source_from(&image.source);
        ImageRef {
            image_id: image.id,
            style: image.design.style,
            platform: image.design.platform,
            url: self.file(&image.png_key),
            variants: Variants {
                png: self.file(&image.png_key),
                jpeg: self.file(&image.jpeg_key),
                webp: self.file(&image.webp_key),
            },
            width: u32::try_from(image.width).unwrap_or_default(),
            height: u32::try_from(image.height).unwrap_or_default(),
            alt_text: image.alt_text.clone(),
            source,
            ai_generated: source != ImageSource::Template,
        }
    }

    /// The picture as its owner sees it.
    pub fn view(&self, image: &Image) -> ImageView {
        ImageView {
            image: self.image_ref(image),
            event_id: image.event_id,
            edited_from: image.edited_from,
            title_text: image.design.texts.title.clone(),
            prize_text: image.design.texts.prize.clone(),
            guide_text: image.design.texts.guide.clone(),
            layout: image.design.layout,
            colors: image.design.colors,
            sandbox: image.sandbox,
            created_at: image.created_at,
        }
    }
}

/// A picture with what may be edited in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageView {
    #[serde(flatten)]
    pub image: ImageRef,
    pub event_id: Uuid,
    /// The picture this one was made from, if it is an edit.
    pub edited_from: Option<Uuid>,
    pub title_text: String,
    pub prize_text: String,
    pub guide_text: String,
    pub layout: Layout,
    /// The owner's own choice of colours; empty until then.
    pub colors: Colors,
    /// Its background came from a practice server.
    pub sandbox: bool,
    pub created_at: DateTime<Utc>,
}
