//! Text people type: trimmed, limited in characters, and without characters that hide or forge something.

use crate::domain::fault::Fault;

/// One line of 1 to `max` characters.
///
/// # Errors
/// A blank, too long or forged text.
pub fn line(field: &str, value: &str, max: usize) -> Result<String, Fault> {
    checked(field, value, max, |c| c.is_control())
}

/// Like [`line`], but line breaks and tabs are fine.
///
/// # Errors
/// A blank, too long or forged text.
pub fn paragraph(field: &str, value: &str, max: usize) -> Result<String, Fault> {
    checked(field, &value.replace("\r\n", "\n"), max, |c| {
        c.is_control() && c != '\n' && c != '\t'
    })
}

fn checked(
    field: &str,
    value: &str,
    max: usize,
    banned: impl Fn(char) -> bool,
) -> Result<String, Fault> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Fault::new(
            field,
            "REQUIRED",
            "내용을 입력해 주세요.",
            "Enter a value.",
        ));
    }
    if value.chars().count() > max {
        return Err(Fault::new(
            field,
            "TOO_LONG",
            "글자 수가 너무 많아요.",
            "This text is too long.",
        ));
    }
    if value.chars().any(|c| banned(c) || turns_text_around(c)) {
        return Err(Fault::new(
            field,
            "INVALID_CHARACTERS",
            "사용할 수 없는 문자가 들어 있어요.",
            "This text contains characters that cannot be used.",
        ));
    }
    Ok(value.to_owned())
}

/// Bidirectional controls make a text read differently from what it is.
fn turns_text_around(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a JSON value can be stored: PostgreSQL keeps no NUL character.
pub fn is_storable(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(is_storable),
        Value::Object(fields) => fields
            .iter()
            .all(|(key, v)| !key.contains('\0') && is_storable(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_storable, line, paragraph};

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("title", "  가을 잔치 ", 5).unwrap(), "가을 잔치");
        assert_eq!(line("title", "가을 잔치!", 5).unwrap_err().code, "TOO_LONG");
        assert_eq!(line("title", " \u{3000} ", 5).unwrap_err().code, "REQUIRED");
    }

    #[test]
    fn a_line_hides_nothing() {
        for bad in ["a\0b", "a\nb", "a\u{202e}b", "a\u{2066}b", "a\u{1b}[2Jb"] {
            assert_eq!(
                line("title", bad, 50).unwrap_err().code,
                "INVALID_CHARACTERS",
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_paragraph_has_line_breaks() {
        assert_eq!(
            paragraph("description", "a\r\nb\tc", 50).unwrap(),
            "a\nb\tc"
        );
        assert!(paragraph("description", "a\0b", 50).is_err());
    }

    #[test]
    fn a_nul_is_found_at_any_depth() {
        assert!(is_storable(&serde_json::json!({"a": [1, {"b": "c"}]})));
        assert!(!is_storable(&serde_json::json!({"a": [1, {"b": "\0"}]})));
        assert!(!is_storable(&serde_json::json!({"a": {"\0": 1}})));
    }
}
