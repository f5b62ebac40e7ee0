//! Plans in words: what was found, said to an owner.

use super::draft::{DraftPlan, Topic};
use super::knowledge::{self, Mechanic};
use super::occasions::Occasion;
use super::planner_search::Candidate;
use super::wording::{grouped, particle};
use chrono::NaiveDate;
use janchi_contracts::ai::{PlannedChannel, Tier};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Industry};
use std::fmt::Write;

/// Latest start the planner proposes, in days from today.
pub const LATEST_START: u32 = 10;

/// A channel with our reason for it.
pub fn planned(channel: Channel, budget: i64) -> PlannedChannel {
    let reason = Some(knowledge::get().channel(channel).reason.clone());
    PlannedChannel {
        channel,
        budget,
        reason,
    }
}

/// A found combination in words, with its start set so that an occasion falls into it.
pub fn word(
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
    let said = saying(topic.industry, mechanic);
    DraftPlan {
        tier,
        title: said.title.replace("{season}", &occasion.title),
        summary: format!(
            "{} {} {} 추첨해서 드려요.",
            said.summary,
            said.why,
            gifts(&prizes)
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

/// What is said of a mechanic: where a visit may not count, nothing that asks for one.
pub fn saying(industry: Industry, mechanic: &Mechanic) -> Saying<'_> {
    let plain = mechanic.plain.as_ref();
    let visits = knowledge::get().industry(industry).visit_bonus;
    match plain.filter(|_| !visits) {
        Some(plain) => Saying {
            title: &plain.title,
            summary: &plain.summary,
            why: &plain.why,
        },
        None => Saying {
            title: &mechanic.title,
            summary: &mechanic.summary,
            why: &mechanic.why,
        },
    }
}

/// Title, summary and reason of a plan, as they stand in the knowledge base.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    /// With `{season}` where the season's name goes.
    pub title: &'a str,
    pub summary: &'a str,
    pub why: &'a str,
}

/// "식사권(3명)과 음료(20명)를"
fn gifts(prizes: &[Prize]) -> String {
    let mut text = String::new();
    for (i, prize) in prizes.iter().enumerate() {
        let (closed, open) = if i + 1 < prizes.len() {
            ("과 ", "와 ")
        } else {
            ("을", "를")
        };
        let _ = write!(
            text,
            "{}({}명){}",
            prize.name,
            grouped(prize.quantity.into()),
            particle(&prize.name, closed, open)
        );
    }
    text
}

/// How customers take part, and what a visit counts, as this trade may have it.
pub fn taking_part(industry: Industry, mechanic: &Mechanic) -> (String, u32) {
    let facts = knowledge::get().industry(industry);
    if facts.visit_bonus {
        let method = mechanic.method.replace("매장", &facts.place);
        (method, mechanic.weight)
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

    #[test]
    fn gifts_are_listed_with_the_right_particles() {
        let prize = |name: &str, quantity| Prize {
            name: name.to_owned(),
            quantity,
            unit_cost: 1_000,
        };
        let three = [
            prize("식사권", 3),
            prize("케이크", 10),
            prize("음료", 1_200),
        ];
        assert_eq!(
            gifts(&three),
            "식사권(3명)과 케이크(10명)와 음료(1,200명)를"
        );
        assert_eq!(gifts(&three[..1]), "식사권(3명)을");
    }

    #[test]
    fn an_academy_is_no_shop() {
        let welcome = knowledge::get().mechanic("WELCOME_DRAW");
        let (method, _) = taking_part(Industry::Academy, welcome);
        assert!(method.contains("학원에 들러") && !method.contains("매장"));
        let (method, _) = taking_part(Industry::Cafe, welcome);
        assert!(method.contains("매장에 들러"));
    }

    #[test]
    fn a_clinics_plans_ask_nobody_to_come() {
        let mechanics = &knowledge::get().mechanics;
        for mechanic in mechanics.iter().filter(|m| m.allowed(Industry::Clinic)) {
            let said = saying(Industry::Clinic, mechanic);
            let (method, weight) = taking_part(Industry::Clinic, mechanic);
            assert_eq!(weight, 1);
            for text in [said.title, said.summary, said.why, method.as_str()] {
                for word in ["방문할", "들르", "오게", "단골", "첫 방문", "할인"] {
                    assert!(!text.contains(word), "{text}");
                }
            }
        }
    }
}
