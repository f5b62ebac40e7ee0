//! One channel of one run.

use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelCode, ChannelStatus, ChannelSummary};
use janchi_contracts::reference::Channel;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

/// What the task runner has to do with a channel when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A try of the present series.
    Publish,
    /// A skipped or unknown channel is looked at again, without making the run run again.
    Recover,
    /// The platform is asked for its decision.
    Review,
    /// What is up is taken down.
    TakeDown,
}

impl Work {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Recover => "RECOVER",
            Self::Review => "REVIEW",
            Self::TakeDown => "TAKE_DOWN",
        }
    }

    /// The work with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Publish, Self::Recover, Self::Review, Self::TakeDown]
            .into_iter()
            .find(|w| w.code() == code)
    }
}

/// What was already done at the platform. Written before the next step is taken, so that a crash between two
/// steps, or an answer that never came, is taken up where it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Steps {
    /// Names this publication at platforms that take such a name; a new one only after a definite refusal.
    pub series: Uuid,
    /// The step that makes it public was begun and its answer is not known.
    pub sending: bool,
    /// When it was first booked, in the fleet's time: repeated calls say the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<DateTime<Utc>>,
    /// Registered material, if the platform keeps material apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material_id: Option<String>,
    /// Instagram: the container to be published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// What came out of the sending step: from here on it is up, and nothing is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_id: Option<String>,
    /// Where it is to be seen, if the platform says so only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_url: Option<String>,
}

impl Steps {
    /// Nothing done yet.
    pub fn fresh() -> Self {
        Self {
            series: Uuid::now_v7(),
            ..Self::default()
        }
    }

    /// A key for one creating call of this publication: the same on every repetition, another per call.
    pub fn idempotency_key(&self, call: u8) -> Uuid {
        Uuid::from_u128(self.series.as_u128() ^ u128::from(call))
    }

    /// Whether something of this publication may be visible at the platform.
    pub fn may_be_up(&self) -> bool {
        self.sending || self.sent_id.is_some()
    }
}

