use crate::fixture::{Fleet, Reach, event, of};
use janchi_contracts::distribution::{DistributionEvent, RunStatus};
use janchi_contracts::reference::Channel;
use janchi_partners::Vendor;
use serde_json::json;
use sqlx::PgPool;
use std::collections::HashSet;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_approved_event_reaches_all_six_channels(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &Channel::ALL);
    fleet.publish(1, &event).await;
    let all_up = |run: &serde_json::Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    let run = fleet.when(&event, all_up).await;
    assert_eq!(run["status"], "COMPLETED", "{run:#}");
    assert_eq!(run["sandbox"], true);
    for channel in run["channels"].as_array().unwrap() {
        assert_eq!(channel["sandbox"], true);
        assert_eq!(channel["breaker"], "CLOSED");
        assert_eq!(channel["attempts"], 1);
        assert!(
            channel["startedAt"].is_string() && channel["finishedAt"].is_string(),
            "{channel:#}"
        );
        assert!(channel["externalId"].is_string(), "{channel:#}");
        let name = channel["channel"].as_str().unwrap();
        let link = channel["trackingUrl"].as_str().unwrap();
        assert!(
            link.starts_with(&format!(
                "https://janchi.example/e/{}?ch={name}&t=",
                event.code
            )),
            "{link}"
        );
        let is_spoken = ["URIDONGNE_TV", "RINGO_BIZ", "GENIE_TV"].contains(&name);
        assert_eq!(channel["spokenCode"].is_string(), is_spoken, "{channel:#}");
    }
    assert!(
        of(&run, "INSTAGRAM")["externalUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://www.instagram.com/p/")
    );
    assert!(
        of(&run, "NAVER")["externalUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://cafe.naver.com/")
    );
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn the_fleet_is_told_the_codes_then_each_change_then_the_end(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::GenieTv, Channel::Instagram],
    );
    fleet.publish(1, &event).await;
    let started: DistributionEvent = fleet.told.next("distribution.started", |_| true).await;
    let DistributionEvent::Started {
        event_id,
        owner_id,
        run,
        codes,
    } = started
    else {
        panic!("{started:?}")
    };
    assert_eq!((event_id, owner_id, run), (event.event_id, fleet.owner, 1));
    let links: HashSet<&str> = codes.iter().map(|c| c.tracking_code.as_str()).collect();
    assert_eq!(links.len(), 2);
    let spoken: Vec<bool> = codes.iter().map(|c| c.spoken_code.is_some()).collect();
    assert_eq!(spoken, [true, false]);
    let finished = fleet.finished(RunStatus::Completed).await;
    let DistributionEvent::Finished {
        channels, run: 1, ..
    } = finished
    else {
        panic!("{finished:?}")
    };
    assert_eq!(channels.len(), 2);
    assert!(
        channels
            .iter()
            .all(|c| c.sandbox && c.tracking_url.is_some())
    );
    assert_eq!(
        channels
            .iter()
            .find(|c| c.channel == Channel::GenieTv)
            .unwrap()
            .cost,
        100_000
    );
    let changes: Vec<DistributionEvent> = fleet.told.named("distribution.channel_changed");
    assert!(
        changes.len() >= 4,
        "publishing and the result for both: {changes:?}"
    );
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_run_ordered_twice_is_published_once(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    fleet.publish(1, &event).await;
    fleet.settled(&event).await;
    // A third order is through the queue after the two before it.
    let other = crate::fixture::event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &other).await;
    fleet.settled(&other).await;
    assert_eq!(fleet.partners.calls_of(Vendor::Naver, "article").len(), 2);
    assert_eq!(crate::fixture::count(&db, "distributions").await, 2);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn without_any_platform_the_owner_gets_steps_for_every_channel(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let event = event(fleet.owner, fleet.clock.now(), &Channel::ALL);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(run["status"], "COMPLETED");
    assert_eq!(run["sandbox"], false);
    for channel in run["channels"].as_array().unwrap() {
        assert_eq!(channel["status"], "MANUAL_ACTION_REQUIRED");
        let steps = channel["manualSteps"].as_array().unwrap();
        let text = steps
            .iter()
            .map(|s| s.as_str().unwrap())
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            text.contains(channel["trackingUrl"].as_str().unwrap()),
            "{text}"
        );
        assert!(text.contains("행복분식"), "{text}");
        if channel["channel"] != "RINGO_BIZ" {
            assert!(text.contains(".jpg"), "{text}");
        }
        if let Some(code) = channel["spokenCode"].as_str() {
            assert!(text.contains(code), "{text}");
        }
    }
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_review_that_takes_time_is_asked_about_until_it_is_decided(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault_on(
        Vendor::GenieTv,
        "create_campaign",
        janchi_partners::Fault::pending(),
    );
    fleet.partners.fault_on(
        Vendor::UridongneTv,
        "create_campaign",
        janchi_partners::Fault::pending(),
    );
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::GenieTv, Channel::UridongneTv],
    );
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(
        (&run["status"], &of(&run, "GENIE_TV")["status"]),
        (&json!("COMPLETED"), &json!("PENDING_REVIEW"))
    );
    fleet
        .partners
        .review(Vendor::GenieTv, janchi_partners::Decision::Approve);
    fleet
        .partners
        .review(Vendor::UridongneTv, janchi_partners::Decision::Reject);
    let run = fleet
        .when(&event, |run| {
            of(run, "GENIE_TV")["status"] == "PUBLISHED"
                && of(run, "URIDONGNE_TV")["status"] == "FAILED"
        })
        .await;
    assert_eq!(run["status"], "PARTIAL", "a later review changes the run");
    fleet.finished(RunStatus::Partial).await;
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_stream_shows_the_run_until_it_is_settled_and_ends(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault_on(
        Vendor::Naver,
        "article",
        janchi_partners::Fault::slow(std::time::Duration::from_millis(900)),
    );
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    fleet.when(&event, |_| true).await;
    let reply = fleet
        .client
        .get(&format!("/api/distributions/{}/stream", event.event_id))
        .await;
    reply.status(200);
    let text = reply.text();
    let data: Vec<serde_json::Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|json| serde_json::from_str(json.trim()).unwrap())
        .collect();
    assert!(data.len() >= 2, "{text}");
    assert_eq!(data[0]["status"], "RUNNING");
    assert_eq!(data.last().unwrap()["status"], "COMPLETED");
    fleet.end().await;
}
