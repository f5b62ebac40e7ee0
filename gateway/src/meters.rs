//! Rate, errors and duration of every route, counted by handles that are looked up once.

use crate::exchange::Taken;
use axum::http::StatusCode;
use metrics::Histogram;
use std::sync::OnceLock;
use std::time::Duration;

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// A histogram per route and class of status.
#[derive(Debug)]
pub struct Meters(Vec<[OnceLock<Histogram>; CLASSES.len()]>);

impl Meters {
    /// For a table of so many routes.
    pub fn new(routes: usize) -> Self {
        Self((0..=routes).map(|_| Default::default()).collect())
    }

    /// Counts an answer. What took no route is counted together, after all routes.
    pub fn record(&self, taken: Taken<'_>, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        let (at, pattern, service) = match taken {
            Taken::Route(route) => (route.number, route.pattern, route.service.name()),
            Taken::None(_) => (self.0.len() - 1, "none", "gateway"),
        };
        let Some(row) = self.0.get(at) else { return };
        row[class]
            .get_or_init(|| {
                metrics::histogram!("janchi_gateway_request_seconds", "route" => pattern, "service" => service, "status" => CLASSES[class])
            })
            .record(took);
    }
}
