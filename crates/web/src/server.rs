use crate::Health;
use crate::middleware::dress;
use anyhow::Context;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A head that is not there by then, and an idle connection, are closed. Longer than the gateway keeps its own.
const HEAD: Duration = Duration::from_secs(30);
/// What is in flight at shutdown may finish within this.
const DRAIN: Duration = Duration::from_secs(25);
/// How often samples of metrics become totals.
const FOLD: Duration = Duration::from_secs(5);
/// Open connections at once; one more waits to be accepted.
const CONNECTIONS: usize = 4096;

/// The sockets of a service, bound before anything else, so that a taken port stops the start.
#[derive(Debug)]
pub struct Listeners {
    /// The public API and `/internal/**`.
    pub api: TcpListener,
    /// `/livez`, `/readyz`, `/metrics`.
    pub admin: TcpListener,
    /// The API once more, for a gateway on the same machine.
    pub near: Option<Near>,
}

/// A Unix socket that is listened on; its file goes with it.
#[derive(Debug)]
pub struct Near {
    listener: UnixListener,
    path: PathBuf,
}

impl Near {
    /// Listens there, for this user and its group. A file that another run left behind is replaced.
    ///
    /// # Errors
    /// A path that cannot be bound, naming it.
    pub fn bind(path: PathBuf) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        if UnixStream::connect(&path).is_err() {
            let _ = std::fs::remove_file(&path);
        }
        let listener = UnixListener::bind(&path).with_context(|| format!("listen on {shown}"))?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o660))
            .with_context(|| format!("set the rights of {shown}"))?;
        Ok(Self { listener, path })
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Listeners {
    /// Binds both; port 0 takes a free one.
    ///
    /// # Errors
    /// An address that cannot be bound, naming it.
    pub async fn bind(api: SocketAddr, admin: SocketAddr) -> anyhow::Result<Self> {
        let bind = |address: SocketAddr| async move {
            TcpListener::bind(address)
                .await
                .with_context(|| format!("listen on {address}"))
        };
        Ok(Self {
            api: bind(api).await?,
            admin: bind(admin).await?,
            near: None,
        })
    }

    /// The same, listening on a Unix socket too if one is named.
    ///
    /// # Errors
    /// As [`Near::bind`].
    pub fn near(mut self, path: Option<PathBuf>) -> anyhow::Result<Self> {
        self.near = path.map(Near::bind).transpose()?;
        Ok(self)
    }
}

/// Serves the routes and the admin port until shutdown, then finishes what is in flight.
///
/// # Errors
/// A listener breaks.
pub async fn serve(
    service: &'static str,
    router: Router,
    health: Health,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let api = dress(service, router);
    let near = async {
        match listeners.near {
            Some(near) => accept(near, api.clone(), shutdown.clone()).await,
            None => Ok(()),
        }
    };
    tokio::try_join!(
        near,
        accept(listeners.api, api.clone(), shutdown.clone()),
        serve_admin(health, listeners.admin, shutdown.clone()),
    )?;
    Ok(())
}

/// Serves the admin port alone, for `work`.
///
/// # Errors
/// The listener breaks.
pub async fn serve_admin(
    health: Health,
    admin: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let announcing = tokio::spawn(health.clone().announce());
    let served = tokio::select! {
        served = accept(admin, health.routes(), shutdown) => served,
        never = fold_metrics() => match never {},
    };
    announcing.abort();
    served
}

/// For the life of the process: its metrics would grow with every request if nobody scraped them.
async fn fold_metrics() -> Infallible {
    loop {
        tokio::time::sleep(FOLD).await;
        janchi_runtime::fold_metrics();
    }
}

/// Where connections come from.
trait Door {
    type Socket: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// The next connection.
    fn next(&self) -> impl Future<Output = std::io::Result<Self::Socket>> + Send;
}

impl Door for TcpListener {
    type Socket = TcpStream;

    async fn next(&self) -> std::io::Result<TcpStream> {
        let (socket, _) = self.accept().await?;
        let _ = socket.set_nodelay(true);
        Ok(socket)
    }
}

impl Door for Near {
    type Socket = tokio::net::UnixStream;

    async fn next(&self) -> std::io::Result<tokio::net::UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// axum's own `serve` has no time-out for a head that never comes, and waits for it at shutdown.
async fn accept(
    door: impl Door,
    router: Router,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = tokio::select! {
            () = shutdown.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place.context("places are never closed")?,
        };
        let socket = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = door.next() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, or a connection that is gone already: others go on.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(64 * 1024)
            .serve_connection(
                TokioIo::new(socket),
                TowerToHyperService::new(router.clone()),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is no error of ours.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(door);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("gave up waiting for open requests");
    }
    Ok(())
}
