//! Plans as cards: what they cost, whom they bring, and why.

use super::channel_name;
use super::details::{Details, Fields};
use super::event::{Draft, Forecast, Prize};
use super::plan::of_value;
use crate::figures::{coded, people, won};
use crate::problem::Refusal;
use crate::times;
use crate::words::Words;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// The answer of a recommendation job.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Result3 {
    pub source: String,
    pub notice: Option<String>,
    #[serde(default)]
    pub sandbox: bool,
    #[serde(default)]
    trend: Trend,
    pub plans: Vec<Plan>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Trend {
    industry: Vec<TrendItem>,
    region: Vec<TrendItem>,
    season: Vec<TrendItem>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct TrendItem {
    pub keyword: String,
    pub description: String,
    pub evidence: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    pub plan_id: String,
    pub tier: String,
    pub title: String,
    pub summary: String,
    pub prizes: Vec<Prize>,
    pub participation_method: String,
    pub channels: Vec<PlannedChannel>,
    pub schedule: Schedule,
    pub forecast: Forecast,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PlannedChannel {
    pub channel: String,
    pub budget: i64,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schedule {
    pub starts_at: String,
    pub ends_at: String,
    pub days: i64,
    pub reason: String,
}

impl Result3 {
    pub(super) fn of(result: Option<&Value>) -> Option<Self> {
        let result: Self = of_value(result?)?;
        (!result.plans.is_empty()).then_some(result)
    }
}

/// One group of what is going on.
pub(super) struct TrendGroup {
    pub title: String,
    pub items: Vec<TrendItem>,
}

pub(super) fn trends(result: &Result3, w: Words) -> Vec<TrendGroup> {
    let trend = &result.trend;
    [
        ("make-trend-region", &trend.region),
        ("make-trend-season", &trend.season),
        ("make-trend-industry", &trend.industry),
    ]
    .into_iter()
    .filter(|(_, items)| !items.is_empty())
    .map(|(key, items)| TrendGroup {
        title: w.say(key),
        items: items.clone(),
    })
    .collect()
}

/// A plan as a card.
pub(super) struct PlanCard {
    pub id: String,
    pub tier: String,
    pub is_chosen: bool,
    /// Whether it keeps to the budget, where there is one.
    pub within: Option<(bool, String)>,
    pub title: String,
    pub summary: String,
    pub cost: String,
    pub people: String,
    pub breaks_even: String,
    pub gain: String,
    pub period: String,
    pub why_then: String,
    pub prizes: Vec<(String, String)>,
    pub channels: Vec<ChannelLine>,
    pub method: String,
    pub basis: String,
    pub fields: Fields,
    /// The fields are in sight: something in them is to be mended.
    pub is_open: bool,
}

/// A channel of a plan, with its budget and why.
pub(super) struct ChannelLine {
    pub name: String,
    pub budget: String,
    pub reason: Option<String>,
}

/// `typed` is what stands in the card that was sent and not taken.
pub(super) fn cards(
    result: &Result3,
    event: &Draft,
    typed: Option<(&str, &Details, &Refusal)>,
    today: &str,
    now: DateTime<Utc>,
    w: Words,
) -> Vec<PlanCard> {
    let chosen = event.recommendation.as_ref().map(|r| r.plan_id.as_str());
    let plans = result.plans.iter().enumerate();
    plans
        .map(|(n, plan)| {
            let sent = typed.filter(|(id, ..)| *id == plan.plan_id);
            let is_chosen = chosen == Some(plan.plan_id.as_str());
            let details = match sent {
                Some((_, details, _)) => details.clone(),
                None if is_chosen => Details::of_event(event),
                None => usual(plan, event),
            };
            let refusal = sent.map(|(.., refusal)| refusal);
            card(n, plan, event, &details, refusal, is_chosen, today, now, w)
        })
        .collect()
}

/// The plan's own words, on the days that were wished.
fn usual(plan: &Plan, event: &Draft) -> Details {
    let wished = event.recommendation.is_none();
    let of = |wish: &Option<String>, planned: &String| {
        wish.clone()
            .filter(|_| wished)
            .unwrap_or_else(|| planned.clone())
    };
    Details::of_plan(
        &plan.title,
        &plan.prizes,
        &of(&event.starts_at, &plan.schedule.starts_at),
        &of(&event.ends_at, &plan.schedule.ends_at),
    )
}

#[expect(
    clippy::too_many_arguments,
    reason = "a card is put together in one place, from everything around it"
)]
fn card(
    n: usize,
    plan: &Plan,
    event: &Draft,
    details: &Details,
    refusal: Option<&Refusal>,
    is_chosen: bool,
    today: &str,
    now: DateTime<Utc>,
    w: Words,
) -> PlanCard {
    let forecast = &plan.forecast;
    let budget = event.budget.filter(|_| event.recommendation.is_none());
    PlanCard {
        id: plan.plan_id.clone(),
        tier: coded(w, "make-tier-", &plan.tier),
        is_chosen,
        within: budget.map(|budget| {
            let fits = forecast.cost <= budget;
            let key = if fits { "make-within" } else { "make-beyond" };
            (fits, w.say(key))
        }),
        title: plan.title.clone(),
        summary: plan.summary.clone(),
        cost: won(forecast.cost, w),
        people: range(forecast, w),
        breaks_even: w.one(
            "make-breaks-even",
            "people",
            people(forecast.break_even_visitors, w),
        ),
        gain: gain(forecast, w),
        period: period(plan, now, w),
        why_then: plan.schedule.reason.clone(),
        prizes: plan
            .prizes
            .iter()
            .map(|prize| (prize.name.clone(), people(prize.quantity, w)))
            .collect(),
        channels: plan
            .channels
            .iter()
            .map(|planned| ChannelLine {
                name: channel_name(&planned.channel, w),
                budget: match planned.budget {
                    0 => w.say("make-free"),
                    budget => won(budget, w),
                },
                reason: planned.reason.clone(),
            })
            .collect(),
        method: plan.participation_method.clone(),
        basis: forecast.basis.clone(),
        fields: details.fields(&format!("p{n}"), today, refusal, w),
        is_open: refusal.is_some(),
    }
}

fn range(forecast: &Forecast, w: Words) -> String {
    w.with(
        "make-people-range",
        &[
            ("low", (forecast.participants.low as f64).into()),
            ("high", (forecast.participants.high as f64).into()),
        ],
    )
}

/// What comes in for what goes out.
fn gain(forecast: &Forecast, w: Words) -> String {
    let revenue = won(about(forecast.revenue), w);
    if forecast.cost <= 0 {
        return w.one("make-gain-plain", "revenue", revenue);
    }
    let times = forecast.revenue as f64 / forecast.cost as f64;
    w.with(
        "make-gain",
        &[("revenue", revenue.into()), ("times", times.into())],
    )
}

/// To ten thousands, above ten of them: an estimate has no small change.
fn about(amount: i64) -> i64 {
    match amount {
        100_000.. => (amount + 5_000) / 10_000 * 10_000,
        _ => amount,
    }
}

fn period(plan: &Plan, now: DateTime<Utc>, w: Words) -> String {
    let day = |time: &str| times::parse(time).map(|time| times::day(time, now, w.0));
    let (from, to) = (day(&plan.schedule.starts_at), day(&plan.schedule.ends_at));
    w.with(
        "make-period",
        &[
            ("from", from.unwrap_or_default().into()),
            ("to", to.unwrap_or_default().into()),
            ("days", (plan.schedule.days as f64).into()),
        ],
    )
}
