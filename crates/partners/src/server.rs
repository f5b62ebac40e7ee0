//! The accept loop. Our own, because a dead vendor must be able to close a connection without an answer.

use crate::gate::HungUp;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Serves until told to stop; open connections end with it, whatever they wait for.
pub async fn run(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    open.spawn(converse(socket, router.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

async fn converse(socket: TcpStream, router: Router) {
    let service =
        service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), request));
    let _ = socket.set_nodelay(true);
    if let Err(error) = http1::Builder::new()
        .serve_connection(TokioIo::new(socket), service)
        .await
    {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Hyper closes the connection when its service fails: that is how silence is made.
async fn answer(router: Router, request: hyper::Request<Incoming>) -> Result<Response, Silence> {
    let Ok(response) = router.oneshot(request.map(Body::new)).await;
    if response.extensions().get::<HungUp>().is_some() {
        return Err(Silence);
    }
    Ok(response)
}

#[derive(Debug)]
struct Silence;

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the vendor plays dead")
    }
}

impl std::error::Error for Silence {}
