//! Faults on demand: which vendor, which operation, what goes wrong and how often.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// An outside API that this server plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Vendor {
    TaxOffice,
    Anthropic,
    // The name of the vendor, not two words.
    #[serde(rename = "OPENAI")]
    OpenAi,
    Stability,
    Instagram,
    Naver,
    /// Search trends of NAVER Cloud: another account and another envelope than the rest of Naver.
    Datalab,
    Kakao,
    UridongneTv,
    GenieTv,
    RingoBiz,
    /// The dealer of 알림톡 and SMS for messages of our own (reset links, winners).
    Messages,
}

impl Vendor {
    pub const ALL: [Self; 12] = [
        Self::TaxOffice,
        Self::Anthropic,
        Self::OpenAi,
        Self::Stability,
        Self::Instagram,
        Self::Naver,
        Self::Datalab,
        Self::Kakao,
        Self::UridongneTv,
        Self::GenieTv,
        Self::RingoBiz,
        Self::Messages,
    ];

    /// First path segment of this vendor.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::TaxOffice => "tax-office",
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Stability => "stability",
            Self::Instagram => "instagram",
            Self::Naver => "naver",
            Self::Datalab => "datalab",
            Self::Kakao => "kakao",
            Self::UridongneTv => "uridongne-tv",
            Self::GenieTv => "genie-tv",
            Self::RingoBiz => "ringo-biz",
            Self::Messages => "messages",
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FaultKind {
    /// Nothing: for this operation an older or wider fault is held off.
    Ok,
    /// The right answer, after `delayMs` (default 3 s).
    Slow,
    /// The status given (default 500), with the body given or the vendor's own error envelope.
    Status,
    /// The request is read and never answered.
    Hang,
    /// The connection is closed without an answer and nothing has happened.
    Drop,
    /// The connection is closed without an answer though the work was done: outcome unknown.
    LoseAnswer,
    /// 200 with a body that is not what the vendor promises.
    Garbage,
    /// The vendor declines the content in its own way (refusal, moderation, spam box, rejected review …).
    Refuse,
    /// The language models say the `body` given (a string as it is, anything else as JSON) in their usual envelope,
    /// instead of words of their own. The right answer elsewhere.
    Say,
    /// Half of the answer goes out, then the connection breaks.
    BreakOff,
    /// The answer ends too early: `max_tokens` at the language models, half a body elsewhere.
    Truncate,
    /// The vendor's "too busy" (529 at Anthropic, else 503).
    Overloaded,
    /// 429 with `retry-after` (default 1 s) where the vendor sends it.
    RateLimit,
    /// The account is out of money or quota: not to be tried again.
    SpendLimit,
    /// The credential is refused.
    Unauthorized,
    /// Work stays unfinished: reviews wait, containers stay in progress.
    Pending,
}

/// A fault as it is armed; applies to `times` calls or, without it, until cleared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    pub kind: FaultKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A string is sent as it is, anything else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Seconds for `retry-after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self {
            kind,
            delay_ms: None,
            status: None,
            body: None,
            retry_after: None,
            times: None,
        }
    }
}

impl Fault {
    /// Holds off what is armed for the vendor as a whole.
    pub fn ok() -> Self {
        FaultKind::Ok.into()
    }

    /// The right answer, late.
    pub fn slow(delay: Duration) -> Self {
        Self::from(FaultKind::Slow).delay(delay)
    }

