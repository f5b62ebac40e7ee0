//! The Korean sentences of a plan, chosen by the name of the property they stand in.

use super::brief::Brief;
use super::figures::Figures;
use super::spot::Spot;

/// A text for a property called `name` (lower case, letters only).
pub fn text(name: &str, spot: &Spot, brief: &Brief, figures: &Figures) -> String {
    let (plan, item) = (spot.plan.min(2), spot.item);
    let trade = brief.trade.ko;
    let inside = |part: &str| spot.inside(part);
    if (inside("trend") || inside("industry") || inside("region") || inside("season"))
        && let Some(text) = trend(name, spot, trade)
    {
        return text;
    }
    let prize = figures.prizes[item.min(figures.prizes.len() - 1)];
    if inside("prize") && !name.contains("probability") {
        return match name {
            "name" | "title" | "prizename" | "prize" | "prizes" | "item" => prize.0.to_owned(),
            _ => format!("{}명에게 {} 드려요.", prize.1, object(prize.0)),
        };
    }
    if inside("channel") || inside("media") {
        let channel = figures
            .channels
            .get(item)
            .map_or("", |(channel, _)| *channel);
        return match channel {
            "INSTAGRAM" => "사진 한 장으로 가게 분위기를 보여 줄 수 있어요.",
            "KAKAO" => "단골에게 바로 알릴 수 있어요.",
            "NAVER" => "검색으로 찾는 손님에게 닿아요.",
            "URIDONGNE_TV" | "GENIE_TV" => "가까운 이웃의 TV에 반복해서 보여요.",
            "RINGO_BIZ" => "전화를 거는 손님이 가장 먼저 들어요.",
            _ => "동네 손님이 자주 보는 곳이에요.",
        }
        .to_owned();
    }
    match name {
        "title" | "name" | "eventtitle" | "eventname" | "headline" | "plantitle" | "planname" => [
            format!("{} 찾아 주셔서 고마워요 쿠폰 추첨", brief.store_name()),
            format!("{} 이웃 초대 경품 추첨", brief.store_name()),
            format!("{} 동네 축제 대잔치", brief.store_name()),
        ][plan]
            .clone(),
        "summary" | "description" | "concept" | "overview" | "idea" => [
            format!("작은 쿠폰을 넉넉히 나누어 {trade} 손님의 첫 방문을 이끌어요."),
            format!("쿠폰과 인기 경품을 함께 걸고 {trade} 주변 이웃에게 두루 알려요."),
            format!("큰 경품과 TV 광고로 동네 전체에 {trade} 소식을 알려요."),
        ][plan]
            .clone(),
        _ if name.contains("participation")
            || name.contains("method")
            || name.contains("howto") =>
        {
            [
                "매장의 QR 코드를 찍고 이름과 연락처를 남기면 응모가 끝나요.",
                "QR 코드나 링크로 응모하고, 매장에 들르면 당첨 기회가 늘어나요.",
                "광고의 QR 코드로 응모하고, 매장에서 방문 인증을 하면 기회가 세 배가 돼요.",
            ][plan]
                .to_owned()
        }
        _ if name.contains("basis") || name.contains("formula") || name.contains("calculation") => {
            format!(
                "응모 {}명 중 45%인 {}명이 방문하면 매출은 {}원이고, 비용 {}원을 뺀 수익률은 {}%예요.",
                figures.expected,
                figures.visitors,
                grouped(figures.revenue),
                grouped(figures.cost),
                figures.roi
            )
        }
        _ if name.contains("reason") || name.contains("rationale") || name.contains("why") => {
            "손님이 가장 많이 찾는 주말이 두루 들어 있어요.".to_owned()
        }
        _ if name.contains("note") || name.contains("request") => brief
            .text
            .lines()
            .last()
            .unwrap_or_default()
            .trim()
            .chars()
            .take(200)
            .collect(),
        _ if name.contains("store") || name.contains("shop") => brief.store_name().to_owned(),
        _ if name.contains("hashtag") || name.contains("tag") => {
            ["#동네이벤트", "#경품추첨", "#우리동네", "#이벤트"][item % 4].to_owned()
        }
        _ if name.contains("keyword") => {
            ["동네 단골", "소소한 행복", "가성비 선물"][item % 3].to_owned()
        }
        _ if name.contains("caption")
            || name.contains("copy")
            || name.contains("script")
            || name.contains("text") =>
        {
            format!(
                "{}에서 경품 추첨 이벤트를 열어요. 지금 응모하고 {} 받아 보세요!",
                brief.store_name(),
                object(prize.0)
            )
        }
        _ if name.contains("target") || name.contains("audience") => {
            "가게에서 걸어서 10분 안에 사는 이웃이에요.".to_owned()
        }
        _ if name.contains("risk") || name.contains("caution") || name.contains("tip") => {
            "경품 수량과 발표 날짜를 처음부터 분명히 알려 주세요.".to_owned()
        }
        _ if name.contains("prompt") => format!(
            "warm bokeh background for a {} shop event, soft light, no text",
            brief.trade.code.to_ascii_lowercase()
        ),
        _ if name.contains("url") || name.contains("link") => "https://example.com/".to_owned(),
        _ => format!("{} 이벤트에 맞춘 내용이에요.", brief.store_name()),
    }
}

