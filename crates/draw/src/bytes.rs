use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// Length of `text` as big-endian u32: with it in front no two lists of fields give the same bytes.
fn length(text: &str) -> [u8; 4] {
    u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes()
}

pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// What is published when the event opens, so that the seed cannot be chosen later.
pub fn commitment(event_id: &str, seed: &[u8; 32]) -> Hash {
    sha256(&[
        b"draw-v1/seed",
        &length(event_id),
        event_id.as_bytes(),
        seed,
    ])
}

/// The public name of an entry: without the nonce nobody can tell whose number (E.164) it is.
pub fn tag(event_id: &str, nonce: &[u8; 16], phone: &str) -> Hash {
    hmac(
        nonce,
        &[
            b"draw-v1/tag",
            &length(event_id),
            event_id.as_bytes(),
            phone.as_bytes(),
        ],
    )
}

/// The leaf of one entry of the frozen list.
pub fn leaf(event_id: &str, tag: &Hash, weight: u32) -> Hash {
    sha256(&[
        &[0],
        b"draw-v1/entry",
        &length(event_id),
        event_id.as_bytes(),
        tag,
        &weight.to_be_bytes(),
    ])
}

/// The key `S` from which every number of the draw follows.
pub fn final_key(
    seed: &[u8; 32],
    event_id: &str,
    draw_no: u32,
    entries_root: &Hash,
    count: u64,
    beacon: &[u8; 32],
) -> Hash {
    hmac(
        seed,
        &[
            b"draw-v1/final",
            &length(event_id),
            event_id.as_bytes(),
            &draw_no.to_be_bytes(),
            entries_root,
            &count.to_be_bytes(),
            beacon,
        ],
    )
}
