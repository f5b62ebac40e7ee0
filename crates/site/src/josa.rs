//! 조사: the particle that fits the word before it.

/// The particle for a word out of a pair such as `을/를`: the first after a final consonant, the second after a vowel.
/// `으로/로` takes the second after ㄹ as well.
pub(crate) fn pick<'a>(word: &str, pair: &'a str) -> &'a str {
    let (closed, open) = pair.split_once('/').unwrap_or((pair, pair));
    match last_sound(word) {
        Sound::Vowel => open,
        Sound::Rieul if closed == "으로" => open,
        Sound::Rieul | Sound::Consonant => closed,
    }
}

enum Sound {
    Vowel,
    Rieul,
    Consonant,
}

fn last_sound(word: &str) -> Sound {
    // What stands in brackets or behind is not what is said last.
    let last = word.chars().rev().find(|c| c.is_alphanumeric());
    match last {
        Some(c @ '가'..='힣') => match (u32::from(c) - 0xac00) % 28 {
            0 => Sound::Vowel,
            8 => Sound::Rieul,
            _ => Sound::Consonant,
        },
        // 영 일 이 삼 사 오 육 칠 팔 구, and 십, 백, 천 for round numbers.
        Some('2' | '4' | '5' | '9') => Sound::Vowel,
        Some('1' | '7' | '8') => Sound::Rieul,
        Some('0' | '3' | '6') => Sound::Consonant,
        Some(c) => match c.to_ascii_lowercase() {
            'l' | 'r' => Sound::Rieul,
            'm' | 'n' => Sound::Consonant,
            _ => Sound::Vowel,
        },
        None => Sound::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::pick;

    #[test]
    fn the_particle_follows_the_last_sound() {
        for (word, pair, fits) in [
            ("커피", "을/를", "를"),
            ("쿠폰", "을/를", "을"),
            ("쿠폰(2장)", "을/를", "을"),
            ("서울", "으로/로", "로"),
            ("부산", "으로/로", "으로"),
            ("3명", "이/가", "이"),
            ("12", "이/가", "가"),
            ("10", "이/가", "이"),
            ("Cafe Roma", "이/가", "가"),
            ("Salon", "은/는", "은"),
            ("", "은/는", "는"),
        ] {
            assert_eq!(pick(word, pair), fits, "{word} {pair}");
        }
    }
}
