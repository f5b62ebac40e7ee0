//! Everything a picture is made of, short of its background photo: enough to draw it again, edited or not.

use super::brief::{Season, period_text};
use super::render::color::Color;
use janchi_contracts::content::ImageBrief;
use janchi_contracts::reference::{Industry, Platform, Style};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the text is arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ImageLayout")]
pub enum Layout {
    Left,
    Center,
    /// The style's scene: a picture above the words, a moon over hills, a coupon.
    Split,
}

impl Layout {
    pub const ALL: [Self; 3] = [Self::Left, Self::Center, Self::Split];

    /// What a style looks best in, in turn over trades and seasons, so that neighbours do not look alike.
    pub const fn usual(style: Style, industry: Industry, season: Season) -> Self {
        let turn = industry as usize + season as usize;
        match (style, turn % 3) {
            (Style::Simple | Style::Trendy, 0) => Self::Left,
            (Style::Simple, 1) | (Style::Trendy, 2) | (Style::Fancy, 0) => Self::Split,
            (Style::Simple, _) | (Style::Fancy, _) => Self::Center,
            (Style::Trendy, _) => Self::Left,
        }
    }
}

/// The words on a picture, each one line of any length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Texts {
    pub store: String,
    pub title: String,
    pub prize: String,
    pub guide: String,
    pub period: String,
    pub link: String,
}

/// Colours the owner chose; what is not chosen follows industry, season and style.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ImageColors")]
pub struct Colors {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Color>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Color>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Color>,
}

/// A picture as it is stored: drawing it again gives the same picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Design {
    pub style: Style,
    pub platform: Platform,
    pub industry: Industry,
    pub season: Season,
    pub layout: Layout,
    pub texts: Texts,
    #[serde(default)]
    pub colors: Colors,
    /// The shop's own colour, which the palette follows; from its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Color>,
    /// Name of the file of the shop's logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The background was made by a model: the picture carries the mark the law asks for.
    #[serde(default)]
    pub ai_background: bool,
}

impl Design {
    /// The first picture of a brief in this style and size.
    pub fn new(
        brief: &ImageBrief,
        season: Season,
        style: Style,
        platform: Platform,
        ai_background: bool,
    ) -> Self {
        Self {
            style,
            platform,
            industry: brief.industry,
            season,
            layout: Layout::usual(style, brief.industry, season),
            texts: Texts {
                store: brief.store_name.clone(),
                title: brief.title.clone(),
                prize: brief.prize_text.clone(),
                guide: brief.guide_text.clone(),
                period: period_text(brief.starts_at, brief.ends_at),
                link: brief.short_link.clone(),
            },
            colors: Colors::default(),
            brand: None,
            logo: None,
            ai_background,
        }
    }

    /// What a screen reader says, in Korean.
    pub fn alt_text(&self) -> String {
        let texts = &self.texts;
        let mut parts = vec![format!(
            "{} ‘{}’ 이벤트 안내 그림",
            texts.store.trim(),
            texts.title.trim()
        )];
        if !texts.prize.is_empty() {
            parts.push(format!("경품: {}", texts.prize.trim()));
        }
        if !texts.guide.is_empty() {
            parts.push(format!("참여 방법: {}", texts.guide.trim()));
        }
        if !texts.period.is_empty() {
            parts.push(format!("기간: {}", texts.period));
        }
        let ended = parts.iter().map(|part| part.trim_end_matches(['.', ' ']));
        ended.collect::<Vec<_>>().join(". ")
    }
}
