//! What a vendor answers is a proposal: mended where that is safe, refused where it is not.

use super::budget::Caps;
use super::budget_scaling::afford_all;
use super::draft::{DRAFT_VERSION, Draft, DraftPlan, Topic, is_rising};
use super::knowledge;
use super::plan_wording::taking_part;
use super::vendor_offer::{channels, prizes};
use super::vendor_schema::{Answer, AnswerPlan, AnswerTrend};
use super::wording::{is_korean, one_line};
use super::{occasions, schedule};
use chrono::NaiveDate;
use janchi_contracts::ai::{Source, Tier, Trend, TrendItem};
use std::collections::HashSet;

/// Why an answer cannot be used; short and free of the answer's text, for logs and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not the agreed json")]
    NotJson,
    #[error("not three plans of three tiers")]
    NotThree,
    #[error("a cost is negative or absurd")]
    BadMoney,
    #[error("text is missing or not korean")]
    BadText,
    #[error("no lawful prize is left")]
    NoPrize,
    #[error("costs do not rise or break the budget")]
    BadCosts,
}

impl Refused {
    /// A label for metrics.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotThree => "not_three",
            Self::BadMoney => "bad_money",
            Self::BadText => "bad_text",
            Self::NoPrize => "no_prize",
            Self::BadCosts => "bad_costs",
        }
    }
}

/// How much an unproven observation of a vendor counts.
const OBSERVED_RELEVANCE: f64 = 0.5;
/// Words that make taking part depend on buying, posting or following.
const CONDITIONS: [&str; 9] = [
    "구매해야",
    "구매 고객만",
    "구매한 고객만",
    "결제해야",
    "영수증",
    "팔로우해야",
    "후기를 써야",
    "리뷰를 써야",
    "태그해야",
];

/// Reads, mends and checks a vendor's answer. `caps` are those the vendor was told.
pub fn accept(
    text: &str,
    origin: Source,
    model: &str,
    topic: Topic,
    today: NaiveDate,
    caps: &Caps,
) -> Result<Draft, Refused> {
    let answer: Answer = serde_json::from_str(text).map_err(|_| Refused::NotJson)?;
    if answer.plans.len() != 3 {
        return Err(Refused::NotThree);
    }
    let mut plans = answer
        .plans
        .into_iter()
        .map(|p| plan(p, topic))
        .collect::<Result<Vec<_>, _>>()?;
    let tiers: HashSet<_> = plans.iter().map(|p| p.tier.code()).collect();
    if tiers.len() != 3 {
        return Err(Refused::NotThree);
    }
    // A vendor that mislabels its tiers has still made three plans: the costs say which is which.
    plans.sort_by_key(DraftPlan::cost);
    for (plan, tier) in plans.iter_mut().zip(Tier::ALL) {
        plan.tier = tier;
    }
    let draft = Draft {
        version: DRAFT_VERSION,
        origin,
        season: occasions::upcoming(topic.industry, today)[0].code.clone(),
        observed: observed(answer.trends, model),
        plans,
        sandbox: false,
    };
    let within = draft.plans[2].cost() <= caps.most[2] && is_rising(&draft.plans);
    if within {
        Ok(draft)
    } else {
        afford_all(&draft, caps).ok_or(Refused::BadCosts)
    }
}

