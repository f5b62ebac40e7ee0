//! What Instagram's error codes mean for a post.

use super::fault;
use crate::domain::outcome::Trouble;
use janchi_client::CallError;
use serde::Deserialize;
use std::time::Duration;

/// What to do about a failed call.
#[derive(Debug)]
pub enum Failure {
    /// The container is gone or broken: make another.
    NewContainer(String),
    /// There is no such object.
    Missing,
    /// The container is not ready yet.
    NotReady,
    /// The owner has to act: connect again, or mend the account in the app.
    Owner(String),
    /// For good.
    Refused(String),
    /// Another try may help.
    Trouble(Trouble),
}

#[derive(Deserialize)]
struct Body {
    error: Detail,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    error_subcode: i64,
    #[serde(default)]
    is_transient: bool,
}

/// Reads the platform's error, which comes with many statuses.
pub fn classify(error: &CallError) -> Failure {
    let CallError::Status { body, .. } = error else {
        return Failure::Trouble(fault::trouble(error));
    };
    let Ok(Body { error: detail }) = serde_json::from_slice(body) else {
        return Failure::Trouble(fault::trouble(error));
    };
    let wait = |text: &str, seconds: u64| {
        Failure::Trouble(Trouble::Transient {
            reason: text.to_owned(),
            wait: Some(Duration::from_secs(seconds)),
        })
    };
    match (detail.code, detail.error_subcode) {
        (-2, _) | (24, _) | (-1, 2207032 | 2207053) => {
            Failure::NewContainer("인스타그램이 이미지를 처리하지 못해 다시 준비해요.".to_owned())
        }
        (100, 33) => Failure::Missing,
        (9007, _) => Failure::NotReady,
        (4, 2207051) => {
            Failure::Refused("인스타그램이 이 게시를 스팸으로 보고 막았어요.".to_owned())
        }
        (9, _) => wait("인스타그램의 하루 게시 한도를 다 썼어요.", 3600),
        (9004, _) => Failure::Refused("인스타그램이 이미지를 가져가지 못했어요.".to_owned()),
        (25, _) => {
            Failure::Owner("인스타그램 계정이 제한되어 있어요. 앱에서 확인해 주세요.".to_owned())
        }
        (36000, _) => Failure::Refused("이미지가 8MB보다 커요.".to_owned()),
        (36001, _) => Failure::Refused("인스타그램이 받지 않는 이미지 형식이에요.".to_owned()),
        (36003, _) => {
            Failure::Refused("이미지의 가로세로 비율이 인스타그램에 맞지 않아요.".to_owned())
        }
        (190, _) => Failure::Owner("인스타그램 연결이 끊겼어요. 다시 연결해 주세요.".to_owned()),
        (10 | 200..=299, _) => {
            Failure::Owner("인스타그램 게시 권한이 없어요. 다시 연결해 주세요.".to_owned())
        }
        (4 | 17 | 32 | 613 | 80002, _) => wait("인스타그램이 요청이 너무 많다고 답했어요.", 60),
        (-1 | 1 | 2, _) => Failure::Trouble(fault::trouble(error)),
        _ if detail.is_transient => Failure::Trouble(fault::trouble(error)),
        _ if matches!(error, CallError::Status { status, .. } if *status >= 500) => {
            Failure::Trouble(fault::trouble(error))
        }
        _ => Failure::Refused("인스타그램이 게시를 받지 않았어요.".to_owned()),
    }
}
