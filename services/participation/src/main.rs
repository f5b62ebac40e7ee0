//! The participation service's process.

use janchi_runtime::{Clock, Command};
use janchi_web::Listeners;
use participation_service::Config;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("participation");
    let command = Command::from_args()?;
    let config = Config::from_env()?;
    let shutdown = janchi_runtime::shutdown();
    let clock = Clock::system();
    match command {
        Command::Serve => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            participation_service::serve(config, listeners, clock, shutdown).await
        }
        Command::ServeApi => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            participation_service::serve_api(config, listeners, clock, shutdown).await
        }
        Command::Work => {
            let admin = tokio::net::TcpListener::bind(config.admin_addr).await?;
            participation_service::work(config, admin, clock, shutdown).await
        }
        Command::Migrate => participation_service::migrate(config).await,
    }
}
