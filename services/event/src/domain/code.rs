//! The short public code of an event: typed from a poster, read out over the phone.

/// No 0/O, 1/I/L and no vowels that make words.
const ALPHABET: &[u8; 28] = b"23456789BCDFGHJKMNPQRSTVWXYZ";
/// 28⁸ are about 3.8 × 10¹¹ codes: not guessed, not sequential.
const LENGTH: usize = 8;

/// A fresh random code. Whether it is unique, the database tells.
pub fn fresh() -> String {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        for byte in janchi_crypto::random::<16>() {
            // 252 is the largest multiple of 28 in a byte: no letter is likelier than another.
            if byte < 252 && code.len() < LENGTH {
                code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
    }
    code
}

/// The code as stored, if the text has its form; capital and small letters are the same.
pub fn parse(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    (code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b))).then_some(code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_fresh_code_is_well_formed_and_unlike_the_last() {
        let codes: std::collections::HashSet<String> = (0..1000).map(|_| super::fresh()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(
            codes
                .iter()
                .all(|code| super::parse(code).as_ref() == Some(code))
        );
    }

    #[test]
    fn a_code_is_read_in_small_letters_too() {
        assert_eq!(super::parse("bcdf2345").as_deref(), Some("BCDF2345"));
    }

    #[test]
    fn anything_else_is_no_code() {
        for bad in [
            "",
            "BCDF234",
            "BCDF23456",
            "BCDF234O",
            "BCDF2341",
            "BCDF 234",
            "../../etc",
            "잔치잔치",
        ] {
            assert_eq!(super::parse(bad), None, "{bad}");
        }
    }
}
