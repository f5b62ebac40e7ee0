use chrono::{DateTime, TimeDelta, Utc};
use janchi_client::{Api, CallError};
use janchi_runtime::seoul;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// The dealer refuses a key it took within ten minutes: the message is already on its way.
const ALREADY_TAKEN: i64 = -1005;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum DealerError {
    #[error("dealer cannot be reached: {0}")]
    Call(CallError),
    #[error("dealer refused the message with code {0}")]
    Refused(i64),
}

/// What both products answer, each with its own place for the results.
#[derive(Deserialize)]
pub(crate) struct Answer {
    header: Header,
    message: Option<Sent>,
    body: Option<SmsBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    result_code: i64,
    is_successful: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    #[serde(default)]
    send_results: Vec<SendResult>,
}

#[derive(Deserialize)]
struct SmsBody {
    data: Option<SmsData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SmsData {
    #[serde(default)]
    send_result_list: Vec<SendResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendResult {
    result_code: i64,
}

/// A refusal comes with HTTP 200: the codes inside decide.
pub(crate) fn judge(answer: Answer) -> Result<(), DealerError> {
    if answer.header.result_code == ALREADY_TAKEN {
        return Ok(());
    }
    if !answer.header.is_successful {
        return Err(DealerError::Refused(answer.header.result_code));
    }
    let by_talk = answer.message.map(|sent| sent.send_results);
    let by_sms = answer
        .body
        .and_then(|body| body.data)
        .map(|data| data.send_result_list);
    let results = by_talk.or(by_sms).unwrap_or_default();
    match results.iter().find(|result| result.result_code != 0) {
        Some(refused) => Err(DealerError::Refused(refused.result_code)),
        None => Ok(()),
    }
}

/// Asks the list of what was sent within the last day for a message's id.
pub(crate) async fn is_known(
    api: &Api,
    path: &str,
    key: &SecretString,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DealerError> {
    let day = |at: DateTime<Utc>| seoul::local(at).format("%Y-%m-%d %H:%M").to_string();
    let request = api
        .get(path)
        .query(&[
            ("recipientGroupingKey", id.to_string()),
            ("startRequestDate", day(now - TimeDelta::days(1))),
            ("endRequestDate", day(now + TimeDelta::minutes(1))),
        ])
        .header(crate::SECRET, key.expose_secret());
    let answer: Value = api.send_json(request).await.map_err(DealerError::Call)?;
    let count = answer["messageSearchResultResponse"]["totalCount"]
        .as_i64()
        .or_else(|| answer["body"]["totalCount"].as_i64());
    Ok(count.is_some_and(|count| count > 0))
}

#[cfg(test)]
mod tests {
    use super::{Answer, DealerError, judge};
    use serde_json::{Value, json};

    fn judged(answer: Value) -> Result<(), Option<i64>> {
        let answer: Answer = serde_json::from_value(answer).unwrap();
        judge(answer).map_err(|error| match error {
            DealerError::Refused(code) => Some(code),
            DealerError::Call(_) => None,
        })
    }

    #[test]
    fn the_codes_inside_decide() {
        let header = json!({"resultCode": 0, "resultMessage": "", "isSuccessful": true});
        let talk = |code: i64| json!({"header": header, "message": {"sendResults": [{"resultCode": 0}, {"resultCode": code}]}});
        let sms = |code: i64| json!({"header": header, "body": {"data": {"sendResultList": [{"resultCode": code}]}}});
        assert_eq!(judged(talk(0)), Ok(()));
        assert_eq!(judged(sms(0)), Ok(()));
        assert_eq!(judged(talk(-1028)), Err(Some(-1028)));
        assert_eq!(judged(sms(-2019)), Err(Some(-2019)));
        let refused = json!({"header": {"resultCode": -1000, "isSuccessful": false}});
        assert_eq!(judged(refused), Err(Some(-1000)));
    }

    #[test]
    fn a_message_that_is_on_its_way_already_is_sent() {
        let taken = json!({"header": {"resultCode": -1005, "isSuccessful": false}});
        assert_eq!(judged(taken), Ok(()));
    }
}
