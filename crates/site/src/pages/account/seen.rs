//! What a form was filled from, so that one tab never undoes what another has saved since.

use crate::api::Api;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::words::Words;

/// For a form that is older than what is stored.
pub(super) fn newer(w: Words) -> Notice {
    Notice::new(
        Tone::Careful,
        w.say("run-edit-newer"),
        w.say("acc-newer-text"),
    )
}

/// What a form was filled from, as a fingerprint: another tab may have saved something else since.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(parts.join("\u{1f}").as_bytes())[..8])
}

/// Whether the form that was sent was filled from something else than what is stored now.
pub(super) fn changed_elsewhere<A: Api>(seat: &Seat<'_, '_, A>, now: &str) -> bool {
    let seen = seat.visit().typed("seen");
    !seen.is_empty() && seen != now
}
