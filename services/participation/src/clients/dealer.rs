use crate::config::NoticeChannel;
use chrono::{DateTime, Utc};
use janchi_crypto::Phone;
use janchi_dealer::{DealerError, Length, Sms, SmsChannel, Talk};
use serde_json::json;
use uuid::Uuid;

/// Tells winners by 알림톡 or long SMS, and sends codes by SMS. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dealer {
    /// With the code of the winners' template.
    notices: Option<(Talk, String)>,
    sms: Option<Sms>,
}

/// Why somebody was not told.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    #[error("no dealer is configured")]
    NotConfigured,
    #[error(transparent)]
    Dealer(#[from] DealerError),
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
        let notices = match notices {
            Some(NoticeChannel { talk, template }) => {
                Some((Talk::new("winner-notices", talk)?, template))
            }
            None => None,
        };
        let sms = sms.map(|channel| Sms::new("sms", channel)).transpose()?;
        Ok(Self { notices, sms })
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
    pub async fn tell(&self, id: Uuid, to: &Phone, notice: &Notice<'_>) -> Result<(), TellError> {
        let Some((talk, template)) = &self.notices else {
            let sms = self.sms.as_ref().ok_or(TellError::NotConfigured)?;
            let length = Length::Long {
                title: "당첨 안내"
            };
            return Ok(sms.send(id, to, length, &notice.text()).await?);
        };
        let variables = json!({
            "shop": notice.shop, "event": notice.event, "prize": notice.prize,
            "link": notice.link, "until": notice.until,
        });
        Ok(talk.send(id, to, template, &variables).await?)
    }

    /// Whether the dealer knows a message with this id, sent within the last day: asked before a message is sent again
    /// whose outcome nobody knows.
    ///
    /// # Errors
    /// The dealer cannot be reached.
    pub async fn knows(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, TellError> {
        match (&self.notices, &self.sms) {
            (Some((talk, _)), _) => Ok(talk.knows(id, now).await?),
            (None, Some(sms)) => Ok(sms.knows_long(id, now).await?),
            (None, None) => Err(TellError::NotConfigured),
        }
    }

    /// Sends a code by SMS.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn send_code(&self, to: &Phone, shop: &str, code: &str) -> Result<(), TellError> {
        let sms = self.sms.as_ref().ok_or(TellError::NotConfigured)?;
        // What a short message holds, with a long name.
        let shop: String = shop.chars().take(10).collect();
        let text = format!("[{shop}] 경품 확인번호 {code}\n누구에게도 알려 주지 마세요.");
        Ok(sms.send(Uuid::now_v7(), to, Length::Short, &text).await?)
    }
}
