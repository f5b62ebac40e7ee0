//! The numbers of an answer, chosen by the name of the property they stand in.

use super::brief::Brief;
use super::figures::Figures;
use super::spot::Spot;
use serde_json::{Value, json};

/// A number for a property, before the schema bounds it.
pub fn number(spot: &Spot, brief: &Brief, figures: &Figures, whole: bool) -> f64 {
    let (name, parent) = (spot.name(), spot.parent());
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let prize = figures.prizes.get(spot.item.min(figures.prizes.len() - 1));
    let money = |sum: i64| sum as f64;
    if spot.inside("prize") {
        let (_, count, value) = prize.copied().unwrap_or(("", 1, 1000));
        return match name {
            _ if has(&["probab", "odds", "chance", "rate"]) => 0.05 * (spot.item + 1) as f64,
            _ if has(&["weight", "rank", "order"]) => (spot.item + 1) as f64,
            _ if has(&["total"]) => money(count * value),
            _ if has(&["value", "price", "cost", "amount", "unit", "won", "krw"]) => money(value),
            _ => money(count),
        };
    }
    if spot.inside("channel") && has(&["budget", "cost", "amount", "spend"]) {
        return money(
            figures
                .channels
                .get(spot.item)
                .map_or(0, |(_, budget)| *budget),
        );
    }
    let ranged = |low: i64, expected: i64, high: i64| match name {
        _ if has(&["low", "min", "worst", "from"]) => Some(low),
        _ if has(&["high", "max", "best", "to"]) => Some(high),
        _ if has(&["expected", "mid", "likely", "mean"]) => Some(expected),
        _ => None,
    };
    if parent.contains("particip") || parent.contains("entr") || name.contains("particip") {
        return money(
            ranged(figures.low, figures.expected, figures.high).unwrap_or(figures.expected),
        );
    }
    match name {
        _ if has(&["breakeven"]) => money(figures.break_even),
        _ if has(&["roi", "returnon"]) => figures.roi,
        _ if has(&["revenue", "sales", "income"]) => money(figures.revenue),
        _ if has(&["visitweight", "weight", "multipl", "bonus"]) => money(figures.weight),
        _ if has(&["visitor", "visits", "customers"]) => money(figures.visitors),
        _ if has(&["budget"]) && !spot.inside("plan") => {
            money(brief.budget.unwrap_or(figures.cost))
        }
        _ if has(&["cost", "budget", "price", "amount", "invest", "expense"]) => {
            money(figures.cost)
        }
        _ if has(&["offset"]) => 7.0,
        _ if has(&["day", "duration", "period", "length"]) => money(figures.days),
        _ if has(&["relevance", "score", "confidence", "probab", "weightage"]) => {
            if whole {
                80.0
            } else {
                0.9 - 0.1 * spot.item as f64
            }
        }
        _ if has(&["rate", "ratio", "percent", "share"]) => {
            if whole {
                15.0
            } else {
                0.15
            }
        }
        _ if has(&["hour"]) => 18.0,
        _ if has(&["rank", "order", "index"]) => (spot.item + 1) as f64,
        _ => ranged(figures.low, figures.expected, figures.high)
            .map_or((spot.item + 1) as f64, money),
    }
}

fn bounded(number: f64, schema: &Value, step: f64) -> f64 {
    let bound = |name: &str| schema[name].as_f64();
    let low = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|low| low + step));
    let high = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|high| high - step));
    number
        .max(low.unwrap_or(f64::MIN))
        .min(high.unwrap_or(f64::MAX))
}

/// A whole number within the schema's bounds.
pub fn whole(number: f64, schema: &Value) -> Value {
    let number = bounded(number.round(), schema, 1.0) as i64;
    match schema["multipleOf"].as_i64() {
        Some(step) if step > 0 => json!(number / step * step),
        _ => json!(number),
    }
}

/// A number within the schema's bounds.
pub fn fraction(number: f64, schema: &Value) -> Value {
    json!(bounded((number * 1000.0).round() / 1000.0, schema, 0.001))
}
