//! The editor's fields, and the page around them.

use super::Trouble;
use super::editor::Bench;
use super::event::Image;
use super::pictures_view::Shot;
use super::trail::{At, Input, Trail};
use crate::api::Api;
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::visit::{Page, Visit};
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde_json::{Map, Value, json};

const TEXTS: [&str; 3] = ["titleText", "prizeText", "guideText"];
const COLORS: [&str; 3] = ["textColor", "backgroundColor", "accentColor"];
const LAYOUTS: [&str; 3] = ["LEFT", "CENTER", "SPLIT"];
/// What a colour field shows before a colour is chosen.
const BEFORE: [&str; 3] = ["#1f1a17", "#fff4e0", "#d9482b"];
/// Below it a text is hard to read on its ground.
const READABLE: f64 = 4.5;

/// What stands in the editor's fields.
#[derive(Debug, Clone)]
pub(super) struct Edits {
    texts: [String; 3],
    /// None leaves a colour to the picture.
    colors: [Option<String>; 3],
    layout: String,
    /// In every size of the style.
    pub everywhere: bool,
}

impl Edits {
    pub(super) fn of(image: &Image) -> Self {
        Self {
            texts: [
                image.title_text.clone(),
                image.prize_text.clone(),
                image.guide_text.clone(),
            ],
            colors: [
                image.colors.text.clone(),
                image.colors.background.clone(),
                image.colors.accent.clone(),
            ],
            layout: image.layout.clone(),
            everywhere: true,
        }
    }

    pub(super) fn typed(visit: &Visit) -> Self {
        let color = |name: &str| {
            let is_own = visit.typed(&format!("own-{name}")) == "yes";
            Some(visit.typed(name)).filter(|value| is_own && !value.is_empty())
        };
        Self {
            texts: TEXTS.map(|name| visit.typed(name).trim().to_owned()),
            colors: COLORS.map(color),
            layout: visit.typed("layout"),
            everywhere: visit.typed("everywhere") == "yes",
        }
    }

    /// The fields of a query, as they are.
    pub(super) fn asked(visit: &Visit) -> Map<String, Value> {
        let names = TEXTS.iter().chain(&COLORS).chain(&["layout"]);
        names
            .filter_map(|name| Some(((*name).to_owned(), json!(visit.asked(name)?))))
            .collect()
    }

    /// What differs from the picture, in the API's words.
    pub(super) fn changes(&self, image: &Image) -> Value {
        let known = Self::of(image);
        let mut changes = Map::new();
        for (i, name) in TEXTS.iter().enumerate() {
            if self.texts[i] != known.texts[i].trim() {
                changes.insert((*name).to_owned(), json!(self.texts[i]));
            }
        }
        for (i, name) in COLORS.iter().enumerate() {
            if let Some(color) = &self.colors[i]
                && self.colors[i] != known.colors[i]
            {
                changes.insert((*name).to_owned(), json!(color));
            }
        }
        if self.layout != known.layout && !self.layout.is_empty() {
            changes.insert("layout".to_owned(), json!(self.layout));
        }
        Value::Object(changes)
    }

    /// Whether the chosen colours hide the text.
    fn is_hard_to_read(&self) -> bool {
        let [text, ground, _] = &self.colors;
        let both = text
            .as_deref()
            .and_then(light)
            .zip(ground.as_deref().and_then(light));
        both.is_some_and(|(a, b)| (a.max(b) + 0.05) / (a.min(b) + 0.05) < READABLE)
    }
}

/// Relative luminance of `#RRGGBB`, as WCAG defines it.
fn light(color: &str) -> Option<f64> {
    let hex = color.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let mut bytes = [0; 3];
    hex::decode_to_slice(hex, &mut bytes).ok()?;
    let [r, g, b] = bytes.map(|byte| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    Some(0.2126 * r + 0.7152 * g + 0.0722 * b)
}

struct ColorField {
    name: &'static str,
    label: String,
    value: String,
    is_own: bool,
    /// Chosen once, a colour stays one's own.
    is_fixed: bool,
    error: Option<String>,
}

struct LayoutChoice {
    code: &'static str,
    name: String,
    is_chosen: bool,
}

struct Version {
    shot: Shot,
    id: String,
    name: String,
    is_now: bool,
}

#[derive(Template)]
#[template(path = "creation/editor.html")]
struct Editor<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    back: String,
    lead: String,
    notice: Option<Notice>,
    warning: Option<Notice>,
    shot: Shot,
    /// Instead of the picture: the picture as it would be.
    preview: Option<String>,
    texts: Vec<Input>,
    colors: Vec<ColorField>,
    layouts: Vec<LayoutChoice>,
    everywhere: bool,
    versions: Vec<Version>,
}

