use crate::config::{NoticeChannel, SmsChannel};
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_client::{Api, CallError};
use janchi_crypto::Phone;
use janchi_runtime::seoul;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_secs(5);
/// The dealer refuses a key it took within ten minutes: the message is already on its way.
const ALREADY_TAKEN: i64 = -1005;

/// Sends messages to winners through NHN Cloud: 알림톡 or long SMS, and codes by SMS. Cheap to clone.
#[derive(Clone)]
pub struct Dealer {
    notices: Option<Arc<(Api, NoticeChannel)>>,
    sms: Option<Arc<(Api, SmsChannel)>>,
}

impl fmt::Debug for Dealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dealer")
    }
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum DealerError {
    #[error("no dealer is configured")]
    NotConfigured,
    #[error("dealer cannot be reached: {0}")]
    Call(CallError),
    #[error("dealer refused the message with code {0}")]
    Refused(i64),
}

#[derive(Deserialize)]
struct Answer {
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

/// What a winner is told.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    pub shop: &'a str,
    pub event: &'a str,
    pub prize: &'a str,
    pub link: &'a str,
    /// Until when it can be claimed, as people read it.
    pub until: &'a str,
}

impl Notice<'_> {
    fn text(&self) -> String {
        format!(
            "[{}] '{}' 이벤트에 참여해 주셔서 감사해요. {}에 당첨되셨어요.\n{}까지 아래 주소에서 확인해 주세요.\n{}\n저희는 계좌번호나 비밀번호를 묻지 않아요.",
            self.shop, self.event, self.prize, self.until, self.link
        )
    }
}

impl Dealer {
    /// # Errors
    /// An HTTP client cannot be built.
    pub fn new(notices: Option<NoticeChannel>, sms: Option<SmsChannel>) -> anyhow::Result<Self> {
        let api = |name, url: &url::Url| {
            Api::new(name, url.clone(), DEADLINE).context("build a dealer's client")
        };
        Ok(Self {
            notices: notices
                .map(|channel| {
                    anyhow::Ok(Arc::new((api("winner-notices", &channel.url)?, channel)))
                })
                .transpose()?,
            sms: sms
                .map(|channel| anyhow::Ok(Arc::new((api("sms", &channel.url)?, channel))))
                .transpose()?,
        })
    }

    /// Whether winners can be told.
    pub fn can_tell(&self) -> bool {
        self.notices.is_some() || self.sms.is_some()
    }

    /// Whether phones can be proved.
    pub fn can_prove(&self) -> bool {
        self.sms.is_some()
    }

    /// Tells a winner: by 알림톡 where a template is configured, else by a long SMS. The same `id` is sent once.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn tell(&self, id: Uuid, to: &Phone, notice: &Notice<'_>) -> Result<(), DealerError> {
        let Some(channel) = &self.notices else {
            return self.send_sms(id, to, "mms", &notice.text()).await;
        };
        let (api, channel) = channel.as_ref();
        let path = format!(
            "alimtalk/v2.3/appkeys/{}/messages",
            channel.app_key.expose_secret()
        );
        let request = api
            .post(&path)
            .header("x-secret-key", channel.key.expose_secret())
            .header("x-nc-api-idempotency-key", id.to_string())
            .json(&json!({
                "senderKey": channel.sender_key,
                "templateCode": channel.template,
                "recipientList": [{
                    "recipientNo": to.local(),
                    "templateParameter": {
                        "shop": notice.shop, "event": notice.event, "prize": notice.prize,
                        "link": notice.link, "until": notice.until,
                    },
                    "recipientGroupingKey": id,
                }],
            }));
        judge(api.send_json(request).await.map_err(DealerError::Call)?)
    }

    /// Whether the dealer knows a message with this id, sent within the last day: asked before a message is sent again
    /// whose outcome nobody knows.
    ///
    /// # Errors
    /// The dealer cannot be reached.
    pub async fn knows(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, DealerError> {
        let day = |at: DateTime<Utc>| seoul::local(at).format("%Y-%m-%d %H:%M").to_string();
        let id = id.to_string();
        let (from, to) = (
            day(now - TimeDelta::days(1)),
            day(now + TimeDelta::minutes(1)),
        );
        let asked = [
            ("recipientGroupingKey", id.as_str()),
            ("startRequestDate", from.as_str()),
            ("endRequestDate", to.as_str()),
        ];
        let (api, path, key) = match (&self.notices, &self.sms) {
            (Some(channel), _) => {
                let app = channel.1.app_key.expose_secret();
                let path = format!("alimtalk/v2.3/appkeys/{app}/messages");
                (&channel.0, path, &channel.1.key)
            }
            (None, Some(channel)) => {
                let app = channel.1.app_key.expose_secret();
                let path = format!("sms/v3.0/appKeys/{app}/sender/mms");
                (&channel.0, path, &channel.1.key)
            }
            (None, None) => return Err(DealerError::NotConfigured),
        };
        let request = api
            .get(&path)
            .query(&asked)
            .header("x-secret-key", key.expose_secret());
        let answer: Value = api.send_json(request).await.map_err(DealerError::Call)?;
        let count = answer["messageSearchResultResponse"]["totalCount"]
            .as_i64()
            .or_else(|| answer["body"]["totalCount"].as_i64());
        Ok(count.is_some_and(|count| count > 0))
    }

    /// Sends a code by SMS.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn send_code(&self, to: &Phone, shop: &str, code: &str) -> Result<(), DealerError> {
        // A short message holds 90 bytes, of which a Hangul letter takes two.
        let shop: String = shop.chars().take(10).collect();
        let text = format!("[{shop}] 경품 확인번호 {code}\n누구에게도 알려 주지 마세요.");
        self.send_sms(Uuid::now_v7(), to, "sms", &text).await
    }

    async fn send_sms(
        &self,
        id: Uuid,
        to: &Phone,
        kind: &str,
        text: &str,
    ) -> Result<(), DealerError> {
        let (api, channel) = self.sms.as_deref().ok_or(DealerError::NotConfigured)?;
        let path = format!(
            "sms/v3.0/appKeys/{}/sender/{kind}",
            channel.app_key.expose_secret()
        );
        let mut body = json!({
            "body": text,
            "sendNo": channel.sender,
            "recipientList": [{"recipientNo": to.local(), "recipientGroupingKey": id}],
        });
        if kind == "mms" {
            body["title"] = json!("당첨 안내");
        }
        let request = api
            .post(&path)
            .header("x-secret-key", channel.key.expose_secret())
            .header("x-nc-api-idempotency-key", id.to_string())
            .json(&body);
        judge(api.send_json(request).await.map_err(DealerError::Call)?)
    }
}

/// A refusal comes with HTTP 200: the codes inside decide.
fn judge(answer: Answer) -> Result<(), DealerError> {
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
