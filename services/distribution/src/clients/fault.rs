//! What a failed call to a platform means.

use crate::domain::outcome::Trouble;
use janchi_client::CallError;
use std::time::Duration;

/// What a failed call means that changes nothing or may be repeated as it is. A status that the adapter knows better
/// is looked at before this.
pub fn trouble(error: &CallError) -> Trouble {
    match error {
        CallError::Open { retry_after } => Trouble::Open {
            retry_after: *retry_after,
        },
        CallError::Status { retry_after, .. } => Trouble::Transient {
            reason: reason(error),
            wait: retry_after.map(Duration::from_secs),
        },
        _ => Trouble::transient(reason(error)),
    }
}

/// For the owner, in Korean: never the platform's raw answer.
pub fn reason(error: &CallError) -> String {
    match error {
        CallError::Open { .. } => "채널이 계속 응답하지 않아 잠시 쉬고 있어요.".to_owned(),
        CallError::Timeout => "채널이 제때 응답하지 않았어요.".to_owned(),
        CallError::Connect(_) => "채널에 연결하지 못했어요.".to_owned(),
        CallError::Invalid(_) => "채널의 응답을 이해하지 못했어요.".to_owned(),
        CallError::Status { status: 429, .. } => "채널이 요청이 너무 많다고 답했어요.".to_owned(),
        CallError::Status { status, .. } if *status >= 500 => {
            format!("채널에 장애가 있어요({status}).")
        }
        CallError::Status { status, .. } => format!("채널이 요청을 받지 않았어요({status})."),
    }
}
