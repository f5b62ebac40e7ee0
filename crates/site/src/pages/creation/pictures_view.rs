//! Pictures side by side, in one size at a time.

use super::event::{Draft, Image, local};
use super::slots::{PLATFORMS, STYLES, Slot};
use crate::words::Words;

/// A size to look at.
pub(super) struct Tab {
    pub name: String,
    pub link: String,
    pub is_now: bool,
}

/// A picture as a page shows it.
pub(super) struct Shot {
    pub webp: String,
    pub jpeg: String,
    /// To be kept.
    pub file: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    pub is_ai: bool,
}

impl Shot {
    pub(super) fn of(image: &Image) -> Self {
        Self {
            webp: local(&image.variants.webp).to_owned(),
            jpeg: local(&image.variants.jpeg).to_owned(),
            file: format!("/app/images/{}/file?format=jpeg", image.image_id),
            alt: image.alt_text.clone(),
            width: image.width,
            height: image.height,
            is_ai: image.ai_generated,
        }
    }
}

/// A style in the size that is looked at.
pub(super) struct StyleCard {
    pub code: &'static str,
    pub name: String,
    pub text: String,
    pub take: String,
    pub shot: Option<Shot>,
    pub edit: Option<String>,
    pub edit_words: String,
    pub is_chosen: bool,
    /// All sizes are there: it can be taken.
    pub is_whole: bool,
}

/// What of the pictures is in sight.
pub(super) struct Shown {
    pub tabs: Vec<Tab>,
    pub cards: Vec<StyleCard>,
    /// Class of the place a picture is to fill.
    pub shape: &'static str,
}

pub(super) fn shown(
    event: &Draft,
    slots: &[Slot<'_>],
    platform: &str,
    is_live: bool,
    w: Words,
) -> Shown {
    let chosen = event
        .has_one_style()
        .then(|| event.images.first().map(|image| image.style.as_str()))
        .flatten();
    let tabs = PLATFORMS.iter().map(|code| Tab {
        name: w.say(&format!("{}{code}", "make-size-")),
        link: format!("/app/events/{}/pictures?size={code}", event.id),
        is_now: *code == platform,
    });
    let cards = STYLES.iter().map(|&code| {
        let of_style = || slots.iter().filter(|slot| slot.style == code);
        let here = of_style().find(|slot| slot.platform == platform);
        let current = here.and_then(|slot| slot.current);
        let name = w.say(&format!("{}{code}", "make-style-"));
        StyleCard {
            code,
            text: w.say(&format!("{}{code}", "make-style-text-")),
            take: w.one("make-style-take", "style", name.clone()),
            edit_words: w.one("make-style-edit", "style", name.clone()),
            name,
            shot: current.map(Shot::of),
            edit: current
                .filter(|_| !is_live)
                .map(|image| format!("/app/events/{}/pictures/{}", event.id, image.image_id)),
            is_chosen: chosen == Some(code),
            is_whole: !is_live && of_style().all(|slot| slot.current.is_some()),
        }
    });
    Shown {
        tabs: tabs.collect(),
        cards: cards.collect(),
        shape: match platform {
            "NAVER" => "wide",
            _ => "square",
        },
    }
}
