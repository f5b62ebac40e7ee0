//! What programs take of this machine, as the kernel counts it.

use std::fs;
use std::time::{Duration, Instant};

/// Linux gives `/proc/stat` and `/proc/PID/stat` in hundredths of a second on every machine we know.
const TICK_MS: u64 = 10;
/// Cores that others may use during a measurement.
pub const QUIET: f64 = 0.15;
/// No longer is waited for others to leave the machine alone.
const PATIENCE: Duration = Duration::from_secs(20);

/// CPU time of a process, all its threads together; nothing once it is gone.
pub fn used_by(pid: u32) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Duration::ZERO;
    };
    let nanoseconds = threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next()?.parse::<u64>().ok());
    Duration::from_nanos(nanoseconds.sum())
}

/// Megabytes (of 1,024 kB) of a process's memory that are resident; nothing once it is gone.
pub fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// The processor's name and the number of cores.
pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find(|line| line.starts_with("model name"));
    let name = name
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("unknown processor");
    let cores = text
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    format!("{name}, {cores} cores")
}

/// CPU time of the whole machine, idle time apart.
fn busy() -> Duration {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let all = fields(text.lines().next().unwrap_or_default());
    // user, nice, system, idle, iowait, irq, softirq
    let busy = [0, 1, 2, 5, 6]
        .iter()
        .filter_map(|at| all.get(*at))
        .sum::<u64>();
    Duration::from_millis(busy * TICK_MS)
}

/// CPU time of this process and of those children that have ended.
fn own() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    // state first, then ten more until utime, stime, cutime and cstime
    let numbers: Vec<&str> = after_name.split_whitespace().skip(11).take(4).collect();
    Duration::from_millis(fields(&numbers.join(" ")).into_iter().sum::<u64>() * TICK_MS)
}

fn fields(line: &str) -> Vec<u64> {
    line.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// Tells what programs other than this run's took of the machine since it began.
#[derive(Debug)]
pub struct Watch {
    pids: Vec<u32>,
    busy: Duration,
    ours: Duration,
    began: Instant,
}

impl Watch {
    /// Begins now; `pids` are this run's own servers.
    pub fn begin(pids: &[u32]) -> Self {
        Self {
            pids: pids.to_vec(),
            busy: busy(),
            ours: ours(pids),
            began: Instant::now(),
        }
    }

    /// Cores that others used on average.
    pub fn others(&self) -> f64 {
        let all = (busy() - self.busy).as_secs_f64();
        let ours = (ours(&self.pids) - self.ours).as_secs_f64();
        (all - ours).max(0.0) / self.began.elapsed().as_secs_f64()
    }
}

fn ours(pids: &[u32]) -> Duration {
    own() + pids.iter().map(|pid| used_by(*pid)).sum::<Duration>()
}

/// Waits until others leave the machine alone, for a while.
pub async fn quiet(pids: &[u32]) {
    let began = Instant::now();
    let mut calm = 0;
    while calm < 2 && began.elapsed() < PATIENCE {
        let watch = Watch::begin(pids);
        tokio::time::sleep(Duration::from_millis(700)).await;
        calm = if watch.others() < QUIET { calm + 1 } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        let before = used_by(std::process::id());
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(30) {
            std::hint::spin_loop();
        }
        assert!(used_by(std::process::id()) > before);
        assert!(resident(std::process::id()) > 1.0);
        assert!(busy() > Duration::ZERO);
    }
}
