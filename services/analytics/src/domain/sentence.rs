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
            Some(forecast) if participants.total > 0 => format!(
                "{total}명이 참여했어요. 예상 {}–{}명{}",
                grouped(forecast.low),
                grouped(forecast.high),
                if forecast.within_range {
                    " 안에 들었어요."
                } else if forecast.actual > forecast.high {
                    "보다 많았어요."
                } else {
                    "보다 적었어요."
                }
            ),
            _ => format!("{total}명이 참여하고 끝났어요."),
        },
    }
}

fn best_channel(channels: &[ChannelRow]) -> Option<&'static str> {
    let best = channels
        .iter()
        .filter(|c| c.participants > 0)
        .max_by_key(|c| c.participants)?;
    best.channel.map(|channel| channel.named().ko)
}
