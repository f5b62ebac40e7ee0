//! What can go wrong, and its one mapping to HTTP.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_web::{IdempotencyKey, Problem};

/// A request that cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such event of this owner")]
    EventNotFound,
    #[error("the sales are not valid")]
    Invalid(Problem),
    #[error("idempotency key used for another request")]
    KeyReused,
    #[error("the event service does not answer")]
    Upstream(#[source] janchi_client::CallError),
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("unexpected")]
    Unexpected(#[from] anyhow::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::EventNotFound => Self::new(
                StatusCode::NOT_FOUND,
                "EVENT_NOT_FOUND",
                "이벤트를 찾을 수 없어요.",
                "There is no such event.",
            ),
            Error::Invalid(problem) => problem,
            Error::KeyReused => IdempotencyKey::reused(),
            Error::Upstream(error) => Self::unavailable(2).cause(error),
            Error::Database(error) => Self::database(error),
            Error::Unexpected(error) => Self::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
