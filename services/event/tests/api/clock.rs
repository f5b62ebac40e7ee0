use crate::fixture::Fleet;
use janchi_contracts::event::EventEvent;
use janchi_testkit::Running;
use serde_json::Value;
use sqlx::PgPool;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_clock_opens_and_ends_an_event_by_itself(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.scheduled(&owner).await;
    fleet.pass_hours(25);
    // Nobody reads it: the ticker alone opens it.
    let opened: EventEvent = fleet.heard.next("event.opened", |_| true).await;
    assert_eq!(opened.snapshot().event_id, id);
    assert!(opened.snapshot().opened_at.is_some());
    fleet.pass_hours(200);
    let ended: EventEvent = fleet.heard.next("event.ended", |_| true).await;
    assert_eq!(ended.snapshot().closed_at, ended.snapshot().ends_at);
    assert_eq!(ended.snapshot().version, opened.snapshot().version + 1);
    let history = owner
        .get(&format!("/api/events/{id}/history"))
        .await
        .status(200);
    assert_eq!(history["items"][0]["actor"], "CLOCK");
    assert_eq!(history["items"][0]["action"], "event.ended");
}

/// Without a ticker, whatever reads an event moves it.
#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn whoever_reads_an_event_brings_it_up_to_now(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let ids = [
        fleet.scheduled(&owner).await,
        fleet.scheduled(&owner).await,
        fleet.scheduled(&owner).await,
        fleet.scheduled(&owner).await,
    ];
    let code = owner
        .get(&format!("/api/events/{}", ids[2]))
        .await
        .status(200)["code"]
        .clone();
    let token = fleet.keys.owner_token(owner_of(&db, ids[0]).await);
    let peer = fleet.keys.peer_token("participation", "event");
    let (config, clock) = (fleet.config.clone(), fleet.clock.clone());
    fleet.running.stop().await.unwrap();
    let api = Running::start({
        let clock = clock.clone();
        |listeners, stop| async move {
            event_service::assemble(config, clock, stop)?
                .serve_api(listeners)
                .await
        }
    })
    .await;
    clock.advance(std::time::Duration::from_secs(25 * 3600));
    let owner = api.client().bearer(&token);
    assert_eq!(
        owner
            .get(&format!("/api/events/{}", ids[0]))
            .await
            .status(200)["status"],
        "ONGOING"
    );
    let peer = api.client().bearer(&peer);
    assert_eq!(
        peer.get(&format!("/internal/events/{}", ids[1]))
            .await
            .status(200)["status"],
        "ONGOING"
    );
    let public = api
        .client()
        .get(&format!("/api/public/events/{}", code.as_str().unwrap()))
        .await
        .status(200);
    assert_eq!(public["status"], "ONGOING");
    let list = owner.get("/api/events?status=ONGOING").await.status(200);
    assert_eq!(list["totalCount"], 4);
}

async fn owner_of(db: &PgPool, id: uuid::Uuid) -> uuid::Uuid {
    sqlx::query_scalar!("select owner_id from events where id = $1", id)
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn each_step_is_taken_once_however_many_look(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.scheduled(&owner).await;
    let (config, clock) = (fleet.config.clone(), fleet.clock.clone());
    let second = Running::start(|listeners, stop| async move {
        event_service::assemble(config, clock, stop)?
            .serve(listeners)
            .await
    })
    .await;
    fleet.pass_hours(24 * 30);
    let elsewhere = second
        .client()
        .bearer(&fleet.keys.owner_token(owner_of(&db, id).await));
    let path = format!("/api/events/{id}");
    let reads = (0..10).flat_map(|_| [owner.get(&path), elsewhere.get(&path)]);
    for reply in futures::future::join_all(reads).await {
        assert_eq!(reply.status(200)["status"], "ENDED");
    }
    fleet
        .heard
        .next::<EventEvent>("event.ended", |_| true)
        .await;
    assert_eq!(fleet.heard.named::<Value>("event.opened").len(), 1);
    assert_eq!(fleet.heard.named::<Value>("event.ended").len(), 1);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_draft_is_not_moved_by_the_clock(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let draft = crate::fixture::id_of(&fleet.ready(&owner).await);
    let waiting = fleet.approved(&owner).await;
    fleet.pass_hours(24 * 30);
    assert_eq!(
        owner.get(&format!("/api/events/{draft}")).await.status(200)["status"],
        "DRAFT"
    );
    assert_eq!(
        owner
            .get(&format!("/api/events/{waiting}"))
            .await
            .status(200)["status"],
        "PUBLISHING"
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_worker_alone_moves_events_as_well(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.scheduled(&owner).await;
    let (config, clock) = (fleet.config.clone(), fleet.clock.clone());
    let heard = janchi_testkit::Events::listen(&fleet.namespace, &["event.*"]).await;
    fleet.running.stop().await.unwrap();
    let own = clock.clone();
    let worker = Running::start(|listeners, stop| async move {
        event_service::assemble(config, own, stop)?
            .work(listeners.admin)
            .await
    })
    .await;
    clock.advance(std::time::Duration::from_secs(25 * 3600));
    heard
        .next::<EventEvent>("event.opened", |told| told.snapshot().event_id == id)
        .await;
    worker.stop().await.unwrap();
}
