//! A service from start to end, without any server: what is in flight at the end, and what ends too early.

use axum::Router;
use axum::routing::post;
use janchi_cache::Cache;
use janchi_service::{Service, SharedSettings};
use janchi_testkit::{Client, Running, eventually};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(10);

/// A service whose servers are all down.
fn service(shutdown: CancellationToken) -> Service {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = SharedSettings {
        listen_addr: nowhere,
        listen_socket: None,
        admin_addr: nowhere,
        database_url: "postgres://nobody@127.0.0.1:1/none".into(),
        redis_url: "redis://127.0.0.1:1/".into(),
        amqp_url: "amqp://nobody:none@127.0.0.1:1/%2f".into(),
        namespace: String::new(),
        service_token_secret: "".into(),
    };
    let db = janchi_db::connect(&settings.database_url, 2).expect("an address");
    let cache = Cache::connect(&settings.redis_url, "").expect("an address");
    Service::new("test", &settings, &db, &cache, shutdown)
}

#[tokio::test]
async fn a_task_that_dies_stops_the_whole_service() {
    for alone in [false, true] {
        let running = Running::start_unready(|listeners, shutdown| async move {
            let service = service(shutdown).task("poller", async { panic!("a bug") });
            if alone {
                service.work(listeners.admin).await
            } else {
                service.serve(listeners).await
            }
        })
        .await;
        eventually(PATIENCE, || async { running.has_ended().then_some(()) }).await;
        let error = format!("{:#}", running.stop().await.unwrap_err());
        assert!(error.starts_with("poller: "), "{error}");
    }
}

#[tokio::test]
async fn the_api_alone_needs_no_broker_and_does_no_work() {
    let worked = Arc::new(AtomicBool::new(false));
    let telling = Arc::clone(&worked);
    let task = async move { telling.store(true, Ordering::Relaxed) };
    let running = Running::start_unready(|listeners, shutdown| async move {
        service(shutdown)
            .task("ticker", task)
            .serve_api(listeners)
            .await
    })
    .await;
    let ready = Client::new(&running.admin).get("/readyz").await.status(503);
    let needs = ready["dependencies"].as_object().unwrap();
    assert!(needs.contains_key("postgres") && needs.contains_key("redis"));
    assert!(!needs.contains_key("rabbitmq"), "{ready}");
    running.stop().await.unwrap();
    assert!(!worked.load(Ordering::Relaxed));
}

#[tokio::test]
async fn what_is_in_flight_at_shutdown_is_answered_before_the_desk_closes() {
    let (queue, mut waiting) = mpsc::channel::<oneshot::Sender<&'static str>>(8);
    let closing = CancellationToken::new();
    let (taken, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let desk = {
        let (closing, taken, go_on) = (closing.clone(), Arc::clone(&taken), Arc::clone(&go_on));
        async move {
            loop {
                let answer = tokio::select! {
                    biased;
                    Some(answer) = waiting.recv() => answer,
                    () = closing.cancelled() => return,
                };
                taken.notify_one();
                go_on.notified().await;
                let _ = answer.send("stored");
            }
        }
    };
    let routes = Router::new().route(
        "/entries",
        post(move || {
            let queue = queue.clone();
            async move {
                let (answer, told) = oneshot::channel();
                queue.send(answer).await.expect("the desk is open");
                told.await.expect("the desk answers")
            }
        }),
    );
    let running = Running::start_unready(|listeners, shutdown| async move {
        service(shutdown)
            .routes(routes)
            .desk("desk", closing, desk)
            .serve(listeners)
            .await
    })
    .await;
    let client = running.client();
    let asking = tokio::spawn(async move { client.post("/entries", json!({})).await });
    taken.notified().await;
    let stopping = tokio::spawn(running.stop());
    // The service is told to stop while the entry is on the desk.
    tokio::task::yield_now().await;
    go_on.notify_one();
    let reply = tokio::time::timeout(PATIENCE, asking)
        .await
        .expect("an answer")
        .expect("no panic");
    assert_eq!((reply.status, reply.text()), (200, "stored".into()));
    tokio::time::timeout(PATIENCE, stopping)
        .await
        .expect("an end")
        .expect("no panic")
        .unwrap();
}
