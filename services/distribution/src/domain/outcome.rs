//! What a platform adapter reports.

use std::time::Duration;

/// The end of one try, as far as the platform told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is up. The platform may give no id or link.
    Published {
        external_id: Option<String>,
        url: Option<String>,
    },
    /// Taken in, waiting for the platform's decision.
    PendingReview { external_id: String },
    /// No way by program: the owner does these steps (Korean), for this reason if there is one.
    ManualActionRequired {
        reason: Option<String>,
        steps: Vec<String>,
    },
    /// Refused for good; Korean, fit for an owner.
    Refused { reason: String },
    /// Something was sent and no answer came: the platform is asked before anything is sent again.
    OutcomeUnknown { reason: String },
}

/// Why a try came to no outcome. Nothing is up because of it.
#[derive(Debug)]
pub enum Trouble {
    /// The channel's breaker lets nothing through for this long.
    Open { retry_after: Duration },
    /// Worth another try; Korean, fit for an owner. The platform may have named a wait.
    Transient {
        reason: String,
        wait: Option<Duration>,
    },
    /// Another worker holds the task now: whatever this one learnt is not to be written.
    LeaseLost,
    /// Our own fault.
    Unexpected(anyhow::Error),
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Unexpected(error)
    }
}

impl Trouble {
    /// A trouble worth another try.
    pub fn transient(reason: impl Into<String>) -> Self {
        Self::Transient {
            reason: reason.into(),
            wait: None,
        }
    }
}

/// The end of taking a channel down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It is no longer up, or never was.
    Removed,
    /// The platform has no way to remove it by program: the owner does these steps (Korean).
    ByHand { steps: Vec<String> },
}

/// What a platform counted; none: it does not tell. `spend` in KRW.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Insights {
    pub impressions: Option<i64>,
    pub clicks: Option<i64>,
    pub spend: Option<i64>,
}
