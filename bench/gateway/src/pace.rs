//! An open-loop load: requests leave when their time has come, whatever became of those before, and their time runs from
//! when they should have left. So a gateway that stalls is charged for every request that had to wait.

use crate::http::{Connection, get};
use crate::rig::PATH;
use nix::sys::prctl::set_timerslack;
use std::thread;
use std::time::{Duration, Instant};

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

/// How long the answers took.
#[derive(Debug, Default)]
pub struct Paced {
    /// Sorted.
    times: Vec<Duration>,
    /// Answers other than 200.
    pub failures: u64,
}

impl Paced {
    /// Milliseconds that so many of a hundred answers kept.
    pub fn percentile(&self, percent: usize) -> f64 {
        let at = (self.times.len() * percent).div_ceil(100).max(1) - 1;
        self.times
            .get(at)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// Sends to a port with these tokens. Blocks for the pace's length.
///
/// # Errors
/// A connection breaks.
pub fn run(port: u16, tokens: &[String], pace: &Pace) -> anyhow::Result<Paced> {
    let requests: Vec<Vec<u8>> = tokens.iter().map(|token| get(PATH, Some(token))).collect();
    let period = Duration::from_secs_f64(pace.phases.len() as f64 / pace.rate);
    // Until then all connections are open.
    let start = Instant::now() + Duration::from_millis(200);
    let results: Vec<anyhow::Result<Paced>> = thread::scope(|scope| {
        let senders = pace.phases.iter().enumerate().map(|(n, phase)| {
            let turn = Turn {
                first: start + period.mul_f64(*phase),
                period,
                end: start + pace.length,
                offset: n * requests.len() / pace.phases.len(),
            };
            let requests = &requests;
            scope.spawn(move || turn.send(port, requests))
        });
        let senders: Vec<_> = senders.collect();
        senders
            .into_iter()
            .map(|sender| {
                sender
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a sender ended")))
            })
            .collect()
    });
    let mut all = Paced::default();
    for result in results {
        let one = result?;
        all.times.extend(one.times);
        all.failures += one.failures;
    }
    all.times.sort_unstable();
    Ok(all)
}

/// One connection's part.
struct Turn {
    first: Instant,
    period: Duration,
    end: Instant,
    /// Which request it begins with.
    offset: usize,
}

impl Turn {
    fn send(&self, port: u16, requests: &[Vec<u8>]) -> anyhow::Result<Paced> {
        // The kernel may otherwise wake a sleeper 50 microseconds late. Where it refuses, all times grow alike.
        let _ = set_timerslack(1);
        let mut connection = Connection::open(port)?;
        let mut requests = requests.iter().cycle().skip(self.offset);
        let mut paced = Paced::default();
        let mut due = self.first;
        while due < self.end {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let Some(request) = requests.next() else {
                break;
            };
            match connection.ask(request)?.status {
                200 => paced.times.push(due.elapsed()),
                _ => paced.failures += 1,
            }
            due += self.period;
        }
        Ok(paced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

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
}
