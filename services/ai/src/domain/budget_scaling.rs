//! Making a draft fit a budget: fewer or more prizes, smaller or larger channel budgets, the same plan.

use super::budget::Caps;
use super::draft::{Draft, DraftPlan, channels_cost, is_rising, prizes_cost};
use super::knowledge;
use super::wording::poster_number;
use janchi_contracts::ai::PlannedChannel;
use janchi_contracts::event::Prize;

/// Largest share of a cap that may go to channels.
const CHANNEL_SHARE: f64 = 0.5;
/// Most winners of one prize.
const MOST_OF_ONE: i64 = 4_000;

/// Scales every plan of a draft to its tier's cap; `None` when that cannot be done with these prizes.
pub fn afford_all(draft: &Draft, caps: &Caps) -> Option<Draft> {
    let plans: Option<Vec<_>> = draft
        .plans
        .iter()
        .enumerate()
        .map(|(i, plan)| {
            let scaled = afford(plan, caps.most[i])?;
            (scaled.cost() >= caps.least[i]).then_some(scaled)
        })
        .collect();
    let plans = plans?;
    is_rising(&plans).then(|| Draft {
        plans,
        ..draft.clone()
    })
}

/// The same plan with fewer or more prizes and smaller or larger channel budgets, costing at most `cap`.
fn afford(plan: &DraftPlan, cap: i64) -> Option<DraftPlan> {
    let cost = plan.cost();
    if cost <= 0 || cap <= 0 {
        return None;
    }
    let channels = scale_channels(
        &plan.channels,
        cap as f64 / cost as f64,
        (cap as f64 * CHANNEL_SHARE) as i64,
    );
    if channels.is_empty() {
        return None;
    }
    let prizes = scale_prizes(&plan.prizes, cap - channels_cost(&channels))?;
    Some(DraftPlan {
        prizes,
        channels,
        ..plan.clone()
    })
}

fn scale_channels(channels: &[PlannedChannel], factor: f64, most: i64) -> Vec<PlannedChannel> {
    let mut left = most;
    channels
        .iter()
        .filter_map(|c| {
            let facts = knowledge::get().channel(c.channel);
            let wanted = (c.budget as f64 * factor) as i64 / 1000 * 1000;
            let budget = wanted.clamp(0, left);
            let budget = if budget < facts.minimum { 0 } else { budget };
            // A channel that cannot work without money is left out; the others post for free.
            if budget == 0 && facts.minimum > 0 {
                return None;
            }
            left -= budget;
            Some(PlannedChannel {
                budget,
                ..c.clone()
            })
        })
        .collect()
}

fn scale_prizes(prizes: &[Prize], money: i64) -> Option<Vec<Prize>> {
    let factor = money as f64 / prizes_cost(prizes).max(1) as f64;
    let count =
        |wanted: i64| u32::try_from(poster_number(wanted.clamp(0, MOST_OF_ONE))).unwrap_or(0);
    let mut scaled: Vec<Prize> = prizes
        .iter()
        .map(|p| Prize {
            quantity: count((f64::from(p.quantity) * factor).floor() as i64),
            ..p.clone()
        })
        .filter(|p| p.quantity > 0)
        .collect();
    // What is left by rounding goes into the smallest prize.
    let cheapest = prizes.iter().min_by_key(|p| p.unit_cost)?;
    let more = (money - prizes_cost(&scaled)) / cheapest.unit_cost.max(1);
    match scaled.iter_mut().find(|p| p.name == cheapest.name) {
        Some(p) => p.quantity = count(i64::from(p.quantity) + more),
        None if count(more) > 0 => scaled.push(Prize {
            quantity: count(more),
            ..cheapest.clone()
        }),
        None => {}
    }
    (!scaled.is_empty()).then_some(scaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_prizes_have_numbers_for_a_poster_and_cost_no_more() {
        let prize = |name: &str, quantity, unit_cost| Prize {
            name: name.to_owned(),
            quantity,
            unit_cost,
        };
        let prizes = [prize("식사권", 2, 20_000), prize("음료", 30, 2_000)];
        for money in (5_000..3_000_000).step_by(7_919) {
            let scaled = scale_prizes(&prizes, money).unwrap();
            assert!(prizes_cost(&scaled) <= money);
            for p in &scaled {
                let count = i64::from(p.quantity);
                assert!(
                    count > 0 && poster_number(count) == count,
                    "{count} of {}",
                    p.name
                );
            }
        }
    }
}
