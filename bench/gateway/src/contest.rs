//! Two contenders in turn, burst by burst, both up all the time: a machine's speed drifts within minutes by more than the
//! difference to be seen, so only neighbouring bursts are compared.

use crate::contender::Contender;
use crate::load::{Outcome, load};
use crate::machine::{self, QUIET, Watch, resident, used_by};
use crate::rig::Rig;
use std::time::{Duration, Instant};

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub bursts: usize,
    pub length: Duration,
    pub connections: u32,
}

/// One burst of one contender.
#[derive(Debug, Clone, Copy)]
pub struct Burst {
    pub outcome: Outcome,
    /// Microseconds of the contender's CPU time for one request.
    pub cpu: f64,
    /// The same of Redis.
    pub redis: f64,
    /// Cores that the contender used.
    pub cores: f64,
    /// Bytes of log for one request.
    pub log: f64,
    /// Megabytes resident at its end.
    pub resident: f64,
    /// Cores that programs used which are no part of this run.
    pub others: f64,
}

/// All pairs of bursts that count.
#[derive(Debug)]
pub struct Contest {
    pub base: Vec<Burst>,
    pub contender: Vec<Burst>,
    /// Pairs during which the machine was ours, of those that were run.
    pub quiet: (usize, usize),
}

/// Lets both take their bursts. A pair that others disturbed is run again, up to three times the planned number.
///
/// # Errors
/// wrk fails.
pub async fn contest(
    rig: &Rig,
    base: &Contender,
    contender: &Contender,
    plan: Plan,
) -> anyhow::Result<Contest> {
    let pids = rig.pids(&[base, contender]);
    machine::quiet(&pids).await;
    for side in [base, contender] {
        load(rig, side, plan.connections, Duration::from_secs(1)).await?;
    }
    let (mut calm, mut all) = (Vec::new(), Vec::new());
    while calm.len() < plan.bursts && all.len() < plan.bursts * 3 {
        let pair = (
            burst(rig, base, &pids, plan).await?,
            burst(rig, contender, &pids, plan).await?,
        );
        all.push(pair);
        if pair.0.others < QUIET && pair.1.others < QUIET {
            calm.push(pair);
        } else {
            machine::quiet(&pids).await;
        }
    }
    let quiet = (calm.len(), all.len());
    // With hardly any calm pair the disturbed ones are shown, and called so.
    let counted = if calm.len() >= plan.bursts.min(3) {
        calm
    } else {
        all
    };
    let (base, contender) = counted.into_iter().unzip();
    Ok(Contest {
        base,
        contender,
        quiet,
    })
}

async fn burst(rig: &Rig, side: &Contender, pids: &[u32], plan: Plan) -> anyhow::Result<Burst> {
    let logged = || {
        side.process
            .as_ref()
            .map_or(0, |process| process.take_log())
    };
    logged();
    let watch = Watch::begin(pids);
    let (cpu, redis, began) = (used_by(side.pid), used_by(rig.redis_pid()), Instant::now());
    let outcome = load(rig, side, plan.connections, plan.length).await?;
    let (cpu, redis, took) = (
        used_by(side.pid) - cpu,
        used_by(rig.redis_pid()) - redis,
        began.elapsed(),
    );
    let each = |time: Duration| time.as_secs_f64() * 1e6 / outcome.requests;
    Ok(Burst {
        outcome,
        cpu: each(cpu),
        redis: each(redis),
        cores: cpu.as_secs_f64() / took.as_secs_f64(),
        log: logged() as f64 / outcome.requests,
        resident: resident(side.pid),
        others: watch.others(),
    })
}

impl Contest {
    /// The contender's figure over its base's, pair by pair.
    pub fn ratios(&self, figure: impl Fn(&Burst) -> f64) -> Spread {
        let pairs = self.base.iter().zip(&self.contender);
        Spread::of(pairs.map(|(base, contender)| figure(contender) / figure(base)))
    }
}

/// The middle of some numbers, and how far they reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// Of nothing it is not a number.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let at = |at: usize| numbers.get(at).copied().unwrap_or(f64::NAN);
        let middle = numbers.len() / 2;
        let median = if numbers.len().is_multiple_of(2) {
            (at(middle.wrapping_sub(1)) + at(middle)) / 2.0
        } else {
            at(middle)
        };
        Self {
            median,
            least: at(0),
            most: at(numbers.len().wrapping_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = |numbers: &[f64]| Spread::of(numbers.iter().copied());
        let odd = spread(&[3.0, 1.0, 2.0]);
        assert_eq!((odd.median, odd.least, odd.most), (2.0, 1.0, 3.0));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]).median, 2.5);
        assert!(spread(&[]).median.is_nan());
    }
}
