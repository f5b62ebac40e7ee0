//! How a history went, quarter by quarter.

use crate::domain::score::{Score, Verdict};
use std::fmt;

/// What the share of outcomes within their 80 % range may be.
const COVERED: std::ops::RangeInclusive<f64> = 0.75..=0.85;

/// One event: its forecast's score, and the score of what the formula alone would have said.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    pub learned: Score,
    pub plain: Score,
}

/// How good forecasts were in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grade {
    /// Share of outcomes within their range.
    pub covered: f64,
    /// Median distance of the expectation from what happened, as a share of that.
    pub error: f64,
    /// By what share more came than was expected, in the geometric mean.
    pub bias: f64,
}

/// A quarter of the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quarter {
    pub events: usize,
    pub learned: Grade,
    pub plain: Grade,
}

/// A history's quarters in order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub seed: u64,
    pub events: usize,
    pub shops: usize,
    pub quarters: [Quarter; 4],
    /// Share within the range in the last half.
    pub covered_at_last: f64,
}

impl Report {
    /// From the scores of each quarter.
    pub fn new(seed: u64, events: usize, shops: usize, scored: &[Vec<Scored>; 4]) -> Self {
        let last_half = scored[2].iter().chain(&scored[3]);
        Self {
            seed,
            events,
            shops,
            covered_at_last: grade(last_half.map(|s| s.learned)).covered,
            quarters: scored.each_ref().map(|scored| Quarter {
                events: scored.len(),
                learned: grade(scored.iter().map(|s| s.learned)),
                plain: grade(scored.iter().map(|s| s.plain)),
            }),
        }
    }

    /// What a forecast that learns must not do; empty when all is well.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !COVERED.contains(&self.covered_at_last) {
            faults.push(format!(
                "the last half's 80 % ranges hold {} of the outcomes, not 75–85 %",
                percent(self.covered_at_last)
            ));
        }
        let [first, .., last] = &self.quarters;
        if last.learned.error >= first.learned.error {
            faults.push("the error of the last quarter is not below that of the first".to_owned());
        }
        faults
    }
}

fn grade(scores: impl Iterator<Item = Score>) -> Grade {
    let scores: Vec<Score> = scores.collect();
    let count = scores.len().max(1) as f64;
    let within = scores.iter().filter(|s| s.verdict() == Verdict::Within);
    let mut errors: Vec<f64> = scores.iter().map(Score::error).collect();
    errors.sort_by(f64::total_cmp);
    Grade {
        covered: within.count() as f64 / count,
        error: errors.get(errors.len() / 2).copied().unwrap_or(0.0),
        bias: (scores.iter().map(Score::deviation).sum::<f64>() / count).exp() - 1.0,
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} events of {} shops in two years, seed {}; shops that never report are not scored",
            self.events, self.shops, self.seed
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "                      with learning              the formula alone"
        )?;
        writeln!(
            f,
            "quarter  events   within   error    bias     within   error    bias"
        )?;
        for (at, quarter) in self.quarters.iter().enumerate() {
            write!(f, "{:>7}  {:>6}", at + 1, quarter.events)?;
            for (gap, grade) in [(2, quarter.learned), (4, quarter.plain)] {
                write!(
                    f,
                    "{:gap$}{:>7} {:>7} {:>+6.1} %",
                    "",
                    percent(grade.covered),
                    percent(grade.error),
                    grade.bias * 100.0
                )?;
            }
            writeln!(f)?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "within: share of outcomes inside the 80 % range; {} in the last half (wanted 75–85 %)",
            percent(self.covered_at_last)
        )?;
        writeln!(
            f,
            "error: median distance of the expectation from what happened"
        )?;
        write!(f, "bias: by how much more came than was expected")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use janchi_contracts::ai::Range;

    fn scored(expected: i64, actual: i64) -> Scored {
        let range = Range {
            low: expected - 20,
            expected,
            high: expected + 20,
        };
        let score = Score { range, actual };
        Scored {
            learned: score,
            plain: score,
        }
    }

    #[test]
    fn a_history_is_judged_by_its_last_half_and_its_error() {
        // First far off, then nearer, and four of five within the range.
        let far = vec![scored(200, 100); 20];
        let near: Vec<Scored> = (0..20)
            .map(|n| scored(if n % 5 == 0 { 150 } else { 110 }, 100))
            .collect();
        let history = [far.clone(), far, near.clone(), near];
        let report = Report::new(1, 80, 5, &history);
        assert_eq!(report.covered_at_last, 0.8);
        assert_eq!(report.faults(), [""; 0]);
        assert_eq!(report.quarters[0].learned.error, 1.0);
        assert!((report.quarters[3].learned.error - 0.1).abs() < 1e-12);
        let mut backwards = history;
        backwards.reverse();
        assert_eq!(Report::new(1, 80, 5, &backwards).faults().len(), 2);
    }
}
