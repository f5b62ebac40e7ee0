use crate::fleet::{Fleet, entry, phone};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

fn ids(list: &Value) -> Vec<String> {
    list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|p| p["participantId"].to_string())
        .collect()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_owner_sees_entries_at_once_masked_and_page_by_page(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let path = format!("/api/events/{}/participants", event.event_id);
    let owner = fleet.owner(&event);
    assert_eq!(
        owner.get(&path).await.status(200),
        json!({"items": [], "nextCursor": null, "totalCount": 0})
    );
    for n in 1..=5 {
        let receipt = fleet.enter(&event, n).await;
        let list = owner.get(&path).await.status(200);
        assert_eq!(list["totalCount"], n);
        assert_eq!(list["items"][0]["participantId"], receipt["participantId"]);
    }
    let all = owner.get(&path).await.status(200);
    let newest = &all["items"][0];
    assert_eq!(newest["name"], "손님5");
    assert_eq!(newest["phoneNumber"], "010-****-0005");
    assert_eq!(
        (&newest["visited"], &newest["winner"], &newest["weight"]),
        (&json!(false), &json!(false), &json!(1))
    );
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner
            .get(&format!("{path}?limit=2&cursor={cursor}"))
            .await
            .status(200);
        assert_eq!(page["totalCount"], 5);
        paged.extend(ids(&page));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, ids(&all));
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=%25", "cursor"),
        ("channel=MARS", "channel"),
        ("visited=perhaps", "visited"),
        ("page=2", "page"),
        ("q=%00", "q"),
    ] {
        owner
            .get(&format!("{path}?{query}"))
            .await
            .names_field(field);
    }
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn entries_are_found_by_what_an_owner_knows_of_them(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut receipts = Vec::new();
    for n in 1..=4 {
        let mut body = entry(&event, n);
        body["name"] = json!(["홍길동", "김길수", "Kim_100%", "이몽룡"][n as usize - 1]);
        body["channel"] = json!(if n == 1 { "NAVER" } else { "KAKAO" });
        receipts.push(
            fleet
                .client()
                .post("/api/participations", body)
                .await
                .status(201),
        );
    }
    let owner = fleet.owner(&event);
    let visited = receipts[3]["participantId"].as_str().unwrap();
    owner
        .call(&format!(
            "/api/events/{}/participants/{visited}/visit",
            event.event_id
        ))
        .await
        .status(200);
    let number = receipts[1]["entryNumber"].as_str().unwrap().to_lowercase();
    let found = async |query: String| {
        let list = owner
            .get(&format!(
                "/api/events/{}/participants?{query}",
                event.event_id
            ))
            .await
            .status(200);
        let items = list["items"].as_array().unwrap().clone();
        assert_eq!(list["totalCount"], items.len());
        let mut at: Vec<usize> = items
            .iter()
            .map(|i| {
                receipts
                    .iter()
                    .position(|r| r["participantId"] == i["participantId"])
                    .unwrap()
                    + 1
            })
            .collect();
        at.sort_unstable();
        at
    };
    assert_eq!(found("channel=NAVER".into()).await, [1]);
    assert_eq!(found("visited=true".into()).await, [4]);
    assert_eq!(found("visited=false&channel=KAKAO".into()).await, [2, 3]);
    assert_eq!(found("winner=true".into()).await, [0; 0]);
    assert_eq!(found("winner=false".into()).await, [1, 2, 3, 4]);
    assert_eq!(found(format!("q={}", phone(3))).await, [3]);
    assert_eq!(found("q=0002".into()).await, [2]);
    assert_eq!(found(format!("q={number}")).await, [2]);
    assert_eq!(
        found("q=%EA%B8%B8".into()).await,
        [1, 2],
        "a part of a name: 길"
    );
    assert_eq!(found("q=kim_".into()).await, [3]);
    assert_eq!(found("q=100%25".into()).await, [3]);
    assert_eq!(
        found("q=%25".into()).await,
        [3],
        "no wildcard but the character itself"
    );
    assert_eq!(found("q=zz%27%20or%201%3D1".into()).await, [0; 0]);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn another_owner_finds_nothing_here(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    let unopened = fleet.open_event();
    let (_, token) = fleet.keys.owner();
    let stranger = fleet.client().bearer(&token);
    let id = receipt["participantId"].as_str().unwrap();
    for event_id in [event.event_id, unopened.event_id, Uuid::now_v7()] {
        for path in [
            "participants",
            "participants/export",
            "visit-code",
            "draws",
            "winners",
        ] {
            stranger
                .get(&format!("/api/events/{event_id}/{path}"))
                .await
                .problem(404, "NOT_FOUND");
        }
        for path in [
            format!("participants/{id}/visit"),
            "draws".to_owned(),
            format!("winners/{id}/contacted"),
        ] {
            stranger
                .call(&format!("/api/events/{event_id}/{path}"))
                .await
                .problem(404, "NOT_FOUND");
        }
        let forfeit = format!("/api/events/{event_id}/winners/{id}/forfeit");
        stranger
            .post(&forfeit, json!({"reason": "x"}))
            .await
            .problem(404, "NOT_FOUND");
    }
    // An entry of one event is none of another event's.
    let own = fleet.open_event();
    fleet.enter(&own, 1).await;
    let path = format!("/api/events/{}/participants/{id}/visit", own.event_id);
    fleet
        .owner(&own)
        .call(&path)
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(fleet.count("select count(*) from visits").await, 0);
    assert_eq!(fleet.count("select count(*) from audit_log").await, 0);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn tokens_open_only_what_they_are_for(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    let list = format!("/api/events/{}/participants", event.event_id);
    fleet.client().get(&list).await.problem(401, "UNAUTHORIZED");
    fleet
        .client()
        .bearer("nonsense")
        .get(&list)
        .await
        .problem(401, "UNAUTHORIZED");
    let expired = fleet.keys.expired_owner_token(event.owner_id);
    fleet
        .client()
        .bearer(&expired)
        .get(&list)
        .await
        .problem(401, "UNAUTHORIZED");
    fleet
        .entrant(&receipt)
        .get(&list)
        .await
        .problem(403, "FORBIDDEN");
    fleet
        .owner(&event)
        .get("/api/participations/me")
        .await
        .problem(403, "FORBIDDEN");
    fleet
        .client()
        .get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
    let nobody = fleet.keys.receipt_token(Uuid::now_v7());
    fleet
        .client()
        .bearer(&nobody)
        .get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
    let internal = format!("/internal/events/{}/summary", event.event_id);
    fleet
        .client()
        .get(&internal)
        .await
        .problem(401, "UNAUTHORIZED");
    fleet
        .owner(&event)
        .get(&internal)
        .await
        .problem(401, "UNAUTHORIZED");
    let elsewhere = fleet.keys.peer_token("event", "user");
    fleet
        .client()
        .bearer(&elsewhere)
        .get(&internal)
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_export_is_complete_harmless_and_written_down(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    for (n, name) in (1..).zip([
        "=HYPERLINK(\"http://x\")",
        "+82",
        "홍\"길동\"",
        "-1",
        "@cmd",
    ]) {
        let mut body = entry(&event, n);
        body["name"] = json!(name);
        body["channel"] = json!("NAVER");
        fleet
            .client()
            .post("/api/participations", body)
            .await
            .status(201);
    }
    let owner = fleet.owner(&event);
    let path = format!("/api/events/{}/participants/export", event.event_id);
    let reply = owner.get(&format!("{path}?format=csv")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert!(
        reply
            .header("content-disposition")
            .unwrap()
            .contains(".csv")
    );
    let text = reply.text();
    assert!(
        text.starts_with('\u{feff}'),
        "Excel knows UTF-8 by its mark"
    );
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    for row in &rows {
        assert!(
            row.iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
            "{row:?}"
        );
        assert!(row[2].starts_with("010-****-"));
        assert_eq!(&row[3], "네이버");
    }
    assert_eq!(&rows[2][1], "홍\"길동\"");
    let workbook = owner
        .get(&format!("{path}?format=xlsx&purpose=CONTACT_WINNERS"))
        .await;
    assert_eq!(workbook.status, 200);
    assert!(workbook.body.starts_with(b"PK"), "a workbook is a zip");
    owner
        .get(&format!("{path}?format=pdf"))
        .await
        .names_field("format");
    assert_eq!(
        fleet
            .count("select count(*) from audit_log where action = 'participants.exported'")
            .await,
        2
    );
    assert_eq!(
        fleet
            .count("select count(*) from audit_log where detail ->> 'purpose' = 'CONTACT_WINNERS'")
            .await,
        1,
        "what for is written down"
    );
    owner
        .get(&format!("{path}?purpose=CURIOSITY"))
        .await
        .names_field("purpose");
    let filtered = owner
        .get(&format!("{path}?format=csv&channel=KAKAO"))
        .await
        .text();
    assert_eq!(filtered.lines().count(), 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_long_list_is_exported_whole(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut calls = Vec::new();
    for n in 0..1100 {
        let (client, body) = (fleet.client(), entry(&event, n));
        calls.push(tokio::spawn(async move {
            client.post("/api/participations", body).await.status(201)
        }));
        if calls.len() == 100 {
            for call in calls.drain(..) {
                call.await.unwrap();
            }
        }
    }
    let path = format!(
        "/api/events/{}/participants/export?format=csv",
        event.event_id
    );
    assert_eq!(
        fleet.owner(&event).get(&path).await.text().lines().count(),
        1101
    );
}
