//! What a typed sentence asks for: by a vendor if one answers quickly, else by rules.

use super::spending;
use crate::clients::Prompt;
use crate::domain::cost::Purpose;
use crate::domain::intent::{self, Reading};
use crate::domain::prompts;
use crate::domain::wording::one_line;
use crate::state::AppState;
use chrono::{Days, NaiveDate};
use janchi_contracts::ai::{Intent, IntentRequest, Source};
use janchi_contracts::reference::{Code, Objective};
use serde::Deserialize;
use std::time::Duration;

/// The caller waits for three seconds in all.
const DEADLINE: Duration = Duration::from_millis(2_000);
const MAX_TOKENS: u32 = 2_000;
/// Budgets above this are a slip of the pen or of the model.
const MOST_BUDGET: i64 = 1_000_000_000;
const MOST_DAYS_AHEAD: u64 = 400;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    objective: String,
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    budget: Option<i64>,
    note: Option<String>,
}

/// Reads a sentence. The rules always can.
pub async fn read_intent(state: &AppState, request: &IntentRequest) -> Intent {
    let ruled = intent::read(&request.text, request.today);
    let Some(vendor) = state.vendors.asked.first() else {
        return ruled.into_intent(Source::Planner);
    };
    let prompt = Prompt {
        name: prompts::INTENT,
        instructions: prompts::INTENT_INSTRUCTIONS,
        data: prompts::intent_data(&request.text, request.today),
        schema: prompts::intent_schema(),
        max_tokens: MAX_TOKENS,
    };
    let heard = vendor
        .ask(&prompt, DEADLINE.min(state.vendors.deadline))
        .await;
    let read = match &heard.text {
        Ok(text) => check(text, &request.text, request.today).ok_or("invalid"),
        Err(error) => Err(error.code()),
    };
    let outcome = read.as_ref().map_or_else(|code| *code, |_| "ok");
    spending::record(state, Purpose::Intent, vendor, prompt.name, &heard, outcome).await;
    match read {
        Ok(reading) => reading.into_intent(vendor.source()),
        Err(reason) => {
            tracing::warn!(
                vendor = vendor.name(),
                reason,
                "vendor did not read a sentence"
            );
            ruled.into_intent(Source::Planner)
        }
    }
}

/// Takes what makes sense; dates that do not are left out, and a note holds only the owner's own words.
fn check(answer: &str, sentence: &str, today: NaiveDate) -> Option<Reading> {
    let answer: Answer = serde_json::from_str(answer).ok()?;
    let objective = Objective::from_code(&answer.objective.trim().to_ascii_uppercase())?;
    let latest = today + Days::new(MOST_DAYS_AHEAD);
    let within = |day: &NaiveDate| (today..=latest).contains(day);
    let from = answer.start_date.filter(within);
    let to = answer
        .end_date
        .filter(within)
        .filter(|to| from.is_none_or(|from| *to >= from));
    let said = |note: &String| {
        !note.is_empty() && note.split_whitespace().all(|word| sentence.contains(word))
    };
    Some(Reading {
        objective: Some(objective),
        from,
        to,
        budget: answer.budget.filter(|won| (1..=MOST_BUDGET).contains(won)),
        note: answer.note.map(|note| one_line(&note, 200)).filter(said),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendors_reading_is_checked_against_the_sentence() {
        let today = "2026-11-22".parse().unwrap();
        let read = |answer: &str| check(answer, "주말에 신메뉴 알리기", today);
        let good = read(
            r#"{"objective":"awareness","startDate":"2026-11-28","endDate":"2026-11-29","budget":300000,"note":"신메뉴"}"#,
        );
        let good = good.unwrap();
        assert_eq!(
            (good.objective, good.budget, good.note.as_deref()),
            (Some(Objective::Awareness), Some(300_000), Some("신메뉴"))
        );
        let odd = read(
            r#"{"objective":"SALES","startDate":"2020-01-01","endDate":null,"budget":-5,"note":"무료 현금 증정"}"#,
        );
        let odd = odd.unwrap();
        assert_eq!((odd.from, odd.budget, odd.note), (None, None, None));
        assert!(
            read(
                r#"{"objective":"WORLD","startDate":null,"endDate":null,"budget":null,"note":null}"#
            )
            .is_none()
        );
        assert!(read("그럼요!").is_none());
    }
}
