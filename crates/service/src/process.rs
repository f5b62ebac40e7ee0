use crate::{Service, SharedSettings};
use anyhow::Context;
use janchi_runtime::{Clock, Command};
use janchi_web::Listeners;
use sqlx::migrate::Migrator;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

/// What distinguishes one service's binary from the other six.
#[derive(Debug)]
pub struct Binary<C> {
    pub name: &'static str,
    pub migrator: &'static Migrator,
    /// Reads the service's settings.
    pub config: fn() -> anyhow::Result<C>,
    /// Where in them the common ones are.
    pub shared: fn(&C) -> &SharedSettings,
    pub assemble: fn(C, Clock, CancellationToken) -> anyhow::Result<Service>,
}

/// A service's process: `serve [--no-work]`, `work` or `migrate`, until SIGTERM or SIGINT.
///
/// # Errors
/// An unknown command, a setting that is missing or of no use, an address that is taken, or a part of the service
/// that could not go on.
pub fn main<C>(binary: Binary<C>) -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry(binary.name);
    let command = Command::from_args()?;
    let config = (binary.config)()?;
    runtime()?.block_on(run(binary, command, config))
}

async fn run<C>(binary: Binary<C>, command: Command, config: C) -> anyhow::Result<()> {
    let shutdown = janchi_runtime::shutdown();
    let shared = (binary.shared)(&config).clone();
    let assemble = || (binary.assemble)(config, Clock::system(), shutdown);
    let listeners = async || {
        Listeners::bind(shared.listen_addr, shared.admin_addr)
            .await?
            .near(shared.listen_socket.clone())
    };
    match command {
        Command::Serve => {
            let listeners = listeners().await?;
            assemble()?.serve(listeners).await
        }
        Command::ServeApi => {
            let listeners = listeners().await?;
            assemble()?.serve_api(listeners).await
        }
        Command::Work => {
            let admin = TcpListener::bind(shared.admin_addr)
                .await
                .with_context(|| format!("listen on {}", shared.admin_addr))?;
            assemble()?.work(admin).await
        }
        Command::Migrate => janchi_db::migrate(&shared.database_url, binary.migrator).await,
    }
}

/// A service waits more than it computes, and what computes (pictures, passwords, draws) does so on blocking threads.
/// So a machine with many cores is no reason for as many workers, each of which holds memory after a burst (64 instead
/// of two: 3 MB of 20), nor for tokio's 512 blocking threads: one per core, and some for look-ups and files. Whoever
/// needs more starts a second process.
fn runtime() -> anyhow::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Builder::new_multi_thread()
        .worker_threads(cores.clamp(2, 4))
        .max_blocking_threads(cores + 60)
        .enable_all()
        .build()
        .context("start the runtime")
}
