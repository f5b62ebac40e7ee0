//! HTTP/2, TLS, and a certificate that is replaced under load.

use crate::fixture::Fixture;
use axum::body::Bytes;
use futures::FutureExt;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use janchi_gateway::Files;
use janchi_testkit::eventually;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

fn address(fixture: &Fixture) -> String {
    fixture
        .gateway
        .base
        .trim_start_matches("http://")
        .to_owned()
}

async fn h2<S>(stream: S) -> SendRequest<Empty<Bytes>>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    sender
}

fn request(path: &str, token: Option<&str>) -> Request<Empty<Bytes>> {
    let mut request = Request::builder().uri(format!("https://shop.example{path}"));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request
        .header("cookie", "a=1")
        .header("cookie", "b=2")
        .body(Empty::new())
        .unwrap()
}

#[tokio::test]
async fn many_requests_share_one_http2_connection_without_tls() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.owner().await;
    let sender = h2(TcpStream::connect(address(&fixture)).await.unwrap()).await;
    let calls = (0..50).map(|n| {
        let (mut sender, request) = (
            sender.clone(),
            request(&format!("/api/events/{n}"), Some(&token)),
        );
        tokio::spawn(async move {
            let response = sender.send_request(request).await.unwrap();
            assert_eq!(response.status(), 200);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            serde_json::from_slice::<serde_json::Value>(&body).unwrap()
        })
    });
    for (n, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        let told = call.await.unwrap();
        assert_eq!(told["path"], format!("/api/events/{n}"));
        assert_eq!(told["headers"]["cookie"], "a=1; b=2");
    }
}

#[tokio::test]
async fn http2_is_checked_like_http1() {
    let fixture = Fixture::new().await;
    let mut sender = h2(TcpStream::connect(address(&fixture)).await.unwrap()).await;
    for (path, status) in [
        ("/api/events", 401),
        ("/internal/sessions/1", 404),
        ("/api/reference/regions", 200),
    ] {
        let response = sender.send_request(request(path, None)).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_opened_and_reset_at_once_keep_nobody_else_waiting() {
    let fixture = Fixture::new().await;
    let mut sender = h2(TcpStream::connect(address(&fixture)).await.unwrap()).await;
    let flood = tokio::spawn(async move {
        for _ in 0..20_000 {
            if sender.ready().await.is_err() {
                return;
            }
            // Polled once, so that its head is sent, and dropped, which resets it.
            let call = sender.send_request(request("/api/reference/regions", None));
            drop(call.now_or_never());
        }
    });
    let client = fixture.client();
    let mut longest = Duration::ZERO;
    for _ in 0..20 {
        let began = std::time::Instant::now();
        client.get("/api/reference/regions").await.status(200);
        longest = longest.max(began.elapsed());
    }
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    flood.await.unwrap();
}

/// Writes a fresh certificate and its key, and gives the certificate.
fn certificate(folder: &Path) -> (Files, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["shop.example".to_owned()]).unwrap();
    let files = Files {
        certificate: folder.join("chain.pem"),
        key: folder.join("key.pem"),
    };
    // First one file, then the other, as most tools do.
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    (files, made.cert.der().clone())
}

async fn handshake(
    address: &str,
    trusted: &[CertificateDer<'static>],
    version: &'static rustls::SupportedProtocolVersion,
    alpn: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.clone()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    let socket = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from("shop.example").unwrap(), socket)
        .await
}

#[tokio::test]
async fn tls_is_1_3_or_nothing_and_tells_browsers_to_stay_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (files, trusted) = certificate(folder.path());
    let fixture = Fixture::with(|config| config.tls = Some(files)).await;
    let (address, trusted) = (address(&fixture), [trusted]);
    assert!(
        handshake(&address, &trusted, &rustls::version::TLS12, b"http/1.1")
            .await
            .is_err()
    );
    let stream = handshake(&address, &trusted, &rustls::version::TLS13, b"h2")
        .await
        .unwrap();
    let response = h2(stream)
        .await
        .send_request(request("/api/reference/regions", None))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(
        response.headers()["strict-transport-security"]
            .to_str()
            .unwrap()
            .starts_with("max-age=")
    );
    let stream = handshake(&address, &trusted, &rustls::version::TLS13, b"http/1.1")
        .await
        .unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let plain = Request::builder()
        .uri("/api/reference/regions")
        .header("host", "shop.example")
        .body(Empty::new());
    assert_eq!(
        sender.send_request(plain.unwrap()).await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn a_new_certificate_is_taken_over_while_requests_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (files, old) = certificate(folder.path());
    let fixture = Fixture::with(|config| {
        config.tls = Some(files);
        config.limits.public_read = 1_000_000;
    })
    .await;
    let address = address(&fixture);
    let mut kept = h2(handshake(
        &address,
        std::slice::from_ref(&old),
        &rustls::version::TLS13,
        b"h2",
    )
    .await
    .unwrap())
    .await;
    // Half a certificate is no reason to stop.
    std::fs::write(folder.path().join("chain.pem"), "-----BEGIN nothing").unwrap();
    let (_, new) = certificate(folder.path());
    let both = [old, new.clone()];
    let taken_over = || async {
        let again = handshake(&address, &both, &rustls::version::TLS13, b"h2")
            .await
            .unwrap();
        let shown = again.get_ref().1.peer_certificates().unwrap()[0].clone();
        let mut fresh = h2(again).await;
        for sender in [&mut kept.clone(), &mut fresh] {
            let response = sender
                .send_request(request("/api/reference/regions", None))
                .await
                .unwrap();
            assert_eq!(response.status(), 200);
        }
        (shown == new).then_some(())
    };
    eventually(Duration::from_secs(15), taken_over).await;
    let response = kept
        .send_request(request("/api/reference/regions", None))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}
