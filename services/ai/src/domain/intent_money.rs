//! The budget in a Korean sentence: `30만원`, `1.5만원`, `3만5천원`, `오십만원`, `2천만원`, `100,000원`, `20~30만원`.

use super::korean_amounts::{amount_at, digits_from};

/// Words before an amount that make it the budget.
const BUDGET: [&str; 8] = ["예산", "비용", "총", "최대", "한도", "금액", "들여", "써서"];
/// Words around an amount that make it something else: what is sold or given, not what is spent.
const BEFORE_OTHERS: [&str; 7] = ["매출", "매상", "객단가", "목표", "가격", "월세", "한 그릇"];
const AFTER_OTHERS: [&str; 10] = [
    "짜리",
    "할인",
    "쿠폰",
    "상당",
    "이상 구매",
    "이상 결제",
    "이상 주문",
    "상품권",
    "교환권",
    "메뉴",
];

/// An amount and where it stands, in characters.
#[derive(Debug, Clone, Copy)]
struct Amount {
    won: i64,
    from: usize,
    to: usize,
}

/// The budget with what is left of the sentence. Of several amounts the one that is called a budget counts, else the
/// largest; of a range (`20~30만원`) its upper end.
pub fn take(text: &str) -> (Option<i64>, String) {
    let chars: Vec<char> = text.chars().collect();
    let found = amounts(&chars);
    let said = |a: &&Amount| is_budget(&chars, a);
    let Some(budget) = found
        .iter()
        .find(said)
        .or_else(|| {
            found
                .iter()
                .filter(|a| !is_other(&chars, a))
                .max_by_key(|a| a.won)
        })
        .copied()
    else {
        return (None, text.to_owned());
    };
    let rest: String = chars[..budget.from]
        .iter()
        .chain([' '].iter())
        .chain(&chars[budget.to..])
        .collect();
    (Some(budget.won), rest)
}

fn is_budget(chars: &[char], amount: &Amount) -> bool {
    let before: String = chars[amount.from.saturating_sub(8)..amount.from]
        .iter()
        .collect();
    let before = before
        .trim_end()
        .trim_end_matches(['은', '는', '이', '을', '를', ':', '도']);
    BUDGET.iter().any(|w| before.ends_with(w))
}

fn is_other(chars: &[char], amount: &Amount) -> bool {
    let before: String = chars[amount.from.saturating_sub(8)..amount.from]
        .iter()
        .collect();
    let before = before
        .trim_end()
        .trim_end_matches(['은', '는', '이', '을', '를', '도']);
    let after: String = chars[amount.to..].iter().take(8).collect();
    BEFORE_OTHERS.iter().any(|w| before.ends_with(w))
        || AFTER_OTHERS
            .iter()
            .any(|w| after.trim_start().starts_with(w))
}

/// Every amount of the sentence, ranges as one.
fn amounts(chars: &[char]) -> Vec<Amount> {
    let mut found: Vec<Amount> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if let Some((won, to)) = amount_at(chars, at) {
            let from = range_start(chars, at);
            match found.last_mut() {
                // `30만원에서 50만원`: the upper end of one range.
                Some(last) if joins(&chars[last.to..at]) => {
                    last.won = last.won.max(won);
                    last.to = to;
                }
                _ => found.push(Amount { won, from, to }),
            }
            at = to;
        } else {
            // An amount never begins within a number.
            at += if chars[at].is_ascii_digit() {
                digits_from(chars, at)
            } else {
                1
            };
        }
    }
    found
}

fn joins(between: &[char]) -> bool {
    let between: String = between.iter().filter(|c| **c != ' ').collect();
    matches!(between.as_str(), "~" | "-" | "∼" | "에서" | "부터")
}

/// Where `20~` of `20~30만원` begins.
fn range_start(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while at > 0 && chars[at - 1] == ' ' {
        at -= 1;
    }
    if at == 0 || !matches!(chars[at - 1], '~' | '-' | '∼') {
        return start;
    }
    at -= 1;
    let end = at;
    while at > 0
        && (chars[at - 1].is_ascii_digit() || matches!(chars[at - 1], '만' | '천' | '원' | ' '))
    {
        at -= 1;
    }
    if at < end { at } else { start }
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
            ("3만 5천 원", 35_000),
            ("100,000원 안에서", 100_000),
            ("100만원 정도", 1_000_000),
            ("오십만원", 500_000),
            ("이십만 원", 200_000),
            ("삼백만원", 3_000_000),
            ("백만원", 1_000_000),
            ("백오십만원", 1_500_000),
            ("3십만원", 300_000),
            ("2천만원", 20_000_000),
            ("5백만 원", 5_000_000),
            ("천만 원", 10_000_000),
            ("1억 원", 100_000_000),
            ("20~30만원", 300_000),
            ("30만원~50만원", 500_000),
            ("30만원에서 50만원 사이", 500_000),
            ("5천원", 5_000),
            ("예산은 70만원이에요", 700_000),
            ("9900원", 9_900),
        ] {
            assert_eq!(take(text).0, Some(amount), "{text}");
        }
    }

    #[test]
    fn the_budget_is_told_from_other_amounts() {
        for (text, amount) in [
            ("5천원 할인쿠폰으로 예산은 50만원", Some(500_000)),
            ("예산 20만원으로 3만원짜리 상품을", Some(200_000)),
            ("매출 1000만원 찍고 싶어요", None),
            ("객단가 2만원인데 30만원 쓸게요", Some(300_000)),
            ("만원짜리 커피 쿠폰", None),
        ] {
            assert_eq!(take(text).0, amount, "{text}");
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
            "이백 명",
            "백화점",
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
