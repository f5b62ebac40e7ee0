//! Amounts of money in a Korean sentence: `30만원`, `20만 원`, `1.5만원`, `3만5천원`, `오십만원`, `100,000원`, `천만 원`.

/// The first amount with what is left of the sentence. A range (`20~30만원`) gives its upper end.
pub fn take(text: &str) -> (Option<i64>, String) {
    let chars: Vec<char> = text.chars().collect();
    let mut start = 0;
    while start < chars.len() {
        if let Some((amount, end)) = amount_at(&chars, start) {
            let from = range_start(&chars, start);
            let rest: String = chars[..from]
                .iter()
                .chain([' '].iter())
                .chain(&chars[end..])
                .collect();
            return (Some(amount), rest);
        }
        // An amount never begins within a number.
        start += if chars[start].is_ascii_digit() {
            digits_from(&chars, start)
        } else {
            1
        };
    }
    (None, text.to_owned())
}

fn digits_from(chars: &[char], start: usize) -> usize {
    chars[start..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || **c == ',' || **c == '.')
        .count()
        .max(1)
}

/// Where `20~` of `20~30만원` begins.
fn range_start(chars: &[char], start: usize) -> usize {
    let before: Vec<char> = chars[..start].to_vec();
    let mut at = before.len();
    while at > 0 && before[at - 1] == ' ' {
        at -= 1;
    }
    if at == 0 || !matches!(before[at - 1], '~' | '-' | '∼') {
        return start;
    }
    at -= 1;
    let end = at;
    while at > 0
        && (before[at - 1].is_ascii_digit() || matches!(before[at - 1], '만' | '천' | '원' | ' '))
    {
        at -= 1;
    }
    if at < end { at } else { start }
}

/// An amount that begins exactly here: a sum of `<number><만|천|백>` groups that ends in 만, 천 or 원.
fn amount_at(chars: &[char], start: usize) -> Option<(i64, usize)> {
    let mut at = start;
    let (mut total, mut groups, mut closed) = (0.0_f64, 0, false);
    loop {
        let (number, next) = number_at(chars, at)?.filter_start(groups, chars, at)?;
        let mut next = next;
        let unit_at = skip_blank(chars, next);
        match chars.get(unit_at) {
            Some('억') => {
                total += number * 100_000_000.0;
                next = unit_at + 1;
            }
            Some('만') if !is_word(chars, unit_at + 1) => {
                total = (total + number) * 10_000.0;
                next = unit_at + 1;
            }
            Some('천') if !is_word(chars, unit_at + 1) => {
                total += number * 1_000.0;
                next = unit_at + 1;
            }
            Some('백') if !is_word(chars, unit_at + 1) => {
                total += number * 100.0;
                next = unit_at + 1;
                // `백만`: the hundred belongs to the ten thousands.
                if chars.get(next) == Some(&'만') {
                    total *= 10_000.0;
                    next += 1;
                }
            }
            Some('원') if !is_word(chars, unit_at + 1) => total += number,
            _ => return None,
        }
        groups += 1;
        at = next;
        let after = skip_blank(chars, at);
        if chars.get(after) == Some(&'원') && !is_word(chars, after + 1) {
            at = after + 1;
            closed = true;
            break;
        }
        let continues = chars.get(after).is_some_and(|c| c.is_ascii_digit()) && after == at;
        if !continues || groups > 3 {
            break;
        }
    }
    // `30만` counts, `3천` or `5백` alone only with 원: they may count people.
    let big = total >= 10_000.0;
    ((closed || big) && (1.0..=1e12).contains(&total)).then_some((total.round() as i64, at))
}

/// A number and the place behind it.
struct Number(f64, usize);

impl Number {
    fn filter_start(self, groups: usize, chars: &[char], at: usize) -> Option<(f64, usize)> {
        // A Korean numeral in the middle of a word is no number (`사장`, `이벤트`).
        let inside = groups == 0 && at > 0 && chars[at - 1].is_alphanumeric();
        (!inside).then_some((self.0, self.1))
    }
}

/// Digits with commas and a point, or a Korean numeral below ten thousand such as 오십 or 삼백오십.
fn number_at(chars: &[char], at: usize) -> Option<Number> {
    let length = chars[at..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .count();
    if length > 0 {
        let digits: String = chars[at..at + length]
            .iter()
            .filter(|c| **c != ',')
            .collect();
        return digits.parse().ok().map(|n| Number(n, at + length));
    }
    let (mut total, mut digit, mut end) = (0.0, 0.0, at);
    for c in &chars[at..] {
        match "일이삼사오육칠팔구".chars().position(|d| d == *c) {
            Some(i) => digit = i as f64 + 1.0,
            None => match c {
                '십' => {
                    total += if digit > 0.0 { digit * 10.0 } else { 10.0 };
                    digit = 0.0;
                }
                '백' => {
                    total += if digit > 0.0 { digit * 100.0 } else { 100.0 };
                    digit = 0.0;
                }
                '천' => {
                    total += if digit > 0.0 { digit * 1000.0 } else { 1000.0 };
                    digit = 0.0;
                }
                _ => break,
            },
        }
        end += 1;
    }
    let number = total + digit;
    (end > at && number > 0.0).then_some(Number(number, end))
}

fn skip_blank(chars: &[char], at: usize) -> usize {
    if chars.get(at) == Some(&' ') {
        at + 1
    } else {
        at
    }
}

/// Whether a letter follows that makes the unit part of a word (`만두`, `천천히`); particles do not.
fn is_word(chars: &[char], at: usize) -> bool {
    const AFTER: &str = "원으로에의이을를은도만까정안쯤대내 천백한";
    chars
        .get(at)
        .is_some_and(|c| c.is_alphabetic() && !AFTER.contains(*c))
}

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, amount) in [
            ("예산 30만원", 300_000),
            ("20만 원", 200_000),
            ("50만으로 해줘", 500_000),
            ("1.5만원", 15_000),
            ("3만5천원", 35_000),
            ("100,000원 안에서", 100_000),
            ("100만원 정도", 1_000_000),
            ("오십만원", 500_000),
            ("이십만 원", 200_000),
            ("삼백만원", 3_000_000),
            ("백만원", 1_000_000),
            ("천만 원", 10_000_000),
            ("20~30만원", 300_000),
            ("5천원", 5_000),
            ("예산은 70만원이에요", 700_000),
            ("9900원", 9_900),
        ] {
            assert_eq!(take(text).0, Some(amount), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_money() {
        for text in [
            "12월 20일부터",
            "만두 이벤트",
            "2주 동안",
            "손님 100명",
            "이번 주말",
            "천천히",
            "3천 명에게",
            "오만가지 생각",
        ] {
            assert_eq!(take(text).0, None, "{text}");
        }
    }

    #[test]
    fn the_amount_leaves_the_sentence() {
        assert_eq!(
            take("치킨 20~30만원 이벤트")
                .1
                .split_whitespace()
                .collect::<Vec<_>>(),
            ["치킨", "이벤트"]
        );
    }
}
