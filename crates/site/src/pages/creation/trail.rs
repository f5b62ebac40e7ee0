//! Where in the flow a page stands, and fields that several pages have.

use super::event::Draft;
use crate::words::Words;
use askama::Template;
use askama::filters::HtmlSafe;

const STEPS: [&str; 6] = [
    "goal", "plan", "pictures", "channels", "approve", "progress",
];

/// The steps of the flow, as a page marks them.
#[derive(Debug, Clone, Template)]
#[template(path = "creation/trail.html")]
pub(super) struct Trail {
    label: String,
    /// `6단계 가운데 2단계`
    of: String,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone)]
struct Mark {
    name: String,
    /// Where one can go back to.
    link: Option<String>,
    is_done: bool,
    is_now: bool,
}

impl HtmlSafe for Trail {}

/// One of the six steps; the first has no event yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Goal,
    Plan,
    Pictures,
    Channels,
    Approve,
    Progress,
}

impl Trail {
    pub(super) fn new(at: At, draft: Option<&Draft>, w: Words) -> Self {
        let now = at as usize;
        let marks = STEPS.iter().enumerate().map(|(i, step)| Mark {
            name: w.say(&format!("make-step-{step}")),
            // What is chosen already may be looked at again, as long as nothing is published.
            link: draft
                .filter(|draft| draft.is_open() && (1..now).contains(&i))
                .map(|draft| format!("/app/events/{}/{step}", draft.id)),
            is_done: i < now,
            is_now: i == now,
        });
        let n = now + 1;
        Self {
            label: w.say("make-steps"),
            of: w.with(
                "make-of-steps",
                &[
                    ("n", (n as f64).into()),
                    ("all", (STEPS.len() as f64).into()),
                ],
            ),
            marks: marks.collect(),
        }
    }
}

/// A field with an id of its own, for pages on which a name stands more than once.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "creation/input.html")]
pub(super) struct Input {
    pub id: String,
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub value: String,
    pub error: Option<String>,
    /// `text` if empty; `area` has several lines.
    pub kind: &'static str,
    pub inputmode: &'static str,
    pub longest: u16,
    /// The earliest day of a date.
    pub least: String,
    pub is_required: bool,
    /// Known from its column, read out all the same.
    pub is_label_unseen: bool,
    /// What stands for the label where there are no columns.
    pub short: String,
}

impl HtmlSafe for Input {}

impl Input {
    fn is_area(&self) -> bool {
        self.kind == "area"
    }
}