    /// This status with the vendor's envelope.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..FaultKind::Status.into()
        }
    }

    /// Never an answer.
    pub fn hang() -> Self {
        FaultKind::Hang.into()
    }

    /// A dead vendor: closed connection, nothing done.
    pub fn dead() -> Self {
        FaultKind::Drop.into()
    }

    /// Closed connection, work done.
    pub fn lose_answer() -> Self {
        FaultKind::LoseAnswer.into()
    }

    /// A body nobody can read.
    pub fn garbage() -> Self {
        FaultKind::Garbage.into()
    }

    /// Content declined.
    pub fn refuse() -> Self {
        FaultKind::Refuse.into()
    }

    /// These words of a language model, whatever it was asked.
    pub fn say(words: Value) -> Self {
        Self::from(FaultKind::Say).body(words)
    }

    /// A connection that breaks in the middle of the answer.
    pub fn break_off() -> Self {
        FaultKind::BreakOff.into()
    }

    /// An answer cut short.
    pub fn truncate() -> Self {
        FaultKind::Truncate.into()
    }

    /// Too busy.
    pub fn overloaded() -> Self {
        FaultKind::Overloaded.into()
    }

    /// Too many calls; come back after so many seconds.
    pub fn rate_limit(retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..FaultKind::RateLimit.into()
        }
    }

    /// Out of money.
    pub fn spend_limit() -> Self {
        FaultKind::SpendLimit.into()
    }

    /// Credential refused.
    pub fn unauthorized() -> Self {
        FaultKind::Unauthorized.into()
    }

    /// Reviews wait, containers stay in progress.
    pub fn pending() -> Self {
        FaultKind::Pending.into()
    }

    /// Only for the next `times` calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Waits before doing what the kind says.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = u64::try_from(delay.as_millis()).ok();
        self
    }

    /// Replaces the vendor's envelope; for [`FaultKind::Status`] and [`FaultKind::Garbage`]. For [`FaultKind::Say`] it
    /// is what goes into the envelope.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

/// A fault with its aim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Armed {
    pub vendor: Vendor,
    /// None means every operation of the vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    pub fault: Fault,
}

/// Everything that is armed. The one aimed at an operation beats the one aimed at the vendor; the newest beats older.
#[derive(Debug, Default)]
pub struct FaultBook(Vec<Armed>);

impl FaultBook {
    /// Arms; `OK` without an operation clears the vendor.
    pub fn arm(&mut self, armed: Armed) {
        self.0
            .retain(|old| !(old.vendor == armed.vendor && old.operation == armed.operation));
        if armed.fault.kind == FaultKind::Ok && armed.operation.is_none() {
            self.0.retain(|old| old.vendor != armed.vendor);
            return;
        }
        self.0.push(armed);
    }

    /// Forgets everything, or everything of one vendor.
    pub fn clear(&mut self, vendor: Option<Vendor>) {
        self.0
            .retain(|armed| vendor.is_some_and(|vendor| armed.vendor != vendor));
    }

    /// What is armed now.
    pub fn list(&self) -> Vec<Armed> {
        self.0.clone()
    }

    /// The fault that meets this call, one use of it spent.
    pub fn draw(&mut self, vendor: Vendor, operation: &str) -> Option<Fault> {
        let aimed = |exact: bool| {
            self.0.iter().rposition(|armed| {
                armed.vendor == vendor
                    && match &armed.operation {
                        Some(name) => exact && name == operation,
                        None => !exact,
                    }
            })
        };
        let at = aimed(true).or_else(|| aimed(false))?;
        let fault = self.0[at].fault.clone();
        match &mut self.0[at].fault.times {
            Some(times) if *times > 1 => *times -= 1,
            Some(_) => {
                self.0.remove(at);
            }
            None => {}
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armed(operation: Option<&str>, fault: Fault) -> Armed {
        Armed {
            vendor: Vendor::Instagram,
            operation: operation.map(str::to_owned),
            fault,
        }
    }

    #[test]
    fn a_counted_fault_is_spent() {
        let mut book = FaultBook::default();
        book.arm(armed(None, Fault::dead().times(2)));
        assert!(book.draw(Vendor::Instagram, "media").is_some());
        assert!(book.draw(Vendor::Naver, "article").is_none());
        assert!(book.draw(Vendor::Instagram, "media").is_some());
        assert!(book.draw(Vendor::Instagram, "media").is_none());
    }

    #[test]
    fn the_fault_of_an_operation_beats_the_vendors() {
        let mut book = FaultBook::default();
        book.arm(armed(Some("media"), Fault::ok()));
        book.arm(armed(None, Fault::hang()));
        assert_eq!(
            book.draw(Vendor::Instagram, "media").map(|f| f.kind),
            Some(FaultKind::Ok)
        );
        assert_eq!(
            book.draw(Vendor::Instagram, "insights").map(|f| f.kind),
            Some(FaultKind::Hang)
        );
        book.arm(armed(None, Fault::ok()));
        assert!(book.list().is_empty());
    }
}
