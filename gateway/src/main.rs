//! The gateway's process.

use janchi_gateway::Config;
use janchi_web::Listeners;

/// A request makes some dozens of small things that live as long as it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

// Requests have threads of their own; this one opens the door to them, and talks to Redis.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("gateway");
    let config = Config::from_env()?;
    let shutdown = janchi_runtime::shutdown();
    let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
    janchi_gateway::serve(config, listeners, shutdown).await
}
