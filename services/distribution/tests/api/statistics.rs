use crate::fixture::{Fleet, event, soon};
use janchi_contracts::distribution::{ChannelStatistics, DistributionSummary, RunStatus, TakeDown};
use janchi_contracts::event::EventEvent;
use janchi_contracts::reference::Channel;
use janchi_partners::{Fault, Vendor};
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn platforms_are_asked_and_a_silent_one_is_answered_from_memory(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &Channel::ALL);
    fleet.publish(1, &event).await;
    let up = |run: &serde_json::Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    fleet.when(&event, up).await;
    fleet.clock.advance(Duration::from_secs(3 * 86_400));
    let ask = async || -> ChannelStatistics {
        let peer = fleet
            .service
            .client()
            .bearer(&fleet.keys.peer_token("analytics", "distribution"));
        let reply = peer
            .get(&format!(
                "/internal/distributions/{}/statistics",
                event.event_id
            ))
            .await;
        serde_json::from_value(reply.status(200)).unwrap()
    };
    let fresh = ask().await;
    assert_eq!(fresh.channels.len(), 6);
    assert!(fresh.channels.iter().all(|c| !c.stale), "{fresh:?}");
    let of = |all: &ChannelStatistics, channel| {
        all.channels
            .iter()
            .find(|c| c.channel == channel)
            .unwrap()
            .clone()
    };
    let genie = of(&fresh, Channel::GenieTv);
    assert!(
        genie.impressions.unwrap() > 0 && genie.clicks.is_some(),
        "{genie:?}"
    );
    assert!(
        (1..=100_000).contains(&genie.cost),
        "what was spent, not what was planned: {genie:?}"
    );
    assert!(of(&fresh, Channel::Instagram).impressions.unwrap() > 0);
    assert_eq!(
        of(&fresh, Channel::Naver).impressions,
        None,
        "a café tells no numbers"
    );

    fleet.partners.fault(Vendor::GenieTv, Fault::hang());
    let stale = ask().await;
    let silent = of(&stale, Channel::GenieTv);
    assert!(silent.stale);
    assert_eq!(
        (silent.impressions, silent.clicks, silent.cost),
        (genie.impressions, genie.clicks, genie.cost)
    );
    assert!(!of(&stale, Channel::Instagram).stale);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn other_services_get_a_summary(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    fleet.settled(&event).await;
    let reply = fleet
        .peer()
        .get(&format!("/internal/distributions/{}", event.event_id))
        .await;
    let summary: DistributionSummary = serde_json::from_value(reply.status(200)).unwrap();
    assert_eq!(
        (summary.event_id, summary.status),
        (event.event_id, RunStatus::Completed)
    );
    assert!(summary.channels[0].external_url.is_some());
    assert_eq!((summary.run, summary.take_down), (1, TakeDown::NotOrdered));
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_summary_tells_how_far_taking_down_has_come(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let peer = fleet.peer();
    let ask = async |id: uuid::Uuid| -> DistributionSummary {
        let path = format!("/internal/distributions/{id}");
        soon(|| async {
            let reply = peer.get(&path).await;
            (reply.status == 200)
                .then(|| serde_json::from_value::<DistributionSummary>(reply.json()).unwrap())
                .filter(|summary| summary.take_down == TakeDown::Done)
        })
        .await
    };
    let up = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    fleet.publish(1, &up).await;
    fleet.settled(&up).await;
    let never = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    for cancelled in [&up, &never] {
        let told = EventEvent::Cancelled(cancelled.clone());
        janchi_testkit::send_event(&fleet.namespace, &told).await;
    }
    let summary = ask(up.event_id).await;
    assert_eq!((summary.run, summary.channels.len()), (1, 1));
    // Cancelled before its order came: nothing will ever be up.
    let summary = ask(never.event_id).await;
    assert_eq!((summary.run, summary.channels.len()), (0, 0));
    fleet.end().await;
}
