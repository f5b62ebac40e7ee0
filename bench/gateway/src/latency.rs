//! What the gateway adds to a request's time at half of what it can do, and what HAProxy adds to it then.

use crate::contender::Contender;
use crate::contest::{Plan, Spread};
use crate::load::load;
use crate::machine::{self, QUIET, Watch, used_by};
use crate::pace::{self, Pace, Paced};
use crate::rig::Rig;
use anyhow::Context;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// Times in milliseconds, with the gateway and without it, burst by burst.
#[derive(Debug)]
pub struct Latency {
    /// Requests a second.
    pub rate: f64,
    /// Cores that the gateway used at this rate.
    pub cores: Spread,
    pub through: Times,
    pub direct: Times,
    /// Through the gateway less direct, of neighbouring bursts.
    pub added: Times,
    /// The same of HAProxy, which works next to the same neighbours.
    pub added_by_base: Times,
    pub failures: u64,
    pub quiet: (usize, usize),
}

/// Percentiles in milliseconds.
#[derive(Debug)]
pub struct Times {
    pub p50: Spread,
    pub p99: Spread,
    /// Of the median 50 ms: what is left of p99 where the machine does not take its cores away.
    pub p99_of_median_slice: Spread,
}

impl Times {
    /// What `from` leaves of a pair's figures.
    fn of(pairs: &[Pair], from: impl Fn(&Pair, fn(&Paced) -> f64) -> f64) -> Self {
        let spread =
            |figure: fn(&Paced) -> f64| Spread::of(pairs.iter().map(|pair| from(pair, figure)));
        Self {
            p50: spread(|paced| paced.percentile(50)),
            p99: spread(|paced| paced.percentile(99)),
            p99_of_median_slice: spread(|paced| paced.in_a_median_slice(99)),
        }
    }
}

struct Pair {
    through: Paced,
    direct: Paced,
    base: Paced,
    cores: f64,
}

/// Measures at half of the rate that the gateway reaches when it is loaded to the full.
///
/// # Errors
/// wrk fails or a connection breaks.
pub async fn latency(
    rig: &Rig,
    gateway: &Contender,
    base: &Contender,
    plan: Plan,
) -> anyhow::Result<Latency> {
    let direct = Contender::direct(rig);
    let pids = rig.pids(&[gateway, base]);
    machine::quiet(&pids).await;
    let rate = capacity(rig, gateway, plan).await? / 2.0;
    let tokens = Arc::new(rig.users.tokens(gateway.algorithm).good.clone());
    let base_tokens = Arc::new(rig.users.tokens(base.algorithm).good.clone());
    let (mut calm, mut all) = (0, Vec::new());
    while calm < plan.bursts && all.len() < plan.bursts * 3 {
        let pace = Pace::new(rate, plan.length, CONNECTIONS);
        let watch = Watch::begin(&pids);
        let without = send(direct.port, &tokens, &pace).await?;
        let (cpu, began) = (used_by(gateway.pid), Instant::now());
        let through = send(gateway.port, &tokens, &pace).await?;
        let cores = (used_by(gateway.pid) - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
        let by_base = send(base.port, &base_tokens, &pace).await?;
        let disturbed = watch.others() >= QUIET;
        all.push((
            disturbed,
            Pair {
                through,
                direct: without,
                base: by_base,
                cores,
            },
        ));
        if disturbed {
            machine::quiet(&pids).await;
        } else {
            calm += 1;
        }
    }
    let quiet = (calm, all.len());
    if calm >= plan.bursts.min(3) {
        all.retain(|(disturbed, _)| !disturbed);
    }
    let pairs: Vec<Pair> = all.into_iter().map(|(_, pair)| pair).collect();
    Ok(Latency {
        rate,
        cores: Spread::of(pairs.iter().map(|pair| pair.cores)),
        through: Times::of(&pairs, |pair, of| of(&pair.through)),
        direct: Times::of(&pairs, |pair, of| of(&pair.direct)),
        added: Times::of(&pairs, |pair, of| of(&pair.through) - of(&pair.direct)),
        added_by_base: Times::of(&pairs, |pair, of| of(&pair.base) - of(&pair.direct)),
        failures: pairs
            .iter()
            .map(|pair| pair.through.failures + pair.direct.failures + pair.base.failures)
            .sum(),
        quiet,
    })
}

/// Requests a second that fill the gateway's core.
async fn capacity(rig: &Rig, gateway: &Contender, plan: Plan) -> anyhow::Result<f64> {
    load(rig, gateway, plan.connections, Duration::from_secs(1)).await?;
    let (cpu, began) = (used_by(gateway.pid), Instant::now());
    let outcome = load(rig, gateway, plan.connections, plan.length).await?;
    let cores = (used_by(gateway.pid) - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    // Where the load was the limit, the gateway could have done more.
    Ok(outcome.per_second() / cores.min(1.0))
}

async fn send(port: u16, tokens: &Arc<Vec<String>>, pace: &Pace) -> anyhow::Result<Paced> {
    let (tokens, pace) = (Arc::clone(tokens), pace.clone());
    tokio::task::spawn_blocking(move || pace::run(port, &tokens, &pace))
        .await
        .context("send at a pace")?
}