fn trend(name: &str, spot: &Spot, trade: &str) -> Option<String> {
    let item = spot.item;
    // A list of trends as a whole speaks of trade, place and season in turn.
    let turn = if spot.inside("industry") { 0 } else { item % 3 };
    let (keywords, place) = if spot.inside("season") || (!spot.inside("region") && turn == 2) {
        (["연말 모임", "따뜻한 선물", "방학 나들이"], "계절")
    } else if spot.inside("region") || turn == 1 {
        (["골목 상권", "동네 산책", "주말 나들이"], "지역")
    } else {
        (["소확행 경품", "단골 우대", "인증 사진"], "업종")
    };
    let keyword = keywords[item % 3];
    Some(match name {
        _ if name.contains("keyword") || name == "title" || name == "name" => keyword.to_owned(),
        _ if name.contains("evidence") || name.contains("source") || name.contains("basis") => {
            format!("{place}별 공개 소비 통계와 일반적인 {trade} 운영 경험에 따른 추정이에요.")
        }
        _ if name.contains("desc")
            || name.contains("detail")
            || name.contains("summary")
            || name.contains("insight") =>
        {
            format!("{trade} 손님 사이에서 '{keyword}' 이야기가 꾸준히 나오고 있어요.")
        }
        _ if ["industry", "region", "season", "trend", "trends"].contains(&name) => {
            format!("{trade}에서는 '{keyword}'에 대한 관심이 높아요.")
        }
        _ => return None,
    })
}

/// A noun with its object particle, by whether it ends in a consonant.
fn object(noun: &str) -> String {
    let last = noun.chars().next_back().map_or(0, u32::from);
    let closed = (0xAC00..=0xD7A3).contains(&last) && !(last - 0xAC00).is_multiple_of(28);
    format!("{noun}{}", if closed { "을" } else { "를" })
}

/// 1234567 as 1,234,567.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0
            && digit.is_ascii_digit()
            && (digits.len() - at).is_multiple_of(3)
            && !shown.ends_with('-')
        {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// An answer to a prompt that asks for no particular shape.
pub fn paragraph(brief: &Brief) -> String {
    let figures = Figures::of(brief, 1);
    let (prize, winners, _) = figures.prizes[0];
    format!(
        "{}에는 {}일 동안 {winners}명에게 {} 드리는 추첨 이벤트를 권해요. 비용은 약 {}원이고 {}명쯤 응모할 것으로 보여요.",
        brief.store_name(),
        figures.days,
        object(prize),
        grouped(figures.cost),
        figures.expected
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_reads_well() {
        assert_eq!(object("쿠폰"), "쿠폰을");
        assert_eq!(object("케이크"), "케이크를");
        assert_eq!(
            [
                grouped(0),
                grouped(1234),
                grouped(-123_456),
                grouped(1_234_567)
            ],
            ["0", "1,234", "-123,456", "1,234,567"]
        );
    }
}
