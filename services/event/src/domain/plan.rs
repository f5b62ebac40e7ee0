//! Filling an event from a plan.

use crate::domain::changes::{Changes, Refused};
use crate::domain::event::{Event, Recommendation};
use crate::domain::limits::{TITLE, WantedBonus, WantedPrize};
use chrono::{DateTime, Utc};
use janchi_contracts::ai::{AiResult, Plan, Schedule};
use janchi_contracts::event::ChannelChoice;
use uuid::Uuid;

/// The plan of this id in the result of a job, as an event keeps it.
pub fn choose(job_id: Uuid, result: AiResult, plan_id: Uuid) -> Option<Recommendation> {
    let plan = result
        .plans
        .into_iter()
        .find(|plan| plan.plan_id == plan_id)?;
    Some(Recommendation {
        job_id,
        source: result.source,
        notice: result.notice,
        sandbox: result.sandbox,
        plan,
    })
}

impl Event {
    /// The event with everything the plan knows, and over it what the owner wants otherwise. `channels` are checked.
    ///
    /// # Errors
    /// Overrides out of their limits.
    pub fn filled(
        &self,
        chosen: Recommendation,
        overrides: Changes,
        channels: Option<Vec<ChannelChoice>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refused> {
        let plan = &chosen.plan;
        let (starts_at, ends_at) = period(&plan.schedule, now);
        let mut changes = of_plan(plan);
        changes.starts_at = Some(Some(starts_at));
        changes.ends_at = Some(Some(ends_at));
        let mut after = self.changed(&over(changes, overrides), now)?;
        after.channels = channels.unwrap_or_else(|| planned_channels(plan));
        after.forecast = Some(plan.forecast.clone());
        after.recommendation = Some(chosen);
        Ok(after)
    }
}

/// A plan that was made days ago may be over by now: then it runs as long as planned, from now on. A start alone
/// that is past stays, and the event opens when distribution is through.
fn period(schedule: &Schedule, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    if schedule.ends_at > now {
        return (schedule.starts_at, schedule.ends_at);
    }
    (now, now + (schedule.ends_at - schedule.starts_at))
}

fn of_plan(plan: &Plan) -> Changes {
    let prizes = plan.prizes.iter().map(|prize| WantedPrize {
        name: prize.name.clone(),
        quantity: i64::from(prize.quantity),
        unit_cost: prize.unit_cost,
    });
    let bonus = WantedBonus {
        enabled: plan.visit_weight.is_some_and(|weight| weight > 1),
        weight: plan
            .visit_weight
            .filter(|weight| *weight > 1)
            .map(i64::from),
    };
    Changes {
        title: Some(Some(plan.title.chars().take(TITLE).collect())),
        description: Some(Some(describe(plan))),
        starts_at: None,
        ends_at: None,
        prizes: Some(Some(prizes.collect())),
        winner_count: Some(None),
        visit_bonus: Some(Some(bonus)),
        budget: Some(Some(plan.forecast.cost)),
    }
}

fn describe(plan: &Plan) -> String {
    match plan.participation_method.trim() {
        "" => plan.summary.clone(),
        method => format!("{}\n\n참여 방법: {method}", plan.summary),
    }
}

fn over(plan: Changes, owner: Changes) -> Changes {
    Changes {
        title: owner.title.or(plan.title),
        description: owner.description.or(plan.description),
        starts_at: owner.starts_at.or(plan.starts_at),
        ends_at: owner.ends_at.or(plan.ends_at),
        prizes: owner.prizes.or(plan.prizes),
        winner_count: owner.winner_count.or(plan.winner_count),
        visit_bonus: owner.visit_bonus.or(plan.visit_bonus),
        budget: owner.budget.or(plan.budget),
    }
}

fn planned_channels(plan: &Plan) -> Vec<ChannelChoice> {
    plan.channels
        .iter()
        .map(|planned| ChannelChoice {
            channel: planned.channel,
            budget: Some(planned.budget),
            starts_at: None,
            ends_at: None,
            options: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::domain::changes::Changes;
    use crate::domain::event::{Event, Step, example::draft};
    use chrono::{DateTime, Utc};
    use janchi_contracts::ai::AiResult;
    use serde_json::json;
    use uuid::Uuid;

    fn result() -> AiResult {
        let plan = |id: u8, tier: &str| {
            json!({
                "planId": Uuid::from_u128(u128::from(id)), "tier": tier, "title": "겨울 손님 잔치",
                "summary": "따뜻한 음료를 드려요.",
                "prizes": [{"name": "핫초코", "quantity": 20, "unitCost": 4000}],
                "participationMethod": "전화번호로 응모해요.",
                "channels": [{"channel": "KAKAO", "budget": 30_000}],
                "schedule": {"startsAt": "2026-12-01T00:00:00Z", "endsAt": "2026-12-08T00:00:00Z", "days": 7,
                    "reason": "첫눈 무렵이에요."},
                "visitWeight": 3,
                "forecast": {"participants": {"low": 50, "expected": 80, "high": 120}, "cost": 110_000,
                    "revenue": 300_000, "roi": 172.7, "breakEvenVisitors": 12, "basis": "…"}
            })
        };
        serde_json::from_value(json!({
            "source": "PLANNER", "notice": "기본 계획이에요.",
            "trend": {"industry": [], "region": [], "season": []},
            "plans": [plan(1, "LOW_COST"), plan(2, "MID_COST"), plan(3, "HIGH_COST")]
        }))
        .unwrap()
    }

    fn empty() -> Event {
        Event {
            title: None,
            prizes: vec![],
            starts_at: None,
            ends_at: None,
            channels: vec![],
            images: vec![],
            ..draft()
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn fill(overrides: Changes, now: &str) -> Event {
        let chosen = choose(Uuid::nil(), result(), Uuid::from_u128(2)).unwrap();
        empty().filled(chosen, overrides, None, at(now)).unwrap()
    }

    #[test]
    fn after_a_plan_only_the_pictures_are_missing() {
        let event = fill(Changes::default(), "2026-11-22T00:00:00Z");
        assert_eq!(event.missing_steps(), [Step::Content]);
        assert_eq!(event.winners(), Some(20));
        assert!(event.visit_bonus.enabled);
        assert_eq!(event.budget, Some(110_000));
        assert_eq!(event.channels[0].budget, Some(30_000));
        assert_eq!(
            event.recommendation.unwrap().notice.as_deref(),
            Some("기본 계획이에요.")
        );
    }

    #[test]
    fn a_wish_goes_over_the_plan() {
        let event = fill(
            Changes {
                title: Some(Some("우리 잔치".into())),
                budget: Some(Some(90_000)),
                ..Changes::default()
            },
            "2026-11-22T00:00:00Z",
        );
        assert_eq!(event.title.as_deref(), Some("우리 잔치"));
        assert_eq!(event.budget, Some(90_000));
        assert_eq!(event.prizes[0].name, "핫초코");
    }

    #[test]
    fn a_past_start_stays_and_a_past_period_moves() {
        let begun = fill(Changes::default(), "2026-12-03T00:00:00Z");
        assert_eq!(begun.starts_at, Some(at("2026-12-01T00:00:00Z")));
        assert_eq!(begun.ends_at, Some(at("2026-12-08T00:00:00Z")));
        let over = fill(Changes::default(), "2027-01-01T00:00:00Z");
        assert_eq!(over.starts_at, Some(at("2027-01-01T00:00:00Z")));
        assert_eq!(over.ends_at, Some(at("2027-01-08T00:00:00Z")));
    }

    #[test]
    fn an_unknown_plan_is_not_found() {
        assert!(choose(Uuid::nil(), result(), Uuid::from_u128(9)).is_none());
    }

    #[test]
    fn what_is_kept_of_a_plan_reads_back() {
        let chosen = choose(Uuid::nil(), result(), Uuid::from_u128(1)).unwrap();
        let json = serde_json::to_value(&chosen).unwrap();
        assert_eq!(json["planId"], json!(Uuid::from_u128(1)));
        assert_eq!(
            serde_json::from_value::<super::Recommendation>(json).unwrap(),
            chosen
        );
    }
}
