//! Korean text made from parts: particles, money, and cleaning of what others wrote.

/// Picks the particle after a word: `particle("가게", "은", "는")` is `는`.
pub fn particle<'a>(word: &str, after_consonant: &'a str, after_vowel: &'a str) -> &'a str {
    let ends_in_consonant = match word
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .last()
    {
        Some(c @ '가'..='힣') => !(c as u32 - '가' as u32).is_multiple_of(28),
        Some(c @ '0'..='9') => matches!(c, '0' | '1' | '3' | '6' | '7' | '8'),
        // Capitals are spelled (`PT` is 피티, `TV` 티비, `M` 엠), words are spoken.
        Some(c) if c.is_ascii_uppercase() => "LMNR".contains(c),
        Some(c) => !"aeiouy".contains(c),
        None => false,
    };
    if ends_in_consonant {
        after_consonant
    } else {
        after_vowel
    }
}

/// `1234567` → `1,234,567`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count as it would stand on a poster: 37 becomes 35, 128 becomes 120.
pub fn poster_number(count: i64) -> i64 {
    match count {
        ..=20 => count,
        21..=100 => count / 5 * 5,
        _ => count / 10 * 10,
    }
}

/// `1234567` → `1,234,567원`.
pub fn won(amount: i64) -> String {
    format!("{}원", grouped(amount))
}

/// One line of text at most `limit` characters long: control and invisible characters and runs of blanks go.
pub fn one_line(text: &str, limit: usize) -> String {
    let visible = text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).filter(|c| {
        !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    });
    let joined = visible
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if joined.chars().count() <= limit {
        return joined;
    }
    let cut: String = joined.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// The text with phone, business and account numbers replaced by `○`; dates and sums of money stay.
pub fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = text;
    while let Some(first) = at.chars().next() {
        let length = if first.is_ascii_digit() || first == '+' {
            match number_of_somebody(at) {
                Some(length) => {
                    out.push('○');
                    at = &at[length..];
                    continue;
                }
                // A number never begins within another.
                None => at[1..].bytes().take_while(u8::is_ascii_digit).count() + 1,
            }
        } else {
            first.len_utf8()
        };
        out.push_str(&at[..length]);
        at = &at[length..];
    }
    out
}

/// Bytes of `010-1234-5678`, `+82 10 1234 5678`, `123-45-67890` or of ten digits and more without a break, if one
/// begins here.
fn number_of_somebody(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let solid = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if solid >= 10 {
        return Some(solid);
    }
    // Digits with at most one mark between them.
    let (mut digits, mut end, mut marks) = (0, 0, Vec::new());
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                end = at + 1;
            }
            b'+' if at == 0 => {}
            // A whole number ends at a blank: what comes next is another.
            b' ' if digits >= 9 => break,
            b'-' | b'.' | b' ' if end == at => marks.push(digits),
            _ => break,
        }
        if digits == 12 {
            break;
        }
    }
    let business = bytes.first() != Some(&b'0') && marks.starts_with(&[3, 5]) && digits >= 10;
    let phone = matches!(bytes.first(), Some(b'0' | b'+')) && (9..=12).contains(&digits);
    (business || phone).then_some(end)
}

/// Whether at least half of the letters are Hangul.
pub fn is_korean(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let hangul = text.chars().filter(|c| matches!(c, '가'..='힣')).count();
    hangul > 0 && hangul * 2 >= letters.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_last_sound() {
        assert_eq!(particle("가게", "은", "는"), "는");
        assert_eq!(particle("식당", "은", "는"), "은");
        assert_eq!(particle("크리스마스", "이", "가"), "가");
        assert_eq!(particle("카페 (본점)", "이", "가"), "이");
        assert_eq!(particle("우리동네TV", "은", "는"), "는");
        assert_eq!(particle("set", "을", "를"), "을");
    }

    #[test]
    fn money_is_grouped() {
        assert_eq!(won(0), "0원");
        assert_eq!(won(1_234_567), "1,234,567원");
        assert_eq!(grouped(-1000), "-1,000");
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(one_line("  무시\n해요\u{202e} \t 응 ", 30), "무시 해요 응");
        assert_eq!(one_line("가나다라마", 4), "가나다…");
    }

    #[test]
    fn numbers_of_people_are_left_out() {
        for (text, told) in [
            ("문의 010-1234-5678 주세요", "문의 ○ 주세요"),
            ("+82 10 1234 5678", "○"),
            ("사업자 123-45-67890", "사업자 ○"),
            ("예산 100,000원 12월 20일", "예산 100,000원 12월 20일"),
            ("2026-12-20 - 2026-12-25", "2026-12-20 - 2026-12-25"),
            ("12.20 02-123-4567 300,000", "12.20 ○ 300,000"),
            ("계좌 1234567890123", "계좌 ○"),
        ] {
            assert_eq!(without_numbers(text), told);
        }
    }

    #[test]
    fn english_is_not_korean() {
        assert!(is_korean("연말 럭키 드로우 EVENT"));
        assert!(!is_korean("Grand opening event"));
        assert!(!is_korean("123"));
    }
}