fn plan(answer: AnswerPlan, topic: Topic) -> Result<DraftPlan, Refused> {
    let k = knowledge::get();
    let code = answer.mechanic.trim().to_ascii_uppercase();
    let known = k
        .mechanics
        .iter()
        .find(|m| m.code == code && m.allowed(topic.industry));
    let mechanic = match known {
        Some(mechanic) => mechanic,
        // The forecast needs rates we know: an invented way becomes the plainest one.
        None => &k.mechanics[0],
    };
    let (method, summary) = (
        korean(&answer.participation_method, 300)?,
        korean(&answer.summary, 300)?,
    );
    let demands = |text: &str| CONDITIONS.iter().any(|c| text.contains(c));
    let conditional = known.is_none() || demands(&method);
    let (own_method, own_weight) = taking_part(topic.industry, mechanic);
    // Where a visit may not raise the odds, only our own words are used.
    let visit_bonus = k.industry(topic.industry).visit_bonus;
    Ok(DraftPlan {
        tier: tier(&answer.tier)?,
        title: korean(&answer.title, 36)?,
        summary: if demands(&summary) {
            mechanic.summary.clone()
        } else {
            summary
        },
        mechanic: mechanic.code.clone(),
        method: if conditional || !visit_bonus {
            own_method
        } else {
            method
        },
        prizes: prizes(answer.prizes)?,
        channels: channels(answer.channels)?,
        start_offset: clamp(answer.start_offset_days, &schedule::OFFSET),
        days: clamp(answer.days, &schedule::DAYS),
        schedule_reason: korean(&answer.schedule_reason, 200)?,
        visit_weight: if visit_bonus {
            clamp(answer.visit_weight, &(1..=5))
        } else {
            own_weight
        },
    })
}

fn tier(code: &str) -> Result<Tier, Refused> {
    // The case of an enum is not guaranteed by every vendor.
    let code = code.trim().to_ascii_uppercase();
    Tier::ALL
        .into_iter()
        .find(|t| t.code() == code)
        .ok_or(Refused::NotThree)
}

fn observed(answer: Vec<AnswerTrend>, model: &str) -> Trend {
    let mut trend = Trend::default();
    for item in answer {
        let (Ok(keyword), Ok(description)) =
            (korean(&item.keyword, 30), korean(&item.description, 160))
        else {
            continue;
        };
        let axis = match item.axis.trim().to_ascii_uppercase().as_str() {
            "INDUSTRY" => &mut trend.industry,
            "REGION" => &mut trend.region,
            "SEASON" => &mut trend.season,
            _ => continue,
        };
        if axis.len() < 2 {
            let evidence = format!("AI 모델({model})의 제안이에요. 따로 확인된 통계는 아니에요.");
            axis.push(TrendItem {
                keyword,
                relevance: OBSERVED_RELEVANCE,
                description,
                evidence,
            });
        }
    }
    trend
}

fn korean(text: &str, limit: usize) -> Result<String, Refused> {
    let line = one_line(text, limit);
    if is_korean(&line) {
        Ok(line)
    } else {
        Err(Refused::BadText)
    }
}

