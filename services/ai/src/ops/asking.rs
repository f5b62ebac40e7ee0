//! Asks one vendor after the other, and takes only what can be used.

use super::spending;
use crate::clients::{Heard, Prompt, Vendor};
use crate::domain::cost::{Bill, Purpose};
use crate::domain::draft::{Draft, Topic};
use crate::domain::{prompts, vendor_answer};
use crate::state::AppState;
use crate::store::answers::{self, Made};
use chrono::NaiveDate;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Three plans in Korean, with what a model thinks before it writes.
const MAX_TOKENS: u32 = 8_000;
/// The first of two vendors may use this share of the time that is left.
const FIRST_SHARE: f64 = 0.6;
/// Less time than this is not worth a call …
const WORTH_A_CALL: Duration = Duration::from_millis(200);
/// … and less than this not worth a second one, which the owner has to wait for.
const WORTH_WAITING: Duration = Duration::from_secs(1);

/// What is asked for, why, and until when.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    pub topic: Topic,
    pub today: NaiveDate,
    pub until: Instant,
    pub purpose: Purpose,
}

/// The first usable answer. Every call goes on the bill. A vendor that has too many requests just now is asked once more
/// when it says so, if nobody else has answered and there is time; nothing else is tried twice.
pub async fn ask_vendors(state: &AppState, asking: Asking, bill: &Mutex<Bill>) -> Option<Draft> {
    let prompt = Prompt {
        name: prompts::PLANS,
        instructions: prompts::PLANS_INSTRUCTIONS,
        data: prompts::plans_data(asking.topic, asking.today),
        schema: prompts::plans_schema(),
        max_tokens: MAX_TOKENS,
    };
    let vendors = &state.vendors.asked;
    let mut busy = Vec::new();
    for (i, vendor) in vendors.iter().enumerate() {
        let left = asking.until.saturating_duration_since(Instant::now());
        let limit = if i + 1 < vendors.len() {
            left.mul_f64(FIRST_SHARE)
        } else {
            left
        };
        if limit < WORTH_A_CALL {
            break;
        }
        match ask_one(state, asking, &prompt, vendor, limit, bill).await {
            Ok(draft) => return Some(draft),
            Err(Some(pause)) => busy.push((Instant::now() + pause, vendor)),
            Err(None) => {}
        }
    }
    busy.sort_by_key(|(at, _)| *at);
    for (at, vendor) in busy {
        if at + WORTH_WAITING > asking.until {
            break;
        }
        tokio::time::sleep_until(at.into()).await;
        let left = asking.until.saturating_duration_since(Instant::now());
        if let Ok(draft) = ask_one(state, asking, &prompt, vendor, left, bill).await {
            return Some(draft);
        }
    }
    None
}

/// One call, judged, written down and paid for. Without a usable answer: how long to wait before another try, if that
/// may help.
async fn ask_one(
    state: &AppState,
    asking: Asking,
    prompt: &Prompt,
    vendor: &Vendor,
    limit: Duration,
    bill: &Mutex<Bill>,
) -> Result<Draft, Option<Duration>> {
    let heard = vendor.ask(prompt, limit).await;
    let judged = judge(&heard, vendor, asking);
    let outcome = judged.as_ref().map_or_else(|code| *code, |_| "ok");
    charge(bill, &heard, judged.is_ok().then(|| vendor.name()));
    spending::record(state, asking.purpose, vendor, prompt.name, &heard, outcome).await;
    let Ok(mut draft) = judged else {
        return Err(heard.text.err().and_then(|error| error.again_after()));
    };
    draft.sandbox = state.vendors.sandbox;
    keep(state, asking.topic, &draft, vendor, prompt.name, &heard).await;
    Ok(draft)
}

fn charge(bill: &Mutex<Bill>, heard: &Heard, answered: Option<&'static str>) {
    let mut bill = bill.lock().unwrap_or_else(PoisonError::into_inner);
    bill.add(heard.usage, heard.cost_micros);
    bill.vendor = answered;
}

/// The draft, or why there is none.
fn judge(heard: &Heard, vendor: &Vendor, asking: Asking) -> Result<Draft, &'static str> {
    let name = vendor.name();
    let text = heard.text.as_ref().map_err(|error| {
        tracing::warn!(vendor = name, reason = error.code(), error = %error, "vendor gave no answer");
        error.code()
    })?;
    let caps = prompts::usual_caps(asking.topic);
    vendor_answer::accept(
        text,
        vendor.source(),
        &heard.model,
        asking.topic,
        asking.today,
        &caps,
    )
    .map_err(|refused| {
        metrics::counter!("janchi_ai_answers_refused_total", "vendor" => name, "reason" => refused.code())
            .increment(1);
        tracing::warn!(vendor = name, reason = %refused, "vendor's answer is not usable");
        "invalid"
    })
}

/// Keeps an answer for bad days. Losing it harms nobody today.
async fn keep(
    state: &AppState,
    topic: Topic,
    draft: &Draft,
    vendor: &Vendor,
    prompt: &str,
    heard: &Heard,
) {
    let made = Made {
        vendor: vendor.name(),
        model: &heard.model,
        prompt,
        input_tokens: heard.usage.input_tokens,
        output_tokens: heard.usage.output_tokens,
    };
    let at = state.clock.now();
    if let Err(error) = answers::insert_answer(&state.db, topic, draft, &made, at).await {
        tracing::warn!(error = %error, "could not keep a vendor's answer");
    }
}
