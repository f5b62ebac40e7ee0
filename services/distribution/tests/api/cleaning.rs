//! After a run without success: what may be up comes down, and the fleet is told when that is done.

use crate::fixture::{Fleet, Reach, count, event, of, soon};
use janchi_contracts::distribution::{ChannelStatus, DistributionEvent, RunStatus};
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus};
use janchi_contracts::reference::Channel;
use janchi_partners::{Fault, Vendor};
use sqlx::PgPool;
use std::time::Duration;

/// The event as the event service tells it after a failed run.
fn failed(event: &EventSnapshot) -> EventSnapshot {
    EventSnapshot {
        status: EventStatus::PublishFailed,
        version: event.version + 1,
        ..event.clone()
    }
}

async fn tell_failed(fleet: &Fleet, event: &EventSnapshot) {
    let told = EventEvent::PublishFailed(failed(event));
    janchi_testkit::send_event(&fleet.namespace, &told).await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_may_be_up_after_a_failed_run_is_taken_down_and_told(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    // The campaign is booked, but no answer ever says so.
    fleet
        .partners
        .fault_on(Vendor::GenieTv, "create_campaign", Fault::lose_answer());
    fleet
        .partners
        .fault_on(Vendor::GenieTv, "find_campaigns", Fault::status(503));
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "GENIE_TV")["status"], "UNKNOWN", "{run:#}");
    fleet.finished(RunStatus::Failed).await;
    fleet.partners.clear_faults();
    tell_failed(&fleet, &event).await;
    let told: DistributionEvent = fleet.told.next("distribution.taken_down", |_| true).await;
    let DistributionEvent::TakenDown {
        run: 1, channels, ..
    } = told
    else {
        panic!("{told:?}")
    };
    assert_eq!(channels[0].status, ChannelStatus::Failed);
    let cancelled = fleet.partners.calls_of(Vendor::GenieTv, "cancel_campaign");
    assert_eq!(cancelled.len(), 1);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_failed_run_of_which_nothing_is_up_is_told_at_once(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault(Vendor::RingoBiz, Fault::refuse());
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::RingoBiz]);
    fleet.publish(1, &event).await;
    fleet.finished(RunStatus::Failed).await;
    for _ in 0..2 {
        tell_failed(&fleet, &event).await;
    }
    soon(|| async { (count(&db, "inbox").await == 3).then_some(()) }).await;
    fleet
        .told
        .next::<DistributionEvent>("distribution.taken_down", |_| true)
        .await;
    let told: Vec<DistributionEvent> = fleet.told.named("distribution.taken_down");
    assert_eq!(told.len(), 1, "{told:?}");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn old_news_of_a_failure_takes_nothing_of_the_next_run_down(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let first = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    let second = EventSnapshot {
        version: first.version + 3,
        channels: event(
            fleet.owner,
            fleet.clock.now(),
            &[Channel::Naver, Channel::Instagram],
        )
        .channels,
        ..first.clone()
    };
    fleet
        .partners
        .fault_on(Vendor::Naver, "article", Fault::lose_answer());
    fleet.publish(2, &second).await;
    let run = fleet.settled(&second).await;
    assert_eq!(of(&run, "NAVER")["status"], "UNKNOWN", "{run:#}");
    tell_failed(&fleet, &first).await;
    soon(|| async { (count(&db, "inbox").await == 2).then_some(()) }).await;
    // What it orders would be due by now.
    let other = event(fleet.owner, fleet.clock.now(), &[Channel::Kakao]);
    fleet.publish(1, &other).await;
    fleet.settled(&other).await;
    let run = fleet.settled(&second).await;
    assert!(of(&run, "NAVER")["manualSteps"].is_null(), "{run:#}");
    assert_eq!(run["status"], "PARTIAL");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_retry_of_a_failed_run_that_ends_unknown_is_taken_down_as_well(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::GenieTv]);
    fleet.partners.fault(Vendor::GenieTv, Fault::refuse());
    fleet.publish(1, &event).await;
    fleet.finished(RunStatus::Failed).await;
    tell_failed(&fleet, &event).await;
    fleet
        .told
        .next::<DistributionEvent>("distribution.taken_down", |_| true)
        .await;
    fleet.partners.clear_faults();
    fleet.partners.fault_on(
        Vendor::GenieTv,
        "create_campaign",
        Fault::lose_answer().times(1),
    );
    fleet
        .partners
        .fault_on(Vendor::GenieTv, "find_campaigns", Fault::status(503));
    fleet.act(&event, "GENIE_TV", "retry").await.status(200);
    fleet
        .when(&event, |run| of(run, "GENIE_TV")["status"] == "UNKNOWN")
        .await;
    fleet.partners.clear_faults();
    soon(|| async {
        let cancelled = fleet.partners.calls_of(Vendor::GenieTv, "cancel_campaign");
        (cancelled.len() == 1).then_some(())
    })
    .await;
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_channel_comes_back_by_itself_as_long_as_its_event_goes_on(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Practice, |config| {
        config.pace.poll = Duration::from_secs(3);
    })
    .await;
    fleet.partners.fault(Vendor::RingoBiz, Fault::status(503));
    fleet
        .partners
        .fault_on(Vendor::Naver, "article", Fault::refuse());
    let channels = [Channel::Naver, Channel::RingoBiz];
    let event = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(run["status"], "PARTIAL", "{run:#}");
    let opened = EventEvent::Opened(EventSnapshot {
        status: EventStatus::Ongoing,
        version: event.version + 1,
        ..event.clone()
    });
    janchi_testkit::send_event(&fleet.namespace, &opened).await;
    soon(|| async { (count(&db, "inbox").await == 2).then_some(()) }).await;
    // The owner leaves out the one that waited for them: nothing carries the run for the moment.
    let run = fleet.act(&event, "NAVER", "skip").await.status(200);
    assert_eq!(run["status"], "FAILED", "{run:#}");
    fleet.partners.clear_faults();
    fleet
        .when(&event, |run| of(run, "RINGO_BIZ")["status"] == "PUBLISHED")
        .await;
    fleet.end().await;
}
