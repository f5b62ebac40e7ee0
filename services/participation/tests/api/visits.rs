use crate::fleet::{Fleet, entry};
use chrono::Utc;
use janchi_contracts::distribution::{ChannelCode, DistributionEvent};
use janchi_contracts::event::VisitBonus;
use janchi_contracts::reference::Channel;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

const BONUS: VisitBonus = VisitBonus {
    enabled: true,
    weight: 5,
};

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_counter_code_counts_for_its_half_minute_and_the_next(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| e.visit_bonus = BONUS);
    let plain = fleet.enter(&event, 1).await;
    assert_eq!(plain["weight"], 1);
    let path = format!("/api/events/{}/visit-code", event.event_id);
    let shown = fleet.owner(&event).get(&path).await.status(200);
    let code = shown["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 6);
    let until = crate::fleet::time(&shown["validUntil"]);
    assert!(
        until > fleet.clock.now() - chrono::TimeDelta::seconds(1)
            && until < Utc::now() + chrono::TimeDelta::seconds(31)
    );

    // At entry.
    let mut visiting = entry(&event, 2);
    visiting["visitCode"] = json!(code);
    let receipt = fleet
        .client()
        .post("/api/participations", visiting.clone())
        .await
        .status(201);
    assert_eq!(receipt["weight"], 5);
    // Later, by the receipt; a code of the half minute before is still good, an older one is not.
    fleet.clock.advance(Duration::from_secs(30));
    let me = fleet.entrant(&plain);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    me.post("/api/participations/me/visit", json!({"visitCode": wrong}))
        .await
        .names_field("visitCode");
    let entry_now = me
        .post("/api/participations/me/visit", json!({"visitCode": code}))
        .await
        .status(200);
    assert_eq!(entry_now["weight"], 5);
    assert_eq!(entry_now["visited"], true);
    fleet.clock.advance(Duration::from_secs(60));
    visiting["phoneNumber"] = json!("010-7777-7777");
    fleet
        .client()
        .post("/api/participations", visiting)
        .await
        .names_field("visitCode");
    assert_eq!(
        fleet
            .count("select count(*) from visits where method = 'COUNTER_CODE'")
            .await,
        2
    );
    assert_eq!(fleet.count("select count(*) from participants").await, 2);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_code_of_another_shop_is_worth_nothing(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let (here, there) = (
        fleet.open_event_with(|e| e.visit_bonus = BONUS),
        fleet.open_event(),
    );
    fleet.enter(&there, 1).await;
    let shown = fleet
        .owner(&there)
        .get(&format!("/api/events/{}/visit-code", there.event_id))
        .await
        .status(200);
    let mut body = entry(&here, 1);
    body["visitCode"] = shown["code"].clone();
    fleet
        .client()
        .post("/api/participations", body)
        .await
        .names_field("visitCode");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_visit_counts_once_and_only_where_the_event_says_so(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    for (bonus, weight) in [
        (BONUS, 5),
        (
            VisitBonus {
                enabled: false,
                weight: 5,
            },
            1,
        ),
    ] {
        let event = fleet.open_event_with(|e| e.visit_bonus = bonus);
        let receipt = fleet.enter(&event, 1).await;
        let id = receipt["participantId"].as_str().unwrap();
        let path = format!("/api/events/{}/participants/{id}/visit", event.event_id);
        for _ in 0..2 {
            let marked = fleet.owner(&event).call(&path).await.status(200);
            assert_eq!(marked["weight"], weight);
            assert_eq!(marked["visited"], true);
        }
        fleet.owner(&event).post(&path, json!({})).await.status(200);
        fleet
            .owner(&event)
            .post(&path, json!({"weight": 9}))
            .await
            .names_field("weight");
    }
    assert_eq!(
        fleet
            .count("select count(*) from visits where method = 'OWNER'")
            .await,
        2
    );
    let told = fleet.count("select count(*) from visits").await;
    assert_eq!(told, 2);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_channel_is_what_its_code_says_and_else_what_was_given(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    let code = |channel, tracking: &str, spoken: Option<&str>| ChannelCode {
        channel,
        tracking_code: tracking.to_owned(),
        spoken_code: spoken.map(str::to_owned),
    };
    let started = DistributionEvent::Started {
        event_id: event.event_id,
        owner_id: event.owner_id,
        run: 1,
        codes: vec![
            code(Channel::GenieTv, "tv-link-1", Some("7731")),
            code(Channel::Naver, "nv-link-1", None),
        ],
    };
    janchi_testkit::send_event(&fleet.namespace, &started).await;
    let spoken = janchi_testkit::eventually(Duration::from_secs(10), || async {
        let reply = fleet.client().get("/api/public/codes/7731").await;
        (reply.status == 200).then_some(reply)
    })
    .await;
    assert_eq!(
        spoken.json(),
        json!({"eventCode": event.code, "channel": "GENIE_TV"})
    );
    assert!(spoken.header("etag").is_some());
    fleet
        .client()
        .get("/api/public/codes/0000")
        .await
        .problem(404, "NOT_FOUND");
    fleet
        .client()
        .get("/api/public/codes/%00")
        .await
        .problem(404, "NOT_FOUND");

    let cases = [
        (
            json!({"channel": "NAVER", "trackingCode": "tv-link-1"}),
            json!("GENIE_TV"),
        ),
        (json!({"trackingCode": "7731"}), json!("GENIE_TV")),
        (
            json!({"channel": "KAKAO", "trackingCode": "unknown"}),
            json!("KAKAO"),
        ),
        (json!({"channel": "INSTAGRAM"}), json!("INSTAGRAM")),
        (json!({}), json!(null)),
    ];
    for (n, (extra, expected)) in (1..).zip(cases) {
        let mut body = entry(&event, n);
        for (key, value) in extra.as_object().unwrap() {
            body[key] = value.clone();
        }
        let receipt = fleet
            .client()
            .post("/api/participations", body)
            .await
            .status(201);
        let list = fleet
            .owner(&event)
            .get(&format!("/api/events/{}/participants", event.event_id))
            .await
            .status(200);
        assert_eq!(list["items"][0]["participantId"], receipt["participantId"]);
        assert_eq!(list["items"][0]["channel"], expected);
    }
    let proved = fleet
        .count("select count(*) from participants where channel_source = 'CODE'")
        .await;
    assert_eq!(proved, 2);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_printed_code_of_the_day_proves_a_visit(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| {
        e.visit_bonus = BONUS;
        e.ends_at = e.ends_at.map(|end| end + chrono::TimeDelta::days(3));
    });
    let receipt = fleet.enter(&event, 1).await;
    let path = format!("/api/events/{}/visit-code", event.event_id);
    let shown = fleet.owner(&event).get(&path).await.status(200);
    let paper = shown["dayCode"].as_str().unwrap();
    assert_eq!(
        shown["day"],
        janchi_runtime::seoul::day(fleet.clock.now()).to_string()
    );
    let typed = json!({"visitCode": paper.to_lowercase()});
    let me = fleet.entrant(&receipt);
    let marked = me
        .post("/api/participations/me/visit", typed.clone())
        .await
        .status(200);
    assert_eq!(marked["weight"], 5);
    // The same paper again changes nothing, and two days later it is paper.
    me.post("/api/participations/me/visit", typed.clone())
        .await
        .status(200);
    assert_eq!(
        fleet
            .count("select count(*) from visits where method = 'DAY_CODE'")
            .await,
        1
    );
    fleet.clock.advance(Duration::from_secs(2 * 24 * 3600));
    let late = fleet.enter(&event, 2).await;
    fleet
        .entrant(&late)
        .post("/api/participations/me/visit", typed)
        .await
        .names_field("visitCode");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn codes_are_not_guessed_for_long(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| e.visit_bonus = BONUS);
    let receipt = fleet.enter(&event, 1).await;
    let me = fleet.entrant(&receipt);
    for n in 0..10 {
        me.post(
            "/api/participations/me/visit",
            json!({"visitCode": format!("X{n}")}),
        )
        .await
        .names_field("visitCode");
    }
    let stopped = me
        .post(
            "/api/participations/me/visit",
            json!({"visitCode": "000000"}),
        )
        .await;
    stopped.problem(429, "TOO_MANY_CODES");
    assert!(stopped.header("retry-after").is_some());
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_counter_without_a_network_sends_its_visits_until_it_hears(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| e.visit_bonus = BONUS);
    let (one, two) = (fleet.enter(&event, 1).await, fleet.enter(&event, 2).await);
    let elsewhere = fleet.enter(&fleet.open_event(), 1).await;
    let now = fleet.clock.now();
    let visit = |who: serde_json::Value| {
        let mut visit = json!({"visitId": uuid::Uuid::now_v7(), "visitedAt": now});
        for (key, value) in who.as_object().unwrap() {
            visit[key] = value.clone();
        }
        visit
    };
    let typed = one["entryNumber"]
        .as_str()
        .unwrap()
        .to_lowercase()
        .replace('-', " ");
    let mut early = visit(json!({"participantId": two["participantId"]}));
    early["visitedAt"] = json!(now - chrono::TimeDelta::days(2));
    let visits = json!({"visits": [
        visit(json!({"entryNumber": typed})),
        visit(json!({"participantId": one["participantId"]})),
        visit(json!({"participantId": elsewhere["participantId"]})),
        visit(json!({"entryNumber": "AAAA-AAAA"})),
        early,
    ]});
    let path = format!("/api/events/{}/visits/sync", event.event_id);
    let outcomes = |answer: &serde_json::Value| -> Vec<String> {
        let all = answer["visits"].as_array().unwrap();
        all.iter()
            .map(|v| v["outcome"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = fleet
        .owner(&event)
        .post(&path, visits.clone())
        .await
        .status(200);
    assert_eq!(
        outcomes(&first),
        ["MARKED", "ALREADY", "UNKNOWN", "UNKNOWN", "OUTSIDE"]
    );
    // The answer is lost; the counter sends all of it again, twice at the same moment.
    let again: Vec<_> = (0..2)
        .map(|_| {
            let (owner, path, visits) = (fleet.owner(&event), path.clone(), visits.clone());
            tokio::spawn(async move { owner.post(&path, visits).await.status(200) })
        })
        .collect();
    for call in again {
        assert_eq!(call.await.unwrap(), first);
    }
    assert_eq!(fleet.count("select count(*) from visits").await, 1);
    assert_eq!(
        fleet
            .count("select count(*) from participants where visited")
            .await,
        1
    );
    // After the freeze chances stand, whatever was seen before.
    fleet.pass_the_end();
    let late = json!({"visits": [visit(json!({"participantId": two["participantId"]}))]});
    let frozen = fleet.owner(&event).post(&path, late).await.status(200);
    assert_eq!(outcomes(&frozen), ["FROZEN"]);

    let (_, stranger) = fleet.keys.owner();
    fleet
        .client()
        .bearer(&stranger)
        .post(&path, visits)
        .await
        .problem(404, "NOT_FOUND");
    fleet
        .owner(&event)
        .post(&path, json!({"visits": []}))
        .await
        .names_field("visits");
    fleet
        .owner(&event)
        .post(&path, json!({"visits": [visit(json!({}))]}))
        .await
        .names_field("visits");
}
