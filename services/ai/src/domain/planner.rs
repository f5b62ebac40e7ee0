//! The built-in planner: three plans from the knowledge base, without network, clock or chance. It searches
//! mechanics × prizes × channels under the budget (`planner_search`) and words what it found (`plan_wording`).

use super::calibration::Calibration;
use super::draft::{DRAFT_VERSION, Draft, DraftPlan, Topic, is_rising};
use super::knowledge::{self, Mechanic};
use super::plan_wording::word;
use super::{budget, hints, occasions, planner_search, voucher_plans};
use chrono::NaiveDate;
use janchi_contracts::ai::{Source, Tier, Trend};

/// Three plans for a topic; `None` when the budget is under [`budget::SMALLEST`].
/// What was learned of channels and tiers is weighed in the search.
pub fn plan(
    topic: Topic,
    today: NaiveDate,
    budget: Option<i64>,
    note: &str,
    calibration: &Calibration,
) -> Option<Draft> {
    let k = knowledge::get();
    let caps = budget::caps(k.industry(topic.industry), budget)?;
    let occasions = occasions::upcoming(topic.industry, today);
    let hints = hints::of_note(note);
    let boost = |m: &Mechanic| {
        hints
            .iter()
            .filter(|h| h.mechanic == m.code)
            .map(|h| h.boost)
            .sum::<f64>()
    };

    let found = planner_search::search(topic, &caps, boost, calibration);
    let mut plans: Vec<DraftPlan> = match found {
        Some(found) => found
            .into_iter()
            .zip(Tier::ALL)
            .map(|(c, tier)| word(topic, tier, c, today, &occasions))
            .collect(),
        None => Vec::new(),
    };
    if !is_rising(&plans) {
        plans = voucher_plans::plans(topic, &caps, today, &occasions, boost);
    }
    Some(Draft {
        version: DRAFT_VERSION,
        origin: Source::Planner,
        season: occasions[0].code.clone(),
        observed: Trend::default(),
        plans,
        sandbox: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget::SMALLEST;
    use crate::domain::draft::prizes_cost;
    use crate::domain::fitting;
    use crate::domain::learned::Learned;
    use crate::domain::lesson::Lesson;
    use crate::domain::misses::Misses;
    use crate::domain::plan_wording::LATEST_START;
    use crate::domain::tally::Book;
    use janchi_contracts::reference::{Channel, Industry, Objective, Region};
    use std::time::{Duration, Instant};

    /// With nothing learned yet.
    fn plan(topic: Topic, today: NaiveDate, budget: Option<i64>, note: &str) -> Option<Draft> {
        super::plan(topic, today, budget, note, &Calibration::default())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn topics() -> impl Iterator<Item = Topic> {
        Industry::ALL.into_iter().flat_map(|industry| {
            Objective::ALL.into_iter().map(move |objective| Topic {
                industry,
                region: Region::Seoul,
                objective,
            })
        })
    }

    fn check(draft: &Draft, budget: Option<i64>) {
        assert!(
            is_rising(&draft.plans),
            "{:?}",
            draft.plans.iter().map(DraftPlan::cost).collect::<Vec<_>>()
        );
        if let Some(budget) = budget {
            assert!(draft.plans[2].cost() <= budget);
        }
        for plan in &draft.plans {
            assert!(!plan.prizes.is_empty() && !plan.channels.is_empty());
            assert!(prizes_cost(&plan.prizes) > 0);
            assert!(
                plan.prizes
                    .iter()
                    .all(|p| p.quantity >= 1 && p.unit_cost >= 1 && p.unit_cost <= 50_000)
            );
            assert!(plan.prizes.iter().map(|p| p.quantity).sum::<u32>() <= 10_000);
            for channel in &plan.channels {
                let facts = knowledge::get().channel(channel.channel);
                assert!(channel.budget == 0 || channel.budget >= facts.minimum);
                assert!(channel.reason.is_some());
            }
            assert!(!plan.title.contains('{'));
        }
    }

    #[test]
    fn every_topic_has_three_rising_plans_at_every_budget() {
        for topic in topics() {
            for budget in [
                None,
                Some(SMALLEST),
                Some(10_000),
                Some(50_000),
                Some(300_000),
                Some(3_000_000),
                Some(i64::MAX),
            ] {
                let draft = plan(topic, day("2026-11-22"), budget, "").unwrap();
                check(&draft, budget);
            }
            assert!(plan(topic, day("2026-11-22"), Some(SMALLEST - 1), "").is_none());
        }
    }

    #[test]
    fn numbers_are_such_as_a_shop_may_believe() {
        for topic in topics() {
            for budget in [
                None,
                Some(SMALLEST),
                Some(5_000),
                Some(30_000),
                Some(100_000),
                Some(1_234_567),
                Some(20_000_000),
            ] {
                let draft = plan(topic, day("2026-11-24"), budget, "").unwrap();
                let shop = fitting::Shop {
                    job_id: uuid::Uuid::nil(),
                    name: "가게",
                    topic,
                    budget,
                    note: "",
                    today: day("2026-11-24"),
                };
                let plans = fitting::fit(&draft, Source::Planner, &shop, &Learned::default())
                    .unwrap()
                    .plans;
                let people: Vec<_> = plans
                    .iter()
                    .map(|p| p.forecast.participants.expected)
                    .collect();
                assert!(
                    people.windows(2).all(|w| w[0] < w[1]),
                    "{topic:?} {budget:?}: {people:?}"
                );
                for p in &plans {
                    let winners: u32 = p.prizes.iter().map(|p| p.quantity).sum();
                    assert!(
                        (-80.0..1000.0).contains(&p.forecast.roi),
                        "{topic:?} {budget:?}: {}",
                        p.forecast.roi
                    );
                    assert!(
                        i64::from(winners) <= p.forecast.participants.high,
                        "{topic:?} {budget:?}: {winners} of {people:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_three_plans_really_differ() {
        for topic in topics() {
            let draft = plan(topic, day("2026-11-22"), None, "").unwrap();
            let [low, mid, high] = draft.plans.as_slice() else {
                panic!("not three")
            };
            for (a, b) in [(low, mid), (mid, high), (low, high)] {
                assert_ne!(a.mechanic, b.mechanic);
                assert_ne!(a.prizes[0].name, b.prizes[0].name);
                assert_ne!(a.channels, b.channels);
            }
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_in_time() {
        let topic = Topic {
            industry: Industry::Restaurant,
            region: Region::Busan,
            objective: Objective::Sales,
        };
        let ask = || {
            plan(
                topic,
                day("2026-11-22"),
                Some(500_000),
                "신메뉴를 알리고 싶어요",
            )
            .unwrap()
        };
        let first = ask();
        let began = Instant::now();
        assert_eq!(first, ask());
        assert!(
            began.elapsed() < Duration::from_millis(500),
            "{:?}",
            began.elapsed()
        );
    }

    #[test]
    fn goal_season_trade_and_note_change_the_answer() {
        let topic = |industry, objective| Topic {
            industry,
            region: Region::Seoul,
            objective,
        };
        let of = |t, date: &str, note: &str| plan(t, day(date), Some(600_000), note).unwrap().plans;
        let base = of(topic(Industry::Cafe, Objective::Sales), "2026-11-22", "");
        assert_ne!(
            base,
            of(
                topic(Industry::Cafe, Objective::Awareness),
                "2026-11-22",
                ""
            )
        );
        assert_ne!(
            base,
            of(topic(Industry::Bakery, Objective::Sales), "2026-11-22", "")
        );
        assert_ne!(
            base,
            of(topic(Industry::Cafe, Objective::Sales), "2027-05-01", "")
        );
        let tasting = of(
            topic(Industry::Cafe, Objective::Sales),
            "2026-11-22",
            "신메뉴가 나왔어요",
        );
        assert!(tasting.iter().any(|p| p.mechanic == "NEW_ITEM_TASTING"));
    }

    #[test]
    fn a_clinic_lures_nobody() {
        for objective in Objective::ALL {
            let topic = Topic {
                industry: Industry::Clinic,
                region: Region::Jeju,
                objective,
            };
            for p in plan(topic, day("2027-03-01"), None, "친구와 신메뉴")
                .unwrap()
                .plans
            {
                assert!(
                    knowledge::get()
                        .mechanic(&p.mechanic)
                        .allowed(Industry::Clinic)
                );
            }
        }
    }

    #[test]
    fn the_year_end_is_in_the_title_and_in_the_run() {
        let topic = Topic {
            industry: Industry::Restaurant,
            region: Region::Seoul,
            objective: Objective::Sales,
        };
        let draft = plan(topic, day("2026-11-22"), None, "").unwrap();
        assert_eq!(draft.season, "YEAR_END");
        assert!(draft.plans.iter().any(|p| p.title.contains("연말")));
        for p in &draft.plans {
            assert!((3..=LATEST_START).contains(&p.start_offset));
        }
    }
    /// Six shops of each trade: local television brought many times what the formula says, and the dear plans half.
    fn taught() -> Calibration {
        let lesson = |channel, times: f64| Lesson {
            channel,
            deviation: times.ln(),
            share: if channel.is_some() { 0.4 } else { 1.0 },
            blur: 0.01,
        };
        let lessons = [
            lesson(Some(Channel::UridongneTv), 4.0),
            lesson(Some(Channel::Naver), 0.8),
            lesson(Some(Channel::Kakao), 0.8),
        ];
        let mut book = Book::default();
        for industry in Industry::ALL {
            for shop in 0..60 {
                for (tier, times) in Tier::ALL.into_iter().zip([1.0, 0.9, 0.5]) {
                    let whole = lesson(None, times);
                    let all: Vec<_> = std::iter::once(whole).chain(lessons.clone()).collect();
                    book.add(uuid::Uuid::from_u128(shop), industry, tier, &all);
                }
            }
        }
        Calibration::learn(book.tallies(), &Misses::default())
    }

    #[test]
    fn what_was_learned_changes_what_is_chosen_and_plans_stay_sound() {
        let calibration = taught();
        let today = day("2026-11-22");
        let mut changed = 0;
        for topic in topics() {
            let draft = super::plan(topic, today, Some(600_000), "", &calibration).unwrap();
            check(&draft, Some(600_000));
            changed += usize::from(draft != plan(topic, today, Some(600_000), "").unwrap());
        }
        assert!(changed > 0);
        let topic = Topic {
            industry: Industry::Restaurant,
            region: Region::Seoul,
            objective: Objective::Sales,
        };
        let screens = |draft: &Draft| {
            let budgets = draft.plans.iter().flat_map(|p| &p.channels);
            budgets
                .filter(|c| c.channel == Channel::UridongneTv)
                .map(|c| c.budget)
                .sum::<i64>()
        };
        let before = plan(topic, today, None, "").unwrap();
        let after = super::plan(topic, today, None, "", &calibration).unwrap();
        assert!(screens(&after) > screens(&before));
        assert_eq!(
            after,
            super::plan(topic, today, None, "", &calibration).unwrap()
        );
    }
}
