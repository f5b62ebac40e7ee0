//! Winners are told, prove their phone by a code, and claim; the prize is handed over.

use crate::fleet::{Fleet, entry, phone};
use janchi_contracts::event::EventSnapshot;
use janchi_dealer::{SmsChannel, TalkChannel};
use janchi_partners::{Fault, Partners, Vendor};
use janchi_testkit::eventually;
use participation_service::NoticeChannel;
use participation_service::ops::overdue::{REASON, give_on_due};
use participation_service::ops::run_draw::ClaimTerms;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

async fn told_by(db: PgPool, partners: &Partners, by_talk: bool) -> Fleet {
    let url = partners.messages_url();
    Fleet::start_with(db, |config| {
        config.notices = by_talk.then(|| NoticeChannel {
            talk: TalkChannel {
                url: url.clone(),
                app_key: "app".into(),
                key: "key".into(),
                sender_key: "sender".to_owned(),
            },
            template: "winner".to_owned(),
        });
        config.sms = Some(SmsChannel {
            url,
            app_key: "app".into(),
            key: "key".into(),
            sender: "0212345678".to_owned(),
        });
    })
    .await
}

/// Draws an event with `entries` entries; its winners as the owner sees them.
async fn drawn(fleet: &Fleet, event: &EventSnapshot, entries: u32) -> Value {
    for n in 0..entries {
        fleet.enter(event, n).await;
    }
    fleet.pass_the_end();
    fleet
        .owner(event)
        .post(&format!("/api/events/{}/draws", event.event_id), json!({}))
        .await
        .status(201)
}

async fn winners(fleet: &Fleet, event: &EventSnapshot) -> Value {
    let path = format!("/api/events/{}/winners", event.event_id);
    fleet.owner(event).get(&path).await.status(200)
}

/// The token of the only message's link.
async fn token(partners: &Partners, to: &str) -> String {
    let digits = to.replace('-', "");
    let text = eventually(SOON, || async {
        partners
            .messages(Some(&digits))
            .first()
            .map(|m| m.text.clone())
    })
    .await;
    let from = text.find("/wins/").unwrap() + "/wins/".len();
    text[from..].chars().take(96).collect()
}

