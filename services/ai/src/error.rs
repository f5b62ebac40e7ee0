//! What can go wrong in a request, and how it is told.

use crate::domain::intent::TEXT_LIMIT;
use aide::OperationIo;
use axum::response::{IntoResponse, Response};
use janchi_web::Problem;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    /// The sentence of an intent is empty.
    #[error("the text is empty")]
    TextMissing,
    /// The sentence of an intent is longer than [`TEXT_LIMIT`] characters.
    #[error("the text is too long")]
    TextTooLong,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Problem::validation();
        match error {
            Error::TextMissing => problem.field(
                "text",
                "REQUIRED",
                "어떤 이벤트를 하고 싶은지 적어 주세요.",
                "Say what event you want.",
            ),
            Error::TextTooLong => problem.field(
                "text",
                "TOO_LONG",
                format!("{TEXT_LIMIT}자 이내로 적어 주세요."),
                format!("Use {TEXT_LIMIT} characters at most."),
            ),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
