use crate::domain::shop::parse_business_number;
use crate::domain::verification::{Source, Verification};
use crate::error::Error;
use crate::state::AppState;
use axum::extract::State;
use janchi_web::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/users/business-numbers/verify`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRequest {
    business_number: String,
}

/// What is known of a number, and from whom.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyAnswer {
    status: Verification,
    source: Source,
    /// The answer came from a practice tax office; left out otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sandbox: bool,
}

/// Checks a business number before the sign-up is sent.
pub async fn verify(
    State(state): State<AppState>,
    Json(body): Json<VerifyRequest>,
) -> Result<Json<VerifyAnswer>, Error> {
    let refused = |refusal| Error::field("businessNumber", refusal);
    let number = parse_business_number(&body.business_number).map_err(refused)?;
    let checked = state.business.check(&number).await.map_err(refused)?;
    Ok(Json(VerifyAnswer {
        status: checked.verification,
        source: checked.source,
        sandbox: state.business.sandbox && checked.source != Source::Skipped,
    }))
}
