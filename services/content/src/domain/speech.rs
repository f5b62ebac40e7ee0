//! Korean as it is said: particles after any word, numbers, and how long a text takes to say.

/// The syllables that a calm voice says in a second.
const SYLLABLES_A_SECOND: f32 = 5.6;
/// A breath at a comma and at the end of a sentence, in seconds.
const SHORT_BREATH: f32 = 0.25;
const LONG_BREATH: f32 = 0.5;

/// How a word's last sound decides the particle after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    /// The only consonant that `으로` treats like a vowel.
    Rieul,
    Consonant,
}

fn ending_of(word: &str) -> Ending {
    // Brackets and quotation marks are not said.
    let last = word.chars().rev().find(|c| c.is_alphanumeric());
    match last {
        Some(c @ '가'..='힣') => match (c as u32 - 0xAC00) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // As the digit is read: 영 일 이 삼 사 오 육 칠 팔 구.
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        // As the letter is named: 엘, 엠, 엔, 알.
        Some('l' | 'L' | 'r' | 'R') => Ending::Rieul,
        Some('m' | 'M' | 'n' | 'N') => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

/// The word with the particle that fits it: `with` after a consonant, `without` after a vowel. `으로`/`로` knows
/// that ㄹ counts as a vowel there.
pub fn josa(word: &str, with: &str, without: &str) -> String {
    let fits = match ending_of(word) {
        Ending::Vowel => without,
        Ending::Rieul if with.starts_with('으') => without,
        Ending::Rieul | Ending::Consonant => with,
    };
    format!("{word}{fits}")
}

/// Seconds a calm voice takes for the text.
pub fn seconds(text: &str) -> f32 {
    let mut syllables = 0u32;
    let mut breaths = 0.0;
    let mut digits = 0u32;
    for letter in text.chars().chain(['.']) {
        if letter.is_ascii_digit() {
            digits += 1;
            continue;
        }
        // A number is said with a syllable for each digit and each place but the last.
        syllables += (digits * 2).saturating_sub(1);
        digits = 0;
        match letter {
            '가'..='힣' => syllables += 1,
            'a'..='z' | 'A'..='Z' => syllables += 2,
            ',' | '·' | '~' | ':' => breaths += SHORT_BREATH,
            '.' | '!' | '?' => breaths += LONG_BREATH,
            _ => {}
        }
    }
    // The full stop added above is no breath.
    syllables as f32 / SYLLABLES_A_SECOND + breaths - LONG_BREATH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_last_sound() {
        for (word, with, without, expected) in [
            ("이벤트", "을", "를", "이벤트를"),
            ("잔칫날", "을", "를", "잔칫날을"),
            ("봄날", "으로", "로", "봄날로"),
            ("집", "으로", "로", "집으로"),
            ("‘감사전’", "을", "를", "‘감사전’을"),
            ("CAFE 24", "은", "는", "CAFE 24는"),
            ("No.3", "은", "는", "No.3은"),
            ("MALL", "이", "가", "MALL이"),
            ("(주)봄", "과", "와", "(주)봄과"),
            ("🎁", "은", "는", "🎁는"),
        ] {
            assert_eq!(josa(word, with, without), expected);
        }
    }

    #[test]
    fn a_text_takes_as_long_as_a_voice_needs() {
        assert!((seconds("안녕하세요") - 5.0 / SYLLABLES_A_SECOND).abs() < 0.01);
        assert!(seconds("12월 24일까지!") > 1.5);
        assert!(seconds("") < 0.01);
    }
}
