//! What an entry is made of.

use janchi_crypto::random;

/// The consent text that is shown now. A new text gets a new version; entries keep the one they were made under.
pub const CONSENT_VERSION: &str = "2026-09-11";

/// Letters and digits that look and sound unlike each other: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
pub(super) const ALPHABET: &[u8; 25] = b"34679ACDEFGHJKMNPQRTVWXY2";
const NUMBER_LENGTH: usize = 8;

/// A new entry number, eight characters nobody can guess, in two groups of four: `K7MD-3FXA`.
pub fn new_entry_number() -> String {
    let mut number = String::with_capacity(NUMBER_LENGTH + 1);
    while number.len() < NUMBER_LENGTH + 1 {
        for byte in random::<16>() {
            // 250 is the largest multiple of 25 in a byte: above it some letters would come more often.
            if byte < 250 && number.len() < NUMBER_LENGTH + 1 {
                if number.len() == NUMBER_LENGTH / 2 {
                    number.push('-');
                }
                number.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
    }
    number
}

/// Why a name was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadName {
    Length,
    Characters,
}

/// A name or nickname of 1–50 characters, trimmed. An empty one is none.
///
/// # Errors
/// A name that is too long, or holds control or direction marks that would spoil a list it is shown in.
pub fn parse_name(text: &str) -> Result<Option<String>, BadName> {
    let name = text.trim();
    if name.chars().count() > 50 {
        return Err(BadName::Length);
    }
    if name.chars().any(is_invisible) {
        return Err(BadName::Characters);
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// Control characters, and marks that change the direction or are not seen at all.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What a search term is compared with: an entry number's letters without groups, in capitals.
pub fn plain_number(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, BadName, new_entry_number, parse_name, plain_number};

    #[test]
    fn an_entry_number_can_be_read_aloud() {
        for _ in 0..200 {
            let number = new_entry_number();
            assert_eq!(number.len(), 9, "{number}");
            assert_eq!(number.as_bytes()[4], b'-');
            assert!(
                number.bytes().all(|b| b == b'-' || ALPHABET.contains(&b)),
                "{number}"
            );
            assert!(
                !number.contains(['0', 'O', '1', 'I', 'L', '5', 'S', '8', 'B', 'U', 'Z']),
                "{number}"
            );
        }
    }

    #[test]
    fn a_name_is_short_and_visible() {
        assert_eq!(parse_name("  홍길동 "), Ok(Some("홍길동".to_owned())));
        assert_eq!(parse_name("   "), Ok(None));
        assert_eq!(
            parse_name(&"가".repeat(50))
                .unwrap()
                .unwrap()
                .chars()
                .count(),
            50
        );
        assert_eq!(parse_name(&"가".repeat(51)), Err(BadName::Length));
        for bad in ["홍\0길동", "a\nb", "a\u{202e}b", "a\u{200b}"] {
            assert_eq!(parse_name(bad), Err(BadName::Characters), "{bad:?}");
        }
    }

    #[test]
    fn a_search_finds_a_number_however_it_is_typed() {
        assert_eq!(plain_number("k7md 3fxa"), "K7MD3FXA");
    }
}
