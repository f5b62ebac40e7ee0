//! Services that are near, slow, busy, or just going away.

use crate::fixture::{Fixture, everywhere};
use janchi_testkit::{eventually, serve_stub};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use url::Url;

#[tokio::test]
async fn a_service_on_the_same_machine_is_reached_by_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("service.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let router = axum::Router::new().fallback(|| async { "near" });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let url: Url = format!("unix:{}", path.display()).parse().unwrap();
    let fixture = Fixture::with(|config| config.upstreams = everywhere(&url)).await;
    for _ in 0..3 {
        assert_eq!(
            fixture.client().get("/api/reference/regions").await.text(),
            "near"
        );
    }
}

/// Answers the first request of a connection and hangs up on its second: what a service does that just goes away.
async fn hangs_up_on_the_second(requests: Arc<AtomicUsize>) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = socket.read(&mut buffer).await;
                requests.fetch_add(1, Ordering::SeqCst);
                let _ = socket
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    .await;
                let _ = socket.read(&mut buffer).await;
                requests.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    url
}

#[tokio::test]
async fn a_read_on_a_connection_that_died_is_asked_again_and_a_write_is_not() {
    let requests = Arc::new(AtomicUsize::new(0));
    let url = hangs_up_on_the_second(Arc::clone(&requests)).await;
    let fixture = Fixture::with(|config| config.upstreams = everywhere(&url)).await;
    let client = fixture.client();
    client.get("/api/reference/regions").await;
    assert_eq!(client.get("/api/reference/regions").await.status, 200);
    assert_eq!(
        requests.load(Ordering::SeqCst),
        3,
        "once, then twice for the second"
    );
    client
        .call("/api/users/business-numbers/verify")
        .await
        .problem(503, "UNAVAILABLE");
    assert_eq!(
        requests.load(Ordering::SeqCst),
        4,
        "it may have been done: only the client can tell"
    );
}

#[tokio::test]
async fn a_service_with_its_hands_full_is_spared_and_the_others_go_on() {
    let (hold, held) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (inside, count) = (Arc::clone(&hold), Arc::clone(&held));
    let router = axum::Router::new().fallback(move || {
        let (hold, held) = (Arc::clone(&inside), Arc::clone(&count));
        async move {
            held.fetch_add(1, Ordering::SeqCst);
            let _ = hold.acquire().await.unwrap();
            "done"
        }
    });
    let slow = serve_stub(router).await;
    let fixture = Fixture::with(|config| {
        config.requests_in_hand = 5;
        config.upstreams.event = slow;
    })
    .await;
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            let client = fixture.client();
            tokio::spawn(async move { client.get("/api/public/events/abc").await.status })
        })
        .collect();
    eventually(Duration::from_secs(5), || async {
        (held.load(Ordering::SeqCst) == 5).then_some(())
    })
    .await;
    let began = std::time::Instant::now();
    let reply = fixture.client().get("/api/public/events/abc").await;
    reply.problem(503, "UNAVAILABLE");
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert!(began.elapsed() < Duration::from_secs(1));
    fixture
        .client()
        .get("/api/reference/regions")
        .await
        .status(200);
    hold.add_permits(10);
    for call in waiting {
        assert_eq!(call.await.unwrap(), 200);
    }
    fixture.client().get("/api/public/events/abc").await;
    assert_eq!(held.load(Ordering::SeqCst), 6, "there is room again");
}

/// Tells when it is given up.
struct Gone(Arc<AtomicUsize>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn work_is_given_up_when_the_client_goes_away() {
    let (began, gone) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (starts, ends) = (Arc::clone(&began), Arc::clone(&gone));
    let router = axum::Router::new().fallback(move || {
        let gone = Gone(Arc::clone(&ends));
        starts.fetch_add(1, Ordering::SeqCst);
        async move {
            let _gone = gone;
            std::future::pending::<String>().await
        }
    });
    let url = serve_stub(router).await;
    let fixture = Fixture::with(|config| config.upstreams = everywhere(&url)).await;
    let client = fixture.client();
    let call = tokio::spawn(async move { client.get("/api/reference/regions").await });
    eventually(Duration::from_secs(5), || async {
        (began.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    call.abort();
    eventually(Duration::from_secs(5), || async {
        (gone.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_shutdown_lets_open_requests_finish() {
    let (hold, held) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (inside, count) = (Arc::clone(&hold), Arc::clone(&held));
    let router = axum::Router::new().fallback(move || {
        let (hold, held) = (Arc::clone(&inside), Arc::clone(&count));
        async move {
            held.fetch_add(1, Ordering::SeqCst);
            let _ = hold.acquire().await.unwrap();
            axum::Json(json!({"done": true}))
        }
    });
    let url = serve_stub(router).await;
    let fixture = Fixture::with(|config| config.upstreams = everywhere(&url)).await;
    let client = fixture.client();
    let call = tokio::spawn(async move { client.get("/api/reference/regions").await });
    eventually(Duration::from_secs(5), || async {
        (held.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    let base = fixture.gateway.base.clone();
    let stopping = tokio::spawn(fixture.gateway.stop());
    let closed = || async { reqwest::get(&base).await.is_err().then_some(()) };
    eventually(Duration::from_secs(5), closed).await;
    assert!(!stopping.is_finished());
    hold.add_permits(1);
    assert_eq!(call.await.unwrap().status(200)["done"], true);
    stopping.await.unwrap().unwrap();
}
