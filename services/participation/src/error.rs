use aide::OperationIo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use janchi_client::CallError;
use janchi_web::{IdempotencyKey, Problem};
use std::time::Duration;

/// What can go wrong here, named by meaning. Its one way to HTTP is below.
#[derive(Debug, thiserror::Error, OperationIo)]
#[aide(output_with = "Problem")]
pub enum Error {
    #[error("there is no such thing, or it is someone else's")]
    NotFound,
    #[error("the receipt belongs to no entry any more")]
    ReceiptEnded,
    #[error("the event takes no entries now")]
    EventNotOpen,
    #[error("this phone has entered")]
    AlreadyParticipated,
    #[error("the event was cancelled")]
    EventCancelled,
    #[error("the event has not ended")]
    EventNotEnded,
    #[error("the event is drawn")]
    AlreadyDrawn,
    #[error("nobody entered")]
    NoParticipants,
    #[error("the rules say {winner_count} winners")]
    RulesFixed { winner_count: u32 },
    #[error("the list of entries is frozen")]
    EntriesFrozen,
    #[error("the list of entries is not frozen yet")]
    EntriesNotFrozen,
    #[error("the prize is claimed")]
    AlreadyClaimed,
    #[error("the prize is forfeited")]
    AlreadyForfeited,
    #[error("the prize is not claimed")]
    NotClaimed,
    #[error("the time to claim is over")]
    ClaimExpired,
    #[error("the code is wrong, used or too old")]
    WrongCode,
    #[error("a code was sent a moment ago")]
    CodeTooSoon,
    #[error("no more codes are sent for this prize")]
    CodesSpent,
    #[error("no dealer proves phones")]
    PhoneProofUnavailable,
    #[error("the message was sent a moment ago, or there is none")]
    MessageNotDue,
    #[error("too many wrong codes")]
    TooManyGuesses { seconds: i64 },
    #[error("dealer does not answer")]
    Dealer(#[source] CallError),
    #[error("idempotency key was used with another request")]
    IdempotencyKeyReused,
    #[error("values are invalid")]
    Invalid(Vec<Field>),
    #[error("too many entries wait for the database")]
    QueueFull,
    #[error("the event service does not answer")]
    EventService(#[source] CallError),
    #[error("the request was refused")]
    Web(Problem),
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unexpected(#[from] anyhow::Error),
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub code: &'static str,
    pub ko: &'static str,
    pub en: &'static str,
}

impl Field {
    /// A field's fault with its texts.
    pub const fn new(
        name: &'static str,
        code: &'static str,
        ko: &'static str,
        en: &'static str,
    ) -> Self {
        Self { name, code, ko, en }
    }

    fn problem(self) -> Problem {
        Problem::validation().field(self.name, self.code, self.ko, self.en)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Web(problem)
    }
}

impl From<Field> for Error {
    fn from(field: Field) -> Self {
        Self::Invalid(vec![field])
    }
}

impl Error {
    /// Whether the same call may well succeed a moment later.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::QueueFull | Self::EventService(_) | Self::Dealer(_) => true,
            Self::Database(error) => janchi_db::is_unavailable(error),
            _ => false,
        }
    }
}

fn throttled(seconds: u64) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TOO_MANY_CODES",
        "너무 자주 시도했어요. 잠시 후 다시 시도해 주세요.",
        "Too many tries. Please try again in a moment.",
    )
    .retry_after(seconds)
}

