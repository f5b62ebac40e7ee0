use content_service::Config;
use janchi_runtime::{Clock, Command};
use janchi_web::Listeners;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("content");
    let command = Command::from_args()?;
    let config = Config::from_env()?;
    let (clock, shutdown) = (Clock::system(), janchi_runtime::shutdown());
    match command {
        Command::Serve => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            content_service::serve(config, listeners, clock, shutdown).await
        }
        Command::ServeApi => {
            let listeners = Listeners::bind(config.listen_addr, config.admin_addr).await?;
            content_service::serve_api(config, listeners, clock, shutdown).await
        }
        Command::Work => {
            let admin = TcpListener::bind(config.admin_addr).await?;
            content_service::work(config, admin, clock, shutdown).await
        }
        Command::Migrate => content_service::migrate(config).await,
    }
}
