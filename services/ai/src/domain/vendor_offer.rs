//! What a vendor wants given and where it wants it told: prizes and channels, each mended or refused.

use super::knowledge;
use super::plan_wording::planned;
use super::vendor_answer::Refused;
use super::vendor_schema::{AnswerChannel, AnswerPrize};
use super::wording::{is_korean, one_line};
use janchi_contracts::ai::PlannedChannel;
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Code};

/// A single prize above this would need tax withheld.
const DEAREST_PRIZE: i64 = 50_000;
/// Most winners of one plan a vendor may propose.
const MOST_WINNERS: u32 = 5_000;
/// What no prize may be: money and games of chance, alcohol and tobacco, medicine and treatment.
const BANNED: [&str; 25] = [
    "현금",
    "복권",
    "로또",
    "토토",
    "상금",
    "비트코인",
    "가상화폐",
    "주식",
    "소주",
    "맥주",
    "와인",
    "위스키",
    "막걸리",
    "사케",
    "하이볼",
    "칵테일",
    "담배",
    "전자담배",
    "의약품",
    "시술",
    "보톡스",
    "필러",
    "처방",
    "진료비",
    "수술",
];

/// The lawful ones among the prizes, the dearest first.
pub fn prizes(answer: Vec<AnswerPrize>) -> Result<Vec<Prize>, Refused> {
    let mut prizes: Vec<Prize> = Vec::new();
    for prize in answer.into_iter().take(10) {
        if prize.unit_cost < 0 || prize.quantity < 0 || prize.unit_cost > 100_000_000 {
            return Err(Refused::BadMoney);
        }
        let name = one_line(&prize.name, 40);
        let unlawful = BANNED.iter().any(|b| name.contains(b)) || prize.unit_cost > DEAREST_PRIZE;
        let useless = prize.unit_cost == 0 || prize.quantity == 0 || !is_korean(&name);
        let room = MOST_WINNERS.saturating_sub(prizes.iter().map(|p| p.quantity).sum());
        if unlawful || useless || room == 0 || prizes.iter().any(|p| p.name == name) {
            continue;
        }
        let quantity = u32::try_from(prize.quantity).unwrap_or(u32::MAX).min(room);
        prizes.push(Prize {
            name,
            quantity,
            unit_cost: prize.unit_cost,
        });
    }
    prizes.sort_by_key(|p| std::cmp::Reverse(p.unit_cost));
    prizes.truncate(5);
    if prizes.is_empty() {
        Err(Refused::NoPrize)
    } else {
        Ok(prizes)
    }
}

/// The channels that exist, once each and with a sensible budget; the free one if none is left.
pub fn channels(answer: Vec<AnswerChannel>) -> Result<Vec<PlannedChannel>, Refused> {
    let mut channels: Vec<PlannedChannel> = Vec::new();
    for proposed in answer {
        if proposed.budget < 0 || proposed.budget > 1_000_000_000 {
            return Err(Refused::BadMoney);
        }
        let Some(code) = Channel::from_code(proposed.channel.trim().to_ascii_uppercase().as_str())
        else {
            continue;
        };
        let minimum = knowledge::get().channel(code).minimum;
        if channels.iter().any(|c| c.channel == code) || (proposed.budget < minimum) {
            continue;
        }
        let reason = one_line(&proposed.reason, 120);
        let own = planned(code, proposed.budget);
        let reason = if is_korean(&reason) {
            Some(reason)
        } else {
            own.reason
        };
        channels.push(PlannedChannel {
            channel: code,
            budget: proposed.budget,
            reason,
        });
    }
    if channels.is_empty() {
        channels.push(planned(Channel::Naver, 0));
    }
    Ok(channels)
}