fn clamp(number: i64, range: &std::ops::RangeInclusive<u32>) -> u32 {
    let number = number.clamp(i64::from(*range.start()), i64::from(*range.end()));
    u32::try_from(number).unwrap_or(*range.start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget;
    use janchi_contracts::reference::{Channel, Industry, Objective, Region};
    use serde_json::{Value, json};

    const TOPIC: Topic = Topic {
        industry: Industry::Cafe,
        region: Region::Seoul,
        objective: Objective::Sales,
    };

    fn good() -> Value {
        let plan = |tier: &str, mechanic: &str, quantity: i64| {
            json!({
                "tier": tier, "title": "연말 따뜻한 한 잔", "summary": "이웃을 초대하는 추첨이에요.", "mechanic": mechanic,
                "participationMethod": "전화번호로 응모해요.",
                "prizes": [{ "name": "음료 교환권", "quantity": quantity, "unitCost": 2000 }],
                "channels": [{ "channel": "NAVER", "budget": 20000, "reason": "검색에서 만나요." }],
                "startOffsetDays": 3, "days": 14, "scheduleReason": "연말 모임 전이에요.", "visitWeight": 3
            })
        };
        json!({
            "trends": [{ "axis": "SEASON", "keyword": "연말 모임", "description": "모임이 늘어요." }],
            "plans": [plan("LOW_COST", "WELCOME_DRAW", 20), plan("MID_COST", "SHOP_QUIZ", 50), plan("HIGH_COST", "QUIET_HOURS", 120)]
        })
    }

    fn read(answer: &Value) -> Result<Draft, Refused> {
        let caps = budget::caps(knowledge::get().industry(TOPIC.industry), None).unwrap();
        accept(
            &answer.to_string(),
            Source::Claude,
            "claude-x",
            TOPIC,
            "2026-11-22".parse().unwrap(),
            &caps,
        )
    }

    #[test]
    fn a_good_answer_is_taken_as_it_is() {
        let draft = read(&good()).unwrap();
        assert!(is_rising(&draft.plans));
        assert_eq!(draft.observed.season[0].keyword, "연말 모임");
        assert_eq!(draft.plans[0].cost(), 60_000);
    }

    #[test]
    fn tiers_out_of_order_or_in_lower_case_are_mended() {
        let mut answer = good();
        answer["plans"][0]["tier"] = json!("high_cost");
        answer["plans"][2]["tier"] = json!("low_cost");
        assert!(is_rising(&read(&answer).unwrap().plans));
    }

    #[test]
    fn invented_channels_banned_prizes_and_odd_days_are_mended() {
        let mut answer = good();
        let plan = &mut answer["plans"][1];
        plan["channels"] = json!([{ "channel": "TIKTOK", "budget": 100, "reason": "젊은 손님" }, { "channel": "GENIE_TV", "budget": 10, "reason": "가족" }]);
        plan["prizes"] = json!([
            { "name": "현금 10만원", "quantity": 1, "unitCost": 40000 },
            { "name": "냉장고", "quantity": 1, "unitCost": 900000 },
            { "name": "케이크", "quantity": 6, "unitCost": 20000 }
        ]);
        plan["days"] = json!(-4);
        plan["startOffsetDays"] = json!(999);
        plan["visitWeight"] = json!(100);
        plan["mechanic"] = json!("LOTTERY");
        plan["participationMethod"] = json!("3만원 이상 구매해야 응모할 수 있어요.");
        plan["summary"] = json!("영수증을 올린 손님에게 드려요.");
        let draft = read(&answer).unwrap();
        let mended = &draft.plans[1];
        assert_eq!(
            mended
                .channels
                .iter()
                .map(|c| c.channel)
                .collect::<Vec<_>>(),
            [Channel::Naver]
        );
        assert_eq!(mended.prizes.len(), 1);
        assert_eq!(
            (mended.days, mended.start_offset, mended.visit_weight),
            (3, 14, 5)
        );
        assert!(!mended.method.contains("구매해야") && !mended.summary.contains("영수증"));
    }

    #[test]
    fn what_cannot_be_mended_is_refused() {
        let broken = |path: &str, value: Value| {
            let mut answer = good();
            *answer.pointer_mut(path).unwrap() = value;
            read(&answer).unwrap_err()
        };
        assert_eq!(
            broken("/plans/0/title", json!("Grand winter event")),
            Refused::BadText
        );
        assert_eq!(
            broken("/plans/0/prizes/0/unitCost", json!(-1)),
            Refused::BadMoney
        );
        assert_eq!(
            broken("/plans/0/channels/0/budget", json!(-1)),
            Refused::BadMoney
        );
        assert_eq!(broken("/plans/0/prizes", json!([])), Refused::NoPrize);
        assert_eq!(
            broken("/plans/0/tier", json!("MID_COST")),
            Refused::NotThree
        );
        assert_eq!(broken("/plans/0/days", json!("ten")), Refused::NotJson);
        let mut four = good();
        let extra = four["plans"][0].clone();
        four["plans"].as_array_mut().unwrap().push(extra);
        assert_eq!(read(&four).unwrap_err(), Refused::NotThree);
        let mut missing = good();
        missing["plans"][0]
            .as_object_mut()
            .unwrap()
            .remove("summary");
        assert_eq!(read(&missing).unwrap_err(), Refused::NotJson);
    }

    #[test]
    fn an_answer_over_the_budget_is_scaled_down() {
        let mut answer = good();
        answer["plans"][2]["prizes"][0]["quantity"] = json!(4000);
        let draft = read(&answer).unwrap();
        assert!(draft.plans[2].cost() <= knowledge::get().industry(Industry::Cafe).budget);
    }
}
