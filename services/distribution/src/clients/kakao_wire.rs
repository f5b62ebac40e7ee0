//! The words of the message dealer.

use serde::Deserialize;

/// Every answer: 200 says nothing, the header does.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub header: Header,
    #[serde(default)]
    pub message: Option<Accepted>,
    #[serde(default)]
    pub message_search_result_response: Option<Found>,
    #[serde(default)]
    pub statistics: Option<Statistics>,
}

/// Messages found.
#[derive(Deserialize)]
pub struct Found {
    #[serde(default)]
    pub messages: Vec<Sent>,
}

/// Counts of a request.
#[derive(Deserialize)]
pub struct Statistics {
    pub received: Option<i64>,
    pub clicked: Option<i64>,
}

/// Whether it was done.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    pub is_successful: bool,
    #[serde(default)]
    pub result_code: i64,
}

/// A request, or one of its messages.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    #[serde(default)]
    pub request_id: String,
    #[serde(default)]
    pub message_status: String,
    #[serde(default)]
    pub send_results: Vec<SendResult>,
}

/// What became of one receiver.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendResult {
    #[serde(default)]
    pub result_code: i64,
}

/// A message that was sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    #[serde(default)]
    pub request_id: String,
    #[serde(default)]
    pub recipient_grouping_key: Option<String>,
}

/// For the owner, in Korean.
pub fn refusal(code: i64) -> String {
    match code {
        -2011 => "카카오 메시지의 이번 달 발송 한도를 다 썼어요.",
        3022 => "지금은 광고 메시지를 보낼 수 없는 시간이에요.",
        _ => "카카오 메시지 대행사가 발송을 받지 않았어요.",
    }
    .to_owned()
}
