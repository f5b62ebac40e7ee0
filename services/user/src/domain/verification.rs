use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the tax office says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// An active business (계속사업자).
    Verified,
    /// Suspended (휴업자).
    Suspended,
    /// Closed (폐업자).
    Closed,
    /// The tax office does not know it.
    NotRegistered,
}

impl Standing {
    /// The state of a shop with this standing.
    pub const fn verification(self) -> Verification {
        match self {
            Self::Verified => Verification::Verified,
            Self::Suspended => Verification::Suspended,
            Self::Closed => Verification::Closed,
            Self::NotRegistered => Verification::NotRegistered,
        }
    }

    /// How long an answer is kept, in seconds. A good one as long as the cache design says; the others briefly,
    /// because a suspended shop reopens and a new one shows up at the tax office a day or two late.
    pub const fn keep_seconds(self) -> u64 {
        match self {
            Self::Verified => 7 * 24 * 3600,
            Self::Suspended | Self::Closed | Self::NotRegistered => 600,
        }
    }
}

/// The state of a shop's business check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verification {
    Verified,
    /// The tax office could not be asked; it is asked again later, or a person decides.
    PendingReview,
    Suspended,
    Closed,
    NotRegistered,
    /// Refused by a person after a review.
    Refused,
}

impl Verification {
    const ALL: [Self; 6] = [
        Self::Verified,
        Self::PendingReview,
        Self::Suspended,
        Self::Closed,
        Self::NotRegistered,
        Self::Refused,
    ];

    /// As it is stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified => "VERIFIED",
            Self::PendingReview => "PENDING_REVIEW",
            Self::Suspended => "SUSPENDED",
            Self::Closed => "CLOSED",
            Self::NotRegistered => "NOT_REGISTERED",
            Self::Refused => "REFUSED",
        }
    }

    /// Reads what [`Verification::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.code() == code)
    }
}

/// Where an answer about a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "VerificationSource")]
pub enum Source {
    TaxOffice,
    Cache,
    /// Nobody could be asked.
    Skipped,
}

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    pub verification: Verification,
    pub source: Source,
}

/// How long to wait before the tax office is asked again: the given time, doubling with each try, at most an hour.
pub fn recheck_delay(first: Duration, attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.clamp(0, 16)).unwrap_or(0);
    first
        .saturating_mul(1 << doublings)
        .min(Duration::from_secs(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for v in Verification::ALL {
            assert_eq!(Verification::from_code(v.code()), Some(v));
            assert_eq!(serde_json::to_value(v).unwrap(), v.code());
        }
        assert_eq!(Verification::from_code("MAYBE"), None);
    }

    #[test]
    fn asking_again_slows_down_to_an_hour() {
        let minute = Duration::from_secs(60);
        assert_eq!(recheck_delay(minute, 0), minute);
        assert_eq!(recheck_delay(minute, 3), 8 * minute);
        assert_eq!(recheck_delay(minute, 100), 60 * minute);
    }

    #[test]
    fn only_a_good_answer_is_kept_for_a_week() {
        assert_eq!(Standing::Verified.keep_seconds(), 604_800);
        assert!(Standing::NotRegistered.keep_seconds() < 3600);
    }
}
