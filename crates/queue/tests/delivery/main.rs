//! Against a real PostgreSQL and RabbitMQ: nothing is lost, and what comes twice counts once.

#![expect(
    clippy::disallowed_methods,
    reason = "the outbox has no database of its own to check against"
)]

mod fixture;

use fixture::{Count, Fixture, PATIENCE};
use janchi_contracts::user::UserEvent;
use janchi_contracts::{DomainEvent as _, Job as _};
use janchi_queue::{dead, send_event, send_job};
use sqlx::PgPool;
use std::collections::HashSet;
use uuid::Uuid;

#[sqlx::test]
async fn what_is_committed_arrives_once_and_what_is_rolled_back_never(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    for number in 0..200 {
        let mut tx = fixture.db.begin().await.unwrap();
        send_job(
            &mut tx,
            &Count {
                number,
                outcome: String::new(),
            },
            0,
        )
        .await
        .unwrap();
        if number % 2 == 0 {
            tx.commit().await.unwrap()
        } else {
            tx.rollback().await.unwrap()
        }
    }
    let done = fixture.done(100).await;
    let expected: HashSet<u32> = (0..200).filter(|n| n % 2 == 0).collect();
    assert_eq!(done.len(), 100);
    assert_eq!(done.into_iter().collect::<HashSet<_>>(), expected);
}

#[sqlx::test]
async fn an_order_waits_for_a_queue_that_is_not_there_yet(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.relay();
    fixture.order(1, "").await;
    janchi_testkit::eventually(PATIENCE, || async {
        let offered = sqlx::query("select 1 from outbox where not_before > created_at");
        offered.fetch_optional(&fixture.db).await.unwrap()
    })
    .await;
    fixture.consume();
    assert_eq!(fixture.done(1).await, [1]);
}

#[sqlx::test]
async fn whoever_waits_goes_before_what_can_wait(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume_at_once(1);
    fixture.relay();
    fixture.order(0, "hold").await;
    janchi_testkit::eventually(PATIENCE, || async {
        (fixture.counter.tries.lock().unwrap().as_slice() == [0]).then_some(())
    })
    .await;
    for (number, priority) in [(1, 0), (2, 0), (3, 4), (4, 9), (5, 0)] {
        fixture.order_at(priority, number, "").await;
    }
    // All are with the broker before the next one is taken.
    janchi_testkit::eventually(PATIENCE, || async {
        let left: i64 = sqlx::query_scalar("select count(*) from outbox")
            .fetch_one(&fixture.db)
            .await
            .unwrap();
        (left == 0).then_some(())
    })
    .await;
    fixture.counter.gate.notify_one();
    assert_eq!(fixture.done(6).await, [0, 4, 3, 1, 2, 5]);
}

#[sqlx::test]
async fn a_failure_comes_again_and_the_third_is_parked_with_its_reason(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    fixture.order(1, "fail once").await;
    fixture.order(2, "fail").await;
    assert_eq!(fixture.done(1).await, [1]);
    assert_eq!(fixture.given_up().await, "the last try failed");
    let tries = fixture.counter.tries.lock().unwrap().clone();
    assert_eq!(tries.iter().filter(|n| **n == 2).count(), 3);
    let letters = janchi_testkit::eventually(PATIENCE, || async {
        dead::list(&fixture.broker, Count::QUEUE, 10)
            .await
            .ok()
            .filter(|letters| !letters.is_empty())
    })
    .await;
    assert_eq!(
        (
            letters.len(),
            letters[0].attempt,
            letters[0].reason.as_str()
        ),
        (1, 3, "the last try failed")
    );
    assert_eq!(
        dead::replay(&fixture.broker, Count::QUEUE, None)
            .await
            .unwrap(),
        1
    );
    janchi_testkit::eventually(PATIENCE, || async {
        (fixture.counter.tries.lock().unwrap().len() > tries.len()).then_some(())
    })
    .await;
}

