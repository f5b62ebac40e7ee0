//! Where a service is, and a new connection to it.

use crate::body::{Asked, BoxError};
use axum::http::HeaderValue;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use url::Url;

/// A service of this machine or network answers a knock within this, or is not there. A knock that got lost, because a
/// thousand came at once, is repeated by the kernel after one second: less than that would never hear its answer.
const CONNECT: Duration = Duration::from_secs(2);

/// The address of a service: `http://host:port`, or `unix:/path` for one on the same machine.
#[derive(Debug, Clone)]
pub struct Upstream {
    place: Place,
    /// For the `Host` header.
    pub host: HeaderValue,
}

#[derive(Debug, Clone)]
enum Place {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl Upstream {
    /// Reads an address.
    ///
    /// # Errors
    /// A URL of another scheme, or without a host.
    pub fn new(url: &Url) -> anyhow::Result<Self> {
        let (place, host) = match (url.scheme(), url.host_str()) {
            ("unix", _) if url.path().len() > 1 => (
                Place::Unix(PathBuf::from(url.path())),
                "localhost".to_owned(),
            ),
            ("http", Some(host)) => {
                let port = url.port().unwrap_or(80);
                // An IPv6 address stands in brackets in a URL, and without them for the resolver.
                let name = host.trim_matches(['[', ']']).to_owned();
                (Place::Tcp(name, port), format!("{host}:{port}"))
            }
            _ => anyhow::bail!("a service's address is http://host:port or unix:/path"),
        };
        Ok(Self {
            place,
            host: HeaderValue::try_from(host)?,
        })
    }

    /// Opens a connection, driven by the runtime of the caller.
    ///
    /// # Errors
    /// Nobody listens there, or does not take the connection in time.
    pub async fn connect(&self) -> Result<SendRequest<Asked>, BoxError> {
        tokio::time::timeout(CONNECT, async {
            match &self.place {
                Place::Tcp(host, port) => {
                    let socket = TcpStream::connect((host.as_str(), *port)).await?;
                    socket.set_nodelay(true)?;
                    drive(socket).await
                }
                Place::Unix(path) => drive(UnixStream::connect(path).await?).await,
            }
        })
        .await
        .map_err(|_| "nobody answered the knock")?
    }
}

async fn drive<S>(socket: S) -> Result<SendRequest<Asked>, BoxError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // Heads and small bodies in one send: a gathering write costs more than copying them together.
    let (sender, connection) = Builder::new()
        .writev(false)
        .handshake(TokioIo::new(socket))
        .await?;
    tokio::spawn(async move {
        // How it ended is seen by whoever sends on it next.
        let _ = connection.await;
    });
    Ok(sender)
}
