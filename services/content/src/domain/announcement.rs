//! What callers hear before a call is taken (링고비즈): as much as can be said in twenty seconds.

use super::design::Texts;
use super::speech::{josa, seconds};
use janchi_contracts::distribution::digits_aloud;

/// As long as a caller listens.
pub const LONGEST: f32 = 20.0;

/// A text to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    pub text: String,
    /// How long a calm voice takes for it.
    pub seconds: f32,
}

/// The announcement of an event: shop and title always, the rest in order of weight while there is time.
/// `code` is the number of this channel.
pub fn announce(texts: &Texts, code: Option<&str>) -> Announcement {
    let store = shortened(&texts.store, 6.0);
    let title = shortened(&texts.title, 7.0);
    let mut sentences = vec![
        Some(format!("안녕하세요, {}.", josa(&store, "이에요", "예요"))),
        Some(format!(
            "지금 {} 함께하고 있어요.",
            josa(&title, "을", "를")
        )),
    ];
    let code = code.map(digits_aloud).filter(|digits| !digits.is_empty());
    let code = code.map(|digits| format!("잔치 홈페이지에서 응모 번호 {digits}, 눌러 주세요."));
    let prize = texts.prize.split(", ").next().map(str::trim);
    let prize = prize.filter(|p| !p.is_empty());
    let prize = prize.map(|p| format!("선물은 {}.", josa(p, "이에요", "예요")));
    let period = Some(texts.period.trim()).filter(|p| !p.is_empty());
    let period = period.map(|p| format!("기간은 {}.", josa(&said(p), "이에요", "예요")));
    // In the order they are said, with what they weigh; the lightest that is too much is left out.
    let extras = [(prize, 2), (period, 1), (code, 3)];
    let mut chosen = [false; 3];
    let length = |sentences: &[Option<String>]| {
        seconds(
            &sentences
                .iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    for weight in [3, 2, 1] {
        for (i, (sentence, own)) in extras.iter().enumerate() {
            if *own != weight {
                continue;
            }
            let mut tried = sentences.clone();
            tried.extend(
                extras
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| chosen[*j])
                    .map(|(_, (s, _))| s.clone()),
            );
            tried.push(sentence.clone());
            chosen[i] = sentence.is_some() && length(&tried) <= LONGEST;
        }
    }
    for (i, (sentence, _)) in extras.into_iter().enumerate() {
        if chosen[i] {
            sentences.push(sentence);
        }
    }
    let text = sentences
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    Announcement {
        seconds: seconds(&text),
        text,
    }
}

/// `12월 1일(화) ~ 12월 24일(목)` as it is said.
fn said(period: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in period.chars() {
        match letter {
            '(' => inside = true,
            ')' => inside = false,
            _ if inside => {}
            other => text.push(other),
        }
    }
    match text.split_once('~') {
        Some((from, to)) => format!("{}부터 {}까지", from.trim(), to.trim()),
        None => text.trim().to_owned(),
    }
}

/// As many whole words as can be said in `most` seconds, at least one.
fn shortened(text: &str, most: f32) -> String {
    let mut kept = String::new();
    for word in text.split_whitespace() {
        let longer = if kept.is_empty() {
            word.to_owned()
        } else {
            format!("{kept} {word}")
        };
        if seconds(&longer) > most {
            break;
        }
        kept = longer;
    }
    if kept.is_empty() {
        text.chars().take(30).collect()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(title: &str, prize: &str) -> Texts {
        Texts {
            store: "연남동 봄날 카페".into(),
            title: title.into(),
            prize: prize.into(),
            guide: String::new(),
            period: "12월 1일(화) ~ 12월 24일(목)".into(),
            link: String::new(),
        }
    }

    #[test]
    fn an_announcement_says_who_what_and_how_in_twenty_seconds() {
        let made = announce(
            &texts("단골 감사 이벤트", "1등 상품권 1명, 2등 쿠폰 9명"),
            Some("4729"),
        );
        assert_eq!(
            made.text,
            "안녕하세요, 연남동 봄날 카페예요. 지금 단골 감사 이벤트를 함께하고 있어요. 선물은 1등 상품권 1명이에요. \
             기간은 12월 1일부터 12월 24일까지예요. 잔치 홈페이지에서 응모 번호 사 칠 이 구, 눌러 주세요."
        );
        assert!(made.seconds <= LONGEST, "{}", made.seconds);
    }

    #[test]
    fn what_is_too_long_to_say_is_left_out_and_never_cut_inside_a_word() {
        let long = "크리스마스와 새해를 함께 맞이하는 우리 동네 단골 손님 감사 대잔치 ".repeat(4);
        for code in [None, Some("4729")] {
            let made = announce(&texts(&long, &"아주 긴 경품 이름 ".repeat(20)), code);
            assert!(made.seconds <= LONGEST, "{} {}", made.seconds, made.text);
            assert_eq!(made.text.contains("사 칠 이 구"), code.is_some());
        }
        assert!(announce(&texts("떡", ""), None).text.contains("떡을"));
    }
}
