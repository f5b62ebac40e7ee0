//! What can go wrong, and its one mapping to HTTP.

use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_web::Problem;

/// A field of a request that cannot be taken.
#[derive(Debug, Clone, Copy)]
pub struct BadField {
    pub field: &'static str,
    pub code: &'static str,
    pub ko: &'static str,
    pub en: &'static str,
}

/// Everything a handler may answer with instead of its result.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    /// Unknown, or someone else's.
    #[error("not found")]
    NotFound,
    #[error("channel is not retryable")]
    NotRetryable,
    #[error("channel cannot be skipped")]
    NotSkippable,
    #[error("channel cannot be confirmed")]
    NotConfirmable,
    /// A worker holds the channel at this moment.
    #[error("channel is being worked on")]
    Busy,
    /// The run was called back.
    #[error("run was recalled")]
    Recalled,
    #[error("invalid fields")]
    Invalid(Vec<BadField>),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unexpected(#[from] anyhow::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let conflict = |code, ko, en| Problem::new(StatusCode::CONFLICT, code, ko, en);
        match error {
            Error::NotFound => Problem::not_found(),
            Error::NotRetryable => conflict(
                "CHANNEL_NOT_RETRYABLE",
                "지금은 이 채널을 다시 시도할 수 없어요.",
                "This channel cannot be tried again in its present state.",
            ),
            Error::NotSkippable => conflict(
                "CHANNEL_NOT_SKIPPABLE",
                "지금은 이 채널을 건너뛸 수 없어요.",
                "This channel cannot be skipped in its present state.",
            ),
            Error::NotConfirmable => conflict(
                "CHANNEL_NOT_CONFIRMABLE",
                "지금은 이 채널을 직접 올렸다고 표시할 수 없어요.",
                "This channel cannot be confirmed in its present state.",
            ),
            Error::Busy => conflict(
                "CHANNEL_BUSY",
                "지금 이 채널을 처리하고 있어요. 잠시 뒤 다시 시도해 주세요.",
                "This channel is being worked on. Please try again in a moment.",
            )
            .retry_after(5),
            Error::Recalled => conflict(
                "DISTRIBUTION_RECALLED",
                "취소된 배포예요. 채널을 바꿀 수 없어요.",
                "This distribution was cancelled; its channels cannot be changed.",
            ),
            Error::Invalid(fields) => fields.into_iter().fold(Problem::validation(), |p, f| {
                p.field(f.field, f.code, f.ko, f.en)
            }),
            Error::Database(error) => Problem::database(error),
            Error::Unexpected(error) => Problem::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
