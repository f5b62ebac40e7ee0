//! Encryption of personal data, keyed hashes for look-ups, masking, and the two kinds of personal numbers.

mod keyring;
mod numbers;

pub use keyring::{Keyring, LookupKey};
pub use numbers::{BusinessNumber, Phone};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Bytes nobody can foresee.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random source answers");
    bytes
}

/// A random token of so many bytes, safe in URLs.
pub fn random_token(bytes: usize) -> String {
    let mut token = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut token).expect("the system's random source answers");
    URL_SAFE_NO_PAD.encode(token)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}
