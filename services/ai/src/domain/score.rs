//! How good a forecast was.

use janchi_contracts::ai::Range;
use janchi_contracts::analytics::Outcome;

/// Where the outcome lay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Within,
    Above,
    Below,
}

impl Verdict {
    /// For metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// A forecast, as its owner saw it, beside what happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub range: Range,
    pub actual: i64,
}

impl Score {
    /// `None` for an event without a forecast.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        Some(Self {
            range: outcome.expected_range?,
            actual: outcome.participants.max(0),
        })
    }

    pub fn verdict(&self) -> Verdict {
        if self.actual > self.range.high {
            Verdict::Above
        } else if self.actual < self.range.low {
            Verdict::Below
        } else {
            Verdict::Within
        }
    }

    /// How far off the expectation was, as a share of what happened (of one person, where nobody came).
    pub fn error(&self) -> f64 {
        (self.actual - self.range.expected).unsigned_abs() as f64 / self.actual.max(1) as f64
    }

    /// ln((actual + 1) ÷ (expected + 1)): above zero when more came than was expected.
    pub fn deviation(&self) -> f64 {
        ((self.actual as f64 + 1.0) / (self.range.expected.max(0) as f64 + 1.0)).ln()
    }

    /// Variance of [`Score::deviation`] that comes from counting whole people alone.
    pub fn blur(&self) -> f64 {
        1.0 / (self.range.expected.max(0) as f64 + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_is_judged_by_its_range_and_its_distance() {
        let score = |actual| Score {
            range: Range {
                low: 120,
                expected: 150,
                high: 180,
            },
            actual,
        };
        assert_eq!(score(120).verdict(), Verdict::Within);
        assert_eq!(score(181).verdict(), Verdict::Above);
        assert_eq!(score(119).verdict(), Verdict::Below);
        assert_eq!(score(100).error(), 0.5);
        assert_eq!(score(0).error(), 150.0);
        assert!(score(200).deviation() > 0.0 && score(100).deviation() < 0.0);
    }
}
