//! Events whose news of distribution does not come: nothing in here sends `distribution.*` unless it says so.

use crate::fixture::Fleet;
use janchi_contracts::distribution::{
    ChannelStatus, ChannelSummary, DistributionSummary, PublishEvent, RunStatus, TakeDown,
};
use janchi_contracts::event::EventEvent;
use janchi_contracts::reference::Channel;
use serde_json::Value;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

/// What distribution answers about run `run`, whatever the event.
fn known(run: u32, status: RunStatus, take_down: TakeDown) -> Option<DistributionSummary> {
    let channel = ChannelSummary {
        channel: Channel::Instagram,
        status: match status {
            RunStatus::Failed => ChannelStatus::Failed,
            _ => ChannelStatus::Published,
        },
        tracking_url: None,
        spoken_code: None,
        external_url: None,
        cost: 0,
        sandbox: true,
    };
    Some(DistributionSummary {
        event_id: Uuid::nil(),
        run,
        status,
        take_down,
        channels: vec![channel],
    })
}

async fn step(db: &PgPool, id: Uuid, name: &str) -> Option<String> {
    sqlx::query_scalar!(
        "select state from saga_steps where event_id = $1 and run = 1 and step = $2",
        id,
        name
    )
    .fetch_optional(db)
    .await
    .unwrap()
}

async fn await_step(db: &PgPool, id: Uuid, name: &str, state: &str) {
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        (step(db, id, name).await.as_deref() == Some(state)).then_some(())
    })
    .await;
}

/// Waits until distribution was asked this often.
async fn await_asked(fleet: &Fleet, times: usize) {
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        let asked = fleet.peers.lock().unwrap().runs_asked.len();
        (asked >= times).then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_event_goes_on_although_the_news_of_its_run_was_lost(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    fleet.set(|peers| peers.run = known(1, RunStatus::Completed, TakeDown::NotOrdered));
    let id = fleet.approved(&owner).await;
    fleet.pass_minutes(2);
    let younger = fleet.approved(&owner).await;
    fleet.pass_minutes(2);
    let event = fleet.await_status(&owner, id, "SCHEDULED").await;
    assert_eq!(
        fleet.peers.lock().unwrap().runs_asked,
        [id],
        "distribution is given its time"
    );
    let path = format!("/api/events/{younger}");
    assert_eq!(owner.get(&path).await.status(200)["status"], "PUBLISHING");
    for name in ["DISTRIBUTE", "PUBLISH", "CHANNEL_INSTAGRAM"] {
        assert_eq!(step(&db, id, name).await.as_deref(), Some("DONE"), "{name}");
    }
    fleet
        .heard
        .next::<EventEvent>("event.scheduled", |_| true)
        .await;
    // The message is found and replayed: it is old news.
    let taken = fleet.taken_in(&db).await;
    fleet.finish_run(id, 1, RunStatus::Completed).await;
    fleet.await_taken_in(&db, taken + 1).await;
    let after = owner.get(&format!("/api/events/{id}")).await.status(200);
    assert_eq!(after, event);
    assert_eq!(fleet.heard.named::<Value>("event.scheduled").len(), 1);
    let history = owner
        .get(&format!("/api/events/{id}/history"))
        .await
        .status(200);
    assert_eq!(history["items"][0]["actor"], "DISTRIBUTION");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_failure_that_nobody_told_is_a_failure(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    fleet.set(|peers| peers.run = known(1, RunStatus::Failed, TakeDown::NotOrdered));
    let id = fleet.approved(&owner).await;
    fleet.pass_minutes(4);
    fleet.await_status(&owner, id, "PUBLISH_FAILED").await;
    assert_eq!(step(&db, id, "TAKE_DOWN").await.as_deref(), Some("PENDING"));
    // Nor does anybody tell that nothing of it is up; and distribution has not heard of the failure either.
    fleet
        .heard
        .next::<EventEvent>("event.publish_failed", |_| true)
        .await;
    fleet.pass_minutes(4);
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        let told = fleet.heard.named::<Value>("event.publish_failed").len();
        (told == 2).then_some(())
    })
    .await;
    fleet.set(|peers| peers.run = known(1, RunStatus::Failed, TakeDown::Done));
    fleet.pass_hours(1);
    await_step(&db, id, "TAKE_DOWN", "DONE").await;
    assert_eq!(step(&db, id, "DISTRIBUTE").await.as_deref(), Some("FAILED"));
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_run_that_distribution_does_not_know_is_ordered_again(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.approved(&owner).await;
    fleet.pass_minutes(4);
    let ordered = || fleet.heard.named::<PublishEvent>("distribution.publish");
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        (ordered().len() == 2).then_some(())
    })
    .await;
    let orders = ordered();
    assert!(orders.iter().all(|o| o.run == 1 && o.event.event_id == id));
    // It has begun meanwhile: it is waited for.
    fleet.set(|peers| peers.run = known(1, RunStatus::Running, TakeDown::NotOrdered));
    fleet.pass_hours(1);
    await_asked(&fleet, 2).await;
    fleet.set(|peers| peers.run = known(1, RunStatus::Partial, TakeDown::NotOrdered));
    fleet.pass_hours(1);
    fleet.await_status(&owner, id, "SCHEDULED").await;
    assert_eq!(ordered().len(), 2);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn distribution_that_does_not_answer_is_asked_again(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    fleet.set(|peers| peers.distribution_down = true);
    let id = fleet.approved(&owner).await;
    fleet.pass_minutes(4);
    // The second time is the client's own second try.
    await_asked(&fleet, 2).await;
    assert_eq!(
        owner.get(&format!("/api/events/{id}")).await.status(200)["status"],
        "PUBLISHING"
    );
    fleet.set(|peers| {
        peers.distribution_down = false;
        peers.run = known(1, RunStatus::Completed, TakeDown::NotOrdered);
    });
    fleet.pass_hours(1);
    fleet.await_status(&owner, id, "SCHEDULED").await;
    assert_eq!(fleet.heard.named::<Value>("distribution.publish").len(), 1);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_cancel_is_followed_until_everything_is_down(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.scheduled(&owner).await;
    owner
        .call(&format!("/api/events/{id}/cancel"))
        .await
        .status(200);
    // The cancel did not arrive.
    fleet.set(|peers| peers.run = known(1, RunStatus::Completed, TakeDown::NotOrdered));
    fleet.pass_minutes(4);
    janchi_testkit::eventually(Duration::from_secs(20), || async {
        let told = fleet.heard.named::<EventEvent>("event.cancelled");
        (told.len() == 2 && told[0] == told[1]).then_some(())
    })
    .await;
    fleet.set(|peers| peers.run = known(1, RunStatus::Completed, TakeDown::UnderWay));
    fleet.pass_hours(1);
    await_asked(&fleet, 2).await;
    assert_eq!(step(&db, id, "TAKE_DOWN").await.as_deref(), Some("PENDING"));
    fleet.set(|peers| peers.run = known(1, RunStatus::Failed, TakeDown::Done));
    fleet.pass_hours(2);
    await_step(&db, id, "TAKE_DOWN", "DONE").await;
    assert_eq!(
        step(&db, id, "DISTRIBUTE").await.as_deref(),
        Some("COMPENSATED")
    );
    assert_eq!(fleet.heard.named::<Value>("event.cancelled").len(), 2);
}
