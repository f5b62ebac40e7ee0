//! The built-in planner: three plans from the knowledge base, without network, clock or chance. It searches
//! mechanics × prizes × channels under the budget (`planner_search`) and words what it found.

use super::budget::{self, Caps};
use super::draft::{DRAFT_VERSION, Draft, DraftPlan, Topic, is_rising};
use super::hints;
use super::knowledge::{self, Mechanic};
use super::occasions::{self, Occasion};
use super::planner_search::{self, Candidate};
use super::wording::{grouped, particle, won};
use chrono::NaiveDate;
use janchi_contracts::ai::{PlannedChannel, Source, Tier, Trend};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Industry};

/// Latest start the planner proposes, in days from today.
const LATEST_START: u32 = 10;

/// Three plans for a topic; `None` when the budget is under [`budget::SMALLEST`].
pub fn plan(topic: Topic, today: NaiveDate, budget: Option<i64>, note: &str) -> Option<Draft> {
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

    let found = planner_search::search(topic, &caps, boost);
    let mut plans: Vec<DraftPlan> = match found {
        Some(found) => found
            .into_iter()
            .zip(Tier::ALL)
            .map(|(c, tier)| word(topic, tier, c, today, &occasions))
            .collect(),
        None => Vec::new(),
    };
    if !is_rising(&plans) {
        plans = modest(topic, &caps, today, &occasions, boost);
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

/// For budgets too small to buy the trade's usual prizes: one, two and three vouchers over free channels.
fn modest(
    topic: Topic,
    caps: &Caps,
    today: NaiveDate,
    occasions: &[Occasion],
    boost: impl Fn(&Mechanic) -> f64,
) -> Vec<DraftPlan> {
    let third = caps.most[2] / 3;
    let unit = if third >= 1_000 {
        third / 100 * 100
    } else {
        third / 10 * 10
    };
    let free = [Channel::Naver, Channel::Kakao, Channel::Instagram];
    planner_search::mechanics(topic, boost)
        .into_iter()
        .map(|(mechanic, _)| mechanic)
        .cycle()
        .zip(Tier::ALL)
        .zip(1..)
        .map(|((mechanic, tier), count)| {
            let prizes = vec![Prize {
                name: format!("{} 할인권", won(unit)),
                quantity: count,
                unit_cost: unit,
            }];
            let channels = free
                .iter()
                .take(count as usize)
                .map(|c| planned(*c, 0))
                .collect();
            word(
                topic,
                tier,
                Candidate {
                    mechanic,
                    prizes,
                    channels,
                },
                today,
                occasions,
            )
        })
        .collect()
}

/// A channel with our reason for it.
pub(super) fn planned(channel: Channel, budget: i64) -> PlannedChannel {
    let reason = Some(knowledge::get().channel(channel).reason.clone());
    PlannedChannel {
        channel,
        budget,
        reason,
    }
}

fn word(
    topic: Topic,
    tier: Tier,
    candidate: Candidate,
    today: NaiveDate,
    occasions: &[Occasion],
) -> DraftPlan {
    let Candidate {
        mechanic,
        prizes,
        channels,
    } = candidate;
    // A broadcaster looks at the material before it airs.
    let reviewed = channels
        .iter()
        .any(|c| matches!(c.channel, Channel::UridongneTv | Channel::GenieTv));
    let earliest = if reviewed { 5 } else { 3 };
    let (occasion, start_offset) = occasions
        .iter()
        .find_map(|o| Some((o, start_for(o, today, earliest, mechanic.days)?)))
        .unwrap_or((&occasions[occasions.len() - 1], earliest));
    let (method, visit_weight) = taking_part(topic.industry, mechanic);
    let gifts: Vec<String> = prizes
        .iter()
        .map(|p| format!("{} {}명", p.name, grouped(p.quantity.into())))
        .collect();
    DraftPlan {
        tier,
        title: mechanic.title.replace("{season}", &occasion.title),
        summary: format!(
            "{} {} {}에게 드려요.",
            mechanic.summary,
            mechanic.why,
            gifts.join(", ")
        ),
        mechanic: mechanic.code.clone(),
        method,
        schedule_reason: format!(
            "{}{} 진행 기간에 들어오도록 잡았어요. {}",
            occasion.title,
            particle(&occasion.title, "이", "가"),
            occasion.hook
        ),
        start_offset,
        days: mechanic.days,
        visit_weight,
        prizes,
        channels,
    }
}

/// How customers take part, and what a visit counts, as this trade may have it.
pub(super) fn taking_part(industry: Industry, mechanic: &Mechanic) -> (String, u32) {
    if knowledge::get().industry(industry).visit_bonus {
        (mechanic.method.clone(), mechanic.weight)
    } else {
        (
            "전화번호로 응모하면 끝이에요. 방문이나 이용과 상관없이 누구나 같은 기회로 추첨해요."
                .to_owned(),
            1,
        )
    }
}

/// The earliest start with which a run touches the occasion, if that is soon enough.
fn start_for(occasion: &Occasion, today: NaiveDate, earliest: u32, days: u32) -> Option<u32> {
    let begins = (occasion.from - today).num_days();
    let ends = (occasion.to - today).num_days();
    // Two days of an occasion are wanted within the run, where it has as many.
    let wanted = (begins + 1).min(ends) - (i64::from(days) - 1);
    let start = u32::try_from(wanted.max(i64::from(earliest))).ok()?;
    (start <= LATEST_START && i64::from(start) <= ends.max(i64::from(earliest))).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget::SMALLEST;
    use crate::domain::draft::prizes_cost;
    use crate::domain::fitting;
    use janchi_contracts::reference::{Objective, Region};
    use std::time::{Duration, Instant};

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
            let draft = plan(topic, day("2026-11-22"), None, "").unwrap();
            let shop = fitting::Shop {
                job_id: uuid::Uuid::nil(),
                name: "가게",
                topic,
                budget: None,
                note: "",
                today: day("2026-11-22"),
            };
            let plans = fitting::fit(&draft, Source::Planner, &shop).unwrap().plans;
            let people: Vec<_> = plans
                .iter()
                .map(|p| p.forecast.participants.expected)
                .collect();
            assert!(
                people.windows(2).all(|w| w[0] < w[1]),
                "{topic:?}: {people:?}"
            );
            for p in &plans {
                assert!(
                    (-80.0..400.0).contains(&p.forecast.roi),
                    "{topic:?}: {}",
                    p.forecast.roi
                );
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
}