pub(super) fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    bench: &Bench,
    image: &Image,
    edits: &Edits,
    is_preview: bool,
    trouble: Trouble,
) -> Page {
    let w = seat.words();
    let frame = seat.frame(&w.say("make-editor-title"));
    let refusal = &trouble.refusal;
    let path = format!("/app/events/{}/pictures/{}", bench.event.id, image.image_id);
    let style = w.say(&format!("{}{}", "make-style-", image.style));
    let size = w.say(&format!("{}{}", "make-size-", image.platform));
    let text = |i: usize, key: &str, hint: Option<String>, longest: u16| Input {
        id: format!("f-{}", TEXTS[i]),
        name: TEXTS[i],
        label: w.say(key),
        hint,
        value: edits.texts[i].clone(),
        error: refusal.about(TEXTS[i]),
        longest,
        ..Input::default()
    };
    let labels = [
        "make-color-text",
        "make-color-background",
        "make-color-accent",
    ];
    let known = Edits::of(image);
    let template = Editor {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Pictures, Some(&bench.event), w),
        back: format!(
            "/app/events/{}/pictures?size={}",
            bench.event.id, image.platform
        ),
        lead: w.with(
            "make-editor-lead",
            &[("style", style.into()), ("size", size.into())],
        ),
        warning: edits.is_hard_to_read().then(|| {
            Notice::new(
                Tone::Careful,
                w.say("make-contrast"),
                w.say("make-contrast-text"),
            )
        }),
        shot: Shot::of(image),
        preview: is_preview.then(|| preview_path(&path, &edits.changes(image))),
        texts: vec![
            Input {
                is_required: true,
                ..text(0, "make-words-title", None, 80)
            },
            text(1, "make-words-prize", Some(w.say("make-words-empty")), 120),
            text(2, "make-words-guide", Some(w.say("make-words-empty")), 120),
        ],
        colors: (0..3)
            .map(|i| ColorField {
                name: COLORS[i],
                label: w.say(labels[i]),
                value: edits.colors[i]
                    .clone()
                    .unwrap_or_else(|| BEFORE[i].to_owned()),
                is_own: edits.colors[i].is_some(),
                is_fixed: known.colors[i].is_some(),
                error: refusal.about(COLORS[i]),
            })
            .collect(),
        layouts: LAYOUTS
            .iter()
            .map(|&code| LayoutChoice {
                code,
                name: w.say(&format!("{}{code}", "make-layout-")),
                is_chosen: code == edits.layout,
            })
            .collect(),
        everywhere: edits.everywhere,
        versions: versions(bench, image, w),
        notice: trouble.notice.clone(),
        path,
        frame: &frame,
    };
    seat.page(status, &frame, &template)
}

fn preview_path(path: &str, changes: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in changes.as_object().into_iter().flatten() {
        query.append_pair(name, value.as_str().unwrap_or_default());
    }
    format!("{path}/preview?{}", query.finish())
}

/// The versions of this picture, where there are several.
fn versions(bench: &Bench, image: &Image, w: Words) -> Vec<Version> {
    let slots = bench.slots();
    let here = slots
        .iter()
        .find(|slot| slot.style == image.style && slot.platform == image.platform);
    let Some(slot) = here.filter(|slot| slot.versions.len() > 1) else {
        return Vec::new();
    };
    let current = slot.current.map(|image| image.image_id.as_str());
    let count = slot.versions.len();
    slot.versions
        .iter()
        .enumerate()
        .map(|(i, version)| Version {
            shot: Shot::of(version),
            id: version.image_id.clone(),
            name: match count - i {
                1 => w.say("make-version-first"),
                n => w.one("make-version", "n", n as f64),
            },
            is_now: current == Some(version.image_id.as_str()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Edits, light};

    #[test]
    fn text_that_hides_on_its_ground_is_warned_of() {
        let edits = |text: &str, ground: &str| Edits {
            texts: Default::default(),
            colors: [Some(text.to_owned()), Some(ground.to_owned()), None],
            layout: String::new(),
            everywhere: false,
        };
        assert!(!edits("#000000", "#ffffff").is_hard_to_read());
        assert!(edits("#ffff00", "#ffffff").is_hard_to_read());
        assert!(!edits("red", "#ffffff").is_hard_to_read());
        assert_eq!(light("#000000"), Some(0.0));
    }
}
