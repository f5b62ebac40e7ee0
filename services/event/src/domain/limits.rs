//! The limits of each value an owner may set.

use crate::domain::event::Event;
use crate::domain::fault::{Fault, Faults};
use crate::domain::text;
use chrono::{DateTime, Utc};
use janchi_contracts::event::{Prize, VisitBonus};

/// Characters of a title.
pub const TITLE: usize = 100;
/// Characters of a description.
pub const DESCRIPTION: usize = 2000;
const PRIZES: usize = 20;
const PRIZE_NAME: usize = 100;
const QUANTITY: std::ops::RangeInclusive<i64> = 1..=10_000;
/// People who can win.
pub const WINNERS: std::ops::RangeInclusive<i64> = 1..=10_000;
const WEIGHT: std::ops::RangeInclusive<i64> = 1..=100;
/// Ten billion won: far above any shop's event, far below an overflow.
const MONEY: i64 = 10_000_000_000;

/// A prize as asked for, not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedPrize {
    pub name: String,
    pub quantity: i64,
    pub unit_cost: i64,
}

/// A visit bonus as asked for, not yet checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WantedBonus {
    pub enabled: bool,
    pub weight: Option<i64>,
}
/// The fault of a period that runs backwards.
pub fn ends_before_start() -> Fault {
    Fault::new(
        "endsAt",
        "NOT_AFTER_START",
        "종료 시각은 시작 시각보다 뒤여야 해요.",
        "The end must be after the start.",
    )
}

/// The fault of a period that is over.
pub fn ends_in_the_past() -> Fault {
    Fault::new(
        "endsAt",
        "IN_THE_PAST",
        "종료 시각은 지금보다 뒤여야 해요.",
        "The end must be in the future.",
    )
}

/// Checks a value that is there.
pub fn optional<T, U>(
    faults: &mut Faults,
    value: Option<&T>,
    check: impl FnOnce(&T) -> Result<U, Fault>,
) -> Option<U> {
    value.and_then(|value| faults.take(check(value)))
}

/// A whole number in its range.
///
/// # Errors
/// One outside.
pub fn within(field: &str, value: i64, range: std::ops::RangeInclusive<i64>) -> Result<i64, Fault> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Fault::new(
        field,
        "OUT_OF_RANGE",
        "입력할 수 있는 범위를 벗어났어요.",
        "This number is out of range.",
    ))
}

/// KRW, not negative.
///
/// # Errors
/// A negative or absurd amount.
pub fn money(field: &str, won: i64) -> Result<i64, Fault> {
    if won < 0 {
        return Err(Fault::new(
            field,
            "NEGATIVE",
            "금액은 0원 이상이어야 해요.",
            "An amount cannot be negative.",
        ));
    }
    within(field, won, 0..=MONEY)
}

/// An instant of this century, cut to milliseconds.
///
/// # Errors
/// One of another century.
pub fn sane(field: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Fault> {
    use chrono::{Datelike, SubsecRound};
    within(field, i64::from(at.year()), 2000..=2100)?;
    // As much as every store and message keeps.
    Ok(at.trunc_subsecs(3))
}

/// The prizes as asked for, checked; those with a fault are left out.
pub fn check_prizes(faults: &mut Faults, wanted: &[WantedPrize]) -> Vec<Prize> {
    if wanted.len() > PRIZES {
        faults.add(Fault::new(
            "prizes",
            "TOO_MANY",
            "경품은 20가지까지 넣을 수 있어요.",
            "At most 20 kinds of prizes.",
        ));
        return Vec::new();
    }
    let mut prizes = Vec::with_capacity(wanted.len());
    for (i, prize) in wanted.iter().enumerate() {
        let name = faults.take(text::line(
            &format!("prizes[{i}].name"),
            &prize.name,
            PRIZE_NAME,
        ));
        let quantity = faults.take(within(
            &format!("prizes[{i}].quantity"),
            prize.quantity,
            QUANTITY,
        ));
        let unit_cost = faults.take(money(&format!("prizes[{i}].unitCost"), prize.unit_cost));
        if let (Some(name), Some(quantity), Some(unit_cost)) = (name, quantity, unit_cost) {
            prizes.push(Prize {
                name,
                quantity: u32::try_from(quantity).unwrap_or(u32::MAX),
                unit_cost,
            });
        }
    }
    prizes
}

/// The visit bonus as asked for, checked; none is the usual one, switched off.
pub fn check_bonus(faults: &mut Faults, wanted: Option<WantedBonus>) -> VisitBonus {
    let usual = VisitBonus {
        enabled: false,
        weight: VisitBonus::usual_weight(),
    };
    let Some(wanted) = wanted else { return usual };
    let weight = wanted.weight.unwrap_or(i64::from(usual.weight));
    let weight = faults.take(within("visitBonus.weight", weight, WEIGHT));
    VisitBonus {
        enabled: wanted.enabled,
        weight: weight
            .and_then(|w| u32::try_from(w).ok())
            .unwrap_or(usual.weight),
    }
}

/// So many prizes may make too many winners.
pub fn check_winners(after: &Event, faults: &mut Faults) {
    if after
        .winners()
        .is_some_and(|n| !WINNERS.contains(&i64::from(n)))
    {
        faults.add(Fault::new(
            "winnerCount",
            "OUT_OF_RANGE",
            "당첨자는 1명에서 10,000명까지예요.",
            "Between 1 and 10,000 people can win.",
        ));
    }
}
