//! What can go wrong, by meaning, and its one mapping to HTTP.

use crate::domain::changes::Refused;
use crate::domain::event::Step;
use crate::domain::fault::{Fault, Faults};
use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_client::CallError;
use janchi_web::Problem;

/// Why a request is not done.
#[derive(Debug, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    /// Unknown or somebody else's: the same to the outside.
    NotFound,
    Invalid(Faults),
    /// The event was approved: this field is fixed.
    Locked(&'static str),
    NotDeletable,
    /// The creation flow is not through.
    NotReady {
        missing: Vec<Step>,
        faults: Vec<Fault>,
    },
    AlreadyApproved,
    EventCancelled,
    NotOngoing,
    NotCancellable,
    /// The owner has no shop.
    NoStore,
    /// The job has no result to use.
    JobNotSucceeded,
    JobFinished,
    IdempotencyKeyReused,
    /// Another service does not answer.
    Upstream(CallError),
    /// Refused at the edge already (precondition, page).
    Refused(Problem),
    Database(sqlx::Error),
    Unexpected(anyhow::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Unexpected(error)
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        Self::Upstream(error)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Invalid(Faults(vec![fault]))
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(faults) => Self::Invalid(faults),
            Refused::Locked(field) => Self::Locked(field),
        }
    }
}

/// Seconds after which another try makes sense when something does not answer.
const TRY_AGAIN: u64 = 5;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let conflict = |code, ko, en| Problem::new(StatusCode::CONFLICT, code, ko, en);
        match error {
            Error::NotFound => Problem::not_found(),
            Error::Invalid(faults) => with_faults(Problem::validation(), faults.0),
            Error::Locked(field) => conflict(
                "EVENT_LOCKED",
                "승인한 이벤트는 제목과 설명만 바꿀 수 있어요. 종료 시각은 첫 응모가 있기 전에만 늦출 수 있어요.",
                "After approval only title and description may change, and the end may be put off before the first entry.",
            )
            .field(field, "LOCKED", "승인 뒤에는 바꿀 수 없어요.", "This cannot change after approval."),
            Error::NotDeletable => conflict(
                "EVENT_NOT_DELETABLE",
                "작성 중인 이벤트만 지울 수 있어요.",
                "Only a draft can be deleted.",
            ),
            Error::NotReady { missing, faults } => {
                let missing: Vec<_> = missing.into_iter().map(Step::code).collect();
                with_faults(
                    conflict(
                        "EVENT_NOT_READY",
                        "아직 준비되지 않은 단계가 있어요. 빠진 내용을 채워 주세요.",
                        "Some steps are not done yet.",
                    ),
                    faults,
                )
                .extra("missing", serde_json::json!(missing))
            }
            Error::AlreadyApproved => conflict(
                "EVENT_ALREADY_APPROVED",
                "이미 승인한 이벤트예요.",
                "This event was approved already.",
            ),
            Error::EventCancelled => {
                conflict("EVENT_CANCELLED", "취소한 이벤트예요.", "This event was cancelled.")
            }
            Error::NotOngoing => conflict(
                "EVENT_NOT_ONGOING",
                "진행 중인 이벤트만 끝낼 수 있어요.",
                "Only an ongoing event can be ended.",
            ),
            Error::NotCancellable => conflict(
                "EVENT_NOT_CANCELLABLE",
                "승인한 뒤 아직 끝나지 않은 이벤트만 취소할 수 있어요.",
                "Only an approved event that is not over can be cancelled.",
            ),
            Error::NoStore => conflict(
                "STORE_MISSING",
                "등록한 매장이 없어요. 매장 정보를 먼저 등록해 주세요.",
                "There is no shop yet: register it first.",
            ),
            Error::JobNotSucceeded => conflict(
                "JOB_NOT_SUCCEEDED",
                "아직 결과가 없는 작업이에요. 끝난 뒤에 다시 시도해 주세요.",
                "This job has no result.",
            ),
            Error::JobFinished => conflict(
                "JOB_ALREADY_FINISHED",
                "이미 끝난 작업이라 취소할 수 없어요.",
                "This job is finished and cannot be cancelled.",
            ),
            Error::IdempotencyKeyReused => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "IDEMPOTENCY_KEY_REUSED",
                "같은 Idempotency-Key를 다른 요청에 이미 썼어요.",
                "This Idempotency-Key was used for another request.",
            ),
            Error::Upstream(error) => {
                let seconds = match &error {
                    CallError::Open { retry_after } => retry_after.as_secs().max(1),
                    _ => TRY_AGAIN,
                };
                Problem::unavailable(seconds).cause(error)
            }
            Error::Refused(problem) => problem,
            Error::Database(error) => Problem::database(error),
            Error::Unexpected(error) => Problem::internal(error),
        }
    }
}

fn with_faults(problem: Problem, faults: Vec<Fault>) -> Problem {
    faults.into_iter().fold(problem, |problem, fault| {
        problem.field(&fault.field, fault.code, fault.ko, fault.en)
    })
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
