use crate::fixture::{Fleet, create, id_of};
use janchi_contracts::user::UserEvent;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

/// Rows of every table that could hold something of an owner.
async fn rows(db: &PgPool) -> Vec<(&'static str, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from events) as "events!", (select count(*) from event_objectives) as "objectives!",
               (select count(*) from event_prizes) as "prizes!", (select count(*) from event_channels) as "channels!",
               (select count(*) from event_history) as "history!", (select count(*) from jobs) as "jobs!",
               (select count(*) from saga_steps) as "steps!", (select count(*) from idempotency_keys) as "keys!""#
    )
    .fetch_one(db)
    .await
    .unwrap();
    vec![
        ("events", row.events),
        ("event_objectives", row.objectives),
        ("event_prizes", row.prizes),
        ("event_channels", row.channels),
        ("event_history", row.history),
        ("jobs", row.jobs),
        ("saga_steps", row.steps),
        ("idempotency_keys", row.keys),
    ]
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn nothing_of_a_deleted_owner_is_left(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (user_id, token) = fleet.keys.owner();
    let owner = fleet.running.client().bearer(&token);
    let id = id_of(&fleet.ready(&owner).await);
    owner
        .header("idempotency-key", "once")
        .call(&format!("/api/events/{id}/approve"))
        .await
        .status(202);
    for (table, count) in rows(&db).await {
        assert!(count > 0, "{table} has nothing to erase");
    }
    let told = UserEvent::Deleted {
        user_id,
        store_id: Uuid::now_v7(),
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        (owner.get(&format!("/api/events/{id}")).await.status == 404).then_some(())
    })
    .await;
    for (table, count) in rows(&db).await {
        assert_eq!(count, 0, "{table}");
    }
    // What still arrives for it has no effect and does no harm.
    fleet.succeed_ai(&json!(Uuid::now_v7()), id).await;
    fleet.enter(id, 3).await;
    fleet
        .finish_run(id, 1, janchi_contracts::distribution::RunStatus::Completed)
        .await;
    fleet.await_taken_in(&db, 4).await;
    for (table, count) in rows(&db).await {
        assert_eq!(count, 0, "{table}");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn another_owners_events_stay(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let other = fleet.owner();
    let id = id_of(&create(&other).await);
    let told = UserEvent::Deleted {
        user_id: Uuid::now_v7(),
        store_id: Uuid::now_v7(),
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    fleet.await_taken_in(&db, 1).await;
    other.get(&format!("/api/events/{id}")).await.status(200);
}
