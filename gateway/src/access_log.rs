//! One line per request: JSON with the fields of every other log line, collected and written by the worker that has
//! served it. Nothing personal is in it: no address, no path, no query, no token.

use crate::exchange::Taken;
use axum::http::{HeaderValue, Method, StatusCode};
use chrono::Utc;
use std::io::Write;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So many bytes are written at once; what is less is written every [`EVERY`].
const BATCH: usize = 32 * 1024;
/// How often a worker writes what it has collected.
pub const EVERY: Duration = Duration::from_millis(250);

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLog {
    /// To standard error, in batches.
    Lines,
    /// To this process's log, one event each: for a process that is more than a gateway.
    Events,
    Off,
}

impl FromStr for AccessLog {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "lines" => Ok(Self::Lines),
            "events" => Ok(Self::Events),
            "off" => Ok(Self::Off),
            _ => Err("lines, events or off"),
        }
    }
}

/// What is told of a request.
pub struct Line<'a> {
    pub id: &'a HeaderValue,
    pub method: &'a Method,
    pub route: Taken<'a>,
    pub status: StatusCode,
    pub took: Duration,
}

impl Line<'_> {
    fn route(&self) -> (&'static str, &'static str) {
        match self.route {
            Taken::Route(route) => (route.pattern, route.service.name()),
            Taken::None(word) => (word, "gateway"),
        }
    }

    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }
}

/// The lines of one worker.
#[derive(Debug)]
pub struct Log {
    kind: AccessLog,
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    bytes: Vec<u8>,
    /// The second that `stamp` is for: most of a time stamp changes only with it.
    second: i64,
    stamp: String,
}

impl Log {
    pub fn new(kind: AccessLog) -> Self {
        Self {
            kind,
            lines: Mutex::default(),
        }
    }

    /// Notes a request.
    pub fn write(&self, line: &Line<'_>) {
        match self.kind {
            AccessLog::Off => {}
            AccessLog::Events => {
                let (route, service) = line.route();
                tracing::info!(request_id = line.id(), http.method = %line.method, http.route = route, http.status = line.status.as_u16(), service, elapsed.us = micros(line.took), "passed");
            }
            AccessLog::Lines => {
                let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.add(line);
                if lines.bytes.len() >= BATCH {
                    lines.write();
                }
            }
        }
    }

    /// Writes what was collected.
    pub fn flush(&self) {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write();
    }
}

impl Lines {
    fn add(&mut self, line: &Line<'_>) {
        let now = Utc::now();
        if now.timestamp() != self.second || self.stamp.is_empty() {
            self.second = now.timestamp();
            self.stamp = now.format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        let (route, service) = line.route();
        // A million more, so that the zeros in front are there too.
        let mut fraction = itoa::Buffer::new();
        let fraction = fraction.format(1_000_000 + now.timestamp_subsec_micros() % 1_000_000);
        // Nothing here needs escaping: the id is checked, the rest is our own or a token of HTTP's.
        for part in [
            r#"{"timestamp":""#,
            &self.stamp,
            ".",
            &fraction[1..],
            r#"Z","level":"INFO","message":"passed","request_id":""#,
            line.id(),
            r#"","http.method":""#,
            line.method.as_str(),
            r#"","http.route":""#,
            route,
            r#"","http.status":"#,
            line.status.as_str(),
            r#","service":""#,
            service,
            r#"","elapsed.us":"#,
            itoa::Buffer::new().format(micros(line.took)),
            "}\n",
        ] {
            self.bytes.extend_from_slice(part.as_bytes());
        }
    }

    fn write(&mut self) {
        if !self.bytes.is_empty() {
            // Whoever closed standard error does not want to know.
            let _ = std::io::stderr().lock().write_all(&self.bytes);
            self.bytes.clear();
        }
    }
}

fn micros(took: Duration) -> u64 {
    took.as_micros().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};
    use crate::exchange::Taken;
    use axum::http::{HeaderValue, Method, StatusCode};
    use std::time::Duration;

    #[test]
    fn a_line_is_json_with_the_fields_of_every_log() {
        let mut lines = Lines::default();
        for status in [StatusCode::OK, StatusCode::NOT_FOUND] {
            lines.add(&Line {
                id: &HeaderValue::from_static("0192f0c1-aaaa"),
                method: &Method::GET,
                route: Taken::None("unknown"),
                status,
                took: Duration::from_micros(1234),
            });
        }
        let text = String::from_utf8(lines.bytes).unwrap();
        let read: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(read.len(), 2);
        assert_eq!(read[1]["request_id"], "0192f0c1-aaaa");
        assert_eq!(read[1]["http.status"], 404);
        assert_eq!(read[1]["elapsed.us"], 1234);
        let stamp = read[0]["timestamp"].as_str().unwrap();
        assert!(
            chrono::DateTime::parse_from_rfc3339(stamp).is_ok(),
            "{stamp}"
        );
    }
}
