use crate::fixture::{Fleet, count, event, of, soon};
use janchi_contracts::distribution::{ChannelStatus, DistributionEvent};
use janchi_contracts::event::EventEvent;
use janchi_contracts::reference::Channel;
use janchi_contracts::user::UserEvent;
use janchi_partners::{Fault, Vendor};
use sqlx::PgPool;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_cancelled_event_is_taken_down_where_that_is_possible(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &Channel::ALL);
    fleet.publish(1, &event).await;
    let up = |run: &serde_json::Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    fleet.when(&event, up).await;
    janchi_testkit::send_event(&fleet.namespace, &EventEvent::Cancelled(event.clone())).await;
    let told: DistributionEvent = fleet.told.next("distribution.taken_down", |_| true).await;
    let DistributionEvent::TakenDown {
        channels, run: 1, ..
    } = told
    else {
        panic!("{told:?}")
    };
    for channel in channels {
        let expected = match channel.channel {
            Channel::UridongneTv | Channel::RingoBiz | Channel::GenieTv => ChannelStatus::Cancelled,
            _ => ChannelStatus::ManualActionRequired,
        };
        assert_eq!(channel.status, expected, "{:?}", channel.channel);
    }
    for vendor in [Vendor::UridongneTv, Vendor::RingoBiz, Vendor::GenieTv] {
        assert_eq!(fleet.partners.calls_of(vendor, "cancel_campaign").len(), 1);
    }
    let run = fleet
        .when(&event, |run| of(run, "GENIE_TV")["status"] == "CANCELLED")
        .await;
    let steps = of(&run, "INSTAGRAM")["manualSteps"][0].as_str().unwrap();
    assert!(steps.contains("https://www.instagram.com/p/"), "{steps}");
    fleet
        .act(&event, "GENIE_TV", "retry")
        .await
        .problem(409, "DISTRIBUTION_RECALLED");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_waits_or_is_under_way_at_the_cancel_never_stays_up(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet
        .partners
        .fault(Vendor::UridongneTv, Fault::status(503));
    fleet.partners.fault_on(
        Vendor::GenieTv,
        "create_campaign",
        Fault::slow(std::time::Duration::from_millis(1000)),
    );
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::GenieTv, Channel::UridongneTv],
    );
    fleet.publish(1, &event).await;
    soon(|| async {
        (!fleet
            .partners
            .calls_of(Vendor::GenieTv, "create_campaign")
            .is_empty())
        .then_some(())
    })
    .await;
    janchi_testkit::send_event(&fleet.namespace, &EventEvent::Cancelled(event.clone())).await;
    let told: DistributionEvent = fleet.told.next("distribution.taken_down", |_| true).await;
    let DistributionEvent::TakenDown { channels, .. } = told else {
        panic!("{told:?}")
    };
    assert!(
        channels
            .iter()
            .all(|c| c.status == ChannelStatus::Cancelled),
        "{channels:?}"
    );
    assert_eq!(
        fleet
            .partners
            .calls_of(Vendor::GenieTv, "cancel_campaign")
            .len(),
        1
    );
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_order_that_comes_after_the_cancel_publishes_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let cancelled = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    janchi_testkit::send_event(&fleet.namespace, &EventEvent::Cancelled(cancelled.clone())).await;
    soon(|| async { (count(&db, "cancelled_events").await == 1).then_some(()) }).await;
    fleet.publish(1, &cancelled).await;
    soon(|| async { (count(&db, "inbox").await == 2).then_some(()) }).await;
    assert_eq!(count(&db, "distributions").await, 0);
    assert!(fleet.partners.calls(Vendor::Naver).is_empty());
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_second_run_takes_the_place_of_the_first(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    fleet.publish(1, &event).await;
    fleet
        .when(&event, |run| of(run, "GENIE_TV")["status"] == "PUBLISHED")
        .await;
    fleet.publish(2, &event).await;
    let run = fleet
        .when(&event, |run| {
            run["run"] == 2 && of(run, "GENIE_TV")["status"] == "PUBLISHED"
        })
        .await;
    assert_eq!(run["status"], "COMPLETED");
    soon(|| async {
        (fleet
            .partners
            .calls_of(Vendor::GenieTv, "cancel_campaign")
            .len()
            == 1)
            .then_some(())
    })
    .await;
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_older_run_that_comes_after_a_newer_one_publishes_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    fleet.publish(2, &event).await;
    fleet
        .when(&event, |run| of(run, "GENIE_TV")["status"] == "PUBLISHED")
        .await;
    // For example replayed from the dead letters.
    fleet.publish(1, &event).await;
    soon(|| async { (count(&db, "inbox").await == 2).then_some(()) }).await;
    assert_eq!(count(&db, "distributions").await, 1);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_the_owner_put_up_by_hand_is_for_the_owner_to_take_down(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    // Read and never answered: whether it was booked cannot be known, and nothing is found.
    fleet
        .partners
        .fault_on(Vendor::GenieTv, "create_campaign", Fault::hang());
    let channels = [Channel::GenieTv, Channel::Naver];
    let event = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &event).await;
    fleet
        .when(&event, |run| of(run, "GENIE_TV")["status"] == "UNKNOWN")
        .await;
    let path = format!(
        "/api/distributions/{}/channels/GENIE_TV/confirm",
        event.event_id
    );
    let url = "https://tv.example/campaigns/1";
    janchi_testkit::eventually(crate::fixture::PATIENCE, || async {
        // A worker may be looking at it this very moment.
        let body = serde_json::json!({ "url": url });
        (fleet.client.post(&path, body).await.status == 200).then_some(())
    })
    .await;
    fleet.partners.clear_faults();
    janchi_testkit::send_event(&fleet.namespace, &EventEvent::Cancelled(event.clone())).await;
    let run = fleet
        .when(&event, |run| {
            let row = of(run, "GENIE_TV");
            row["status"] != "PUBLISHED" && row["takingDown"].is_null()
        })
        .await;
    let row = of(&run, "GENIE_TV");
    assert_eq!(row["status"], "MANUAL_ACTION_REQUIRED", "{row:#}");
    assert!(
        row["manualSteps"][0].as_str().unwrap().contains(url),
        "{row:#}"
    );
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_was_still_under_way_for_an_owner_who_left_leaves_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let deleted = UserEvent::Deleted {
        user_id: fleet.owner,
        store_id: event.store_id,
    };
    janchi_testkit::send_event(&fleet.namespace, &deleted).await;
    soon(|| async { (count(&db, "inbox").await == 1).then_some(()) }).await;
    fleet.publish(1, &event).await;
    janchi_testkit::send_event(&fleet.namespace, &EventEvent::Cancelled(event.clone())).await;
    soon(|| async { (count(&db, "inbox").await == 3).then_some(()) }).await;
    // A token lives a little longer than its owner's account.
    let body = serde_json::json!({"accountId": "1", "accessToken": "token"});
    let reply = fleet
        .client
        .put("/api/channels/INSTAGRAM/connection", body)
        .await;
    reply.problem(404, "NOT_FOUND");
    for table in ["distributions", "cancelled_events", "channel_connections"] {
        assert_eq!(count(&db, table).await, 0, "{table}");
    }
    assert!(fleet.partners.calls(Vendor::Naver).is_empty());
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_an_owner_who_leaves_published_comes_down_and_nothing_of_theirs_is_left(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (gone, kept) = (
        event(
            fleet.owner,
            fleet.clock.now(),
            &[Channel::GenieTv, Channel::Naver],
        ),
        event(uuid::Uuid::now_v7(), fleet.clock.now(), &[Channel::Naver]),
    );
    fleet.publish(1, &kept).await;
    fleet.publish(1, &gone).await;
    fleet
        .when(&gone, |run| of(run, "GENIE_TV")["status"] == "PUBLISHED")
        .await;
    let body = serde_json::json!({"accountId": "1", "accessToken": "token"});
    fleet
        .client
        .put("/api/channels/INSTAGRAM/connection", body)
        .await
        .status(200);
    fleet
        .peer()
        .get(&format!(
            "/internal/distributions/{}/statistics",
            gone.event_id
        ))
        .await
        .status(200);
    assert!(count(&db, "channel_statistics").await > 0);
    let deleted = UserEvent::Deleted {
        user_id: fleet.owner,
        store_id: gone.store_id,
    };
    janchi_testkit::send_event(&fleet.namespace, &deleted).await;
    soon(|| async { (count(&db, "distributions").await == 1).then_some(()) }).await;
    assert_eq!(
        fleet
            .partners
            .calls_of(Vendor::GenieTv, "cancel_campaign")
            .len(),
        1
    );
    let known = count(&db, "erased_owners where owner_id is not null").await;
    assert_eq!(known, 0, "only the digest stays");
    for (table, left) in [
        ("channel_tasks", 1),
        ("channel_connections", 0),
        ("channel_statistics", 0),
        ("cancelled_events", 0),
    ] {
        assert_eq!(count(&db, table).await, left, "{table}");
    }
    fleet
        .client
        .get(&format!("/api/distributions/{}", gone.event_id))
        .await
        .problem(404, "NOT_FOUND");
    fleet.end().await;
}
