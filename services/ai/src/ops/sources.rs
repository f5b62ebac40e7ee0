//! Where a draft comes from: the cache, Claude, OpenAI, an earlier answer, the planner, in this order.

use crate::clients::{Prompt, Vendor};
use crate::domain::draft::{DRAFT_VERSION, Draft, Topic};
use crate::domain::{occasions, planner, prompts, vendor_answer};
use crate::state::AppState;
use crate::store::answers::{self, Made};
use chrono::{Datelike, NaiveDate};
use janchi_cache::Shape;
use janchi_contracts::ai::Source;
use janchi_runtime::seoul;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const FAMILY: &str = "ai:recommendation";
const LIFE: Duration = Duration::from_secs(24 * 3600);
/// Three plans in Korean, with what a model thinks before it writes.
const MAX_TOKENS: u32 = 8_000;
/// The first of two vendors may use this share of the time that is left.
const FIRST_SHARE: f64 = 0.6;
/// An earlier answer of the same season may be from last year, not older.
const OLDEST_DAYS: i64 = 400;
/// Less time than this is not worth a call.
const WORTH_A_CALL: Duration = Duration::from_millis(200);

/// A draft, what it says about its source, and what the owner should know about that.
#[derive(Debug, Clone)]
pub struct Found {
    pub draft: Draft,
    pub source: Source,
    pub notice: Option<String>,
}

/// No vendor gave a usable answer.
struct NoVendor;

/// The cached draft, if it may be shown. What the planner made is passed over, and dropped, once a vendor can be asked.
pub async fn cached(state: &AppState, topic: Topic) -> Option<Found> {
    let key = topic.cache_key();
    let draft: Draft = state.cache.lookup(FAMILY, &key, Shape::Hash).await?;
    if !is_usable(state, &draft) {
        state.cache.delete(&key).await;
        return None;
    }
    let found = Found {
        draft,
        source: Source::Cache,
        notice: None,
    };
    count(&found);
    Some(found)
}

fn is_usable(state: &AppState, draft: &Draft) -> bool {
    draft.version == DRAFT_VERSION && (draft.origin != Source::Planner || !state.vendors.any())
}

/// A draft in any case, within the vendors' deadline and a little.
pub async fn find(state: &AppState, topic: Topic, today: NaiveDate) -> Found {
    let found = match asked(state, topic, today).await {
        Some(found) => found,
        None => match earlier(state, topic, today).await {
            Some(found) => found,
            None => planned(state, topic, today).await,
        },
    };
    count(&found);
    found
}

fn count(found: &Found) {
    let source = match found.source {
        Source::Claude => "claude",
        Source::OpenAi => "openai",
        Source::Cache => "cache",
        Source::Planner => "planner",
    };
    metrics::counter!("janchi_ai_answers_total", "source" => source).increment(1);
}

/// The vendors' answer: one process asks for a topic once at a time, the others wait for it.
async fn asked(state: &AppState, topic: Topic, today: NaiveDate) -> Option<Found> {
    if !state.vendors.any() {
        return None;
    }
    let key = topic.cache_key();
    let until = Instant::now() + state.vendors.deadline;
    let made_here = AtomicBool::new(false);
    let load = || async {
        let draft = ask_vendors(state, topic, today, until)
            .await
            .ok_or(NoVendor)?;
        made_here.store(true, Ordering::Relaxed);
        Ok::<_, NoVendor>(draft)
    };
    let loading = state
        .cache
        .get_or_load(FAMILY, &key, LIFE, Shape::Hash, load);
    let draft = tokio::time::timeout(state.vendors.deadline, loading)
        .await
        .ok()?
        .ok()?;
    let source = if made_here.load(Ordering::Relaxed) {
        draft.origin
    } else {
        Source::Cache
    };
    Some(Found {
        draft,
        source,
        notice: None,
    })
}

