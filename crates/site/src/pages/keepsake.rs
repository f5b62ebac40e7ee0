//! What an entrant carries away, in cookies that go to the pages of that event alone.

use crate::cookies::{self, Cookie};
use crate::visit::{Page, Visit};
use serde_json::Value;

const RECEIPT: &str = "receipt";
const PROOF: &str = "proof";
/// Longer than any entry is kept; the token in it ends by itself on the day when the entry is destroyed.
const LIFE: u32 = 365 * 24 * 3600;

fn path(code: &str) -> String {
    format!("/e/{code}")
}

/// What proves an entry later, told once, when it was made.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub tag: String,
    pub nonce: String,
    pub commitment: String,
}

/// Keeps the answer to an entry.
pub(crate) fn keep(visit: &Visit, page: &mut Page, code: &str, receipt: &Value) {
    let text = |name: &str| receipt[name].as_str().unwrap_or_default();
    let proof = format!("{}.{}.{}", text("tag"), text("nonce"), text("commitment"));
    for (name, value) in [(RECEIPT, text("receiptToken")), (PROOF, proof.as_str())] {
        put(visit, page, code, name, value, LIFE);
    }
}

/// Takes it away.
pub(crate) fn forget(visit: &Visit, page: &mut Page, code: &str) {
    for name in [RECEIPT, PROOF] {
        put(visit, page, code, name, "", 0);
    }
}

fn put(visit: &Visit, page: &mut Page, code: &str, name: &str, value: &str, life: u32) {
    let cookie = Cookie {
        name,
        value,
        path: &path(code),
        life: Some(life),
    };
    page.cookie(&cookie.text(visit));
}

/// The receipt token, if this browser has one for the event.
pub(crate) fn token(visit: &Visit, code: &str) -> Option<String> {
    cookies::read(visit, RECEIPT, &path(code))
}

/// Tag, nonce and commitment, if they are what we once gave.
pub(crate) fn proof(visit: &Visit, code: &str) -> Option<Proof> {
    let text = cookies::read(visit, PROOF, &path(code))?;
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut parts = text.split('.').filter(|part| is_hex(part));
    let (tag, nonce, commitment) = (parts.next()?, parts.next()?, parts.next()?);
    (tag.len() == 64 && nonce.len() == 32 && commitment.len() == 64).then(|| Proof {
        tag: tag.to_owned(),
        nonce: nonce.to_owned(),
        commitment: commitment.to_owned(),
    })
}
