//! Amounts as they are typed.

use unicode_normalization::UnicodeNormalization;

/// Won out of `300000`, `300,000원`, `30만`, `30만 5천 원`; none where it is no amount.
pub(super) fn read(typed: &str) -> Option<i64> {
    let text: String = typed.nfkc().filter(|c| !matches!(c, ' ' | ',')).collect();
    let text = text.trim_end_matches('원').trim_start_matches("KRW");
    if text.is_empty() {
        return None;
    }
    // What stands before 만 or 억 counts as one number: 2천만.
    let (mut sum, mut section, mut number) = (0_i64, 0_i64, None::<i64>);
    for c in text.chars() {
        match c {
            '억' | '만' => {
                let unit = if c == '억' { 100_000_000 } else { 10_000 };
                let counted = section.checked_add(number.take().unwrap_or(0))?.max(1);
                sum = sum.checked_add(counted.checked_mul(unit)?)?;
                section = 0;
            }
            '천' | '백' => {
                let unit = if c == '천' { 1_000 } else { 100 };
                section = section.checked_add(number.take().unwrap_or(1).checked_mul(unit)?)?;
            }
            _ => {
                let digit = i64::from(c.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            }
        }
    }
    sum.checked_add(section)?.checked_add(number.unwrap_or(0))
}

/// A budget: a bare number below ten thousand is meant in ten thousands, as it is said in Korean.
pub(super) fn read_budget(typed: &str, is_korean: bool) -> Option<i64> {
    let won = read(typed)?;
    let is_bare = typed.nfkc().all(|c| c.is_ascii_digit() || c == ' ');
    if is_korean && is_bare && (1..10_000).contains(&won) {
        return Some(won * 10_000);
    }
    Some(won)
}

/// A count; none where it is none.
pub(super) fn read_count(typed: &str) -> Option<i64> {
    let text: String = typed.nfkc().filter(|c| !matches!(c, ' ' | ',')).collect();
    text.trim_end_matches(['명', '개']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{read, read_budget, read_count};

    #[test]
    fn an_amount_is_read_however_it_is_written() {
        for (typed, won) in [
            ("300000", Some(300_000)),
            ("300,000 원", Some(300_000)),
            ("30만", Some(300_000)),
            ("30만 5천원", Some(305_000)),
            ("３０만", Some(300_000)),
            ("1억 2천만", Some(120_000_000)),
            ("1만 5백원", Some(10_500)),
            ("-5", None),
            ("많이", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(read(typed), won, "{typed}");
        }
    }

    #[test]
    fn a_small_bare_budget_is_meant_in_ten_thousands() {
        assert_eq!(read_budget("30", true), Some(300_000));
        assert_eq!(read_budget("30", false), Some(30));
        assert_eq!(read_budget("300000", true), Some(300_000));
        assert_eq!(read_budget("5천", true), Some(5_000));
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(read_count("1,200명"), Some(1_200));
        assert_eq!(read_count("-1"), Some(-1));
        assert_eq!(read_count("둘"), None);
    }
}
