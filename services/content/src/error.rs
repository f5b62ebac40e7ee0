use crate::domain::edit::{Fault, Faults};
use crate::domain::upload::Refusal;
use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_web::Problem;

/// Why a request was not done.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    #[error("no such picture, or somebody else's")]
    NotFound,
    #[error("an edit with wrong fields")]
    Faults(Faults),
    #[error("an upload that is refused: {0:?}")]
    Refused(Refusal),
    #[error("no file in the upload")]
    NoFile,
    #[error("a larger file than is taken")]
    FileTooLarge,
    #[error("not multipart")]
    NotMultipart,
    #[error("multipart that breaks off")]
    BrokenMultipart,
    #[error("a channel's number that is none")]
    NotACode,
    #[error("a purpose of an upload that is none")]
    NotAPurpose,
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unexpected(#[from] anyhow::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::Faults(faults) => faults.into_iter().fold(Self::validation(), add_fault),
            Error::Refused(Refusal::NotAPicture) => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_IMAGE",
                "PNG, JPEG, WebP 그림 파일만 올릴 수 있어요.",
                "Only PNG, JPEG and WebP pictures are taken.",
            ),
            Error::Refused(Refusal::TooManyPixels) => Self::validation().field(
                "file",
                "IMAGE_TOO_LARGE",
                "그림이 너무 커요. 가로세로 8,000픽셀 이하로 줄여 주세요.",
                "The picture is too large. At most 8,000 pixels a side.",
            ),
            Error::Refused(Refusal::Broken) => Self::validation().field(
                "file",
                "IMAGE_BROKEN",
                "그림 파일이 깨져 있어서 열 수 없어요.",
                "The picture file is broken.",
            ),
            Error::NotACode => Self::validation().field(
                "spokenCode",
                "INVALID_CODE",
                "응모 번호는 숫자 4~8자리예요.",
                "A spoken code has four to eight digits.",
            ),
            Error::NotAPurpose => Self::validation().field(
                "kind",
                "UNKNOWN_VALUE",
                "LOGO와 PHOTO 가운데 골라 주세요.",
                "Choose LOGO or PHOTO.",
            ),
            Error::NoFile => Self::validation().field(
                "file",
                "REQUIRED",
                "올릴 파일을 골라 주세요.",
                "Choose a file to upload.",
            ),
            Error::FileTooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                "파일은 10MB까지 올릴 수 있어요.",
                "Files may have up to 10 MiB.",
            ),
            Error::NotMultipart => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "파일은 multipart/form-data로 보내 주세요.",
                "Please send the file as multipart/form-data.",
            ),
            Error::BrokenMultipart => Self::new(
                StatusCode::BAD_REQUEST,
                "BAD_REQUEST",
                "파일이 다 오지 않았어요. 다시 올려 주세요.",
                "The upload broke off. Please try again.",
            ),
            Error::Database(error) => Self::database(error),
            Error::Unexpected(error) => Self::internal(error),
        }
    }
}

fn add_fault(problem: Problem, (field, fault): (&'static str, Fault)) -> Problem {
    match fault {
        Fault::Empty => problem.field(
            field,
            "REQUIRED",
            "한 글자 이상 써 주세요.",
            "Write at least one letter.",
        ),
        Fault::TooLong(limit) => problem.field(
            field,
            "TOO_LONG",
            format!("{limit}자까지 쓸 수 있어요."),
            format!("At most {limit} characters."),
        ),
        Fault::ControlCharacters => problem.field(
            field,
            "CONTROL_CHARACTERS",
            "보이지 않는 제어 문자는 쓸 수 없어요.",
            "Control characters are not taken.",
        ),
        Fault::NothingDrawable => problem.field(
            field,
            "NOT_DRAWABLE",
            "그림에 그릴 수 있는 글자가 없어요. 한글이나 영문, 숫자로 써 주세요.",
            "None of these characters can be drawn. Use Hangul, Latin letters or digits.",
        ),
        Fault::NotAColor => problem.field(
            field,
            "INVALID_COLOR",
            "색은 #RRGGBB로 써 주세요. 예: #FF6600",
            "Write colours as #RRGGBB, e.g. #FF6600.",
        ),
        Fault::UnknownLayout => problem.field(
            field,
            "UNKNOWN_VALUE",
            "LEFT, CENTER, SPLIT 가운데 골라 주세요.",
            "Choose LEFT, CENTER or SPLIT.",
        ),
        Fault::UnknownUpload => problem.field(
            field,
            "UNKNOWN_UPLOAD",
            "올린 그림 가운데서 골라 주세요.",
            "Choose one of your uploads.",
        ),
        Fault::NothingToChange => problem.field(
            field,
            "REQUIRED",
            "바꿀 내용을 하나 이상 보내 주세요.",
            "Send at least one change.",
        ),
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
