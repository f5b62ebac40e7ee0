//! Amounts of money as they are written in Korean: `1.5만원`, `3만5천원`, `오십만 원`, `2천만원`, `1억`.

/// An amount that begins exactly here: `<number>` with 백, 천, 만, 억 in falling order, closed by 원 unless it is large.
pub fn amount_at(chars: &[char], start: usize) -> Option<(i64, usize)> {
    // A numeral in the middle of a word is no number (`사장`, `이벤트`); digits may follow one (`예산30만원`).
    let before = start.checked_sub(1).map(|at| chars[at]);
    if before.is_some_and(|c| {
        c.is_ascii_alphanumeric() || c.is_alphanumeric() && !chars[start].is_ascii_digit()
    }) {
        return None;
    }
    let mut at = start;
    let mut total = 0.0;
    let mut closed = false;
    let mut least = f64::INFINITY;
    while let Some((below, next)) = below_ten_thousand(chars, at) {
        let unit_at = skip_blank(chars, next);
        let (unit, next) = match chars.get(unit_at) {
            Some('억') => (100_000_000.0, unit_at + 1),
            Some('만') if !is_word(chars, unit_at + 1) => (10_000.0, unit_at + 1),
            _ => (1.0, next),
        };
        // `3만5만` is two amounts.
        if unit >= least {
            return None;
        }
        least = unit;
        total += below * unit;
        at = next;
        let after = skip_blank(chars, at);
        if chars.get(after) == Some(&'원') && !is_word(chars, after + 1) {
            at = after + 1;
            closed = true;
            break;
        }
        if unit <= 1.0 {
            break;
        }
        // A blank ends an amount, unless it stands within one that goes on to 원: `3만 5천원`.
        if after != at && below_ten_thousand(chars, after).is_none() {
            break;
        }
        if after != at {
            match tail_closes(chars, after) {
                true => at = after,
                false => break,
            }
        }
    }
    // `30만` counts, `3천` or `5백` alone only with 원: they may count people.
    let counts = closed || (least.is_finite() && least >= 10_000.0);
    (counts && (1.0..=1e12).contains(&total)).then_some((total.round() as i64, at))
}

/// Whether what begins here is the last part of an amount.
fn tail_closes(chars: &[char], at: usize) -> bool {
    below_ten_thousand(chars, at).is_some_and(|(_, next)| {
        let after = skip_blank(chars, next);
        chars.get(after) == Some(&'원') && !is_word(chars, after + 1)
    })
}

/// A number below ten thousand, mixed as people write it: `35`, `1.5`, `3천5백`, `오십`, `삼백오십`, `천`; digits with
/// commas may be larger.
fn below_ten_thousand(chars: &[char], start: usize) -> Option<(f64, usize)> {
    let (mut total, mut pending, mut at) = (0.0, None::<f64>, start);
    loop {
        let length = chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            .count();
        if length > 0 && pending.is_none() {
            let digits: String = chars[at..at + length]
                .iter()
                .filter(|c| **c != ',')
                .collect();
            pending = Some(digits.parse().ok()?);
            at += length;
            continue;
        }
        let Some(c) = chars.get(at) else { break };
        if let Some(index) = "일이삼사오육칠팔구".chars().position(|d| d == *c)
            && pending.is_none()
        {
            pending = Some(index as f64 + 1.0);
            at += 1;
            continue;
        }
        let place = match c {
            '십' => 10.0,
            '백' => 100.0,
            '천' => 1_000.0,
            _ => break,
        };
        if is_word(chars, at + 1) {
            break;
        }
        total += pending.take().unwrap_or(1.0) * place;
        at += 1;
    }
    let number = total + pending.unwrap_or(0.0);
    (at > start && number > 0.0).then_some((number, at))
}

fn skip_blank(chars: &[char], at: usize) -> usize {
    if chars.get(at) == Some(&' ') {
        at + 1
    } else {
        at
    }
}

/// Whether a letter follows that makes the unit part of a word (`만두`, `천천히`); particles and digits do not.
fn is_word(chars: &[char], at: usize) -> bool {
    const AFTER: &str = "원으로에의이을은는도만까정안쯤대내 일삼사오육칠팔구십백천짜";
    chars
        .get(at)
        .is_some_and(|c| c.is_alphabetic() && !AFTER.contains(*c))
}

/// How many characters of a number stand here.
pub fn digits_from(chars: &[char], start: usize) -> usize {
    chars[start..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || **c == ',' || **c == '.')
        .count()
        .max(1)
}
