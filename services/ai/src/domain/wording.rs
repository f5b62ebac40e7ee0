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
        Some(c) => !"aeiouy".contains(c.to_ascii_lowercase()),
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
    fn english_is_not_korean() {
        assert!(is_korean("연말 럭키 드로우 EVENT"));
        assert!(!is_korean("Grand opening event"));
        assert!(!is_korean("123"));
    }
}
