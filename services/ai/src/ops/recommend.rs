//! From a command to an answer of this shop's own.

use super::searches::{self, Searches};
use super::sources::{self, Found};
use crate::domain::cost::Bill;
use crate::domain::draft::Topic;
use crate::domain::fitting::{self, BudgetTooSmall, Shop};
use crate::domain::learned::Learned;
use crate::domain::trends;
use crate::state::AppState;
use crate::store::progress::{self, Stage};
use chrono::NaiveDate;
use janchi_contracts::ai::{AiResult, RecommendEvent, Source};
use janchi_runtime::seoul;
use std::sync::Mutex;

/// The answer that is there already, fitted; none is a miss.
pub async fn lookup(state: &AppState, command: &RecommendEvent) -> Option<AiResult> {
    state.demand.note(topic(command));
    let (found, searches) = tokio::join!(
        sources::cached(state, topic(command)),
        searches::cached(state, command.industry)
    );
    let outcome = if found.is_some() { "hit" } else { "miss" };
    metrics::counter!("janchi_ai_lookups_total", "outcome" => outcome).increment(1);
    let (found, today) = (found?, today(state, command));
    // Whoever waits for this answer does not wait for that one; the next owner will have it.
    let searches = searches.unwrap_or_else(|| {
        searches::begin(state, command.industry, today);
        Searches::default()
    });
    let learned = state.learning.current().await;
    fit(&found, command, today, &learned, &searches).ok()
}

/// The answer, from whichever source has one, with progress told on the way and the vendors' calls on the bill.
pub async fn recommend(
    state: &AppState,
    command: &RecommendEvent,
    bill: &Mutex<Bill>,
) -> Result<AiResult, BudgetTooSmall> {
    let today = today(state, command);
    let tell = |stage| progress::tell(&state.cache, command.job_id, stage, state.clock.now());
    tell(Stage::Trend).await;
    let searching = searches::begin(state, command.industry, today);
    let found = match sources::cached(state, topic(command)).await {
        Some(found) => found,
        None => {
            tell(Stage::Planning).await;
            sources::find(state, topic(command), today, bill).await
        }
    };
    let searches = searches::wait(searching).await;
    tell(Stage::Fitting).await;
    let learned = state.learning.current().await;
    let result = fit(&found, command, today, &learned, &searches);
    tell(Stage::Forecast).await;
    result
}

fn fit(
    found: &Found,
    command: &RecommendEvent,
    today: NaiveDate,
    learned: &Learned,
    searches: &Searches,
) -> Result<AiResult, BudgetTooSmall> {
    let shop = Shop {
        job_id: command.job_id,
        name: &command.store_name,
        topic: topic(command),
        budget: command.budget,
        note: command.note.as_deref().unwrap_or_default(),
        today,
    };
    let mut result = fitting::fit(&found.draft, found.source, &shop, learned)?;
    let proven = usize::from(learned.results.of_goal(shop.topic).is_some());
    trends::add_searches(&mut result.trend, proven, searches.items());
    result.sandbox |= searches.is_practice();
    result.notice = if result.source == Source::Planner && found.source != Source::Planner {
        Some("예산에 맞는 AI 추천이 없어 잔치의 기본 기획으로 준비했어요.".to_owned())
    } else {
        found.notice.clone()
    };
    Ok(result)
}

fn topic(command: &RecommendEvent) -> Topic {
    Topic {
        industry: command.industry,
        region: command.region,
        objective: command.objective,
    }
}

/// A job may have waited past midnight: nothing starts in the past.
fn today(state: &AppState, command: &RecommendEvent) -> NaiveDate {
    command.today.max(seoul::day(state.clock.now()))
}
