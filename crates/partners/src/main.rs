//! `janchi-partners`: the practice server by itself. `LISTEN_ADDR` says where, default 127.0.0.1:8099.

use std::net::SocketAddr;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _logs = janchi_runtime::telemetry("partners");
    let address =
        janchi_runtime::or_default("LISTEN_ADDR", SocketAddr::from(([127, 0, 0, 1], 8099)))?;
    let listener = TcpListener::bind(address).await?;
    janchi_partners::start(listener, janchi_runtime::shutdown()).await
}
