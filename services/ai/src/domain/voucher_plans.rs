//! Plans for budgets that cannot buy what the trade usually gives: a few vouchers over free channels.

use super::budget::Caps;
use super::draft::{DraftPlan, Topic};
use super::flow::{Pull, base_entries, flow};
use super::knowledge::{self, Mechanic};
use super::occasions::Occasion;
use super::plan_wording::{planned, word};
use super::planner_search::{self, Candidate};
use super::wording::won;
use chrono::NaiveDate;
use janchi_contracts::ai::Tier;
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Industry};

/// Amounts that stand on a voucher, in KRW.
const FACES: [i64; 18] = [
    1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 10_000, 12_000, 15_000,
    20_000, 25_000, 30_000, 40_000, 50_000,
];
/// Winners per tier, where the cheapest tier can pay so many of the smallest face.
const WINNERS: [u32; 3] = [3, 4, 5];

/// Three plans in rising cost for any budget from [`super::budget::SMALLEST`] on.
pub fn plans(
    topic: Topic,
    caps: &Caps,
    today: NaiveDate,
    occasions: &[Occasion],
    boost: impl Fn(&Mechanic) -> f64,
) -> Vec<DraftPlan> {
    let free = [Channel::Naver, Channel::Kakao, Channel::Instagram];
    let fitting = planner_search::mechanics(topic, boost);
    let few = |m: &Mechanic| m.least_winners <= WINNERS[0];
    let fitting = fitting.iter().map(|(m, _)| *m).filter(|m| few(m));
    let mut mechanics: Vec<&'static Mechanic> = fitting.cycle().take(3).collect();
    // Whoever pays more gets more people.
    mechanics.sort_by(|a, b| drawn(topic, a).total_cmp(&drawn(topic, b)));
    mechanics
        .into_iter()
        .zip(Tier::ALL)
        .zip(vouchers(topic.industry, caps))
        .zip(1..)
        .map(|(((mechanic, tier), prize), channels)| {
            let candidate = Candidate {
                mechanic,
                prizes: vec![prize],
                channels: free.iter().take(channels).map(|c| planned(*c, 0)).collect(),
            };
            word(topic, tier, candidate, today, occasions)
        })
        .collect()
}

/// How many people a mechanic brings, other things being equal.
fn drawn(topic: Topic, mechanic: &Mechanic) -> f64 {
    let k = knowledge::get();
    let base = base_entries(&planned(Channel::Naver, 0), k.region(topic.region));
    let pull = Pull {
        attraction: 1.0,
        season: 1.0,
    };
    let flow = flow(
        base,
        pull,
        k.industry(topic.industry),
        mechanic,
        mechanic.days,
    );
    flow.online + flow.counter
}

/// Each tier's vouchers: of a larger face and for more people than those of the tier below. With very little money
/// one, two and three of the same.
fn vouchers(industry: Industry, caps: &Caps) -> [Prize; 3] {
    let prize = |face: i64, quantity: u32| Prize {
        name: format!(
            "{} {}",
            won(face),
            knowledge::get().industry(industry).voucher
        ),
        quantity,
        unit_cost: face,
    };
    let enough = caps.most[0] >= FACES[0] * i64::from(WINNERS[0]);
    [0, 1, 2].map(|tier| {
        if enough {
            let each = caps.most[tier] / i64::from(WINNERS[tier]);
            prize(face(each), WINNERS[tier])
        } else {
            prize(face(caps.most[2] / 3), [1, 2, 3][tier])
        }
    })
}

/// The largest face that `money` pays.
fn face(money: i64) -> i64 {
    FACES
        .into_iter()
        .rev()
        .find(|face| *face <= money)
        .unwrap_or(FACES[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget::{self, SMALLEST};

    #[test]
    fn vouchers_cost_more_from_tier_to_tier_and_never_too_much() {
        let facts = knowledge::get().industry(Industry::Lodging);
        for budget in (SMALLEST..200_000).step_by(137) {
            let caps = budget::caps(facts, Some(budget)).unwrap();
            let costs =
                vouchers(Industry::Lodging, &caps).map(|p| p.unit_cost * i64::from(p.quantity));
            assert!(
                costs[0] < costs[1] && costs[1] < costs[2],
                "{budget}: {costs:?}"
            );
            assert!(costs[2] <= budget, "{budget}: {costs:?}");
        }
    }

    #[test]
    fn a_voucher_has_a_face_that_people_know() {
        let facts = knowledge::get().industry(Industry::Restaurant);
        let caps = budget::caps(facts, Some(10_000)).unwrap();
        let names = vouchers(Industry::Restaurant, &caps).map(|p| p.name);
        assert_eq!(
            names,
            ["1,000원 할인권", "1,500원 할인권", "2,000원 할인권"]
        );
    }

    #[test]
    fn a_clinic_gives_no_discount() {
        let facts = knowledge::get().industry(Industry::Clinic);
        let caps = budget::caps(facts, Some(SMALLEST)).unwrap();
        assert!(
            vouchers(Industry::Clinic, &caps)
                .iter()
                .all(|p| !p.name.contains("할인"))
        );
    }
}
