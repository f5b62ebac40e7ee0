use crate::domain::fault::{Faults, Refusal};
use crate::domain::verification::Standing;
use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_web::{IdempotencyKey, IfMatch, Problem};

/// What can go wrong in this service, free of HTTP. One `match` below gives each its answer.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    #[error("{0}")]
    Invalid(Faults),
    #[error("e-mail belongs to another account")]
    EmailTaken,
    #[error("phone belongs to another account")]
    PhoneTaken,
    #[error("business number belongs to another shop")]
    BusinessNumberTaken,
    #[error("business cannot be taken: {0:?}")]
    BusinessRefused(Standing),
    #[error("no account with this login and password")]
    InvalidCredentials,
    #[error("too many failed logins")]
    LoginThrottled { wait_seconds: u64 },
    #[error("the password is needed once more")]
    PasswordNeeded,
    #[error("the current password is another")]
    WrongPassword,
    #[error("changed meanwhile")]
    Outdated,
    #[error("refresh token is unknown, used or ended")]
    RefreshTokenInvalid,
    #[error("reset token is unknown, used or ended")]
    ResetTokenInvalid,
    #[error("idempotency key came with another request before")]
    IdempotencyKeyReused,
    #[error("nothing there for this caller")]
    NotFound,
    #[error("the account of this token is gone")]
    AccountGone,
    #[error("too many passwords wait to be checked")]
    Busy,
    #[error("run a statement")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unexpected(#[from] anyhow::Error),
}

const CURRENT_PASSWORD: &str = "currentPassword";
const WRONG_PASSWORD: Refusal = Refusal::new(
    "WRONG_PASSWORD",
    "지금 비밀번호가 맞지 않아요.",
    "This is not your current password.",
);
const PASSWORD_NEEDED: Refusal = Refusal::new(
    "REQUIRED",
    "로그인한 지 시간이 지났어요. 지금 비밀번호도 함께 입력해 주세요.",
    "You logged in a while ago. Please enter your current password too.",
);

impl Error {
    /// One refused field.
    pub fn field(field: &str, refusal: Refusal) -> Self {
        Self::Invalid(Faults::one(field, refusal))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(faults) => {
                faults
                    .iter()
                    .fold(Problem::validation(), |problem, (field, refusal)| {
                        problem.field(field, refusal.code, refusal.ko, refusal.en)
                    })
            }
            Error::EmailTaken => conflict(
                "EMAIL_TAKEN",
                "이미 가입한 이메일이에요.",
                "This e-mail address is already registered.",
            ),
            Error::PhoneTaken => conflict(
                "PHONE_TAKEN",
                "이미 가입한 휴대폰 번호예요.",
                "This phone number is already registered.",
            ),
            Error::BusinessNumberTaken => conflict(
                "BUSINESS_NUMBER_TAKEN",
                "이미 등록한 사업자등록번호예요.",
                "This business registration number is already registered.",
            ),
            Error::BusinessRefused(standing) => business_refused(standing),
            Error::InvalidCredentials => Problem::new(
                StatusCode::UNAUTHORIZED,
                "INVALID_CREDENTIALS",
                "아이디나 비밀번호를 확인해 주세요.",
                "Check your login and password.",
            ),
            Error::LoginThrottled { wait_seconds } => throttled(wait_seconds),
            Error::PasswordNeeded => Problem::from(Error::field(CURRENT_PASSWORD, PASSWORD_NEEDED)),
            // 401 would tell the client that its token is no good.
            Error::WrongPassword => Problem::from(Error::field(CURRENT_PASSWORD, WRONG_PASSWORD)),
            Error::Outdated => IfMatch::outdated(),
            Error::RefreshTokenInvalid => Problem::new(
                StatusCode::UNAUTHORIZED,
                "REFRESH_TOKEN_INVALID",
                "로그인이 끝났어요. 다시 로그인해 주세요.",
                "Your login has ended. Please log in again.",
            ),
            Error::ResetTokenInvalid => Problem::new(
                StatusCode::NOT_FOUND,
                "RESET_LINK_INVALID",
                "이미 사용했거나 기한이 지난 링크예요. 비밀번호 찾기를 다시 해 주세요.",
                "This link was used or has expired. Please ask for a new one.",
            ),
            Error::IdempotencyKeyReused => IdempotencyKey::reused(),
            Error::NotFound => Problem::not_found(),
            Error::AccountGone => Problem::unauthorized(),
            // The queue is about that long.
            Error::Busy => Problem::unavailable(5),
            Error::Database(cause) => Problem::database(cause),
            Error::Unexpected(cause) => Problem::internal(cause),
        }
    }
}

fn conflict(code: &'static str, ko: &str, en: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, ko, en)
}

fn business_refused(standing: Standing) -> Problem {
    let (code, ko, en) = match standing {
        Standing::Suspended => (
            "BUSINESS_SUSPENDED",
            "휴업 중인 사업자예요. 영업을 다시 시작한 뒤 가입해 주세요.",
            "This business is suspended. Please sign up once it is open again.",
        ),
        Standing::Closed => (
            "BUSINESS_CLOSED",
            "폐업한 사업자예요. 번호를 확인해 주세요.",
            "This business is closed. Please check the number.",
        ),
        Standing::NotRegistered | Standing::Verified => (
            "BUSINESS_NOT_REGISTERED",
            "국세청에 등록되지 않은 사업자등록번호예요. 번호를 확인해 주세요.",
            "The tax office does not know this number. Please check it.",
        ),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, ko, en).field(
        "store.businessNumber",
        code,
        ko,
        en,
    )
}

fn throttled(wait_seconds: u64) -> Problem {
    let minutes = wait_seconds.div_ceil(60);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "LOGIN_THROTTLED",
        format!("로그인을 여러 번 실패해서 잠시 막았어요. {minutes}분 뒤에 다시 시도해 주세요."),
        format!("Too many failed logins. Please try again in {minutes} min."),
    )
    .retry_after(wait_seconds)
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