#[sqlx::test]
async fn a_poison_message_is_parked_at_once_and_later_ones_flow(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    let mut tx = fixture.db.begin().await.unwrap();
    let poison = serde_json::to_vec(&serde_json::json!({"number": "many"})).unwrap();
    sqlx::query(
        "insert into outbox (id, exchange, routing_key, name, message_id, payload) values ($1, 'janchi.jobs', 'ai.count', 'ai.count', $1, $2)",
    )
    .bind(Uuid::now_v7())
    .bind(poison)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for number in 0..100 {
        fixture.order(number, "").await;
    }
    assert_eq!(fixture.done(100).await.len(), 100);
    assert!(
        fixture
            .given_up()
            .await
            .starts_with("payload does not parse")
    );
}

#[sqlx::test]
async fn a_panic_is_a_failed_try_and_not_the_end(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    fixture.order(1, "panic").await;
    fixture.order(2, "").await;
    assert_eq!(fixture.done(1).await, [2]);
    assert_eq!(fixture.given_up().await, "the last try failed");
}

#[sqlx::test]
async fn a_consumer_survives_the_deletion_of_its_queue(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    fixture.order(1, "").await;
    fixture.done(1).await;
    let connection = lapin::Connection::connect(
        secrecy::ExposeSecret::expose_secret(&janchi_testkit::amqp_url()),
        lapin::ConnectionProperties::default(),
    )
    .await
    .unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel
        .queue_delete(
            format!("{}.ai.count", fixture.namespace).into(),
            lapin::options::QueueDeleteOptions::default(),
        )
        .await
        .unwrap();
    fixture.order(2, "").await;
    assert_eq!(fixture.done(2).await, [1, 2]);
}

#[sqlx::test]
async fn the_same_message_delivered_twice_has_one_effect(db: PgPool) {
    let fixture = Fixture::new(db).await;
    fixture.consume();
    fixture.relay();
    let id = Uuid::now_v7();
    let payload = serde_json::to_vec(&Count {
        number: 7,
        outcome: String::new(),
    })
    .unwrap();
    for _ in 0..5 {
        sqlx::query(
            "insert into outbox (id, exchange, routing_key, name, message_id, payload) values ($1, 'janchi.jobs', 'ai.count', 'ai.count', $2, $3)",
        )
        .bind(Uuid::now_v7())
        .bind(id)
        .bind(&payload)
        .execute(&fixture.db)
        .await
        .unwrap();
    }
    fixture.order(8, "").await;
    janchi_testkit::eventually(PATIENCE, || async {
        fixture
            .counter
            .done
            .lock()
            .unwrap()
            .contains(&8)
            .then_some(())
    })
    .await;
    let empty = || async {
        let left = sqlx::query("select 1 from outbox")
            .fetch_optional(&fixture.db)
            .await
            .unwrap();
        left.is_none().then_some(())
    };
    janchi_testkit::eventually(PATIENCE, empty).await;
    assert_eq!(
        fixture
            .counter
            .done
            .lock()
            .unwrap()
            .iter()
            .filter(|n| **n == 7)
            .count(),
        1
    );
}

#[sqlx::test]
async fn an_event_reaches_every_service_that_listens(db: PgPool) {
    let fixture = Fixture::new(db).await;
    let one = janchi_testkit::Events::listen(&fixture.namespace, &["user.*"]).await;
    let two = janchi_testkit::Events::listen(&fixture.namespace, &["#"]).await;
    fixture.relay();
    let event = UserEvent::Deleted {
        user_id: Uuid::now_v7(),
        store_id: Uuid::now_v7(),
    };
    let mut tx = fixture.db.begin().await.unwrap();
    send_event(&mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(one.next::<UserEvent>(event.name(), |_| true).await, event);
    assert_eq!(two.next::<UserEvent>(event.name(), |_| true).await, event);
}
