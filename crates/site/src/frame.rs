//! What every page has around its own: head, header, language switch, footer.

use crate::assets::{ICON_SMALL, MARK, OWNER_SCRIPT, STYLE};
use crate::form::Guard;
use crate::visit::Visit;
use crate::words::{Language, Words};

/// The frame of a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub words: Words,
    pub title: String,
    pub guard: Guard,
    /// An address to ask for the same page in the other language.
    pub other: String,
    /// Whether search engines may show it.
    pub is_public: bool,
    /// Somebody is logged in, and the header says so.
    pub is_owner: bool,
}

impl Frame {
    /// The frame of a page with that title.
    pub(crate) fn new(visit: &Visit, words: Words, title: String) -> Self {
        Self {
            words,
            title,
            guard: Guard::of(visit),
            other: other_language(visit, words.0.other()),
            is_public: false,
            is_owner: false,
        }
    }

    pub(crate) fn lang(&self) -> &'static str {
        self.words.0.tag()
    }

    pub(crate) fn other_lang(&self) -> &'static str {
        self.words.0.other().tag()
    }

    pub(crate) fn style(&self) -> &'static str {
        &STYLE.path
    }

    pub(crate) fn owner_script(&self) -> &'static str {
        &OWNER_SCRIPT.path
    }

    pub(crate) fn icon(&self) -> &'static str {
        &ICON_SMALL.path
    }

    pub(crate) fn mark(&self) -> &'static str {
        &MARK.path
    }
}

fn other_language(visit: &Visit, language: Language) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(visit.query.as_bytes()) {
        if name != "lang" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("lang", language.tag());
    format!("{}?{}", visit.path, query.finish())
}
