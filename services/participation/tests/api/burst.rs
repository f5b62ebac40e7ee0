use crate::fleet::{Fleet, entry};
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::event::EventSnapshot;
use janchi_contracts::participation::ParticipationEvent;
use janchi_crypto::Phone;
use janchi_testkit::{Events, Reply};
use participation_service::domain::application::{Application, Visit};
use participation_service::domain::event_key::{EventKey, Personal};
use participation_service::domain::fraud::Signals;
use participation_service::ops::enter::{EntryDesk, Outcome};
use serde_json::json;
use sqlx::PgPool;
use std::collections::HashSet;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

fn send(fleet: &Fleet, body: serde_json::Value) -> JoinHandle<Reply> {
    let client = fleet.client();
    tokio::spawn(async move { client.post("/api/participations", body).await })
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_thousand_entries_of_one_phone_at_once_store_one(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let calls: Vec<_> = (0..1000).map(|_| send(&fleet, entry(&event, 1))).collect();
    let mut entered = 0;
    for call in calls {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            entered += 1;
        } else {
            reply.problem(409, "ALREADY_PARTICIPATED");
        }
    }
    assert_eq!(entered, 1);
    assert_eq!(fleet.count("select count(*) from participants").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_burst_is_numbered_without_gaps_and_told_once_each(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let events = Events::listen(&fleet.namespace, &["participation.entered"]).await;
    let (one, other) = (fleet.open_event(), fleet.open_event());
    let calls: Vec<_> = (0..300)
        .map(|n| send(&fleet, entry(if n % 2 == 0 { &one } else { &other }, n)))
        .collect();
    let mut numbers = HashSet::new();
    for call in calls {
        let receipt = call.await.unwrap().status(201);
        assert!(numbers.insert((
            receipt["entryNumber"].clone().to_string(),
            receipt["participantId"].to_string()
        )));
    }
    let gaps = "select count(*) from (
        select event_id from participants group by event_id
        having count(*) <> 150 or max(entry_no) <> 150 or count(distinct entry_no) <> 150) g";
    assert_eq!(fleet.count(gaps).await, 0);
    assert_eq!(
        fleet
            .count("select sum(entry_count)::bigint from event_rules")
            .await,
        300
    );
    let told = janchi_testkit::eventually(std::time::Duration::from_secs(20), || async {
        // A message may come twice; what it tells is told once then as well.
        let messages: HashSet<Vec<Uuid>> = events
            .named::<ParticipationEvent>("participation.entered")
            .into_iter()
            .map(|e| match e {
                ParticipationEvent::Entered { entries, .. } => {
                    entries.into_iter().map(|n| n.participant_id).collect()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let ids: Vec<Uuid> = messages.into_iter().flatten().collect();
        (ids.len() >= 300).then_some(ids)
    })
    .await;
    assert_eq!(told.len(), 300);
    assert_eq!(told.iter().collect::<HashSet<_>>().len(), 300);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn one_bad_entry_does_not_fail_its_neighbours(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    #[expect(
        clippy::disallowed_methods,
        reason = "the test makes one entry break its statement"
    )]
    sqlx::query(
        "alter table participants add constraint poison check (channel is distinct from 'KAKAO')",
    )
    .execute(&fleet.db)
    .await
    .unwrap();
    let calls: Vec<_> = (1..60)
        .map(|n| {
            let mut body = entry(&event, n);
            if n == 30 {
                body["channel"] = json!("KAKAO");
            }
            (n, send(&fleet, body))
        })
        .collect();
    for (n, call) in calls {
        let reply = call.await.unwrap();
        if n == 30 {
            reply.problem(500, "INTERNAL");
        } else {
            reply.status(201);
        }
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 59);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_full_queue_asks_to_come_back_at_once(db: PgPool) {
    let fleet = Fleet::start_api_with(db, |config| config.entry_queue = 5).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    // While this holds the event, no batch gets through.
    let mut holding = fleet.db.begin().await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "the test holds a row")]
    sqlx::query("select 1 from event_rules for update")
        .execute(&mut *holding)
        .await
        .unwrap();
    let first = send(&fleet, entry(&event, 1));
    let in_flight = "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'";
    janchi_testkit::eventually(std::time::Duration::from_secs(20), || async {
        (fleet.count(in_flight).await == 1).then_some(())
    })
    .await;
    // Whoever comes now finds a place in the queue, or is told to come back.
    let calls: Vec<_> = (2..40).map(|n| send(&fleet, entry(&event, n))).collect();
    let mut turned_away = 0;
    let mut waiting = vec![first];
    for call in calls {
        // Whoever waits is not done yet; whoever is done was turned away.
        let done = janchi_testkit::eventually(std::time::Duration::from_secs(1), || async {
            Some(call.is_finished())
        });
        if done.await {
            turned_away += check_turned_away(call.await.unwrap())
        } else {
            waiting.push(call)
        }
    }
    holding.rollback().await.unwrap();
    let mut entered = 0;
    for call in waiting {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            entered += 1
        } else {
            turned_away += check_turned_away(reply)
        }
    }
    assert!(entered >= 5, "{entered} entered");
    assert!(turned_away >= 20, "{turned_away} turned away");
    assert_eq!(
        fleet.count("select count(*) from participants").await,
        entered + 1
    );
}

fn check_turned_away(reply: Reply) -> i64 {
    reply.problem(503, "BUSY");
    assert_eq!(reply.header("retry-after"), Some("1"));
    1
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn no_entry_slips_in_while_the_list_is_frozen(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    let ended = fleet.events.change(event.event_id, |e| {
        e.status = janchi_contracts::event::EventStatus::Ended;
        e.closed_at = Some(fleet.clock.now());
    });
    let calls: Vec<_> = (1..60).map(|n| send(&fleet, entry(&event, n))).collect();
    let draws = format!("/api/events/{}/draws", ended.event_id);
    let drawn = fleet
        .owner(&event)
        .post(&draws, json!({}))
        .await
        .status(201);
    let mut entered = 1;
    for call in calls {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            entered += 1;
        } else {
            reply.problem(409, "EVENT_NOT_OPEN");
        }
    }
    assert_eq!(drawn["participantCount"], entered);
    assert_eq!(
        fleet.count("select count(*) from participants").await,
        entered
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn whoever_comes_first_by_code_and_by_id_at_once_enters(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    for _ in 0..60 {
        let event = fleet.open_event();
        let mut by_id = entry(&event, 2);
        by_id["eventCode"].take();
        by_id["eventId"] = json!(event.event_id);
        // Each asks for the event by another name, and both open it.
        let calls = [send(&fleet, entry(&event, 1)), send(&fleet, by_id)];
        for call in calls {
            call.await.unwrap().status(201);
        }
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 120);
}

fn application(event: &EventSnapshot, key: &EventKey, n: u32, at: DateTime<Utc>) -> Application {
    let participant_id = Uuid::now_v7();
    let phone = Phone::parse(&crate::fleet::phone(n)).unwrap();
    let nonce = [n as u8; 16];
    let personal = Personal {
        nonce,
        phone: phone.clone(),
        name: None,
    };
    Application {
        participant_id,
        event_id: event.event_id,
        phone_hash: key.phone_hash(&phone),
        phone_tail_hash: key.phone_tail_hash(event.event_id, "0000"),
        sealed: key.seal_entry(participant_id, &personal).unwrap(),
        channel: None,
        channel_given: None,
        nonce,
        tag: janchi_draw::tag(&event.event_id.to_string(), &nonce, &phone.e164()),
        weight: 1,
        visit: Visit::None,
        consent_version: "test",
        marketing: false,
        signals: Signals::default(),
        request_hash: None,
        entered_at: at,
        destroy_at: at + TimeDelta::days(1),
    }
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_millisecond_decides_at_the_end(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    let closing = CancellationToken::new();
    let (desk, work) = EntryDesk::open(fleet.db.clone(), 10, closing.clone());
    let work = tokio::spawn(work);
    let key = EventKey::from_secret(&[1; 32]).unwrap();
    // As the database keeps it: in microseconds.
    let end = DateTime::from_timestamp_micros(event.ends_at.unwrap().timestamp_micros()).unwrap();
    let before = application(&event, &key, 1, end - TimeDelta::milliseconds(1));
    let outcome = desk.hand_in(before).await.unwrap();
    assert!(matches!(outcome, Outcome::Entered(_)), "{outcome:?}");
    for late in [end, end + TimeDelta::milliseconds(1)] {
        let outcome = desk
            .hand_in(application(&event, &key, 2, late))
            .await
            .unwrap();
        assert!(matches!(outcome, Outcome::EventNotOpen), "{outcome:?}");
    }
    closing.cancel();
    work.await.unwrap();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn one_that_was_stored_before_its_answer_was_lost_is_answered_as_entered(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    let closing = CancellationToken::new();
    let (desk, work) = EntryDesk::open(fleet.db.clone(), 10, closing.clone());
    let work = tokio::spawn(work);
    let key = EventKey::from_secret(&[1; 32]).unwrap();
    let first = application(&event, &key, 1, fleet.clock.now());
    let mut other = application(&event, &key, 1, fleet.clock.now());
    let entered = |outcome: Outcome| match outcome {
        Outcome::Entered(entry) => Some((entry.id, entry.entry_number)),
        _ => None,
    };
    let stored = entered(desk.hand_in(first.clone()).await.unwrap()).unwrap();
    // As the desk does when the connection broke after the commit: the very same application once more.
    let again = entered(desk.hand_in(first).await.unwrap()).unwrap();
    assert_eq!(stored, again);
    other.request_hash = None;
    assert_eq!(entered(desk.hand_in(other).await.unwrap()), None);
    let told = "select count(*) from outbox where name = 'participation.entered'";
    assert_eq!(fleet.count(told).await, 2, "it is told once");
    closing.cancel();
    work.await.unwrap();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn two_processes_give_one_event_numbers_without_gaps_and_one_entry_a_phone(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 9_999).await;
    let key = EventKey::from_secret(&[1; 32]).unwrap();
    let closing = CancellationToken::new();
    let desks: Vec<_> = (0..2)
        .map(|_| {
            let (desk, work) = EntryDesk::open(fleet.db.clone(), 1000, closing.clone());
            tokio::spawn(work);
            desk
        })
        .collect();
    // Everybody comes to both at once.
    let calls: Vec<_> = (0..400)
        .map(|n| {
            let desk = desks[n as usize % 2].clone();
            let application = application(&event, &key, n / 2, fleet.clock.now());
            tokio::spawn(async move { desk.hand_in(application).await.unwrap() })
        })
        .collect();
    let (mut entered, mut known) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            Outcome::Entered(_) => entered += 1,
            Outcome::AlreadyParticipated => known += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((entered, known), (200, 200));
    let gaps = "select max(entry_no) - count(distinct entry_no) from participants";
    assert_eq!(fleet.count(gaps).await, 0);
    assert_eq!(
        fleet.count("select entry_count from event_rules").await,
        201
    );
    closing.cancel();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_cancelled_in_a_burst_keeps_what_it_acknowledged_and_takes_no_more(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 0).await;
    let calls: Vec<_> = (1..120).map(|n| send(&fleet, entry(&event, n))).collect();
    let cancelled = fleet.events.change(event.event_id, |e| {
        e.status = janchi_contracts::event::EventStatus::Cancelled;
        e.closed_at = Some(fleet.clock.now());
    });
    fleet
        .tell(janchi_contracts::event::EventEvent::Cancelled(cancelled))
        .await;
    let mut entered = 1;
    for call in calls {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            entered += 1;
        } else {
            reply.problem(409, "EVENT_NOT_OPEN");
        }
    }
    janchi_testkit::eventually(std::time::Duration::from_secs(20), || async {
        (fleet
            .count("select count(*) from event_rules where status = 'CANCELLED'")
            .await
            == 1)
            .then_some(())
    })
    .await;
    assert_eq!(
        fleet.count("select count(*) from participants").await,
        entered
    );
    fleet
        .client()
        .post("/api/participations", entry(&event, 500))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    fleet
        .owner(&event)
        .post(&format!("/api/events/{}/draws", event.event_id), json!({}))
        .await
        .problem(409, "EVENT_CANCELLED");
}
