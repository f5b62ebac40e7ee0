//! Forms that nobody can send in a visitor's name, and that do no harm when sent twice.

use crate::cookies::{self, Cookie, WHILE_OPEN};
use crate::visit::{Page, Visit};
use uuid::Uuid;

const COOKIE: &str = "csrf";
const FIELD: &str = "csrf";
const KEY: &str = "key";

/// What guards the forms of one page.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    secret: [u8; 16],
    is_new: bool,
    /// What the hidden field holds: the secret behind a mask that is new each time, so that compressing the page tells
    /// nothing of it.
    pub csrf: String,
    /// The same for every try at one thing, so that it happens once.
    pub key: String,
}

impl Guard {
    /// The visitor's own, or a new one.
    pub(crate) fn of(visit: &Visit) -> Self {
        let known = cookies::read(visit, COOKIE, "/").and_then(|text| unhex(&text));
        let secret = known.unwrap_or_else(random);
        Self {
            secret,
            is_new: known.is_none(),
            csrf: mask(&secret, &random()),
            key: Uuid::new_v4().simple().to_string(),
        }
    }

    /// Whether a form was sent from a page of ours that this visitor had open.
    pub(crate) fn allows(&self, visit: &Visit) -> bool {
        let from_here = match visit.origin.as_str() {
            // Browsers before 2020 send none along with forms of the same site.
            "" => matches!(visit.fetch_site.as_str(), "" | "same-origin"),
            origin => origin == visit.base,
        };
        from_here && !self.is_new && unmask(&visit.typed(FIELD)) == Some(self.secret)
    }

    /// The key that came with the form, if it is one of ours.
    pub(crate) fn sent_key(visit: &Visit) -> Option<String> {
        let key = visit.typed(KEY);
        let ours = key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit());
        ours.then_some(key)
    }

    /// Keeps the key: the try before this may have had its effect although nobody heard of it.
    pub(crate) fn with_key_of(mut self, visit: &Visit) -> Self {
        if let Some(key) = Self::sent_key(visit) {
            self.key = key;
        }
        self
    }

    /// Gives the visitor the cookie that the hidden field is compared with.
    pub(crate) fn keep(&self, visit: &Visit, page: &mut Page) {
        if self.is_new {
            let cookie = Cookie {
                name: COOKIE,
                value: &hex::encode(self.secret),
                path: "/",
                life: WHILE_OPEN,
            };
            page.cookie(&cookie.text(visit));
        }
    }
}

fn random() -> [u8; 16] {
    *Uuid::new_v4().as_bytes()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}

fn mask(secret: &[u8; 16], mask: &[u8; 16]) -> String {
    let hidden: [u8; 16] = std::array::from_fn(|i| secret[i] ^ mask[i]);
    format!("{}{}", hex::encode(mask), hex::encode(hidden))
}

fn unmask(text: &str) -> Option<[u8; 16]> {
    let mask = unhex(text.get(..32)?)?;
    let hidden = unhex(text.get(32..)?)?;
    Some(std::array::from_fn(|i| mask[i] ^ hidden[i]))
}

#[cfg(test)]
mod tests {
    use super::{Guard, mask, unmask};
    use crate::pages::tests_support::visit;

    #[test]
    fn a_masked_secret_looks_new_each_time() {
        let secret = [7; 16];
        let (one, two) = (mask(&secret, &[1; 16]), mask(&secret, &[2; 16]));
        assert_ne!(one, two);
        assert_eq!(unmask(&one), Some(secret));
        assert_eq!(unmask(&two), Some(secret));
        assert_eq!(unmask("가나다"), None);
    }

    #[test]
    fn a_form_from_elsewhere_is_not_ours() {
        let mut sent = visit("POST", "/login");
        sent.cookies = "csrf=07070707070707070707070707070707".to_owned();
        sent.form = format!("csrf={}", mask(&[7; 16], &[9; 16]));
        assert!(Guard::of(&sent).allows(&sent));
        for origin in ["https://evil.example", "null"] {
            let mut foreign = sent.clone();
            foreign.origin = origin.to_owned();
            assert!(!Guard::of(&foreign).allows(&foreign), "{origin}");
        }
        let mut foreign = sent.clone();
        (foreign.origin, foreign.fetch_site) = (String::new(), "cross-site".to_owned());
        assert!(!Guard::of(&foreign).allows(&foreign));
        let mut guessed = sent.clone();
        guessed.form = format!("csrf={}", mask(&[8; 16], &[9; 16]));
        assert!(!Guard::of(&guessed).allows(&guessed));
        sent.cookies.clear();
        assert!(!Guard::of(&sent).allows(&sent), "without a cookie");
    }
}
