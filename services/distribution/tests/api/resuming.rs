use crate::fixture::{Fleet, event, of};
use distribution_service::ops::start::{start_run, tell_given_up};
use distribution_service::state::AppState;
use distribution_service::store::tasks;
use janchi_contracts::distribution::{PublishEvent, RunStatus};
use janchi_contracts::reference::Channel;
use janchi_partners::{Fault, Vendor};
use sqlx::PgPool;
use std::time::Duration;

/// A task that a worker has taken and then died over, with its steps as they were.
async fn taken_by_a_dead_worker(
    fleet: &Fleet,
    db: &PgPool,
    job: &PublishEvent,
    lease: Duration,
) -> tasks::Claim {
    let state = AppState::new(&fleet.config, fleet.clock.clone()).expect("it can be prepared");
    let mut tx = db.begin().await.expect("it can be prepared");
    start_run(&state, &mut tx, job)
        .await
        .expect("it can be prepared");
    // The running service must not see it before the dead worker has it; in here time stands still.
    sqlx::query!("update channel_tasks set due_at = now()")
        .execute(&mut *tx)
        .await
        .expect("it can be prepared");
    let claims = tasks::claim_due(&mut *tx, 10, lease)
        .await
        .expect("it can be prepared");
    tx.commit().await.expect("it can be prepared");
    assert_eq!(claims.len(), 1);
    claims[0].clone()
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_a_dead_worker_held_is_taken_up_when_its_lease_ends(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let job = PublishEvent {
        run: 1,
        event: event.clone(),
    };
    let claim = taken_by_a_dead_worker(&fleet, &db, &job, Duration::from_millis(700)).await;
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "NAVER")["status"], "PUBLISHED");
    assert_eq!(fleet.partners.calls_of(Vendor::Naver, "article").len(), 1);

    // It was not dead but late: what it writes now goes nowhere.
    let all = tasks::list_tasks(&db, claim.distribution_id).await.unwrap();
    let steps = all[0].steps.clone();
    assert!(
        !tasks::update_steps(&db, claim.task_id, claim.fence, &steps)
            .await
            .unwrap()
    );
    let mut late = all[0].clone();
    late.fence = claim.fence;
    late.last_error = Some("late".into());
    assert!(
        !tasks::save_task(&db, &mut late, fleet.clock.now())
            .await
            .unwrap()
    );
    let run = fleet.settled(&event).await;
    assert!(of(&run, "NAVER")["lastError"].is_null());
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_worker_that_died_while_sending_has_the_platform_asked_first(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let job = PublishEvent {
        run: 1,
        event: event.clone(),
    };
    let claim = taken_by_a_dead_worker(&fleet, &db, &job, Duration::from_millis(900)).await;
    let mut steps = tasks::list_tasks(&db, claim.distribution_id).await.unwrap()[0]
        .steps
        .clone();
    steps.sending = true;
    assert!(
        tasks::update_steps(&db, claim.task_id, claim.fence, &steps)
            .await
            .unwrap()
    );
    let run = fleet.settled(&event).await;
    // A café cannot be asked, so nothing is sent and the owner is.
    assert_eq!(of(&run, "NAVER")["status"], "UNKNOWN");
    assert!(fleet.partners.calls(Vendor::Naver).is_empty());
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_channel_that_kills_its_workers_is_left_out_after_three(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault(Vendor::Naver, Fault::status(503));
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let job = PublishEvent {
        run: 1,
        event: event.clone(),
    };
    taken_by_a_dead_worker(&fleet, &db, &job, Duration::from_millis(900)).await;
    sqlx::query!("update channel_tasks set status = 'PUBLISHING', tries = 3, attempts = 3")
        .execute(&db)
        .await
        .unwrap();
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "NAVER")["status"], "SKIPPED", "{run:#}");
    assert!(fleet.partners.calls(Vendor::Naver).is_empty());
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_order_that_is_given_up_does_not_fail_a_run_that_stands(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let job = PublishEvent {
        run: 1,
        event: event.clone(),
    };
    fleet.publish(1, &event).await;
    fleet.finished(RunStatus::Completed).await;
    // A second copy of the order, which could not be read into the database three times.
    let mut tx = db.begin().await.unwrap();
    tell_given_up(&mut tx, &job).await.unwrap();
    let waiting = sqlx::query_scalar!(r#"select count(*) as "count!" from outbox"#);
    assert_eq!(waiting.fetch_one(&mut *tx).await.unwrap(), 0);
    let unknown = PublishEvent { run: 2, ..job };
    tell_given_up(&mut tx, &unknown).await.unwrap();
    let waiting = sqlx::query_scalar!(r#"select count(*) as "count!" from outbox"#);
    assert_eq!(waiting.fetch_one(&mut *tx).await.unwrap(), 1);
    drop(tx);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_service_that_is_stopped_and_started_again_finishes_its_runs(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault_on(
        Vendor::GenieTv,
        "create_material",
        janchi_partners::Fault::status(503).times(1),
    );
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::GenieTv, Channel::RingoBiz],
    );
    fleet.publish(1, &event).await;
    fleet.when(&event, |_| true).await;
    let Fleet {
        service,
        config,
        clock,
        keys,
        owner,
        partners,
        ..
    } = fleet;
    service.stop().await.unwrap();
    let again = crate::fixture::serve(&config, &clock).await;
    let client = again.client().bearer(&keys.owner_token(owner));
    let run = crate::fixture::soon(|| async {
        let run = client
            .get(&format!("/api/distributions/{}", event.event_id))
            .await
            .json();
        (run["status"] == "COMPLETED").then_some(run)
    })
    .await;
    assert!(of(&run, "RINGO_BIZ")["attempts"].as_i64().unwrap() >= 1);
    for vendor in [Vendor::GenieTv, Vendor::RingoBiz] {
        assert_eq!(partners.calls_of(vendor, "create_campaign").len(), 1);
    }
    again.stop().await.unwrap();
}
