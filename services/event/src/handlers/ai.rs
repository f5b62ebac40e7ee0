//! The face of the AI service.

use crate::domain::fault::{Fault, Faults};
use crate::domain::limits::money;
use crate::domain::text;
use crate::error::Error;
use crate::handlers::bodies::{AskIntent, AskRecommendation};
use crate::handlers::jobs::{JobStarted, started};
use crate::ops::start_job;
use crate::state::AppState;
use axum::extract::State;
use janchi_client::CallError;
use janchi_contracts::ai::{Intent, IntentRequest};
use janchi_runtime::seoul;
use janchi_web::openapi::Answer;
use janchi_web::{Json, Owner};

/// Characters of a wish beside the objective.
const NOTE: usize = 500;
/// Characters of a typed sentence.
const SENTENCE: usize = 500;

/// `POST /api/ai/recommendations`
pub async fn ask_recommendation(
    State(state): State<AppState>,
    owner: Owner,
    Json(body): Json<AskRecommendation>,
) -> Result<Answer<202, Json<JobStarted>>, Error> {
    let mut faults = Faults::default();
    let budget = body
        .budget
        .and_then(|won| faults.take(money("budget", won)));
    let note = body.note.filter(|note| !note.trim().is_empty());
    let note = note.and_then(|note| faults.take(text::paragraph("note", &note, NOTE)));
    faults.check()?;
    let job = start_job::recommendation(&state, owner.user_id, body.event_id, budget, note).await?;
    Ok(started(job))
}

/// `POST /api/ai/intents`
pub async fn read_intent(
    State(state): State<AppState>,
    _: Owner,
    Json(body): Json<AskIntent>,
) -> Result<Json<Intent>, Error> {
    let text = text::paragraph("text", &body.text, SENTENCE)?;
    let today = seoul::day(state.now());
    match state.ai.read_intent(&IntentRequest { text, today }).await {
        Ok(intent) => Ok(Json(intent)),
        Err(CallError::Status { status: 422, .. }) => Err(Fault::new(
            "text",
            "NOT_UNDERSTOOD",
            "어떤 이벤트를 원하시는지 알기 어려워요. 조금 더 자세히 적어 주세요.",
            "Please say in more detail what you want.",
        )
        .into()),
        Err(error) => Err(error.into()),
    }
}
