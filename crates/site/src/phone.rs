//! Phone numbers as they are typed and pasted.

/// A number tidied for the API: full-width digits, spaces and dots become what it takes. Anything else stays as it was
/// typed, so that a person recognises the own mistake.
pub(crate) fn tidy(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let text: String = typed.trim().nfkc().collect();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '–' | '‐'));
    let local = match digits.strip_prefix("82") {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    match (only_number, local.len()) {
        (true, 11) => format!("{}-{}-{}", &local[..3], &local[3..7], &local[7..]),
        (true, 10) => format!("{}-{}-{}", &local[..3], &local[3..6], &local[6..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn a_number_is_read_however_it_was_pasted() {
        for typed in [
            "01012345678",
            " 010 1234 5678",
            "+82 10-1234-5678",
            "８２１０１２３４５６７８",
            "010.1234.5678",
        ] {
            assert_eq!(tidy(typed), "010-1234-5678", "{typed}");
        }
        assert_eq!(tidy("<b>010</b>"), "<b>010</b>");
        assert_eq!(tidy(""), "");
    }
}
