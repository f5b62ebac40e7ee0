//! Cells of an exported list.

use std::borrow::Cow;

/// The same text, harmless to a spreadsheet: what it would take for a formula gets an apostrophe in front.
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    let first = text
        .trim_start_matches([' ', '\u{3000}', '\u{a0}'])
        .chars()
        .next();
    match first {
        Some(
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' | '|' | '%',
        ) => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::safe_cell;

    #[test]
    fn nothing_becomes_a_formula() {
        for bad in [
            "=1+1", "+82", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", " =1", "%0a",
        ] {
            assert!(safe_cell(bad).starts_with('\''), "{bad:?}");
        }
        for good in ["홍길동", "010-****-5678", "", "a=1"] {
            assert_eq!(safe_cell(good), good);
        }
    }
}