async fn ask_vendors(
    state: &AppState,
    topic: Topic,
    today: NaiveDate,
    until: Instant,
) -> Option<Draft> {
    let prompt = Prompt {
        name: prompts::PLANS,
        instructions: prompts::PLANS_INSTRUCTIONS,
        data: prompts::plans_data(topic, today),
        schema: prompts::plans_schema(),
        max_tokens: MAX_TOKENS,
    };
    let vendors = &state.vendors.asked;
    for (i, vendor) in vendors.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let limit = if i + 1 < vendors.len() {
            left.mul_f64(FIRST_SHARE)
        } else {
            left
        };
        if limit < WORTH_A_CALL {
            break;
        }
        if let Some(draft) = ask_one(state, vendor, &prompt, topic, today, limit).await {
            return Some(draft);
        }
    }
    None
}

async fn ask_one(
    state: &AppState,
    vendor: &Vendor,
    prompt: &Prompt,
    topic: Topic,
    today: NaiveDate,
    limit: Duration,
) -> Option<Draft> {
    let name = vendor.name();
    let said = match vendor.ask(prompt, limit).await {
        Ok(said) => said,
        Err(error) => {
            tracing::warn!(vendor = name, reason = error.code(), error = %error, "vendor gave no answer");
            return None;
        }
    };
    let caps = prompts::usual_caps(topic);
    let mut draft = match vendor_answer::accept(
        &said.text,
        vendor.source(),
        &said.model,
        topic,
        today,
        &caps,
    ) {
        Ok(draft) => draft,
        Err(refused) => {
            metrics::counter!("janchi_ai_answers_refused_total", "vendor" => name).increment(1);
            tracing::warn!(vendor = name, reason = %refused, "vendor's answer is not usable");
            return None;
        }
    };
    draft.sandbox = state.vendors.sandbox;
    let tokens = |n| i64::try_from(n).unwrap_or(i64::MAX);
    let made = Made {
        vendor: name,
        model: &said.model,
        prompt: prompt.name,
        input_tokens: tokens(said.input_tokens),
        output_tokens: tokens(said.output_tokens),
    };
    // Kept for bad days. Losing it harms nobody today.
    if let Err(error) =
        answers::insert_answer(&state.db, topic, &draft, &made, state.clock.now()).await
    {
        tracing::warn!(error = %error, "could not keep a vendor's answer");
    }
    Some(draft)
}

/// An answer of this season from before, when the vendors cannot be reached.
async fn earlier(state: &AppState, topic: Topic, today: NaiveDate) -> Option<Found> {
    if !state.vendors.any() {
        return None;
    }
    let season = &occasions::upcoming(topic.industry, today)[0].code;
    let since = state.clock.now() - chrono::Duration::days(OLDEST_DAYS);
    match answers::find_answer(&state.db, topic, season, since).await {
        Ok(found) => found.map(|(draft, at)| {
            let day = seoul::day(at);
            let notice = format!(
                "지금 AI 모델이 응답하지 않아, {}년 {}월 {}일에 같은 업종·지역·목적으로 만든 추천을 우리 가게에 맞춰 보여드려요.",
                day.year(),
                day.month(),
                day.day()
            );
            Found { draft, source: Source::Cache, notice: Some(notice) }
        }),
        Err(error) => {
            tracing::warn!(error = %error, "could not look for an earlier answer");
            None
        }
    }
}

async fn planned(state: &AppState, topic: Topic, today: NaiveDate) -> Found {
    let learned = state.learning.current().await;
    let draft = planner::plan(topic, today, None, "", &learned.calibration)
        .expect("the usual budget is large enough: checked by a test");
    let notice = if state.vendors.any() {
        "지금 AI 모델이 응답하지 않아 잔치의 기본 기획으로 준비했어요."
    } else {
        // Nobody else will answer: others may use it at once.
        state
            .cache
            .store(&topic.cache_key(), &draft, LIFE, Shape::Hash)
            .await;
        "외부 AI 모델 없이 잔치의 기본 기획으로 준비했어요."
    };
    Found {
        draft,
        source: Source::Planner,
        notice: Some(notice.to_owned()),
    }
}
