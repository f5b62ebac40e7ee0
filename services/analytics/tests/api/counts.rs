//! What is told is counted once, in any order.

#![expect(
    clippy::disallowed_methods,
    reason = "the test looks into every table by name"
)]

use crate::fixture::{Fixture, PATIENCE, entry, snapshot};
use janchi_contracts::analytics::Outcome;
use janchi_contracts::event::{EventEvent, EventStatus};
use janchi_contracts::participation::ParticipationEvent;
use janchi_contracts::reference::Channel;
use janchi_contracts::user::UserEvent;
use janchi_testkit::Events;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn entries_before_their_event_are_not_lost(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    let now = fixture.clock.now();
    let entries = vec![entry(Some(Channel::Kakao), now), entry(None, now)];
    fixture.tell_entries(event.event_id, entries).await;
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    let dashboard = fixture
        .dashboard(&event, |d| d["participants"]["total"] == 2)
        .await;
    assert_eq!(dashboard["participants"]["today"], 2);
    assert_eq!(dashboard["title"], "첫눈 이벤트");
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn an_entry_shows_although_the_dashboard_is_cached(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture
        .dashboard(&event, |d| d["participants"]["total"] == 0)
        .await;
    for total in 1..=3 {
        fixture
            .tell_entries(
                event.event_id,
                vec![entry(Some(Channel::Naver), fixture.clock.now())],
            )
            .await;
        fixture
            .dashboard(&event, |d| d["participants"]["total"] == total)
            .await;
    }
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_withdrawn_entry_and_a_visit_change_the_counts(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    let (id, now) = (event.event_id, fixture.clock.now());
    let (one, two) = (
        entry(Some(Channel::Kakao), now),
        entry(Some(Channel::Kakao), now),
    );
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture
        .tell_entries(id, vec![one.clone(), two.clone()])
        .await;
    let visit = ParticipationEvent::Visited {
        event_id: id,
        participant_id: one.participant_id,
        channel: one.channel,
        at: now,
    };
    janchi_testkit::send_event(&fixture.namespace, &visit).await;
    let withdrawn = ParticipationEvent::Withdrawn {
        event_id: id,
        entry: two,
        at: now,
    };
    janchi_testkit::send_event(&fixture.namespace, &withdrawn).await;
    let dashboard = fixture
        .dashboard(&event, |d| {
            d["participants"]["total"] == 1 && d["participants"]["visited"] == 1
        })
        .await;
    assert_eq!(dashboard["participants"]["byDay"][0]["participants"], 1);
    assert_eq!(dashboard["channels"][0]["participants"], 1);
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn older_news_of_an_event_change_nothing(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let mut event = snapshot(EventStatus::Ended);
    event.version = 5;
    fixture.tell(&EventEvent::Ended(event.clone())).await;
    fixture.dashboard(&event, |d| d["status"] == "ENDED").await;
    let old = janchi_contracts::event::EventSnapshot {
        status: EventStatus::Ongoing,
        version: 4,
        ..event.clone()
    };
    fixture.tell(&EventEvent::Opened(old)).await;
    fixture
        .tell_entries(event.event_id, vec![entry(None, fixture.clock.now())])
        .await;
    let dashboard = fixture
        .dashboard(&event, |d| d["participants"]["total"] == 1)
        .await;
    assert_eq!(dashboard["status"], "ENDED");
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn the_outcome_of_a_drawn_event_is_told_once(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let heard = Events::listen(&fixture.namespace, &["analytics.outcome"]).await;
    let event = snapshot(EventStatus::Ended);
    let drawn = ParticipationEvent::Drawn {
        event_id: event.event_id,
        draw_id: Uuid::now_v7(),
        participants: 2,
        winners: 1,
        at: fixture.clock.now(),
    };
    let entries = vec![
        entry(Some(Channel::Kakao), fixture.clock.now()),
        entry(None, fixture.clock.now()),
    ];
    fixture.tell_entries(event.event_id, entries).await;
    fixture.tell(&EventEvent::Ended(event.clone())).await;
    fixture
        .dashboard(&event, |d| d["participants"]["total"] == 2)
        .await;
    janchi_testkit::send_event(&fixture.namespace, &drawn).await;
    let outcome: Outcome = heard.next("analytics.outcome", |_| true).await;
    assert_eq!(
        (
            outcome.participants,
            outcome.expected_participants,
            outcome.revenue
        ),
        (2, Some(3), None)
    );
    assert_eq!(outcome.channels.len(), 1);
    let range = outcome.expected_range.map(|range| (range.low, range.high));
    assert_eq!(range, Some((1, 5)));
    fixture
        .tell(&EventEvent::Updated(
            janchi_contracts::event::EventSnapshot {
                version: 2,
                ..event.clone()
            },
        ))
        .await;
    fixture
        .dashboard(&event, |d| d["winners"]["count"] == 1)
        .await;
    assert_eq!(heard.named::<Outcome>("analytics.outcome").len(), 1);
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn an_owner_who_leaves_leaves_nothing(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture
        .tell_entries(
            event.event_id,
            vec![entry(Some(Channel::Kakao), fixture.clock.now())],
        )
        .await;
    fixture
        .dashboard(&event, |d| d["participants"]["total"] == 1)
        .await;
    let deleted = UserEvent::Deleted {
        user_id: event.owner_id,
        store_id: event.store_id,
    };
    janchi_testkit::send_event(&fixture.namespace, &deleted).await;
    let client = fixture.owner(event.owner_id);
    let path = format!("/api/analytics/dashboard/{}", event.event_id);
    janchi_testkit::eventually(PATIENCE, || async {
        (client.get(&path).await.status == 404).then_some(())
    })
    .await;
    for table in [
        "event_stats",
        "channel_stats",
        "timeline",
        "pos_sales",
        "poll_state",
    ] {
        let left: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(&db)
                .await
                .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
