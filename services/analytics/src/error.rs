//! What can go wrong, and its one mapping to HTTP.

use crate::domain::sale::Fault;
use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_web::{IdempotencyKey, Problem};

/// A request that cannot be done.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    #[error("no such event of this owner")]
    EventNotFound,
    #[error("no sales, or too many at once")]
    SalesCount,
    #[error("a sale is not valid")]
    Sale { at: usize, fault: Fault },
    #[error("idempotency key used for another request")]
    KeyReused,
    #[error("the event service does not answer")]
    Upstream(#[source] janchi_client::CallError),
    #[error("no typefaces to print with")]
    Typefaces(#[source] anyhow::Error),
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
            Error::SalesCount => Self::validation().field(
                "sales",
                "OUT_OF_RANGE",
                "한 번에 1건에서 1,000건까지 보낼 수 있어요.",
                "Send between 1 and 1,000 sales at once.",
            ),
            Error::Sale { at, fault } => sale(at, fault),
            Error::KeyReused => IdempotencyKey::reused(),
            Error::Upstream(error) => Self::unavailable(2).cause(error),
            Error::Typefaces(error) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "PDF_UNAVAILABLE",
                "서버에 한글 글꼴이 없어서 PDF를 만들지 못했어요. CSV로 받거나, 관리자에게 글꼴(fonts-nanum 패키지 또는 FONT_DIR 설정)을 확인해 달라고 해 주세요.",
                "The server has no Korean typefaces for a PDF. Take the CSV, or ask the operator to install the package fonts-nanum or to set FONT_DIR.",
            )
            .cause(error),
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

fn sale(at: usize, fault: Fault) -> Problem {
    let (field, code, ko, en) = match fault {
        Fault::Amount => (
            "amount",
            "OUT_OF_RANGE",
            "금액은 1원부터 10억 원까지 넣을 수 있어요.",
            "The amount must be between 1 and 1,000,000,000 KRW.",
        ),
        Fault::SoldAt => (
            "soldAt",
            "IN_THE_FUTURE",
            "아직 오지 않은 시각이에요.",
            "The time lies in the future.",
        ),
        Fault::ReceiptNo => (
            "receiptNo",
            "INVALID",
            "영수증 번호는 64자 이내로 넣어 주세요.",
            "The receipt number must have at most 64 characters.",
        ),
    };
    Problem::validation().field(&format!("sales[{at}].{field}"), code, ko, en)
}
