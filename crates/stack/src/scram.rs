use std::num::NonZeroU32;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::keys::random;

/// Stretching protects guessable passwords; ours are 160 random bits, which no number of rounds makes safer. The
/// usual 4096 rounds cost an unoptimised client a tenth of a second of computing for every connection.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN;

/// What PostgreSQL keeps instead of a password (RFC 5802, SCRAM-SHA-256).
pub(crate) fn verifier(password: &str) -> String {
    with_salt(password, &random::<16>(), ROUNDS)
}

fn with_salt(password: &str, salt: &[u8], rounds: NonZeroU32) -> String {
    let mut salted = [0; 32];
    derive(
        PBKDF2_HMAC_SHA256,
        rounds,
        salt,
        password.as_bytes(),
        &mut salted,
    );
    let key = Key::new(HMAC_SHA256, &salted);
    let stored = digest(&SHA256, sign(&key, b"Client Key").as_ref());
    let server = sign(&key, b"Server Key");
    format!(
        "SCRAM-SHA-256${rounds}:{}${}:{}",
        STANDARD.encode(salt),
        STANDARD.encode(stored.as_ref()),
        STANDARD.encode(server.as_ref())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_of_the_standard() {
        // RFC 7677, section 3: password, salt and rounds of its example exchange; the keys recomputed independently.
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = with_salt("pencil", &salt, NonZeroU32::new(4096).unwrap());
        assert_eq!(verifier, EXPECTED);
    }

    const EXPECTED: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
}
