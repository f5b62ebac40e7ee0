//! Cost and return. Money in KRW.

use janchi_contracts::event::Prize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One line of what an event costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CostItem {
    /// `PRIZES` or a channel.
    pub item: String,
    pub amount: i64,
}

/// What an event costs: its prizes and its channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EventCost")]
pub struct Cost {
    pub total: i64,
    pub by_item: Vec<CostItem>,
}

impl Cost {
    /// Prizes count in full, whether handed over yet or not: the shop has promised them.
    pub fn of(prizes: &[Prize], channels: impl IntoIterator<Item = (String, i64)>) -> Self {
        let prize_cost: i64 = prizes
            .iter()
            .map(|p| i64::from(p.quantity).saturating_mul(p.unit_cost))
            .fold(0, i64::saturating_add);
        let mut by_item = vec![CostItem {
            item: "PRIZES".to_owned(),
            amount: prize_cost,
        }];
        by_item.extend(
            channels
                .into_iter()
                .map(|(item, amount)| CostItem { item, amount }),
        );
        let total = by_item
            .iter()
            .map(|item| item.amount)
            .fold(0, i64::saturating_add);
        Self { total, by_item }
    }
}

/// `(revenue − cost) / cost × 100`, to a tenth of a percent; none without a cost or without known sales.
pub fn roi(revenue: Option<i64>, cost: i64) -> Option<f64> {
    let revenue = revenue?;
    if cost <= 0 {
        return None;
    }
    let percent = (revenue - cost) as f64 / cost as f64 * 100.0;
    Some((percent * 10.0).round() / 10.0)
}

/// Cost per entry, rounded; none without entries.
pub fn per_participant(cost: i64, participants: i64) -> Option<i64> {
    (participants > 0).then(|| (cost + participants / 2) / participants)
}

/// Entries per click where clicks are known, else per impression; in percent, to a hundredth.
pub fn conversion_rate(
    participants: i64,
    clicks: Option<i64>,
    impressions: Option<i64>,
) -> Option<f64> {
    let base = clicks
        .filter(|n| *n > 0)
        .or(impressions)
        .filter(|n| *n > 0)?;
    Some((participants as f64 / base as f64 * 10_000.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::{Cost, conversion_rate, per_participant, roi};
    use janchi_contracts::event::Prize;

    #[test]
    fn cost_is_prizes_and_channels() {
        let prizes = [Prize {
            name: "커피".into(),
            quantity: 10,
            unit_cost: 4_500,
        }];
        let cost = Cost::of(&prizes, [("KAKAO".to_owned(), 30_000)]);
        assert_eq!(cost.total, 75_000);
        assert_eq!(cost.by_item[0].amount, 45_000);
    }

    #[test]
    fn a_return_needs_sales_and_a_cost() {
        assert_eq!(roi(Some(150_000), 50_000), Some(200.0));
        assert_eq!(roi(Some(0), 50_000), Some(-100.0));
        assert_eq!(roi(None, 50_000), None);
        assert_eq!(roi(Some(1), 0), None);
    }

    #[test]
    fn rates_need_something_to_divide_by() {
        assert_eq!(per_participant(100, 0), None);
        assert_eq!(per_participant(100, 3), Some(33));
        assert_eq!(conversion_rate(5, Some(100), Some(1000)), Some(5.0));
        assert_eq!(conversion_rate(5, None, Some(1000)), Some(0.5));
        assert_eq!(conversion_rate(5, Some(0), None), None);
    }
}
