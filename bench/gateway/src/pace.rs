//! An open-loop load: requests leave when their time has come, whatever became of those before, and their time runs from
//! when they should have left. So a gateway that stalls is charged for every request that had to wait.

use crate::http::{Connection, get};
use crate::rig::PATH;
use anyhow::{Context, ensure};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::prctl::set_timerslack;
use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Longer than this no answer takes.
const SILENCE: Duration = Duration::from_secs(5);

/// A rate, spread evenly over connections that take turns at moments of their own.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Requests a second of all connections together.
    pub rate: f64,
    pub length: Duration,
    /// For each connection, when in its period it sends: 0 to 1.
    pub phases: Vec<f64>,
}

impl Pace {
    /// With phases drawn at random.
    pub fn new(rate: f64, length: Duration, connections: usize) -> Self {
        let phase = |_| f64::from(u32::from_be_bytes(janchi_crypto::random())) / 4_294_967_296.0;
        Self {
            rate,
            length,
            phases: (0..connections).map(phase).collect(),
        }
    }
}

/// A machine that lends its cores out takes them away for some milliseconds several times a second, and every request of
/// that moment is late, whoever carries it. Half of all slices this short know nothing of it.
const SLICE: Duration = Duration::from_millis(50);

/// How long the answers took.
#[derive(Debug, Default)]
pub struct Paced {
    /// When each request should have left, counted from the first moment, and how long its answer then took.
    times: Vec<(Duration, Duration)>,
    /// Answers other than 200.
    pub failures: u64,
}

impl Paced {
    /// Milliseconds that so many of a hundred answers kept.
    pub fn percentile(&self, percent: usize) -> f64 {
        percentile(self.times.iter().map(|(_, took)| *took), percent)
    }

    /// As [`Paced::percentile`], of each [`SLICE`] alone; the median of these.
    pub fn in_a_median_slice(&self, percent: usize) -> f64 {
        let mut slices: BTreeMap<u128, Vec<Duration>> = BTreeMap::new();
        for (due, took) in &self.times {
            let slice = due.as_nanos() / SLICE.as_nanos();
            slices.entry(slice).or_default().push(*took);
        }
        let each = slices.into_values();
        let mut each: Vec<f64> = each.map(|times| percentile(times, percent)).collect();
        each.sort_unstable_by(f64::total_cmp);
        each.get(each.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn percentile(times: impl IntoIterator<Item = Duration>, percent: usize) -> f64 {
    let mut times: Vec<Duration> = times.into_iter().collect();
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).max(1) - 1;
    times
        .get(at)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

/// Sends to a port with these tokens, on one thread: the load shares its core with the upstream, and what it used up
/// would be charged to the gateway. Blocks for the pace's length.
///
/// # Errors
/// A connection breaks, or an answer does not come.
pub fn run(port: u16, tokens: &[String], pace: &Pace) -> anyhow::Result<Paced> {
    // The kernel may otherwise wake a sleeper 50 microseconds late. Where it refuses, all times grow alike.
    let _ = set_timerslack(1);
    let requests: Vec<Vec<u8>> = tokens.iter().map(|token| get(PATH, Some(token))).collect();
    let period = Duration::from_secs_f64(pace.phases.len() as f64 / pace.rate);
    let connections = pace.phases.iter().map(|_| Connection::open(port));
    let connections: Vec<Connection> = connections.collect::<anyhow::Result<_>>()?;
    let start = Instant::now() + Duration::from_millis(20);
    let end = start + pace.length;
    let lines = connections.into_iter().zip(&pace.phases).enumerate();
    let mut lines: Vec<Line> = lines
        .map(|(n, (connection, phase))| Line {
            connection,
            due: start + period.mul_f64(*phase),
            asked: None,
            next: n * requests.len() / pace.phases.len(),
        })
        .collect();
    let mut paced = Paced::default();
    loop {
        let now = Instant::now();
        for line in &mut lines {
            if line.asked.is_none() && line.due <= now && line.due < end {
                line.ask(&requests, period)?;
            }
        }
        let waiting = lines.iter().filter(|line| line.asked.is_some());
        if lines
            .iter()
            .all(|line| line.asked.is_none() && line.due >= end)
        {
            break;
        }
        let due = lines.iter().filter(|line| line.asked.is_none());
        let sleep = due.map(|line| line.due).min().unwrap_or(now + SILENCE);
        let mut polled: Vec<PollFd> = waiting
            .map(|line| PollFd::new(line.connection.as_fd(), PollFlags::POLLIN))
            .collect();
        let wait = sleep.saturating_duration_since(Instant::now());
        let answered = match ppoll(&mut polled, Some(wait.into()), None) {
            Err(Errno::EINTR) => continue,
            answered => answered.context("wait for an answer")?,
        };
        ensure!(
            answered > 0 || wait < SILENCE,
            "no answer within {SILENCE:?}"
        );
        let readable: Vec<bool> = polled.iter().map(|fd| fd.any() != Some(false)).collect();
        let waiting = lines.iter_mut().filter(|line| line.asked.is_some());
        for (line, readable) in waiting.zip(readable) {
            if readable {
                line.hear(start, &mut paced)?;
            }
        }
    }
    Ok(paced)
}

/// One connection's part.
struct Line {
    connection: Connection,
    /// When its next request should leave.
    due: Instant,
    /// When the one that waits for its answer should have left.
    asked: Option<Instant>,
    /// Which request is next.
    next: usize,
}

impl Line {
    fn ask(&mut self, requests: &[Vec<u8>], period: Duration) -> anyhow::Result<()> {
        let request = &requests[self.next % requests.len()];
        self.connection.send(request)?;
        self.next += 1;
        self.asked = Some(self.due);
        self.due += period;
        Ok(())
    }

    fn hear(&mut self, start: Instant, paced: &mut Paced) -> anyhow::Result<()> {
        // The rest of an answer that came in two pieces is on its way.
        let answer = self.connection.receive()?;
        let Some(asked) = self.asked.take() else {
            return Ok(());
        };
        match answer.status {
            200 => paced
                .times
                .push((asked.saturating_duration_since(start), asked.elapsed())),
            _ => paced.failures += 1,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn requests_keep_their_rate_and_waiting_counts() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut buffer = [0; 4096];
            let mut first = true;
            while socket.read(&mut buffer).unwrap() > 0 {
                // The first answer holds up the others on its connection.
                if std::mem::take(&mut first) {
                    thread::sleep(Duration::from_millis(100));
                }
                socket
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                    .unwrap();
            }
        });
        let pace = Pace::new(100.0, Duration::from_millis(300), 1);
        let paced = run(port, &["token".to_owned()], &pace).unwrap();
        assert_eq!(paced.times.len(), 30);
        assert!(paced.percentile(99) >= 100.0);
        // About ten of them were due while the first one was held up.
        assert!(paced.percentile(80) >= 20.0, "{}", paced.percentile(80));
    }

    #[test]
    fn one_slow_moment_is_not_the_median_one() {
        let at = |due, took| (Duration::from_millis(due), Duration::from_millis(took));
        let paced = Paced {
            times: vec![at(0, 2), at(49, 3), at(50, 90), at(99, 40), at(100, 4)],
            failures: 0,
        };
        assert_eq!(paced.percentile(99), 90.0);
        assert_eq!(paced.in_a_median_slice(99), 4.0);
        assert_eq!(paced.in_a_median_slice(1), 4.0);
    }
}