fn conflict(code: &'static str, ko: &str, en: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, ko, en)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::ReceiptEnded => Self::unauthorized(),
            Error::EventNotOpen => conflict(
                "EVENT_NOT_OPEN",
                "지금은 참여할 수 없는 이벤트예요.",
                "This event does not take entries now.",
            ),
            Error::AlreadyParticipated => conflict(
                "ALREADY_PARTICIPATED",
                "이미 참여하셨어요. 한 번호로 한 번만 참여할 수 있어요.",
                "You have already entered. One entry per phone number.",
            ),
            Error::EventCancelled => conflict(
                "EVENT_CANCELLED",
                "취소된 이벤트는 추첨할 수 없어요.",
                "A cancelled event cannot be drawn.",
            ),
            Error::EventNotEnded => conflict(
                "EVENT_NOT_ENDED",
                "이벤트가 끝난 뒤에 추첨할 수 있어요.",
                "The draw is possible after the event has ended.",
            ),
            Error::AlreadyDrawn => conflict(
                "ALREADY_DRAWN",
                "이미 추첨했어요. 다시 추첨할 수 없어요.",
                "The draw is done and cannot be repeated.",
            ),
            Error::NoParticipants => conflict(
                "NO_PARTICIPANTS",
                "참여자가 없어서 추첨할 수 없어요.",
                "There are no entries to draw from.",
            ),
            Error::RulesFixed { winner_count } => conflict(
                "RULES_FIXED",
                &format!("당첨자 수는 시작할 때 {winner_count}명으로 공개했어요. 바꿀 수 없어요."),
                &format!(
                    "The number of winners was published as {winner_count} at the opening and is fixed."
                ),
            ),
            Error::EntriesFrozen => conflict(
                "ENTRIES_FROZEN",
                "추첨 명단이 확정되어 더 바꿀 수 없어요.",
                "The list of entries is frozen and cannot be changed.",
            ),
            Error::EntriesNotFrozen => conflict(
                "ENTRIES_NOT_FROZEN",
                "추첨 명단이 확정된 뒤에 볼 수 있어요.",
                "This is available once the list of entries is frozen.",
            ),
            Error::AlreadyClaimed => conflict(
                "ALREADY_CLAIMED",
                "이미 경품을 받은 당첨자예요.",
                "This winner has already claimed the prize.",
            ),
            Error::AlreadyForfeited => conflict(
                "ALREADY_FORFEITED",
                "이미 당첨이 취소됐어요.",
                "This prize has already been forfeited.",
            ),
            Error::NotClaimed => conflict(
                "NOT_CLAIMED",
                "당첨자가 아직 경품을 신청하지 않았어요.",
                "The winner has not claimed the prize yet.",
            ),
            Error::ClaimExpired => conflict(
                "CLAIM_EXPIRED",
                "경품을 신청할 수 있는 기간이 지났어요. 가게에 문의해 주세요.",
                "The time to claim this prize is over. Please ask the shop.",
            ),
            Error::WrongCode => Field::new(
                "code",
                "WRONG_CODE",
                "확인번호가 맞지 않거나 시간이 지났어요. 다시 받아 주세요.",
                "The code is wrong or has passed. Please ask for a new one.",
            )
            .problem(),
            Error::CodeTooSoon => throttled(60),
            Error::CodesSpent => conflict(
                "CODES_SPENT",
                "확인번호를 더 보낼 수 없어요. 가게에 직접 문의해 주세요.",
                "No more codes are sent for this prize. Please ask the shop.",
            ),
            Error::PhoneProofUnavailable => conflict(
                "CLAIM_IN_SHOP",
                "이 경품은 가게에서 직접 받아 주세요.",
                "Please claim this prize in the shop.",
            ),
            Error::MessageNotDue => conflict(
                "MESSAGE_NOT_DUE",
                "조금 전에 보냈거나 보낼 메시지가 없어요.",
                "The message was sent a moment ago, or there is none.",
            ),
            Error::TooManyGuesses { seconds } => throttled(seconds.unsigned_abs()),
            Error::Dealer(cause) => Self::unavailable(5).cause(cause),
            Error::IdempotencyKeyReused => IdempotencyKey::reused(),
            Error::Invalid(fields) => fields.into_iter().fold(Self::validation(), |problem, f| {
                problem.field(f.name, f.code, f.ko, f.en)
            }),
            Error::QueueFull => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "BUSY",
                "지금 참여가 몰리고 있어요. 잠시 후 다시 시도해 주세요.",
                "Many people are entering right now. Please try again in a moment.",
            )
            .retry_after(1),
            Error::EventService(cause) => {
                let wait = match &cause {
                    CallError::Open { retry_after } => *retry_after,
                    _ => Duration::from_secs(2),
                };
                Self::unavailable(wait.as_secs().max(1)).cause(cause)
            }
            Error::Web(problem) => problem,
            Error::Database(cause) if janchi_db::is_unavailable(&cause) => {
                Self::unavailable(2).cause(cause)
            }
            Error::Database(cause) if janchi_db::is_bad_value(&cause) => {
                Self::validation().cause(cause)
            }
            Error::Database(cause) => Self::internal(cause),
            Error::Unexpected(cause) => Self::internal(cause),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
