//! Which goal a Korean sentence speaks for.

use janchi_contracts::reference::Objective;

/// Words that speak for a goal; the goal with the most letters of evidence wins, earlier goals win ties.
const WORDS: [(Objective, &[&str]); 4] = [
    (
        Objective::Revisit,
        &[
            "다시 오",
            "다시 온",
            "다시 찾",
            "다시 방문",
            "재방문",
            "재구매",
            "단골",
            "또 오",
            "또 왔",
            "한 번 더 오",
            "한번 더 오",
            "기존 손님",
            "기존 고객",
            "왔던 손님",
            "왔던 분",
            "돌아오",
            "자주 오",
            "안 오는 손님",
            "발길",
            "오랜만",
        ],
    ),
    (
        Objective::NewCustomers,
        &[
            "새 손님",
            "새손님",
            "신규",
            "새로운 손님",
            "새로운 고객",
            "새 고객",
            "처음 오",
            "처음 온",
            "첫 방문",
            "첫방문",
            "첫 손님",
            "유치",
            "회원 모집",
            "수강생 모집",
            "모집",
        ],
    ),
    (
        Objective::Awareness,
        &[
            "알리고",
            "알리기",
            "알리는",
            "알리려",
            "알릴",
            "알려",
            "홍보",
            "인지도",
            "소문",
            "오픈",
            "개업",
            "이름을",
            "광고",
            "유명",
            "소개하",
            "브랜드",
            "모르는 사람",
            "모르는 분",
            "눈에 띄",
        ],
    ),
    (
        Objective::Sales,
        &[
            "매출",
            "매상",
            "많이 팔",
            "팔고",
            "팔아",
            "판매",
            "재고",
            "수익",
            "돈을 벌",
            "장사",
            "객단가",
            "더 팔",
            "주문을 늘",
            "주문 늘",
            "예약을 늘",
            "예약 늘",
        ],
    ),
];

/// More people, whoever they are: new ones, unless a word of [`WORDS`] says otherwise.
const ANYBODY: [&str; 14] = [
    "손님 늘",
    "손님을 늘",
    "손님이 늘",
    "손님 모으",
    "손님을 모으",
    "손님 좀",
    "손님 끌",
    "손님을 끌",
    "손님 많이",
    "손님이 많",
    "고객 늘",
    "고객을 늘",
    "고객이 많",
    "사람을 모으",
];

/// The goal a sentence speaks for, if it names one.
pub fn objective(text: &str) -> Option<Objective> {
    let mut best: Option<(usize, Objective)> = None;
    for (objective, words) in WORDS {
        let evidence: usize = words
            .iter()
            .filter(|w| text.contains(**w))
            .map(|w| w.chars().count())
            .sum();
        if evidence > 0 && best.is_none_or(|(most, _)| evidence > most) {
            best = Some((evidence, objective));
        }
    }
    let anybody = || {
        ANYBODY
            .iter()
            .any(|w| text.contains(w))
            .then_some(Objective::NewCustomers)
    };
    best.map(|(_, objective)| objective).or_else(anybody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_told_apart() {
        for (text, goal) in [
            ("매출을 올리고 싶어요", Objective::Sales),
            ("재고를 많이 팔고 싶어요", Objective::Sales),
            ("평일 점심 예약을 늘리고 싶어요", Objective::Sales),
            ("한 번 온 손님이 또 오게", Objective::Revisit),
            ("단골 손님이 많이 왔으면 해요", Objective::Revisit),
            ("안 오는 손님을 부르고 싶어요", Objective::Revisit),
            ("새 손님이 왔으면 좋겠어요", Objective::NewCustomers),
            ("점심 손님을 늘리고 싶어요", Objective::NewCustomers),
            ("수강생 모집", Objective::NewCustomers),
            ("가게 이름을 동네에 알리고 싶어요", Objective::Awareness),
            ("오픈 홍보", Objective::Awareness),
            ("우리 빵집을 모르는 분이 많아요", Objective::Awareness),
        ] {
            assert_eq!(objective(text), Some(goal), "{text}");
        }
        assert_eq!(objective("안녕하세요"), None);
    }
}
