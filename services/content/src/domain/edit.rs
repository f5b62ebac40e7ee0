//! What an owner may change in a picture, and the rules for it.

use super::design::{Design, Layout};
use super::render::color::Color;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest texts, in characters. What is longer than a card can show at a readable size ends in an ellipsis.
pub const TITLE_LIMIT: usize = 80;
pub const TEXT_LIMIT: usize = 120;

/// A request to change a picture; what is absent stays. An empty prize or guide text takes that text away.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Color>")]
    pub text_color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Color>")]
    pub background_color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Color>")]
    pub accent_color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Layout>")]
    pub layout: Option<String>,
    /// One of the owner's uploads, to stand behind the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_upload_id: Option<Uuid>,
    /// One of the owner's uploads, to stand for the shop; its colour leads the palette.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_upload_id: Option<Uuid>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Empty,
    TooLong(usize),
    ControlCharacters,
    NothingDrawable,
    NotAColor,
    UnknownLayout,
    UnknownUpload,
    NothingToChange,
}

/// A field's name in the request with its fault.
pub type Faults = Vec<(&'static str, Fault)>;

impl EditRequest {
    fn is_empty(&self) -> bool {
        let texts = [&self.title_text, &self.prize_text, &self.guide_text];
        let colors = [
            &self.text_color,
            &self.background_color,
            &self.accent_color,
            &self.layout,
        ];
        texts.into_iter().chain(colors).all(Option::is_none)
            && self.photo_upload_id.is_none()
            && self.logo_upload_id.is_none()
    }

    /// The design as it would be after the change. `drawable` leaves of a text what the fonts can show.
    /// Colours that hide a text are not refused: the drawing moves the text's lightness until it reads.
    pub fn apply(
        &self,
        base: &Design,
        drawable: impl Fn(&str) -> String,
    ) -> Result<Design, Faults> {
        let mut design = base.clone();
        let mut faults = Faults::new();
        if self.is_empty() {
            faults.push(("titleText", Fault::NothingToChange));
        }
        if let Some(text) = &self.title_text {
            match check_text(text, TITLE_LIMIT, &drawable) {
                Ok(text) if text.is_empty() => faults.push(("titleText", Fault::Empty)),
                Ok(text) => design.texts.title = text,
                Err(fault) => faults.push(("titleText", fault)),
            }
        }
        for (field, text, place) in [
            ("prizeText", &self.prize_text, &mut design.texts.prize),
            ("guideText", &self.guide_text, &mut design.texts.guide),
        ] {
            match text.as_ref().map(|t| check_text(t, TEXT_LIMIT, &drawable)) {
                Some(Ok(text)) => *place = text,
                Some(Err(fault)) => faults.push((field, fault)),
                None => {}
            }
        }
        for (field, text, place) in [
            ("textColor", &self.text_color, &mut design.colors.text),
            (
                "backgroundColor",
                &self.background_color,
                &mut design.colors.background,
            ),
            ("accentColor", &self.accent_color, &mut design.colors.accent),
        ] {
            match text.as_ref().map(|t| Color::parse(t)) {
                Some(Some(color)) => *place = Some(color),
                Some(None) => faults.push((field, Fault::NotAColor)),
                None => {}
            }
        }
        match self.layout.as_deref() {
            Some("LEFT") => design.layout = Layout::Left,
            Some("CENTER") => design.layout = Layout::Center,
            Some("SPLIT") => design.layout = Layout::Split,
            Some(_) => faults.push(("layout", Fault::UnknownLayout)),
            None => {}
        }
        if faults.is_empty() {
            Ok(design)
        } else {
            Err(faults)
        }
    }
}

fn check_text(
    text: &str,
    limit: usize,
    drawable: &impl Fn(&str) -> String,
) -> Result<String, Fault> {
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Fault::ControlCharacters);
    }
    let text = text.trim();
    if text.chars().count() > limit {
        return Err(Fault::TooLong(limit));
    }
    let shown = drawable(text);
    if shown.is_empty() && !text.is_empty() {
        return Err(Fault::NothingDrawable);
    }
    Ok(shown)
}
