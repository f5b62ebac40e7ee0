//! What other services tell: outcomes are learnt, owners are forgotten.

use crate::setup::Fleet;
use janchi_contracts::ai::Range;
use janchi_contracts::analytics::{ChannelOutcome, Outcome};
use janchi_contracts::reference::{Channel, Industry, Objective, Region};
use janchi_contracts::user::UserEvent;
use janchi_testkit::{eventually, send_event};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

pub fn outcome(owner_id: Uuid, event_id: Uuid, participants: i64) -> Outcome {
    Outcome {
        event_id,
        owner_id,
        industry: Industry::Cafe,
        region: Region::Seoul,
        objective: Objective::Sales,
        tier: Some("MID_COST".into()),
        expected_participants: Some(140),
        expected_range: Some(Range {
            low: 100,
            expected: 140,
            high: 180,
        }),
        model: None,
        participants,
        visited: 40,
        cost: 200_000,
        revenue: Some(500_000),
        channels: vec![ChannelOutcome {
            channel: Channel::Naver,
            participants,
            cost: 100_000,
        }],
        ended_at: "2026-11-20T00:00:00Z".parse().unwrap(),
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_later_outcome_of_an_event_replaces_the_earlier(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (owner, event) = (Uuid::now_v7(), Uuid::now_v7());
    for participants in [143, 150] {
        send_event(&fleet.namespace, &outcome(owner, event, participants)).await;
        eventually(Duration::from_secs(10), || async {
            let row = sqlx::query!(
                "select participants, channels from outcomes where event_id = $1",
                event
            );
            let row = row.fetch_optional(&db).await.unwrap()?;
            (row.participants == participants && row.channels[0]["participants"] == participants)
                .then_some(())
        })
        .await;
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn nothing_of_a_deleted_owner_is_left(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (gone, stays) = (fleet.command(), fleet.command());
    for command in [&gone, &stays] {
        fleet.result(command).await;
        send_event(
            &fleet.namespace,
            &outcome(command.owner_id, command.event_id, 10),
        )
        .await;
    }
    let count = || async {
        sqlx::query_scalar!("select count(*) from outcomes")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    eventually(Duration::from_secs(10), || async {
        (count().await == Some(2)).then_some(())
    })
    .await;

    send_event(
        &fleet.namespace,
        &UserEvent::Deleted {
            user_id: gone.owner_id,
            store_id: Uuid::now_v7(),
        },
    )
    .await;
    eventually(Duration::from_secs(10), || async {
        (count().await == Some(1)).then_some(())
    })
    .await;
    let left = sqlx::query_scalar!("select owner_id from recommendations")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(left, [stays.owner_id]);
    let costs = sqlx::query_scalar!("select owner_id from job_costs");
    assert_eq!(costs.fetch_all(&db).await.unwrap(), [stays.owner_id]);
    let forecasts = sqlx::query_scalar!("select count(*) from forecasts")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(forecasts, Some(3));
    let forgotten = || async {
        fleet
            .cache
            .get_hash(&format!("job:{}", gone.job_id))
            .await
            .is_none()
            .then_some(())
    };
    eventually(Duration::from_secs(5), forgotten).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn what_was_under_way_when_an_owner_left_is_not_kept(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let command = fleet.command();
    let gone = UserEvent::Deleted {
        user_id: command.owner_id,
        store_id: Uuid::now_v7(),
    };
    send_event(&fleet.namespace, &gone).await;
    let settled = |count: i64| {
        let db = db.clone();
        move || {
            let db = db.clone();
            async move {
                let inbox = sqlx::query_scalar!("select count(*) from inbox");
                (inbox.fetch_one(&db).await.unwrap() == Some(count)).then_some(())
            }
        }
    };
    eventually(Duration::from_secs(10), settled(1)).await;
    send_event(
        &fleet.namespace,
        &outcome(command.owner_id, command.event_id, 10),
    )
    .await;
    janchi_testkit::send_job(&fleet.namespace, &command).await;
    eventually(Duration::from_secs(10), settled(3)).await;
    let left = sqlx::query_scalar!(
        "select (select count(*) from outcomes) + (select count(*) from recommendations)"
    );
    assert_eq!(left.fetch_one(&db).await.unwrap(), Some(0));
}
