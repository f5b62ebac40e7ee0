//! What codes are called, in Korean, wherever the dashboard is shown to people.

use janchi_contracts::event::EventStatus;
use janchi_contracts::reference::{Channel, Code};

/// A channel; none is an entry that told none.
pub fn channel(channel: Option<Channel>) -> &'static str {
    channel.map_or("알 수 없음", |channel| channel.named().ko)
}

/// A state of an event.
pub const fn status(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Draft => "준비 중",
        EventStatus::Publishing => "배포 중",
        EventStatus::Scheduled => "시작 전",
        EventStatus::Ongoing => "진행 중",
        EventStatus::Ended => "종료",
        EventStatus::PublishFailed => "배포 실패",
        EventStatus::Cancelled => "취소",
    }
}

/// A line of the cost: `PRIZES` or a channel's code.
pub fn cost_item(item: &str) -> String {
    match (item, Channel::from_code(item)) {
        ("PRIZES", _) => "경품".to_owned(),
        (_, Some(known)) => channel(Some(known)).to_owned(),
        (other, None) => other.to_owned(),
    }
}

/// Where a channel's numbers come from. A source that is new here shows its code.
pub fn source(source: &str) -> String {
    let known = match source {
        "URIDONGNE_TV_STATS" | "RINGO_BIZ_STATS" | "GENIE_TV_STATS" => "매체사 통계",
        "INSTAGRAM_INSIGHTS" => "인스타그램 인사이트",
        "KAKAO_DEALER_STATISTICS" => "카카오 발송 통계",
        "NAVER_NONE" => "제공 안 함",
        other => other,
    };
    known.to_owned()
}

/// A source that did not answer: one of ours, or a channel's platform.
pub fn missing(source: &str) -> String {
    match (source, Channel::from_code(source)) {
        ("PARTICIPATION", _) => "참여 집계".to_owned(),
        ("DISTRIBUTION", _) => "채널 집계".to_owned(),
        (_, Some(known)) => channel(Some(known)).to_owned(),
        (other, None) => other.to_owned(),
    }
}
