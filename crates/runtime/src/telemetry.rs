use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Keeps logs flowing for as long as it lives.
#[derive(Debug)]
pub struct Guard;

/// Sets up logs (JSON lines on standard error; `JANCHI_LOG=pretty` for people, `RUST_LOG` filters) and metrics,
/// once per process. Later calls in the same process change nothing.
pub fn telemetry(service: &'static str) -> Guard {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("info,sqlx=warn,lapin=error,hyper=warn,tower_http=info")
    });
    let pretty =
        matches!(crate::optional::<String>("JANCHI_LOG"), Ok(Some(word)) if word == "pretty");
    let lines = if pretty {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .compact()
            .boxed()
    } else {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed()
    };
    let first = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .is_ok();
    recorder();
    if first {
        tracing::info!(service, "starting");
    }
    Guard
}

fn recorder() -> &'static PrometheusHandle {
    METRICS.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Another recorder may be there already (a test's): then this one only renders nothing.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// Folds what was measured since the last time into the totals. Until then every single sample is kept, so a process
/// that nobody scrapes would grow with each request: to be called every few seconds.
pub fn fold_metrics() {
    recorder().run_upkeep();
}

/// All metrics of this process in Prometheus' text format.
pub fn render_metrics() -> String {
    let handle = recorder();
    handle.run_upkeep();
    handle.render()
}
