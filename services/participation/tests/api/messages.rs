use crate::fleet::{Fleet, entry};
use janchi_contracts::distribution::{ChannelCode, DistributionEvent};
use janchi_contracts::event::{EventEvent, EventStatus, VisitBonus};
use janchi_contracts::participation::ParticipationEvent;
use janchi_contracts::reference::Channel;
use janchi_contracts::user::UserEvent;
use janchi_testkit::{Events, eventually, send_event};
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_seed_is_committed_when_the_event_opens(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let told = Events::listen(&fleet.namespace, &["participation.opened"]).await;
    let event = fleet.open_event();
    fleet.tell(EventEvent::Opened(event.clone())).await;
    let opened = told
        .next::<ParticipationEvent>("participation.opened", |e| {
            matches!(e, ParticipationEvent::Opened { event_id, .. } if *event_id == event.event_id)
        })
        .await;
    let ParticipationEvent::Opened { owner_id, draw, .. } = opened else {
        panic!("{opened:?}")
    };
    assert_eq!(owner_id, event.owner_id);
    let receipt = fleet.enter(&event, 1).await;
    assert_eq!(receipt["commitment"], draw.commitment);
    assert_eq!(fleet.events.asked(), 0, "what was told need not be asked");
    // The same news again, and by REST: still one opening.
    fleet.tell(EventEvent::Opened(event.clone())).await;
    fleet.enter(&event, 2).await;
    assert_eq!(fleet.count("select count(*) from draws").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn old_news_opens_nothing_again(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    let ended = fleet.events.change(event.event_id, |e| {
        e.status = EventStatus::Ended;
        e.closed_at = Some(fleet.clock.now());
    });
    fleet.tell(EventEvent::Ended(ended)).await;
    eventually(SOON, || async {
        (fleet.count("select count(*) from event_rules").await == 1).then_some(())
    })
    .await;
    fleet.tell(EventEvent::Opened(event.clone())).await;
    eventually(SOON, || async {
        (fleet.count("select count(*) from inbox").await == 2).then_some(())
    })
    .await;
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    assert_eq!(
        fleet
            .count("select count(*) from event_rules where status = 'ENDED'")
            .await,
        1
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_opening_by_many_at_once_is_one_opening(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    fleet.tell(EventEvent::Opened(event.clone())).await;
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let (client, mut body) = (fleet.client(), entry(&event, n));
            if n % 2 == 0 {
                body.as_object_mut().unwrap().remove("eventCode");
                body["eventId"] = json!(event.event_id);
            }
            tokio::spawn(async move { client.post("/api/participations", body).await.status(201) })
        })
        .collect();
    let mut commitments = std::collections::HashSet::new();
    for call in calls {
        commitments.insert(call.await.unwrap()["commitment"].to_string());
    }
    assert_eq!(commitments.len(), 1);
    assert_eq!(fleet.count("select count(*) from draws").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn what_happens_to_entries_is_told_without_anything_personal(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let told = Events::listen(&fleet.namespace, &["participation.*"]).await;
    let event = fleet.open_event_with(|e| {
        e.visit_bonus = VisitBonus {
            enabled: true,
            weight: 2,
        }
    });
    let mut body = entry(&event, 1);
    body["channel"] = json!("NAVER");
    let receipt = fleet
        .client()
        .post("/api/participations", body)
        .await
        .status(201);
    let id: Uuid = receipt["participantId"].as_str().unwrap().parse().unwrap();
    let visit = format!("/api/events/{}/participants/{id}/visit", event.event_id);
    fleet.owner(&event).call(&visit).await.status(200);
    let entered = told
        .next("participation.entered", |_: &ParticipationEvent| true)
        .await;
    let ParticipationEvent::Entered { event_id, entries } = entered else {
        panic!("{entered:?}")
    };
    assert_eq!(event_id, event.event_id);
    assert_eq!(
        (
            entries[0].participant_id,
            entries[0].channel,
            entries[0].visited
        ),
        (id, Some(Channel::Naver), false)
    );
    let visited = told
        .next("participation.visited", |_: &ParticipationEvent| true)
        .await;
    assert!(
        matches!(visited, ParticipationEvent::Visited { participant_id, .. } if participant_id == id)
    );
    fleet
        .entrant(&receipt)
        .delete("/api/participations/me")
        .await
        .status(204);
    let gone = told
        .next("participation.withdrawn", |_: &ParticipationEvent| true)
        .await;
    assert!(
        matches!(gone, ParticipationEvent::Withdrawn { entry, .. } if entry.participant_id == id && entry.visited)
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn other_services_see_the_counts(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    let peer = fleet
        .client()
        .bearer(&fleet.keys.peer_token("analytics", "participation"));
    let summary = format!("/internal/events/{}/summary", event.event_id);
    assert_eq!(peer.get(&summary).await.status(200)["participants"], 0);
    for n in 1..=3 {
        let mut body = entry(&event, n);
        if n > 1 {
            body["channel"] = json!("KAKAO");
        }
        fleet
            .client()
            .post("/api/participations", body)
            .await
            .status(201);
    }
    let counts = peer.get(&summary).await.status(200);
    assert_eq!(
        (
            &counts["participants"],
            &counts["visited"],
            &counts["winners"]
        ),
        (&json!(3), &json!(0), &json!(0))
    );
    let mut by_channel = counts["byChannel"].as_array().unwrap().clone();
    by_channel.sort_by_key(|c| c["participants"].as_i64());
    assert_eq!(by_channel[0], json!({"channel": null, "participants": 1}));
    assert_eq!(
        by_channel[1],
        json!({"channel": "KAKAO", "participants": 2})
    );
    fleet.pass_the_end();
    fleet
        .owner(&event)
        .call(&format!("/api/events/{}/draws", event.event_id))
        .await
        .status(201);
    assert_eq!(peer.get(&summary).await.status(200)["winners"], 3);
    let scheduled = fleet.open_event_with(|e| {
        e.status = EventStatus::Scheduled;
        e.starts_at = Some(fleet.clock.now() + chrono::TimeDelta::days(1));
    });
    peer.get(&format!("/internal/events/{}/draw", scheduled.event_id))
        .await
        .problem(404, "NOT_FOUND");
    peer.get(&format!("/internal/events/{}/draw", Uuid::now_v7()))
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn nothing_of_an_owner_is_left_when_they_leave(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    let stays = fleet.open_event();
    fleet.enter(&stays, 1).await;
    for n in 0..6 {
        fleet.enter(&event, n).await;
    }
    let withdrawn = fleet.enter(&event, 9).await;
    fleet
        .entrant(&withdrawn)
        .delete("/api/participations/me")
        .await
        .status(204);
    let codes = vec![ChannelCode {
        channel: Channel::Naver,
        tracking_code: "t".to_owned(),
        spoken_code: None,
    }];
    let started = DistributionEvent::Started {
        event_id: event.event_id,
        owner_id: event.owner_id,
        run: 1,
        codes,
    };
    send_event(&fleet.namespace, &started).await;
    eventually(SOON, || async {
        (fleet.count("select count(*) from channel_codes").await == 1).then_some(())
    })
    .await;
    let owner = fleet.owner(&event);
    let list = owner
        .get(&format!("/api/events/{}/participants", event.event_id))
        .await
        .status(200);
    let id = list["items"][0]["participantId"]
        .as_str()
        .unwrap()
        .to_owned();
    owner
        .call(&format!(
            "/api/events/{}/participants/{id}/visit",
            event.event_id
        ))
        .await
        .status(200);
    let review = format!("/api/events/{}/participants/{id}/review", event.event_id);
    let word = json!({"verdict": "GENUINE", "reason": "단골"});
    owner.put(&review, word).await.status(200);
    let noted = json!({"visitId": uuid::Uuid::now_v7(), "participantId": id, "visitedAt": fleet.clock.now()});
    let sync = format!("/api/events/{}/visits/sync", event.event_id);
    owner
        .post(&sync, json!({"visits": [noted]}))
        .await
        .status(200);
    fleet.pass_the_end();
    let drawn = owner
        .call(&format!("/api/events/{}/draws", event.event_id))
        .await
        .status(201);
    let winner = drawn["winners"][0]["participantId"].as_str().unwrap();
    let forfeit = format!("/api/events/{}/winners/{winner}/forfeit", event.event_id);
    owner
        .post(&forfeit, json!({"reason": "연락 없음"}))
        .await
        .status(200);

    for sql in [
        "select count(*) from entry_reviews",
        "select count(*) from offline_visits",
        "select count(*) from frozen_pieces",
        "select count(*) from claims",
    ] {
        assert!(fleet.count(sql).await > 0, "{sql}");
    }

    send_event(
        &fleet.namespace,
        &UserEvent::Deleted {
            user_id: event.owner_id,
            store_id: event.store_id,
        },
    )
    .await;
    eventually(SOON, || async {
        (fleet
            .count("select count(*) from erasures where reason = 'OWNER_DELETED'")
            .await
            == 1)
            .then_some(())
    })
    .await;
    for (sql, left) in [
        ("select count(*) from event_rules", 1),
        ("select count(*) from draws", 1),
        ("select count(*) from participants", 1),
        ("select count(*) from event_keys", 1),
        ("select count(*) from entry_reviews", 0),
        ("select count(*) from offline_visits", 0),
        ("select count(*) from frozen_pieces", 0),
        ("select count(*) from claims", 0),
        ("select count(*) from visits", 0),
        ("select count(*) from winners", 0),
        ("select count(*) from winner_steps", 0),
        ("select count(*) from channel_codes", 0),
        (
            "select count(*) from erasures where reason <> 'OWNER_DELETED'",
            0,
        ),
    ] {
        assert_eq!(fleet.count(sql).await, left, "{sql}");
    }
    fleet
        .entrant(&withdrawn)
        .get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn late_news_brings_nothing_of_an_owner_back(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    let gone = UserEvent::Deleted {
        user_id: event.owner_id,
        store_id: event.store_id,
    };
    send_event(&fleet.namespace, &gone).await;
    eventually(SOON, || async {
        (fleet.count("select count(*) from erased_owners").await == 1).then_some(())
    })
    .await;
    fleet.tell(EventEvent::Opened(event.clone())).await;
    let started = DistributionEvent::Started {
        event_id: event.event_id,
        owner_id: event.owner_id,
        run: 1,
        codes: vec![ChannelCode {
            channel: Channel::Naver,
            tracking_code: "t".to_owned(),
            spoken_code: None,
        }],
    };
    send_event(&fleet.namespace, &started).await;
    eventually(SOON, || async {
        (fleet.count("select count(*) from inbox").await == 3).then_some(())
    })
    .await;
    for sql in [
        "select count(*) from event_rules",
        "select count(*) from draws",
        "select count(*) from channel_codes",
    ] {
        assert_eq!(fleet.count(sql).await, 0, "{sql}");
    }
    // Asking the event service about it opens nothing either.
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    assert_eq!(fleet.count("select count(*) from event_rules").await, 0);
}
