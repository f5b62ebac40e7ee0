//! Threads that serve connections, one runtime each: a request never changes threads, and neither does what it uses.

use crate::access_log::{self, Log};
use crate::addresses::Peer;
use crate::connection;
use crate::pool::Pools;
use crate::state::State;
use anyhow::Context;
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// What is in flight at shutdown may finish within this.
const DRAIN: Duration = Duration::from_secs(25);
/// Connections dealt to a worker that it has not begun with yet.
const DEALT: usize = 1024;

/// What a request needs.
#[derive(Debug)]
pub struct Worker {
    pub state: Arc<State>,
    pub pools: Pools,
    pub log: Log,
    pub shutdown: CancellationToken,
}

/// A connection that was accepted, and its place among all.
pub struct Dealt {
    pub socket: std::net::TcpStream,
    pub peer: SocketAddr,
    pub place: OwnedSemaphorePermit,
}

/// A running worker.
#[derive(Debug)]
pub struct Handle {
    pub deal: mpsc::Sender<Dealt>,
    /// Told when the last request was answered.
    pub gone: oneshot::Receiver<()>,
}

/// Starts a worker on a thread of its own.
///
/// # Errors
/// No thread or no runtime can be had.
pub fn start(state: Arc<State>, shutdown: CancellationToken) -> anyhow::Result<Handle> {
    let (deal, dealt) = mpsc::channel(DEALT);
    let (leave, gone) = oneshot::channel();
    let worker = Arc::new(Worker {
        pools: Pools::new(&state.config.upstreams, &state.loads)?,
        log: Log::new(state.config.access_log),
        state,
        shutdown,
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("build a worker's runtime")?;
    std::thread::Builder::new()
        .name("gateway".to_owned())
        .spawn(move || {
            runtime.block_on(work(worker, dealt));
            let _ = leave.send(());
        })
        .context("start a worker")?;
    Ok(Handle { deal, gone })
}

async fn work(worker: Arc<Worker>, mut dealt: mpsc::Receiver<Dealt>) {
    let graceful = GracefulShutdown::new();
    let mut every = tokio::time::interval(access_log::EVERY);
    loop {
        tokio::select! {
            next = dealt.recv() => match next {
                Some(next) => serve(&worker, next, &graceful),
                None => break,
            },
            _ = every.tick() => {
                worker.log.flush();
                worker.pools.close_idle();
            }
        }
    }
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("gave up waiting for open requests");
    }
    worker.log.flush();
}

fn serve(
    worker: &Arc<Worker>,
    Dealt {
        socket,
        peer,
        place,
    }: Dealt,
    graceful: &GracefulShutdown,
) {
    let (worker, watcher) = (Arc::clone(worker), graceful.watcher());
    let peer = Peer::new(peer.ip());
    tokio::spawn(async move {
        match TcpStream::from_std(socket) {
            Ok(socket) => connection::serve(worker, socket, peer, watcher).await,
            Err(error) => tracing::warn!(%error, "could not take over a connection"),
        }
        drop(place);
    });
}
