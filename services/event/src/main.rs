//! The event service's process.

use event_service::Config;
use janchi_runtime::{Clock, Command};
use janchi_web::Listeners;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("event");
    let command = Command::from_args()?;
    let config = Config::from_env()?;
    let shutdown = janchi_runtime::shutdown();
    let clock = Clock::system();
    match command {
        Command::Serve => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            event_service::serve(config, listeners, clock, shutdown).await
        }
        Command::ServeApi => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            event_service::serve_api(config, listeners, clock, shutdown).await
        }
        Command::Work => {
            let admin = tokio::net::TcpListener::bind(config.admin_addr).await?;
            event_service::work(config, admin, clock, shutdown).await
        }
        Command::Migrate => event_service::migrate(config).await,
    }
}
