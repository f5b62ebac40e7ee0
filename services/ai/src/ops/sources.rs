//! Where a draft comes from: the cache, Claude, OpenAI, an earlier answer, the planner, in this order.

use super::asking::{Asking, ask_vendors};
use crate::domain::cost::{Bill, Purpose};
use crate::domain::draft::{DRAFT_VERSION, Draft, Topic};
use crate::domain::warming::LIFE;
use crate::domain::{occasions, planner};
use crate::state::AppState;
use crate::store::answers;
use chrono::{Datelike, NaiveDate};
use janchi_cache::Shape;
use janchi_contracts::ai::Source;
use janchi_runtime::seoul;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const FAMILY: &str = "ai:recommendation";
/// After the vendors' time is up.
const AFTERWARDS: Duration = Duration::from_millis(200);
/// An earlier answer of the same season may be from last year, not older.
const OLDEST_DAYS: i64 = 400;

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
/// What vendors are asked goes on the bill.
pub async fn find(state: &AppState, topic: Topic, today: NaiveDate, bill: &Mutex<Bill>) -> Found {
    let found = match asked(state, topic, today, bill).await {
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
async fn asked(
    state: &AppState,
    topic: Topic,
    today: NaiveDate,
    bill: &Mutex<Bill>,
) -> Option<Found> {
    if !state.vendors.any() {
        return None;
    }
    let key = topic.cache_key();
    let asking = Asking {
        topic,
        today,
        until: Instant::now() + state.vendors.deadline,
        purpose: Purpose::Plans,
    };
    let made_here = AtomicBool::new(false);
    let load = || async {
        let draft = ask_vendors(state, asking, bill).await.ok_or(NoVendor)?;
        made_here.store(true, Ordering::Relaxed);
        Ok::<_, NoVendor>(draft)
    };
    let loading = state
        .cache
        .get_or_load(FAMILY, &key, LIFE, Shape::Hash, load);
    // A moment more than the vendors have: what the last of them did is still to be written down.
    let draft = tokio::time::timeout(state.vendors.deadline + AFTERWARDS, loading)
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

/// Has an answer made anew although there may be one, and puts it in its place: by the vendors, or by the planner where
/// there are none. `false` if no vendor has one.
pub async fn renew(state: &AppState, topic: Topic, today: NaiveDate) -> bool {
    if !state.vendors.any() {
        share_plan(state, topic, today).await;
        return true;
    }
    let asking = Asking {
        topic,
        today,
        until: Instant::now() + state.vendors.deadline,
        purpose: Purpose::Warming,
    };
    let Some(draft) = ask_vendors(state, asking, &Mutex::default()).await else {
        return false;
    };
    let key = topic.cache_key();
    state.cache.store(&key, &draft, LIFE, Shape::Hash).await;
    true
}

/// The answer that may be shown, if there is one; not counted as a lookup.
pub async fn kept(state: &AppState, topic: Topic) -> Option<Draft> {
    let found = state.cache.get_hash(&topic.cache_key()).await?;
    let draft: Draft = serde_json::from_str(found.get("body")?).ok()?;
    is_usable(state, &draft).then_some(draft)
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
    let (draft, notice) = if state.vendors.any() {
        let notice = "지금 AI 모델이 응답하지 않아 잔치의 기본 기획으로 준비했어요.";
        (plan(state, topic, today).await, notice)
    } else {
        let notice = "외부 AI 모델 없이 잔치의 기본 기획으로 준비했어요.";
        (share_plan(state, topic, today).await, notice)
    };
    Found {
        draft,
        source: Source::Planner,
        notice: Some(notice.to_owned()),
    }
}

/// The planner's draft, which others may use at once: nobody else will answer.
async fn share_plan(state: &AppState, topic: Topic, today: NaiveDate) -> Draft {
    let draft = plan(state, topic, today).await;
    let key = topic.cache_key();
    state.cache.store(&key, &draft, LIFE, Shape::Hash).await;
    draft
}

async fn plan(state: &AppState, topic: Topic, today: NaiveDate) -> Draft {
    let learned = state.learning.current().await;
    planner::plan(topic, today, None, "", &learned.calibration)
        .expect("the usual budget is large enough: checked by a test")
}
