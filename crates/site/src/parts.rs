//! The pieces that pages are put together from. Each has its own template, in which everything is escaped.

use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt;

/// A field to type into.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/field.html")]
pub(crate) struct Field {
    pub name: &'static str,
    pub kind: &'static str,
    pub label: String,
    /// How it is to be filled in, before anything is wrong.
    pub hint: Option<String>,
    pub value: String,
    pub error: Option<String>,
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    pub longest: u16,
    /// The word for a field that may stay empty.
    pub optional: Option<String>,
    /// Shown large and spaced, for codes and numbers that are read off something.
    pub is_code: bool,
    pub has_focus: bool,
    /// Tells apart two fields of one name on a page, in different forms.
    pub id_suffix: &'static str,
}

/// A field to choose in.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/choice.html")]
pub(crate) struct Choice {
    pub name: &'static str,
    pub label: String,
    /// What stands there before anything is chosen.
    pub empty: String,
    pub options: Vec<(String, String)>,
    pub value: String,
    pub error: Option<String>,
}

/// A box to tick.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/check.html")]
pub(crate) struct Check {
    pub name: &'static str,
    pub label: String,
    /// Whether one can go on without; the word that says so.
    pub standing: String,
    pub is_required: bool,
    pub is_ticked: bool,
    pub error: Option<String>,
}

/// A few words in a box that cannot be overlooked.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/notice.html")]
pub(crate) struct Notice {
    pub tone: Tone,
    pub title: String,
    pub text: String,
    /// Address and words of the way on.
    pub link: Option<(String, String)>,
}

/// How grave it is; told by icon and words as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Careful,
    Bad,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Careful => "careful",
            Self::Bad => "bad",
        }
    }

    fn icon(self) -> Icon {
        icon(match self {
            Self::Plain => "info",
            Self::Good => "check",
            Self::Careful => "clock",
            Self::Bad => "alert",
        })
    }

    /// Something that went wrong just now is read out at once.
    fn role(self) -> &'static str {
        match self {
            Self::Bad => "alert",
            _ => "status",
        }
    }
}

impl Notice {
    pub(crate) fn new(tone: Tone, title: String, text: String) -> Self {
        Self {
            tone,
            title,
            text,
            link: None,
        }
    }

    pub(crate) fn link(mut self, to: impl Into<String>, words: String) -> Self {
        self.link = Some((to.into(), words));
        self
    }
}

impl HtmlSafe for Field {}
impl HtmlSafe for Choice {}
impl HtmlSafe for Check {}
impl HtmlSafe for Notice {}

/// A drawing of 24 by 24 in the colour of the text beside it, which says the same: hidden from readers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Icon(&'static str);

impl HtmlSafe for Icon {}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">{}</svg>",
            self.0
        )
    }
}

/// Names and drawings of every icon.
pub(crate) const ICONS: [(&str, &str); 20] = [
    (
        "gift",
        r#"<path d="M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7C9 7 7.4 5.9 7.4 4.5S8.5 2.6 9.6 2.9C11 3.3 12 5 12 7zM12 7c3 0 4.6-1.1 4.6-2.5S15.5 2.6 14.4 2.9C13 3.3 12 5 12 7z"/>"#,
    ),
    (
        "calendar",
        r#"<path d="M4 6h16v14H4zM4 10.5h16M8 3v5M16 3v5"/>"#,
    ),
    (
        "people",
        r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 14.5c2 .8 3.2 2.6 3.5 5.5"/>"#,
    ),
    (
        "shield",
        r#"<path d="M12 3l7.5 2.8v5.7c0 4.6-3 8-7.5 9.5-4.5-1.5-7.5-4.9-7.5-9.5V5.8zM8.5 12l2.5 2.5 4.5-5"/>"#,
    ),
    (
        "store",
        r#"<path d="M4 10v10h16V10M3 9l2-5h14l2 5a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM10 20v-5h4v5"/>"#,
    ),
    (
        "clock",
        r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>"#,
    ),
    (
        "check",
        r#"<circle cx="12" cy="12" r="8.5"/><path d="M8 12.3l2.8 2.7L16 9.5"/>"#,
    ),
    (
        "info",
        r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.2"/>"#,
    ),
    (
        "alert",
        r#"<path d="M12 3.5L21.5 20h-19zM12 10v4.5M12 17.3v.2"/>"#,
    ),
    (
        "ticket",
        r#"<path d="M3 7h18v3.5a1.8 1.8 0 0 0 0 3.5v3.5H3V14a1.8 1.8 0 0 0 0-3.5zM14 7.5v2M14 11.2v2M14 15v2"/>"#,
    ),
    (
        "pin",
        r#"<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>"#,
    ),
    (
        "dice",
        r#"<path d="M4 4h16v16H4zM8.5 8.4v.2M15.5 8.4v.2M12 11.9v.2M8.5 15.4v.2M15.5 15.4v.2"/>"#,
    ),
    (
        "lock",
        r#"<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3"/>"#,
    ),
    (
        "trash",
        r#"<path d="M4 6.5h16M9 6.5V4h6v2.5M6 6.5L7 20h10l1-13.5M10 10.5v6M14 10.5v6"/>"#,
    ),
    (
        "download",
        r#"<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16"/>"#,
    ),
    ("arrow", r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#),
    (
        "star",
        r#"<path d="M12 3.5l2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17.1 6.7 20l1.1-6-4.4-4.2 6-.8z"/>"#,
    ),
    ("phone", r#"<path d="M7 3h10v18H7zM11 18h2"/>"#),
    (
        "search",
        r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>"#,
    ),
    (
        "person",
        r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.7-4.3 3.4-6.5 7.5-6.5s6.8 2.2 7.5 6.5"/>"#,
    ),
];

/// The icon of that name. A name that is none draws nothing; a test reads the templates for such.
pub(crate) fn icon(name: &str) -> Icon {
    let found = ICONS.iter().find(|(known, _)| *known == name);
    Icon(found.map_or("", |(_, drawing)| drawing))
}

#[cfg(test)]
mod tests {
    use super::{Field, ICONS};
    use askama::Template;

    #[test]
    fn whatever_was_typed_stays_text() {
        let script = "\"><script>alert('x')</script>";
        let field = Field {
            name: "name",
            label: script.to_owned(),
            hint: Some(script.to_owned()),
            value: script.to_owned(),
            error: Some(script.to_owned()),
            optional: Some(script.to_owned()),
            ..Field::default()
        };
        let html = field.render().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("&#60;script&#62;").count(), 5, "{html}");
    }

    #[test]
    fn templates_ask_for_icons_that_are_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                for rest in text.split("icon(\"").skip(1) {
                    let name = rest.split('"').next().unwrap();
                    assert!(
                        ICONS.iter().any(|(known, _)| *known == name),
                        "{name} in {path:?}"
                    );
                }
            }
        }
    }
}
