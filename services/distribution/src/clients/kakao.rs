//! Kakao: an advertising message (브랜드메시지) to the friends of the shop's channel, through a message dealer.
//!
//! Nothing posts to a channel's home by program. A message goes to all friends of the channel, or to those the owner
//! named with the connection; it begins with `(광고)` and the sender, ends with the free number that refuses more, and is not sent at
//! night: then the dealer is asked to send it in the morning.

use super::assignment::Assignment;
use super::fault;
use super::kakao_message::{Sender, message, sending_time};
use super::kakao_wire::{Answer, Sent, refusal};
use crate::config::{Config, Vendor};
use crate::domain::outcome::{Insights, Outcome, Removal, Trouble};
use chrono::{DateTime, Duration, Utc};
use janchi_client::{Api, CallError};
use janchi_runtime::seoul;
use secrecy::{ExposeSecret, SecretString};

const PRACTICE_SENDER: &str = "0123456789abcdef0123456789abcdef01234567";
const PRACTICE_OPT_OUT: &str = "08000000000";

/// The adapter.
pub struct Kakao {
    api: Api,
    app_key: String,
    secret: Option<SecretString>,
    sender: Option<String>,
    sandbox: bool,
}

impl Kakao {
    /// Speaks to the dealer at the vendor's URL.
    pub fn new(config: &Config, vendor: &Vendor) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("kakao", vendor.url.clone(), config.pace.call)?,
            app_key: config
                .kakao_app_key
                .clone()
                .unwrap_or_else(|| "practice".to_owned()),
            secret: vendor.key.clone(),
            sender: config.kakao_sender.clone(),
            sandbox: config.sandbox,
        })
    }

    /// The client with its breaker.
    pub fn api(&self) -> &Api {
        &self.api
    }

    fn path(&self, rest: &str) -> String {
        format!("brand-message/v1.0/appkeys/{}/{rest}", self.app_key)
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.secret {
            Some(secret) => request.header("x-secret-key", secret.expose_secret()),
            None => request.header("x-secret-key", "practice"),
        }
    }

    fn sender(&self, work: &Assignment) -> Option<Sender> {
        let own = work.credentials.as_ref();
        let practice = |value: &str| self.sandbox.then(|| value.to_owned());
        let key = own
            .and_then(|c| c.account_id.clone())
            .or_else(|| self.sender.clone())
            .or_else(|| practice(PRACTICE_SENDER))?;
        let receivers = own.map(|c| c.phone_numbers.clone()).unwrap_or_default();
        let opt_out = own
            .and_then(|c| c.opt_out_number.clone())
            .or_else(|| practice(PRACTICE_OPT_OUT))?;
        Some(Sender {
            key,
            receivers,
            opt_out,
        })
    }

    /// Hands the message to the dealer.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let Some(sender) = self.sender(work) else {
            return Ok(Outcome::ManualActionRequired {
                reason: Some("카카오톡 채널이 연결되어 있지 않아요.".to_owned()),
                steps: work.manual_steps(),
            });
        };
        if work.journal.steps().sent_id.is_some() {
            return self.review(work).await;
        }
        let at = sending_time(work.now);
        if work.journal.steps().sending
            && let Some(request_id) = self.find(work).await?
        {
            return taken(work, request_id, at.is_some()).await;
        }
        let body = message(work, &sender, at);
        let now = work.now;
        work.journal
            .note(|steps| {
                steps.sending = true;
                steps.begun_at = steps.begun_at.or(Some(now));
            })
            .await?;
        let request = self
            .signed(self.api.post(&self.path("freestyle-messages")))
            .json(&body);
        match self.api.send_json::<Answer>(request).await {
            Ok(answer) => {
                let accepted = answer.message.unwrap_or_default();
                let any = accepted.send_results.is_empty()
                    || accepted.send_results.iter().any(|r| r.result_code == 0);
                if answer.header.is_successful && any && !accepted.request_id.is_empty() {
                    return taken(work, accepted.request_id, at.is_some()).await;
                }
                work.journal.note(|steps| steps.sending = false).await?;
                Ok(self.refused(work, answer.header.result_code))
            }
            Err(error) if error.outcome_is_unknown() => Ok(Outcome::OutcomeUnknown {
                reason: fault::reason(&error),
            }),
            Err(error) => {
                work.journal.note(|steps| steps.sending = false).await?;
                match error {
                    CallError::Status {
                        status: 401 | 403, ..
                    } => Ok(Outcome::ManualActionRequired {
                        reason: Some("카카오 메시지 발송 권한을 확인해 주세요.".to_owned()),
                        steps: work.manual_steps(),
                    }),
                    CallError::Status {
                        status: 400..=428, ..
                    } => Ok(self.refused(work, 0)),
                    error => Err(fault::trouble(&error)),
                }
            }
        }
    }

    fn refused(&self, work: &Assignment, code: i64) -> Outcome {
        match code {
            -1003 | -1006 => Outcome::ManualActionRequired {
                reason: Some("카카오톡 채널 연결을 확인해 주세요.".to_owned()),
                steps: work.manual_steps(),
            },
            _ => Outcome::Refused {
                reason: refusal(code),
            },
        }
    }

    /// A message of this publication that the dealer already has, by our grouping key.
    async fn find(&self, work: &Assignment) -> Result<Option<String>, Trouble> {
        let group = work.journal.steps().series.simple().to_string();
        let (from, to) = searched(work.journal.steps().begun_at, work.now);
        let minute = |at: DateTime<Utc>| seoul::local(at).format("%Y-%m-%d %H:%M").to_string();
        let request = self
            .signed(self.api.get(&self.path("freestyle-messages")))
            .query(&[
                ("startRequestDate", minute(from)),
                ("endRequestDate", minute(to)),
                ("recipientGroupingKey", group.clone()),
            ]);
        let answer: Answer = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        if !answer.header.is_successful {
            return Err(Trouble::transient(
                "카카오 메시지 대행사가 조회를 받지 않았어요.",
            ));
        }
        let sent = answer
            .message_search_result_response
            .map(|found| found.messages)
            .unwrap_or_default();
        let ours = |sent: &Sent| sent.recipient_grouping_key.as_deref() == Some(group.as_str());
        Ok(sent.into_iter().find(ours).map(|sent| sent.request_id))
    }

    /// Whether a message that waits for the morning is out.
    pub async fn review(&self, work: &Assignment) -> Result<Outcome, Trouble> {
        let sent = work.journal.steps().sent_id.clone();
        let Some(id) = work.external_id.clone().or(sent) else {
            return Ok(Outcome::OutcomeUnknown {
                reason: "발송 번호를 알 수 없어요.".to_owned(),
            });
        };
        let request = self.signed(
            self.api
                .get(&self.path(&format!("freestyle-messages/{id}/1"))),
        );
        let answer: Answer = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        match answer
            .message
            .map(|m| m.message_status)
            .unwrap_or_default()
            .as_str()
        {
            "COMPLETED" => Ok(Outcome::Published {
                external_id: Some(id),
                url: None,
            }),
            "FAILED" | "CANCEL" => Ok(Outcome::Refused {
                reason: "카카오톡 메시지를 보내지 못했어요.".to_owned(),
            }),
            _ => Ok(Outcome::PendingReview { external_id: id }),
        }
    }

    /// How many got the message and how many tapped it.
    pub async fn insights(&self, work: &Assignment) -> Result<Insights, Trouble> {
        let Some(id) = &work.external_id else {
            return Ok(Insights::default());
        };
        let request = self
            .signed(self.api.get(&self.path("statistics")))
            .query(&[("requestId", id)]);
        let answer: Answer = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        let counted = answer.statistics;
        Ok(Insights {
            impressions: counted.as_ref().and_then(|c| c.received),
            clicks: counted.as_ref().and_then(|c| c.clicked),
            spend: None,
        })
    }

    /// Cancels what waits for the morning; what was sent cannot be taken back.
    pub async fn take_down(&self, work: &mut Assignment) -> Result<Removal, Trouble> {
        let known = work
            .external_id
            .clone()
            .or_else(|| work.journal.steps().sent_id.clone());
        let id = match known {
            Some(id) => id,
            None => match self.find(work).await? {
                Some(id) => id,
                None => return Ok(Removal::Removed),
            },
        };
        let request = self.signed(
            self.api
                .delete(&self.path(&format!("freestyle-messages/{id}"))),
        );
        let cancelled = match self.api.send_json::<Answer>(request).await {
            Ok(answer) => answer.header.is_successful,
            Err(CallError::Status {
                status: 400..=428, ..
            }) => false,
            Err(error) => return Err(fault::trouble(&error)),
        };
        if cancelled {
            return Ok(Removal::Removed);
        }
        let steps = vec![
            "이미 보낸 카카오톡 메시지는 거둘 수 없어요.".to_owned(),
            "필요하면 채널 관리자센터에서 이벤트 취소를 알려 주세요.".to_owned(),
        ];
        Ok(Removal::ByHand { steps })
    }
}

async fn taken(work: &mut Assignment, request_id: String, waits: bool) -> Result<Outcome, Trouble> {
    let sent = request_id.clone();
    work.journal
        .note(|steps| {
            steps.sending = false;
            steps.sent_id = Some(sent);
        })
        .await?;
    Ok(match waits {
        true => Outcome::PendingReview {
            external_id: request_id,
        },
        false => Outcome::Published {
            external_id: Some(request_id),
            url: None,
        },
    })
}

/// Where a message may be found: from a little before it was first sent, however long ago that is, until the morning
/// it may be waiting for.
fn searched(begun: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = begun.unwrap_or(now).min(now);
    (first - Duration::days(2), now + Duration::days(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_looked_for_where_it_was_first_sent() {
        let now = Utc::now();
        let begun = now - Duration::days(9);
        assert!(searched(Some(begun), now).0 < begun);
        assert!(searched(None, now).0 < now && searched(None, now).1 > now);
    }
}
