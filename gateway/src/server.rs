//! The gateway from start to end: workers, the door that deals connections to them, and what happens beside requests.

use crate::config::Config;
use crate::state::State;
use crate::worker::{self, Dealt, Handle};
use futures::StreamExt;
use janchi_web::{Health, Listeners};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Open connections at once.
const CONNECTIONS: usize = 16_384;
/// The user service tells here which session has ended.
const REVOKED: &str = "session:revoked";
const SECOND: Duration = Duration::from_secs(1);

/// Runs the gateway until shutdown, then finishes what is in flight.
///
/// # Errors
/// A setting that is of no use, or a listener that breaks.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let workers = config.workers;
    let state = Arc::new(State::new(config)?);
    let cache = state.cache.clone();
    let health = Health::new("gateway").check("redis", move || {
        let cache = cache.clone();
        async move { Ok(cache.ping().await?) }
    });
    let workers = (0..workers.get())
        .map(|_| worker::start(Arc::clone(&state), shutdown.clone()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let beside = tokio::spawn(beside(Arc::clone(&state), shutdown.clone()));
    let served = tokio::try_join!(
        open_door(listeners.api, workers, shutdown.clone()),
        janchi_web::serve_admin(health, listeners.admin, shutdown.clone()),
    );
    shutdown.cancel();
    let _ = beside.await;
    served.map(|_| ())
}

/// Accepts connections and deals them to the workers in turn; then waits until the last of these is done.
async fn open_door(
    listener: TcpListener,
    workers: Vec<Handle>,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut turn = 0;
    loop {
        let (socket, peer) = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let dealt = Arc::clone(&places)
            .try_acquire_owned()
            .ok()
            .and_then(|place| {
                let socket = socket.into_std().ok()?;
                turn = (turn + 1) % workers.len();
                workers[turn]
                    .deal
                    .try_send(Dealt {
                        socket,
                        peer,
                        place,
                    })
                    .ok()
            });
        if dealt.is_none() {
            // One more would only wait: whoever comes next finds a closed door and tries again.
            metrics::counter!("janchi_gateway_connections_refused_total").increment(1);
        }
    }
    drop(listener);
    for Handle { deal, gone } in workers {
        drop(deal);
        let _ = gone.await;
    }
    Ok(())
}

/// What goes on beside requests, until shutdown.
async fn beside(state: Arc<State>, shutdown: CancellationToken) {
    let certificates = async {
        match &state.tls {
            Some(tls) => tls.follow(shutdown.clone()).await,
            None => shutdown.cancelled().await,
        }
    };
    tokio::join!(
        certificates,
        hear_revocations(&state, &shutdown),
        tidy(&state, &shutdown)
    );
}

async fn tidy(state: &State, shutdown: &CancellationToken) {
    let mut every = tokio::time::interval(SECOND);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = every.tick() => {
                state.limiter.give_back().await;
                state.strangers.forget_the_gone();
            }
        }
    }
}

async fn hear_revocations(state: &State, shutdown: &CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Ok(heard) = state.cache.subscribe(REVOKED).await {
            let mut heard = std::pin::pin!(heard);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    message = heard.next() => match message.map(|sid| sid.parse()) {
                        Some(Ok(session)) => state.sessions.revoke(session),
                        Some(Err(_)) => {}
                        None => break,
                    },
                }
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(SECOND) => {}
        }
    }
}
