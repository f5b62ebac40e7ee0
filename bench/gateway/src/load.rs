//! wrk: as many requests as will go through, on so many connections.

use crate::contender::Contender;
use crate::process::pinned;
use crate::rig::{PATH, Rig};
use anyhow::{Context, bail};
use std::process::Stdio;
use std::time::Duration;

/// What wrk saw.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    pub requests: f64,
    pub length: Duration,
    pub p50: Duration,
    pub p99: Duration,
    /// Answers that are neither 2xx nor 3xx, and connections that broke.
    pub failures: u64,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.requests / self.length.as_secs_f64()
    }
}

/// Loads a contender.
///
/// # Errors
/// wrk fails or gets no answer at all.
pub async fn load(
    rig: &Rig,
    contender: &Contender,
    connections: u32,
    length: Duration,
) -> anyhow::Result<Outcome> {
    let tokens = &rig.users.tokens(contender.algorithm).file;
    let mut command = pinned(&rig.programs.wrk, &rig.cpus.load);
    command
        .args(["--threads", "1", "--connections", &connections.to_string()])
        .args(["--duration", &format!("{}s", length.as_secs())])
        .arg("--script")
        .arg(&rig.load)
        .arg(format!("http://127.0.0.1:{}", contender.port))
        .arg("--")
        .arg(tokens)
        .arg(PATH)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let said = command.output().await.context("run wrk")?;
    let text = String::from_utf8_lossy(&said.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("result "));
    let Some(outcome) = line.and_then(parse) else {
        bail!("wrk says: {text}{}", String::from_utf8_lossy(&said.stderr));
    };
    if outcome.requests == 0.0 {
        bail!("{} answered no request", contender.name);
    }
    Ok(outcome)
}

/// The line that `load.lua` writes.
fn parse(line: &str) -> Option<Outcome> {
    let numbers: Vec<u64> = line
        .split(' ')
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    let [requests, length, p50, p99, refused, broken] = numbers[..] else {
        return None;
    };
    Some(Outcome {
        requests: requests as f64,
        length: Duration::from_micros(length),
        p50: Duration::from_micros(p50),
        p99: Duration::from_micros(p99),
        failures: refused + broken,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_scripts_line_is_read() {
        let outcome = parse("64000 2000000 1500 4000 2 1").unwrap();
        assert_eq!((outcome.per_second(), outcome.failures), (32_000.0, 3));
        assert!(parse("64000 2000000").is_none());
    }
}
