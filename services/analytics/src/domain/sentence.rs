//! The first line of a dashboard: one sentence an owner can act on.

use crate::domain::channels::ChannelRow;
use crate::domain::dashboard::{ForecastCheck, Winners};
use crate::domain::figures::grouped;
use crate::domain::participants::Participants;
use janchi_contracts::event::EventStatus;

/// The sentence, in Korean.
pub fn summary(
    status: EventStatus,
    participants: &Participants,
    forecast: Option<&ForecastCheck>,
    winners: &Winners,
    channels: &[ChannelRow],
) -> String {
    let total = grouped(participants.total);
    match status {
        EventStatus::Draft | EventStatus::Publishing | EventStatus::PublishFailed => {
            "아직 공개되지 않은 이벤트예요.".to_owned()
        }
        EventStatus::Scheduled => {
            "시작을 기다리고 있어요. 시작하면 참여 현황이 여기에 나와요.".to_owned()
        }
        EventStatus::Cancelled => format!("취소된 이벤트예요. 취소 전까지 {total}명이 참여했어요."),
        EventStatus::Ongoing if participants.total == 0 => {
            "아직 참여한 손님이 없어요. QR 포스터를 계산대에 붙여 보세요.".to_owned()
        }
        EventStatus::Ongoing => {
            let mut sentence = if participants.today > 0 {
                format!(
                    "오늘 {}명이 참여해서 모두 {total}명이 됐어요.",
                    grouped(participants.today)
                )
            } else {
                format!("지금까지 {total}명이 참여했어요.")
            };
            if let Some(best) = best_channel(channels) {
                sentence.push_str(&format!(" {best}에서 가장 많이 왔어요."));
            }
            sentence
        }
        EventStatus::Ended if winners.drawn_at.is_none() && participants.total > 0 => {
            format!("{total}명이 참여하고 끝났어요. 이제 추첨할 차례예요.")
        }
        EventStatus::Ended => match forecast {
            Some(forecast) if participants.total > 0 => graded(forecast),
            _ => format!("{total}명이 참여하고 끝났어요."),
        },
    }
}

/// "예상 120–180명 → 실제 143명이에요." and how good that forecast was.
fn graded(forecast: &ForecastCheck) -> String {
    let verdict = if forecast.within_range {
        "예상한 범위 안에 들었어요."
    } else if forecast.actual > forecast.high {
        "예상보다 많이 왔어요."
    } else {
        "예상보다 적게 왔어요."
    };
    format!(
        "예상 {}–{}명 → 실제 {}명이에요. {verdict}",
        grouped(forecast.low),
        grouped(forecast.high),
        grouped(forecast.actual)
    )
}

fn best_channel(channels: &[ChannelRow]) -> Option<&'static str> {
    let best = channels
        .iter()
        .filter(|c| c.participants > 0)
        .max_by_key(|c| c.participants)?;
    best.channel.map(|channel| channel.named().ko)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_event_is_told_against_its_forecast() {
        let check = |actual| ForecastCheck {
            expected: 150,
            low: 120,
            high: 1_180,
            actual,
            within_range: (120..=1_180).contains(&actual),
        };
        assert_eq!(
            graded(&check(1_143)),
            "예상 120–1,180명 → 실제 1,143명이에요. 예상한 범위 안에 들었어요."
        );
        assert!(graded(&check(1_200)).ends_with("예상보다 많이 왔어요."));
        assert!(graded(&check(7)).ends_with("예상보다 적게 왔어요."));
    }
}
