//! The gateway's process.

use janchi_gateway::Config;
use janchi_web::Listeners;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("gateway");
    let config = Config::from_env()?;
    let shutdown = janchi_runtime::shutdown();
    let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
    janchi_gateway::serve(config, listeners, shutdown).await
}
