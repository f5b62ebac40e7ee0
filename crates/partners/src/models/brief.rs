//! What a prompt says about the shop, found without understanding it: codes, names, sums, dates.

use super::trades::{self, Trade};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde_json::Value;
use std::collections::HashMap;

/// The facts an answer is written from.
#[derive(Debug, Clone)]
pub struct Brief {
    pub text: String,
    pub store: Option<String>,
    pub trade: Trade,
    /// KRW, if the prompt names a sum.
    pub budget: Option<i64>,
    /// What each tier may cost, if the prompt says; KRW.
    pub targets: Option<[i64; 3]>,
    /// The least booking of each channel the prompt speaks of; KRW.
    pub least: HashMap<String, i64>,
    pub today: NaiveDate,
    /// Days from today, if the text says when.
    pub starts_in: Option<u64>,
}

impl Brief {
    /// Reads a prompt.
    pub fn read(prompt: &str, now: DateTime<Utc>) -> Self {
        let today = first_date(prompt).unwrap_or_else(|| janchi_runtime::seoul::day(now));
        let mut told = Told::default();
        if let Ok(data) = serde_json::from_str(prompt) {
            told.look(&data);
        }
        Self {
            targets: told.targets,
            least: told.least,
            store: store(prompt),
            trade: trades::find(prompt),
            budget: budget(prompt),
            starts_in: starts_in(prompt, today),
            today,
            text: prompt.to_owned(),
        }
    }

    /// The shop's name, or what one would call it.
    pub fn store_name(&self) -> &str {
        self.store.as_deref().unwrap_or("우리 가게")
    }

    /// The first day of the event.
    pub fn first_day(&self) -> NaiveDate {
        self.today + Days::new(self.starts_in.unwrap_or(7))
    }
}

/// What a prompt that is JSON says by its structure.
#[derive(Default)]
struct Told {
    targets: Option<[i64; 3]>,
    least: HashMap<String, i64>,
}

impl Told {
    fn look(&mut self, data: &Value) {
        match data {
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Object(object) => {
                let tiers = ["LOW_COST", "MID_COST", "HIGH_COST"].map(|tier| data[tier].as_i64());
                if let [Some(low), Some(mid), Some(high)] = tiers {
                    self.targets = Some([low, mid, high]);
                }
                let least = object
                    .iter()
                    .find(|(name, _)| name.to_ascii_lowercase().contains("min"));
                if let (Some(channel), Some((_, Value::Number(least)))) =
                    (data["channel"].as_str(), least)
                {
                    self.least
                        .insert(channel.to_owned(), least.as_i64().unwrap_or(0));
                }
                object.values().for_each(|value| self.look(value));
            }
            _ => {}
        }
    }
}

/// The text after a label, up to the end of the value.
fn labelled<'a>(text: &'a str, labels: &[&str]) -> Option<&'a str> {
    labels.iter().find_map(|label| {
        let at = text.find(label)? + label.len();
        let rest = text[at..].trim_start_matches(['"', ':', '=', ' ', '은', '는', '\t', '(', ')']);
        let end = rest.find(['"', '\n', ',', ';', '<']).unwrap_or(rest.len());
        Some(rest[..end].trim()).filter(|value| !value.is_empty())
    })
}

fn store(text: &str) -> Option<String> {
    let name = labelled(
        text,
        &[
            "storeName",
            "store_name",
            "가게 이름",
            "상호",
            "매장명",
            "가게명",
        ],
    )?;
    (name.chars().count() <= 40).then(|| name.to_owned())
}

/// `budget: 300000`, `예산 30만 원`, `50만원으로`.
fn budget(text: &str) -> Option<i64> {
    labelled(text, &["budget", "예산"])
        .and_then(won)
        .or_else(|| {
            let at = text.find("만원").or_else(|| text.find("만 원"))?;
            let digits: String = text[..at]
                .chars()
                .rev()
                .take_while(char::is_ascii_digit)
                .collect();
            digits
                .chars()
                .rev()
                .collect::<String>()
                .parse::<i64>()
                .ok()
                .map(|n| n * 10_000)
        })
        .filter(|sum| (1_000..=1_000_000_000).contains(sum))
}

fn won(text: &str) -> Option<i64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != ',' && c != '_')
        .unwrap_or(rest.len());
    let number: i64 = rest[..end].replace([',', '_'], "").parse().ok()?;
    let scale = match rest[end..].trim_start().chars().next() {
        Some('만') => 10_000,
        Some('천') => 1_000,
        _ => 1,
    };
    number.checked_mul(scale)
}

fn first_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(9))
        .filter(|at| bytes[*at].is_ascii_digit() && bytes.get(at + 4) == Some(&b'-'))
        .find_map(|at| NaiveDate::parse_from_str(text.get(at..at + 10)?, "%Y-%m-%d").ok())
}

fn starts_in(text: &str, today: NaiveDate) -> Option<u64> {
    let monday = 7 - u64::from(today.weekday().num_days_from_monday());
    let cases = [
        ("오늘", 0),
        ("내일", 1),
        ("모레", 2),
        ("다음 주", monday),
        ("다음주", monday),
        (
            "이번 주말",
            5_u64.saturating_sub(u64::from(today.weekday().num_days_from_monday())),
        ),
        ("다음 달", 30),
        ("다음달", 30),
    ];
    cases
        .into_iter()
        .find(|(word, _)| text.contains(word))
        .map(|(_, days)| days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_gives_its_facts() {
        let brief = Brief::read(
            "{\"storeName\":\"행복카페\",\"industry\":\"CAFE\",\"budget\":300000,\"today\":\"2026-11-22\"}",
            Utc::now(),
        );
        assert_eq!(brief.store.as_deref(), Some("행복카페"));
        assert_eq!((brief.trade.code, brief.budget), ("CAFE", Some(300_000)));
        assert_eq!(
            brief.today,
            NaiveDate::from_ymd_opt(2026, 11, 22).expect("date")
        );
        let typed = Brief::read("다음 주에 50만원으로 꽃집 홍보하고 싶어요", Utc::now());
        assert_eq!((typed.budget, typed.trade.code), (Some(500_000), "FLOWER"));
        assert!(typed.starts_in.is_some());
        assert_eq!(
            Brief::read("예산: 30만 원", Utc::now()).budget,
            Some(300_000)
        );
        assert_eq!(Brief::read("budget: null", Utc::now()).budget, None);
    }
}
