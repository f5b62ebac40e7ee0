//! What shops of each trade give away, from small to large.

/// A trade with four prizes and their value in KRW.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    pub code: &'static str,
    pub ko: &'static str,
    pub prizes: [(&'static str, i64); 4],
}

const fn trade(code: &'static str, ko: &'static str, prizes: [(&'static str, i64); 4]) -> Trade {
    Trade { code, ko, prizes }
}

/// The sixteen trades; the last one serves whoever fits nowhere. No prize is dearer than 50 000 won, above which tax
/// would be withheld.
pub const TRADES: [Trade; 16] = [
    trade(
        "RESTAURANT",
        "음식점",
        [
            ("음료 1병 쿠폰", 3_000),
            ("곁들임 메뉴 쿠폰", 8_000),
            ("대표 메뉴 1인분 교환권", 15_000),
            ("3만 원 식사권", 30_000),
        ],
    ),
    trade(
        "CAFE",
        "카페",
        [
            ("아메리카노 1잔 쿠폰", 4_500),
            ("케이크와 음료 세트", 12_000),
            ("시그니처 원두 선물 세트", 25_000),
            ("텀블러와 원두 선물 상자", 40_000),
        ],
    ),
    trade(
        "BAKERY",
        "베이커리",
        [
            ("소금빵 1개 쿠폰", 3_500),
            ("식빵과 잼 세트", 12_000),
            ("생크림 케이크 교환권", 30_000),
            ("계절 빵 선물 상자", 42_000),
        ],
    ),
    trade(
        "BAR",
        "주점",
        [
            ("기본 안주 쿠폰", 5_000),
            ("무알코올 음료 2잔 교환권", 12_000),
            ("인기 안주 교환권", 22_000),
            ("2인 안주 한 상 교환권", 40_000),
        ],
    ),
    trade(
        "BEAUTY",
        "미용",
        [
            ("헤어 오일 체험 세트", 5_000),
            ("두피 관리 이용권", 15_000),
            ("커트 이용권", 25_000),
            ("모발 관리 이용권", 45_000),
        ],
    ),
    trade(
        "FITNESS",
        "피트니스",
        [
            ("1일 체험권", 8_000),
            ("요가 매트", 15_000),
            ("그룹 수업 4회 이용권", 32_000),
            ("개인 수업 1회 이용권", 50_000),
        ],
    ),
    trade(
        "RETAIL",
        "소매점",
        [
            ("3천 원 할인 쿠폰", 3_000),
            ("1만 원 이용권", 10_000),
            ("생활용품 선물 세트", 25_000),
            ("5만 원 이용권", 50_000),
        ],
    ),
    trade(
        "FASHION",
        "패션",
        [
            ("5천 원 할인 쿠폰", 5_000),
            ("양말 선물 세트", 12_000),
            ("에코백", 25_000),
            ("계절 소품 교환권", 45_000),
        ],
    ),
    trade(
        "FLOWER",
        "꽃집",
        [
            ("장미 한 송이", 4_000),
            ("미니 꽃다발", 15_000),
            ("작은 화분 선물", 28_000),
            ("계절 꽃바구니", 48_000),
        ],
    ),
    trade(
        "PET",
        "반려동물",
        [
            ("수제 간식 1봉", 5_000),
            ("장난감 세트", 12_000),
            ("목욕 이용권", 25_000),
            ("간식 선물 상자", 40_000),
        ],
    ),
    trade(
        "ACADEMY",
        "학원",
        [
            ("문구 세트", 5_000),
            ("교재 1권", 15_000),
            ("하루 특강 이용권", 28_000),
            ("책 선물 꾸러미", 45_000),
        ],
    ),
    trade(
        "CLINIC",
        "병원",
        [
            ("건강 수첩", 3_000),
            ("손 소독 선물 세트", 10_000),
            ("체온계", 22_000),
            ("건강 선물 꾸러미", 40_000),
        ],
    ),
    trade(
        "LODGING",
        "숙박",
        [
            ("웰컴 음료 쿠폰", 5_000),
            ("체크아웃 연장권", 12_000),
            ("조식 2인권", 28_000),
            ("주중 3만 원 이용권", 30_000),
        ],
    ),
    trade(
        "LAUNDRY",
        "세탁소",
        [
            ("와이셔츠 세탁 쿠폰", 2_500),
            ("운동화 세탁권", 8_000),
            ("이불 세탁권", 20_000),
            ("한 달 셔츠 세탁권", 40_000),
        ],
    ),
    trade(
        "CONVENIENCE",
        "편의점",
        [
            ("삼각김밥 교환권", 1_500),
            ("도시락과 음료 세트", 7_000),
            ("간식 꾸러미", 15_000),
            ("2만 원 이용권", 20_000),
        ],
    ),
    trade(
        "OTHER",
        "가게",
        [
            ("3천 원 할인 쿠폰", 3_000),
            ("1만 원 이용권", 10_000),
            ("2만 원 이용권", 20_000),
            ("4만 원 이용권", 40_000),
        ],
    ),
];

/// The trade a text speaks of, by its code or its Korean name.
pub fn find(text: &str) -> Trade {
    let named = |trade: &&Trade| {
        text.contains(&format!("\"{}\"", trade.code)) || contains_word(text, trade.code)
    };
    let known = &TRADES[..TRADES.len() - 1];
    *known
        .iter()
        .find(named)
        .or_else(|| known.iter().find(|trade| text.contains(trade.ko)))
        .unwrap_or(&TRADES[TRADES.len() - 1])
}

/// `BAR` must not be found in `BARBER`.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !inside(before) && !inside(after)
    })
}