fn code_in(partners: &Partners, to: &str) -> String {
    let sent = partners.messages(Some(&to.replace('-', "")));
    let text = &sent
        .iter()
        .rfind(|m| m.text.contains("확인번호"))
        .unwrap()
        .text;
    let from = text.find("확인번호 ").unwrap() + "확인번호 ".len();
    text[from..from + 6].to_owned()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_winner_is_told_proves_the_phone_and_gets_the_prize(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| {
        e.winner_count = 1;
        e.prizes.truncate(1);
        e.prizes[0].unit_cost = 90_000;
    });
    drawn(&fleet, &event, 1).await;
    let token = token(&partners, &phone(0)).await;
    let page = format!("/api/public/wins/{token}");
    let reply = fleet.client().get(&page).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let shown = reply.status(200);
    assert_eq!(
        (&shown["genuine"], &shown["storeName"], &shown["prize"]),
        (&json!(true), &json!("행복 분식"), &json!("식사권"))
    );
    assert!(!shown.to_string().contains("손님"), "nobody's name");
    assert_eq!(shown["tax"]["tax"], 19_800);
    assert_eq!(shown["tax"]["checkedOn"], "2026-11-22");
    // The message went out: contacted, without anybody's doing.
    let state = eventually(SOON, || async {
        let list = winners(&fleet, &event).await;
        (list["items"][0]["state"] == "CONTACTED").then_some(list)
    })
    .await;
    assert_eq!(state["items"][0]["message"], "SENT");

    // Handing over comes after claiming.
    let id = state["items"][0]["participantId"].as_str().unwrap();
    let step = |step: &str| format!("/api/events/{}/winners/{id}/{step}", event.event_id);
    let owner = fleet.owner(&event);
    owner
        .call(&step("handed-over"))
        .await
        .problem(409, "NOT_CLAIMED");

    let sent = fleet.client().call(&format!("{page}/code")).await;
    sent.status(202);
    let code = code_in(&partners, &phone(0));
    let claim = |code: &str| json!({"code": code, "delivery": {"recipient": "홍길동", "address": "서울시 종로구 1-1", "postcode": "03000"}});
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let path = format!("{page}/claim");
    fleet
        .client()
        .post(&path, claim(wrong))
        .await
        .names_field("code");
    let claimed = fleet.client().post(&path, claim(&code)).await.status(200);
    assert_eq!(claimed["state"], "CLAIMED");
    fleet
        .client()
        .post(&path, claim(&code))
        .await
        .problem(409, "ALREADY_CLAIMED");

    let delivery = owner.get(&step("delivery")).await.status(200);
    assert_eq!(delivery["address"], "서울시 종로구 1-1");
    assert_eq!(
        fleet
            .count("select count(*) from claims where encode(delivery, 'escape') ~ '종로'")
            .await,
        0
    );
    assert_eq!(
        fleet
            .count("select count(*) from audit_log where action = 'delivery.read'")
            .await,
        1
    );
    let done = owner.call(&step("handed-over")).await.status(200);
    assert_eq!(done["state"], "HANDED_OVER");
    let steps: Vec<&str> = done["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["CONTACTED", "CLAIMED", "HANDED_OVER"]);
    owner
        .post(&step("forfeit"), json!({"reason": "변심"}))
        .await
        .problem(409, "ALREADY_CLAIMED");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_code_is_used_once_tried_five_times_and_good_for_five_minutes(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = told_by(db, &partners, false).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    drawn(&fleet, &event, 1).await;
    let token = token(&partners, &phone(0)).await;
    let (send, claim) = (
        format!("/api/public/wins/{token}/code"),
        format!("/api/public/wins/{token}/claim"),
    );
    fleet.client().call(&send).await.status(202);
    let early = fleet.client().call(&send).await;
    early.problem(429, "TOO_MANY_CODES");
    assert_eq!(early.header("retry-after"), Some("60"));
    let first = code_in(&partners, &phone(0));
    fleet.clock.advance(Duration::from_secs(5 * 60));
    let body = |code: &str| json!({"code": code});
    fleet
        .client()
        .post(&claim, body(&first))
        .await
        .names_field("code");
    // Five wrong ones, and the right one is worth nothing.
    fleet.client().call(&send).await.status(202);
    let second = code_in(&partners, &phone(0));
    let wrong = if second == "123456" {
        "654321"
    } else {
        "123456"
    };
    for _ in 0..5 {
        fleet
            .client()
            .post(&claim, body(wrong))
            .await
            .names_field("code");
    }
    fleet
        .client()
        .post(&claim, body(&second))
        .await
        .names_field("code");
    // Of many who try the right one at once, one claims.
    fleet.clock.advance(Duration::from_secs(60));
    fleet.client().call(&send).await.status(202);
    let third = code_in(&partners, &phone(0));
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (client, claim, body) = (fleet.client(), claim.clone(), body(&third));
            tokio::spawn(async move { client.post(&claim, body).await.status })
        })
        .collect();
    let mut claimed = 0;
    for call in calls {
        claimed += usize::from(call.await.unwrap() == 200);
    }
    assert_eq!(claimed, 1);
    let steps = "select count(*) from winner_steps where step = 'CLAIMED'";
    assert_eq!(fleet.count(steps).await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_time_to_claim_ends_and_the_next_one_gets_their_own(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    let drawn = drawn(&fleet, &event, 2).await;
    eventually(SOON, || async {
        (partners.messages(None).len() == 1).then_some(())
    })
    .await;
    let to = partners.messages(None)[0].to.clone();
    let token = token(&partners, &to).await;
    fleet.clock.advance(Duration::from_secs(14 * 24 * 3600));
    let page = format!("/api/public/wins/{token}");
    assert_eq!(fleet.client().get(&page).await.status(200)["expired"], true);
    fleet
        .client()
        .call(&format!("{page}/code"))
        .await
        .problem(409, "CLAIM_EXPIRED");
    let winner = drawn["winners"][0]["participantId"].as_str().unwrap();
    let forfeit = format!("/api/events/{}/winners/{winner}/forfeit", event.event_id);
    let next = fleet
        .owner(&event)
        .post(&forfeit, json!({"reason": "기한 안에 연락이 없었어요"}))
        .await
        .status(200);
    assert!(next["promoted"]["claimBy"].is_string());
    // The next one is told; the first one's page stays true, and says what happened.
    eventually(SOON, || async {
        (partners.messages(None).len() == 2).then_some(())
    })
    .await;
    assert_ne!(partners.messages(None)[1].to, to);
    assert_eq!(
        fleet.client().get(&page).await.status(200)["state"],
        "FORFEITED"
    );
    fleet
        .client()
        .call(&format!("{page}/code"))
        .await
        .problem(409, "ALREADY_FORFEITED");
}

const DAY: u64 = 24 * 3600;

/// Gives on what was not claimed in time, as the service does every minute.
async fn give_on(fleet: &Fleet) -> u64 {
    let terms = ClaimTerms {
        time: chrono::Duration::days(14),
        told: true,
    };
    give_on_due(&fleet.db, terms, fleet.clock.now())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_prize_that_a_told_winner_does_not_claim_goes_to_the_next(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    let drawn = drawn(&fleet, &event, 2).await;
    eventually(SOON, || async {
        let list = winners(&fleet, &event).await;
        (list["items"][0]["state"] == "CONTACTED").then_some(())
    })
    .await;
    fleet.clock.advance(Duration::from_secs(14 * DAY));
    // The owner has a day to write down what was handed over in the shop.
    assert_eq!(give_on(&fleet).await, 0);
    let list = winners(&fleet, &event).await;
    assert_eq!(list["items"][0]["overdue"], true);
    fleet.clock.advance(Duration::from_secs(DAY));
    assert_eq!(give_on(&fleet).await, 1);
    assert_eq!(
        give_on(&fleet).await,
        0,
        "the next one has a time of their own"
    );
    let list = winners(&fleet, &event).await;
    let items = list["items"].as_array().unwrap();
    assert_eq!(
        (
            &items[0]["state"],
            &items[0]["reason"],
            &items[0]["overdue"]
        ),
        (&json!("FORFEITED"), &json!(REASON), &json!(false))
    );
    assert_eq!(
        items[1]["participantId"],
        drawn["alternates"][0]["participantId"]
    );
    assert_eq!(
        (&items[1]["rank"], &items[1]["overdue"]),
        (&json!(1), &json!(false))
    );
    // And it is told to everybody who looks.
    let bundle = format!(
        "/api/public/draws/{}/bundle",
        drawn["drawId"].as_str().unwrap()
    );
    let bundle = fleet.client().get(&bundle).await.status(200);
    assert_eq!(bundle["forfeits"][0]["reason"], REASON);
    assert_eq!(bundle["forfeits"][0]["tag"], drawn["winners"][0]["tag"]);
    janchi_draw::verify(&serde_json::from_value(bundle).unwrap()).unwrap();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_winner_whom_nobody_told_keeps_the_place_until_the_owner_decides(db: PgPool) {
    let partners = Partners::spawn().await;
    partners.fault_on(Vendor::Messages, "alimtalk", Fault::refuse().times(1));
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    drawn(&fleet, &event, 2).await;
    eventually(SOON, || async {
        let list = winners(&fleet, &event).await;
        (list["items"][0]["message"] == "FAILED").then_some(())
    })
    .await;
    fleet.clock.advance(Duration::from_secs(20 * DAY));
    assert_eq!(give_on(&fleet).await, 0);
    let list = winners(&fleet, &event).await;
    assert_eq!(
        (&list["items"][0]["state"], &list["items"][0]["overdue"]),
        (&json!("DRAWN"), &json!(true))
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn nobody_is_told_twice_when_an_answer_is_lost(db: PgPool) {
    let partners = Partners::spawn().await;
    // The message goes out, its answer does not come back.
    partners.fault_on(Vendor::Messages, "alimtalk", Fault::lose_answer().times(1));
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    drawn(&fleet, &event, 1).await;
    eventually(SOON, || async {
        (fleet
            .count("select count(*) from winner_messages where tries = 1 and fault is not null")
            .await
            == 1)
            .then_some(())
    })
    .await;
    fleet.clock.advance(Duration::from_secs(120));
    eventually(SOON, || async {
        (fleet
            .count("select count(*) from winner_messages where state = 'SENT'")
            .await
            == 1)
            .then_some(())
    })
    .await;
    assert_eq!(partners.messages(None).len(), 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_refused_message_is_shown_and_sent_again_by_the_owner(db: PgPool) {
    let partners = Partners::spawn().await;
    partners.fault_on(Vendor::Messages, "alimtalk", Fault::refuse().times(1));
    let fleet = told_by(db, &partners, true).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    let drawn = drawn(&fleet, &event, 1).await;
    eventually(SOON, || async {
        let list = winners(&fleet, &event).await;
        (list["items"][0]["message"] == "FAILED").then_some(())
    })
    .await;
    let id = drawn["winners"][0]["participantId"].as_str().unwrap();
    let again = format!("/api/events/{}/winners/{id}/message", event.event_id);
    fleet.owner(&event).call(&again).await.status(202);
    eventually(SOON, || async {
        let list = winners(&fleet, &event).await;
        (list["items"][0]["state"] == "CONTACTED").then_some(())
    })
    .await;
    fleet
        .owner(&event)
        .call(&again)
        .await
        .problem(409, "MESSAGE_NOT_DUE");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_page_that_we_did_not_sign_is_unknown(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| e.winner_count = 1);
    let receipt = fleet.enter(&event, 0).await;
    fleet
        .client()
        .get("/api/public/wins/x")
        .await
        .problem(404, "NOT_FOUND");
    fleet.pass_the_end();
    fleet
        .owner(&event)
        .post(&format!("/api/events/{}/draws", event.event_id), json!({}))
        .await
        .status(201);
    // A winner finds the way by the receipt too.
    let me = fleet
        .entrant(&receipt)
        .get("/api/participations/me")
        .await
        .status(200);
    let token = me["claim"]["token"].as_str().unwrap();
    let page = fleet
        .client()
        .get(&format!("/api/public/wins/{token}"))
        .await
        .status(200);
    assert_eq!(page["claimOnline"], false);
    fleet
        .client()
        .call(&format!("/api/public/wins/{token}/code"))
        .await
        .problem(409, "CLAIM_IN_SHOP");
    let mut bent = token.to_owned();
    let last = if bent.ends_with('0') { "1" } else { "0" };
    bent.replace_range(95..96, last);
    fleet
        .client()
        .get(&format!("/api/public/wins/{bent}"))
        .await
        .problem(404, "NOT_FOUND");
    // Without a dealer nobody is told, and the owner does it all by hand.
    let id = receipt["participantId"].as_str().unwrap();
    for step in ["contacted", "claimed", "handed-over"] {
        let path = format!("/api/events/{}/winners/{id}/{step}", event.event_id);
        fleet.owner(&event).call(&path).await.status(200);
    }
    let _ = entry(&event, 1);
}
