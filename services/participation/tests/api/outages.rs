//! The database goes away in the middle of a burst: nothing acknowledged is lost, nothing lost is acknowledged.

use crate::fleet::{Fleet, entry};
use janchi_contracts::event::EventSnapshot;
use janchi_testkit::eventually;
use sqlx::PgPool;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;

/// A way to the database that can be cut: every connection at once, and none comes through until it is mended.
struct Wire {
    address: SocketAddr,
    cut: broadcast::Sender<()>,
    down: Arc<AtomicBool>,
}

impl Wire {
    async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, _) = broadcast::channel(1);
        let down = Arc::new(AtomicBool::new(false));
        let (cutting, is_down) = (cut.clone(), down.clone());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if is_down.load(Ordering::SeqCst) {
                    continue;
                }
                let mut cut = cutting.subscribe();
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(target).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = cut.recv() => {}
                    }
                });
            }
        });
        Self { address, cut, down }
    }

    fn cut(&self) {
        self.down.store(true, Ordering::SeqCst);
        let _ = self.cut.send(());
    }

    fn mend(&self) {
        self.down.store(false, Ordering::SeqCst);
    }
}

async fn over_a_wire(db: PgPool) -> (Fleet, Wire) {
    let url = url::Url::parse(secrecy::ExposeSecret::expose_secret(
        &janchi_testkit::database_url(&db),
    ))
    .unwrap();
    let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let target = tokio::net::lookup_host(target)
        .await
        .unwrap()
        .next()
        .unwrap();
    let wire = Wire::to(target).await;
    let mut through = url;
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(wire.address.port())).unwrap();
    let fleet = Fleet::start_api_with(db, |config| {
        config.shared.database_url = String::from(through).into();
    })
    .await;
    (fleet, wire)
}

/// Enters with key and number `n`; the entry's id once it is acknowledged.
async fn enter(fleet: &Fleet, event: &EventSnapshot, n: u32) -> Option<String> {
    let client = fleet
        .client()
        .header("idempotency-key", &format!("tap-{n}"));
    let reply = client.post("/api/participations", entry(event, n)).await;
    if reply.status == 201 {
        return Some(reply.json()["participantId"].as_str().unwrap().to_owned());
    }
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert!(reply.header("retry-after").is_some());
    None
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn what_was_acknowledged_is_there_after_the_database_was_gone(db: PgPool) {
    let (fleet, wire) = over_a_wire(db).await;
    let fleet = Arc::new(fleet);
    let event = fleet.open_event();
    assert!(enter(&fleet, &event, 100_000).await.is_some());
    let answered = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = (0..400)
        .map(|n| {
            let (fleet, event, answered) = (fleet.clone(), event.clone(), answered.clone());
            tokio::spawn(async move {
                let id = enter(&fleet, &event, n).await;
                answered.fetch_add(1, Ordering::SeqCst);
                (n, id)
            })
        })
        .collect();
    // In the middle: some are answered, others wait for a commit that is in flight.
    eventually(Duration::from_secs(20), || async {
        (answered.load(Ordering::SeqCst) > 20).then_some(())
    })
    .await;
    wire.cut();
    let mut acknowledged = HashMap::new();
    for call in calls {
        let (n, id) = call.await.unwrap();
        if let Some(id) = id {
            acknowledged.insert(n, id);
        }
    }
    wire.mend();
    // Whoever was told to come back does, and everybody has one entry: their own.
    for n in 0..400 {
        let id = eventually(Duration::from_secs(20), || enter(&fleet, &event, n)).await;
        if let Some(known) = acknowledged.get(&n) {
            assert_eq!(*known, id, "an acknowledged entry was lost");
        }
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 401);
    let gaps = "select max(entry_no) - count(distinct entry_no) from participants";
    assert_eq!(fleet.count(gaps).await, 0);
    let counted = "select entry_count from event_rules";
    assert_eq!(fleet.count(counted).await, 401);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_connection_that_died_between_two_batches_fails_nobody(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    for n in 0..5 {
        fleet.enter(&event, n).await;
        // The server ends all of the service's connections, as a restart does.
        #[expect(clippy::disallowed_methods, reason = "the test ends connections")]
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .execute(&fleet.db)
        .await
        .unwrap();
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 5);
}
