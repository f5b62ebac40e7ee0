//! One local server that behaves like all outside APIs in their wire formats, with faults on demand.
//!
//! It is for tests and for trying Janchi out without any key: a base URL names a vendor here instead of the real one.
//! Owns no data: everything is in memory. Calls nobody, except webhooks to the callback URL a booking names.
//! Whatever came through it must be shown as practice (`sandbox: true`) by who called it.

#![expect(
    clippy::disallowed_types,
    reason = "vendors answer in their own envelopes, never with our problems"
)]

mod calls;
mod control;
mod datalab;
mod dealer;
mod fault;
mod gate;
mod instagram;
mod kakao;
mod kt;
mod messages;
mod models;
mod naver;
mod numbers;
mod partners;
mod pictures;
mod routes;
mod server;
mod stage;
mod tax_office;
mod wire;

pub use calls::Call;
pub use fault::{Armed, Fault, FaultKind, Vendor};
pub use kt::{Decision, WEBHOOK_SECRET};
pub use messages::{Kind as MessageKind, Message};
pub use partners::Partners;
pub use tax_office::{CLOSED, NAME_WITHOUT_MATCH, SUSPENDED, UNREGISTERED};

use janchi_runtime::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves on this listener until told to stop.
///
/// # Errors
/// The listener has no address.
pub async fn start(listener: TcpListener, shutdown: CancellationToken) -> anyhow::Result<()> {
    start_with(listener, Clock::system(), shutdown).await
}

/// [`start`] by a given clock.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    listener: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let (stage, base) = partners::stage_for(&listener, clock)?;
    tracing::info!(%base, "partners are there for practice");
    server::run(listener, routes::router(&stage), shutdown).await;
    Ok(())
}
