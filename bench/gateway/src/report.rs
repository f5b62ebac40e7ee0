//! The table, line by line as it is measured.

use crate::contest::{Burst, Contest, Spread};
use crate::latency::Latency;
use crate::memory::{CONNECTIONS, Memory};
use std::time::Duration;

/// What a contest has to come to, as ratios to its base.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    pub requests: f64,
    pub aim: f64,
    /// At most so much of the base's CPU time.
    pub cpu: Option<f64>,
}

const ADDED_P50_MS: f64 = 0.2;
const ADDED_P99_MS: f64 = 2.0;
const RESIDENT_MB: f64 = 40.0;

/// Names the columns.
pub fn head() {
    println!(
        "{:<27} {:>7} {:>19} {:>7} {:>19} {:>7} {:>7} {:>6} {:>6} {:>6} {:>7} {:>6}",
        "",
        "req/s",
        "x base (min..max)",
        "CPU us",
        "x base (min..max)",
        "p50 ms",
        "p99 ms",
        "cores",
        "RSS MB",
        "log B",
        "RedisUs",
        "failed"
    );
}

/// Both lines of a contest and its verdict.
pub fn contest(base: &str, contender: &str, contest: &Contest, goal: Option<Goal>) {
    let requests = contest.ratios(|burst| burst.outcome.per_second());
    let cpu = contest.ratios(|burst| burst.cpu);
    line(base, &contest.base, None);
    line(contender, &contest.contender, Some((requests, cpu)));
    let mut notes = Vec::new();
    if let Some(goal) = goal {
        notes.push(verdict(goal, requests, cpu, failures(&contest.contender)));
    }
    let busy = Spread::of(contest.contender.iter().map(|burst| burst.cores)).median;
    if let Some(noise) = noise(contest.quiet) {
        notes.push(noise);
    } else if busy < 0.95 {
        notes.push("the load is the limit, so compare the CPU time".to_owned());
    }
    println!("    {}\n", notes.join("; "));
}

fn line(name: &str, bursts: &[Burst], ratios: Option<(Spread, Spread)>) {
    let middle = |figure: &dyn Fn(&Burst) -> f64| Spread::of(bursts.iter().map(figure)).median;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (requests, cpu) = ratios.map_or(("1".to_owned(), "1".to_owned()), |(r, c)| {
        (reach(r), reach(c))
    });
    println!(
        "{name:<27} {:>7.0} {requests:>19} {:>7.1} {cpu:>19} {:>7.2} {:>7.2} {:>6.2} {:>6.1} {:>6.0} {:>7.1} {:>6}",
        middle(&|b| b.outcome.per_second()),
        middle(&|b| b.cpu),
        middle(&|b| ms(b.outcome.p50)),
        middle(&|b| ms(b.outcome.p99)),
        middle(&|b| b.cores),
        middle(&|b| b.resident),
        middle(&|b| b.log),
        middle(&|b| b.redis),
        failures(bursts),
    );
}

fn failures(bursts: &[Burst]) -> u64 {
    bursts.iter().map(|burst| burst.outcome.failures).sum()
}

fn reach(spread: Spread) -> String {
    format!(
        "{:.2} ({:.2}..{:.2})",
        spread.median, spread.least, spread.most
    )
}

fn verdict(goal: Goal, requests: Spread, cpu: Spread, failures: u64) -> String {
    let bound = goal
        .cpu
        .map(|cpu| format!(" at no more than {cpu} x CPU"))
        .unwrap_or_default();
    let wanted = format!(
        "goal at least {} x{bound}, aim {} x",
        goal.requests, goal.aim
    );
    let cheap = goal.cpu.is_none_or(|bound| cpu.median <= bound);
    let came = if failures > 0 {
        "void, answers failed"
    } else if requests.median >= goal.aim && cheap {
        "aim reached"
    } else if requests.median >= goal.requests && cheap {
        "kept"
    } else {
        "missed"
    };
    format!("{wanted}: {came}")
}

fn noise((calm, all): (usize, usize)) -> Option<String> {
    (calm < all).then(|| {
        format!(
            "noisy: others disturbed {} of {all} pairs of bursts",
            all - calm
        )
    })
}

/// Added latency and its verdict.
pub fn latency(measured: &Latency) {
    println!(
        "latency at half load: {:.0} requests/s, open loop, the gateway uses {:.2} of its core",
        measured.rate, measured.cores.median
    );
    let ms = |spread: Spread| {
        format!(
            "{:.3} ({:.3}..{:.3})",
            spread.median, spread.least, spread.most
        )
    };
    println!(
        "    {:<20} {:<24} {:<24} p99 of the median 50 ms",
        "ms", "p50", "p99"
    );
    for (name, times) in [
        ("direct", &measured.direct),
        ("through the gateway", &measured.through),
        ("added", &measured.added),
        ("HAProxy adds", &measured.added_by_base),
    ] {
        println!(
            "    {name:<20} {:<24} {:<24} {}",
            ms(times.p50),
            ms(times.p99),
            ms(times.p99_of_median_slice)
        );
    }
    let added = &measured.added;
    let quick = added.p50.median < ADDED_P50_MS;
    let mut notes = vec![format!(
        "goal p50 under {ADDED_P50_MS} ms and p99 under {ADDED_P99_MS} ms: {}, {} in the median 50 ms",
        word(quick && added.p99.median < ADDED_P99_MS),
        word(quick && added.p99_of_median_slice.median < ADDED_P99_MS)
    )];
    if measured.failures > 0 {
        notes.push(format!("{} answers failed", measured.failures));
    }
    notes.extend(noise(measured.quiet));
    println!("    {}\n", notes.join("; "));
}

/// Memory and its verdict.
pub fn memory(measured: &Memory) {
    println!(
        "memory with {CONNECTIONS} open idle connections: {:.1} MB resident (before them {:.1} MB)",
        measured.with_connections, measured.before
    );
    println!(
        "    goal under {RESIDENT_MB} MB: {}\n",
        word(measured.with_connections < RESIDENT_MB)
    );
}

fn word(kept: bool) -> &'static str {
    if kept { "kept" } else { "missed" }
}
