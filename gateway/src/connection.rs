//! One client's connection: TLS if there is any, HTTP/1.1 or HTTP/2, and an end for those who say nothing.

use crate::addresses::Peer;
use crate::exchange;
use crate::lines::Lines;
use crate::tls::Tls;
use crate::worker::Worker;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A head, a handshake, or a next request that is not there by then ends the connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// HTTP/2 clients are asked after so much silence whether they are still there.
const PING: Duration = Duration::from_secs(20);
/// What an HTTP/2 client says first, even before TLS would have told.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Serves a connection until it ends, or until it may end because of a shutdown. Each way to speak is in a box, so that
/// a thousand idle connections of the smallest kind do not take the room of the largest.
pub async fn serve(worker: Arc<Worker>, socket: TcpStream, peer: Peer, watcher: Watcher) {
    let _ = socket.set_nodelay(true);
    match worker.state.tls.as_ref().map(Tls::acceptor) {
        None => {
            if let Some(h2) = within(&worker, says_preface(&socket)).await {
                Box::pin(speak(socket, h2, worker, peer, watcher)).await;
            }
        }
        Some(acceptor) => {
            let accepting = Box::pin(acceptor.accept(socket));
            if let Some(stream) = within(&worker, accepting).await {
                let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                Box::pin(speak(stream, h2, worker, peer, watcher)).await;
            }
        }
    }
}

/// The first words of a client, unless it takes too long over them or there is no time left.
async fn within<T>(worker: &Worker, words: impl Future<Output = std::io::Result<T>>) -> Option<T> {
    tokio::select! {
        said = tokio::time::timeout(PATIENCE, words) => said.ok()?.ok(),
        () = worker.shutdown.cancelled() => None,
    }
}

/// Whether this client speaks HTTP/2 without being asked. Nothing is taken from the socket.
async fn says_preface(socket: &TcpStream) -> std::io::Result<bool> {
    let mut first = [0; PREFACE.len()];
    let read = socket.peek(&mut first).await?;
    Ok(read == PREFACE.len() && first == PREFACE)
}

async fn speak<S>(stream: S, h2: bool, worker: Arc<Worker>, peer: Peer, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let answering = service_fn(move |request| {
        let (worker, peer) = (Arc::clone(&worker), peer.clone());
        async move { Ok::<_, Infallible>(exchange::answer(&worker, peer, request).await) }
    });
    // A client that breaks off, or talks nonsense, is no error of ours.
    let _ = if h2 {
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PATIENCE)
            .max_concurrent_streams(100)
            .max_header_list_size(32 * 1024)
            .max_pending_accept_reset_streams(20)
            .max_send_buf_size(256 * 1024)
            .serve_connection(TokioIo::new(stream), answering);
        Box::pin(watcher.watch(connection)).await
    } else {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(64 * 1024)
            // Heads and small bodies in one send.
            .writev(false)
            .serve_connection(TokioIo::new(Lines::new(stream)), answering);
        watcher.watch(connection).await
    };
}
