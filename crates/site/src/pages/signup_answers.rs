//! What a sign-up was told so far, in a cookie that only goes to its page. Never a password.

use crate::cookies::{self, Cookie};
use crate::visit::{Page, Visit};

const COOKIE: &str = "signup";
pub(super) const PATH: &str = "/signup";
pub(super) const DAY: u32 = 24 * 3600;
/// Bytes of one answer that is carried on; a cookie holds four thousand.
const LONGEST: usize = 300;

/// What was answered so far; kept in a cookie that only goes to this page. Never a password.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Vec<(String, String)>);

/// The names of what is kept.
pub(super) const KEPT: [&str; 8] = [
    "businessNumber",
    "standing",
    "storeName",
    "industry",
    "region",
    "address",
    "businessHours",
    "storePhone",
];

impl Answers {
    pub(super) fn of(visit: &Visit) -> Self {
        let text = cookies::read(visit, COOKIE, PATH).unwrap_or_default();
        let known = form_urlencoded::parse(text.as_bytes())
            .filter(|(name, _)| KEPT.contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self(known.collect())
    }

    pub(super) fn get(&self, name: &str) -> String {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        let mut end = value.len().min(LONGEST);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        self.0.push((name.to_owned(), value[..end].to_owned()));
    }

    pub(super) fn keep(&self, visit: &Visit, page: &mut Page, life: u32) {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.0);
        let cookie = Cookie {
            name: COOKIE,
            value: &text.finish(),
            path: PATH,
            life: Some(life),
        };
        page.cookie(&cookie.text(visit));
    }

    /// The first step that is not answered yet.
    pub(super) fn next(&self) -> u8 {
        if self.get("businessNumber").is_empty() {
            1
        } else if ["storeName", "industry", "region", "address"]
            .iter()
            .any(|name| self.get(name).is_empty())
        {
            2
        } else {
            3
        }
    }
}
