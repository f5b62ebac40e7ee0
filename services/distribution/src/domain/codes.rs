//! Codes by which entries of one channel are told from another's.

/// A code for a link: 96 random bits, so that nobody can guess another channel's.
pub fn tracking_code() -> String {
    janchi_crypto::random_token(12)
}

/// A code that is said aloud on television or by telephone.
///
/// Digits only; never 1, whose Korean name sounds like those of 2 and 7 on the line; no digit twice in a row, which
/// is miscounted by ear; no leading zero. Six digits leave 262,144 codes; `longer` adds digits when those run short.
pub fn spoken_code(longer: usize) -> String {
    const DIGITS: &[u8; 9] = b"023456789";
    let mut code = String::with_capacity(6 + longer);
    let mut last = b'0'; // so that the first is not zero
    while code.len() < 6 + longer {
        for byte in janchi_crypto::random::<16>() {
            // 252 is the largest multiple of nine below 256: what lies above would favour some digits.
            if byte >= 252 || code.len() >= 6 + longer {
                continue;
            }
            let digit = DIGITS[usize::from(byte) % DIGITS.len()];
            if digit != last {
                code.push(char::from(digit));
                last = digit;
            }
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn spoken_codes_can_be_said_without_confusion() {
        for _ in 0..500 {
            let code = spoken_code(0);
            assert_eq!(code.len(), 6);
            assert!(
                code.bytes().all(|b| b.is_ascii_digit() && b != b'1'),
                "{code}"
            );
            assert!(!code.starts_with('0'), "{code}");
            assert!(code.as_bytes().windows(2).all(|w| w[0] != w[1]), "{code}");
        }
        assert_eq!(spoken_code(2).len(), 8);
    }

    #[test]
    fn tracking_codes_do_not_repeat() {
        let codes: HashSet<String> = (0..500).map(|_| tracking_code()).collect();
        assert_eq!(codes.len(), 500);
        assert!(codes.iter().all(|c| c.len() >= 16));
    }
}
