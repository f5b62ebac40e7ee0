//! `/styleguide`: every piece on one page.

use super::Desk;
use crate::api::Api;
use crate::frame::Frame;
use crate::parts::{Check, Choice, Field, ICONS, Icon, Notice, Tone, icon};
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide<'a> {
    frame: &'a Frame,
    w: Words,
    colours: [&'static str; 12],
    notices: Vec<Notice>,
    fields: Vec<Field>,
    choice: Choice,
    checks: Vec<Check>,
    icons: Vec<(&'static str, Icon)>,
}

pub(crate) fn show<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let frame = desk.frame(&w.say("style-title"));
    let notice = |tone| Notice::new(tone, w.say("style-notice"), w.say("style-sentence"));
    let field = Field {
        name: "plain",
        kind: "text",
        label: w.say("join-name"),
        hint: Some(w.say("style-sentence")),
        optional: Some(w.say("field-optional")),
        ..Field::default()
    };
    let check = |name: &'static str| Check {
        name,
        label: w.say("join-over14"),
        standing: w.say("field-required"),
        ..Check::default()
    };
    let template = Styleguide {
        frame: &frame,
        w,
        colours: [
            "paper",
            "card",
            "ink",
            "soft",
            "line",
            "accent",
            "accent-soft",
            "good",
            "good-soft",
            "careful-soft",
            "bad",
            "bad-soft",
        ],
        notices: [Tone::Plain, Tone::Good, Tone::Careful, Tone::Bad]
            .map(notice)
            .to_vec(),
        fields: vec![
            field.clone(),
            Field {
                name: "wrong",
                label: w.say("join-phone"),
                value: "010-12".to_owned(),
                error: Some(w.say("style-error")),
                is_code: true,
                optional: None,
                ..field
            },
        ],
        choice: Choice {
            name: "choice",
            label: w.say("signup-industry"),
            empty: w.say("signup-choose"),
            ..Choice::default()
        },
        checks: vec![
            check("unticked"),
            Check {
                is_ticked: true,
                ..check("ticked")
            },
            Check {
                error: Some(w.say("style-error")),
                ..check("missing")
            },
        ],
        icons: ICONS.iter().map(|(name, _)| (*name, icon(name))).collect(),
    };
    desk.page(StatusCode::OK, &frame, &template)
}
