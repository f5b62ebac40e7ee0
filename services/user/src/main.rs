//! The user service's binary: `serve [--no-work]`, `work` or `migrate`.

use anyhow::Context;
use janchi_runtime::{Clock, Command};
use janchi_web::Listeners;
use tokio::net::TcpListener;
use user_service::Config;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("user");
    let config = Config::from_env()?;
    let shutdown = janchi_runtime::shutdown();
    let clock = Clock::system();
    match Command::from_args()? {
        Command::Serve => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            user_service::serve(config, listeners, clock, shutdown).await
        }
        Command::ServeApi => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            user_service::serve_api(config, listeners, clock, shutdown).await
        }
        Command::Work => {
            let admin = TcpListener::bind(config.admin_addr)
                .await
                .context("listen on ADMIN_ADDR")?;
            user_service::work(config, admin, clock, shutdown).await
        }
        Command::Migrate => user_service::migrate(config).await,
    }
}