/// A channel task as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub id: Uuid,
    pub distribution_id: Uuid,
    pub channel: Channel,
    pub status: ChannelStatus,
    /// What is to be done and when; real time.
    pub due: Option<(Work, DateTime<Utc>)>,
    pub lease_until: Option<DateTime<Utc>>,
    pub fence: i64,
    pub attempts: i32,
    pub tries: i32,
    pub polls: i32,
    pub series_started_at: DateTime<Utc>,
    pub steps: Steps,
    pub tracking_code: String,
    pub spoken_code: Option<String>,
    pub external_id: Option<String>,
    pub external_url: Option<String>,
    pub last_error: Option<String>,
    pub manual_steps: Vec<String>,
    /// KRW.
    pub budget: i64,
    pub sandbox: bool,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Task {
    /// A task at the beginning of its run; `now` is domain time, `real` the time of the machines.
    pub fn new(
        distribution_id: Uuid,
        channel: Channel,
        budget: i64,
        sandbox: bool,
        real: DateTime<Utc>,
    ) -> Self {
        Self {
            id: Uuid::now_v7(),
            distribution_id,
            channel,
            status: ChannelStatus::Queued,
            due: Some((Work::Publish, real)),
            lease_until: None,
            fence: 0,
            attempts: 0,
            tries: 0,
            polls: 0,
            series_started_at: real,
            steps: Steps::fresh(),
            tracking_code: super::codes::tracking_code(),
            spoken_code: None,
            external_id: None,
            external_url: None,
            last_error: None,
            manual_steps: Vec::new(),
            budget,
            sandbox,
            started_at: None,
            finished_at: None,
        }
    }

    /// Whether entries of this channel come by a code said aloud.
    pub const fn is_spoken(channel: Channel) -> bool {
        matches!(
            channel,
            Channel::UridongneTv | Channel::RingoBiz | Channel::GenieTv
        )
    }

    /// Whether a worker holds it at this real time.
    pub fn is_held(&self, real: DateTime<Utc>) -> bool {
        self.lease_until.is_some_and(|until| until > real)
    }

    /// When it is tried again by itself, where that is so.
    pub fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        match (self.due, self.status) {
            (Some((Work::Publish, at)), ChannelStatus::Queued) => Some(at),
            (Some((Work::Recover, at)), _) => Some(at),
            _ => None,
        }
    }

    /// The link that tells this channel's entries apart.
    pub fn tracking_url(&self, public_base: &Url, event_code: &str) -> String {
        let base = public_base.as_str().trim_end_matches('/');
        let channel = self.channel.named().code;
        format!(
            "{base}/e/{event_code}?ch={channel}&t={}",
            self.tracking_code
        )
    }

    /// The channel as other services see it.
    pub fn summary(&self, public_base: &Url, event_code: &str) -> ChannelSummary {
        ChannelSummary {
            channel: self.channel,
            status: self.status,
            tracking_url: Some(self.tracking_url(public_base, event_code)),
            spoken_code: self.spoken_code.clone(),
            external_url: self.external_url.clone(),
            cost: self.budget,
            sandbox: self.sandbox,
        }
    }

    /// The codes of this channel.
    pub fn code(&self) -> ChannelCode {
        ChannelCode {
            channel: self.channel,
            tracking_code: self.tracking_code.clone(),
            spoken_code: self.spoken_code.clone(),
        }
    }

    /// Whether something of it may be up although it does not count as carried. What the owner was asked to remove is
    /// in the owner's hands.
    pub fn may_be_left_up(&self) -> bool {
        let stopped = matches!(
            self.status,
            ChannelStatus::Unknown | ChannelStatus::Skipped | ChannelStatus::Failed
        );
        stopped
            && (self.status == ChannelStatus::Unknown || self.steps.may_be_up())
            && self.manual_steps.is_empty()
    }

    /// Whether three tries were begun and none came to an end: whatever tries it does not survive it.
    pub const fn is_worn_out(&self) -> bool {
        self.tries >= super::pace::MAX_TRIES
    }

    /// Whether the owner may have it tried again.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self.status,
            ChannelStatus::Failed
                | ChannelStatus::Skipped
                | ChannelStatus::Unknown
                | ChannelStatus::ManualActionRequired
        )
    }

    /// Whether the owner may leave it out.
    pub const fn is_skippable(&self) -> bool {
        matches!(self.status, ChannelStatus::Queued) || self.is_retryable()
    }

    /// Whether the owner may say that it was put up by hand.
    pub const fn is_confirmable(&self) -> bool {
        self.is_retryable()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: ChannelStatus) -> Task {
        Task {
            status,
            ..Task::new(Uuid::now_v7(), Channel::Naver, 0, false, Utc::now())
        }
    }

    #[test]
    fn only_a_stopped_channel_is_retried_and_only_one_that_is_not_up_is_skipped() {
        use ChannelStatus::*;
        for status in ChannelStatus::ALL {
            let stopped = matches!(status, Failed | Skipped | Unknown | ManualActionRequired);
            assert_eq!(task(status).is_retryable(), stopped, "{status:?}");
            assert_eq!(
                task(status).is_skippable(),
                stopped || status == Queued,
                "{status:?}"
            );
            assert_eq!(task(status).is_confirmable(), stopped, "{status:?}");
        }
    }

    #[test]
    fn what_was_sent_without_a_known_end_may_be_left_up_until_the_owner_is_asked() {
        use ChannelStatus::*;
        for status in ChannelStatus::ALL {
            let mut task = task(status);
            assert_eq!(task.may_be_left_up(), status == Unknown, "{status:?}");
            task.steps.sent_id = Some("1".into());
            let stopped = matches!(status, Unknown | Skipped | Failed);
            assert_eq!(task.may_be_left_up(), stopped, "{status:?}");
            task.manual_steps = vec!["내려 주세요.".into()];
            assert!(!task.may_be_left_up(), "{status:?}");
        }
    }

    #[test]
    fn a_tracking_link_names_event_channel_and_code() {
        let task = task(ChannelStatus::Queued);
        let url = task.tracking_url(&Url::parse("https://janchi.example/").unwrap(), "K7M2");
        assert_eq!(
            url,
            format!(
                "https://janchi.example/e/K7M2?ch=NAVER&t={}",
                task.tracking_code
            )
        );
    }

    #[test]
    fn repeated_calls_keep_their_key_and_different_calls_have_different_ones() {
        let steps = Steps::fresh();
        assert_eq!(steps.idempotency_key(1), steps.idempotency_key(1));
        assert_ne!(steps.idempotency_key(1), steps.idempotency_key(2));
        assert_ne!(steps.idempotency_key(1), Steps::fresh().idempotency_key(1));
    }

    #[test]
    fn steps_written_by_an_older_worker_are_still_read() {
        let steps: Steps = serde_json::from_str("{\"sending\":true}").unwrap();
        assert!(steps.sending && steps.may_be_up());
    }
}
