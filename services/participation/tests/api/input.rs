use crate::fleet::{Fleet, entry};
use serde_json::{Value, json};
use sqlx::PgPool;

const PATH: &str = "/api/participations";

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn what_does_not_fit_is_refused_by_name_and_nothing_is_stored(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let with = |field: &str, value: Value| {
        let mut body = entry(&event, 1);
        body[field] = value;
        body
    };
    let consents = |over14: Value, privacy: Value| json!({"over14": over14, "privacy": privacy, "marketing": false});
    let cases = [
        (with("phoneNumber", json!("02-123-4567")), "phoneNumber"),
        (with("phoneNumber", json!("+1 212 555 0100")), "phoneNumber"),
        (with("phoneNumber", json!("")), "phoneNumber"),
        (
            with("phoneNumber", json!("010\u{0}12345678")),
            "phoneNumber",
        ),
        (with("phoneNumber", json!(1_012_345_678)), "phoneNumber"),
        (
            with("phoneNumber", json!("1".repeat(10_000))),
            "phoneNumber",
        ),
        (with("name", json!("홍\u{0}길동")), "name"),
        (with("name", json!("가".repeat(200))), "name"),
        (with("name", json!("a\u{202e}b")), "name"),
        (with("channel", json!("MARS")), "channel"),
        (with("trackingCode", json!("t\u{0}")), "trackingCode"),
        (with("visitCode", json!("9".repeat(100))), "visitCode"),
        (
            with("consents", consents(json!(false), json!(true))),
            "consents.over14",
        ),
        (
            with("consents", consents(json!(true), json!(false))),
            "consents.privacy",
        ),
        (
            with("consents", consents(json!("yes"), json!(true))),
            "consents.over14",
        ),
        (
            with("consents", json!({"privacy": true, "marketing": true})),
            "consents.over14",
        ),
        (with("winner", json!(true)), "winner"),
        (with("eventId", json!("not-an-id")), "eventId"),
        (
            json!({"phoneNumber": "010-1234-5678", "consents": {"over14": true, "privacy": true, "marketing": true}}),
            "eventCode",
        ),
    ];
    for (body, field) in cases {
        fleet.client().post(PATH, body).await.names_field(field);
    }
    // All faults are named at once.
    let all = fleet
        .client()
        .post(PATH, with("phoneNumber", json!("x")))
        .await;
    all.names_field("phoneNumber");
    let mut bad = with("phoneNumber", json!("x"));
    bad["consents"] = consents(json!(false), json!(false));
    assert_eq!(
        fleet
            .client()
            .post(PATH, bad)
            .await
            .names_field("consents.over14")["errors"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(fleet.count("select count(*) from participants").await, 0);
    assert_eq!(
        fleet.count("select count(*) from event_rules").await,
        0,
        "not even the event was looked up"
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn what_is_no_json_is_refused_as_such(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let client = fleet.client();
    for body in ["", "{", "nonsense", "\u{0}"] {
        client
            .post_raw(PATH, "application/json", body)
            .await
            .problem(400, "MALFORMED_JSON");
    }
    assert_eq!(client.post_raw(PATH, "text/plain", "{}").await.status, 415);
    assert_eq!(
        client
            .post_raw(PATH, "application/json", vec![b' '; 1024 * 1024 + 1])
            .await
            .status,
        413
    );
    assert_eq!(client.get(PATH).await.status, 405);
    client
        .get("/api/participations/nobody")
        .await
        .problem(404, "NOT_FOUND");
    let long = client.header("idempotency-key", &"k".repeat(10_000));
    assert_eq!(
        long.post(PATH, entry(&fleet.open_event(), 1)).await.status,
        400
    );
    let at_the_limit = client.header("idempotency-key", &"k".repeat(255));
    at_the_limit
        .post(PATH, entry(&fleet.open_event(), 1))
        .await
        .status(201);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_code_that_cannot_be_one_is_unknown(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    for code in [
        "",
        "a/b",
        "../draw",
        "%2e",
        "코드",
        "a\u{0}b",
        "x' or 1=1",
        &"a".repeat(5000),
    ] {
        let mut body = entry(&fleet.open_event(), 1);
        body["eventCode"] = json!(code);
        fleet
            .client()
            .post(PATH, body)
            .await
            .problem(404, "NOT_FOUND");
    }
    assert_eq!(fleet.events.asked(), 0);
    let (event, other) = (fleet.open_event(), fleet.open_event());
    let mut both = entry(&event, 1);
    both["eventId"] = json!(other.event_id);
    fleet
        .client()
        .post(PATH, both)
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn problems_are_told_in_the_callers_language(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    let korean = fleet
        .client()
        .post(PATH, entry(&event, 1))
        .await
        .problem(409, "ALREADY_PARTICIPATED");
    assert!(
        korean["detail"]
            .as_str()
            .unwrap()
            .contains("이미 참여하셨어요")
    );
    let english = fleet
        .client()
        .header("accept-language", "en-US,en;q=0.9")
        .post(PATH, entry(&event, 1))
        .await;
    assert!(
        english.problem(409, "ALREADY_PARTICIPATED")["detail"]
            .as_str()
            .unwrap()
            .contains("already entered")
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_name_that_looks_like_code_is_only_a_name(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut body = entry(&event, 1);
    body["name"] = json!("<script>alert('1')</script>");
    fleet.client().post(PATH, body).await.status(201);
    let list = fleet
        .owner(&event)
        .get(&format!("/api/events/{}/participants", event.event_id))
        .await;
    assert_eq!(
        list.status(200)["items"][0]["name"],
        "<script>alert('1')</script>"
    );
    // A name may be left out, or be empty.
    let mut nameless = entry(&event, 2);
    nameless["name"] = json!("");
    fleet.client().post(PATH, nameless).await.status(201);
    let list = fleet
        .owner(&event)
        .get(&format!("/api/events/{}/participants", event.event_id))
        .await
        .status(200);
    assert_eq!(list["items"][0]["name"], Value::Null);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn ten_spellings_are_one_number(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let spellings = [
        "01020000001",
        "010-2000-0001",
        "010 2000 0001",
        "010.2000.0001",
        "(010)2000-0001",
        "+821020000001",
        "+82 10-2000-0001",
        "+82 010 2000 0001",
        "０１０２００００００１",
        "０１０－２０００－０００１",
        "82 10 2000 0001",
        "0082-10-2000-0001",
    ];
    for (turn, spelling) in spellings.iter().enumerate() {
        let mut body = entry(&event, 1);
        body["phoneNumber"] = json!(spelling);
        let reply = fleet.client().post(PATH, body).await;
        println!("{spelling}");
        if turn == 0 {
            reply.status(201);
        } else {
            reply.problem(409, "ALREADY_PARTICIPATED");
        }
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_number_that_no_message_reaches_is_refused(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    for bad in [
        "02-123-4567",
        "031-123-4567",
        "070-1234-5678",
        "1588-1234",
        "050-1234-5678",
        "080-123-4567",
        "011-234-5678",
        "+1 212 555 0100",
        "+81 90-1234-5678",
        "0082 2 123 4567",
        "010-1234-567",
        "010-1234-56789",
        "010-1234-567８９",
        "०१०१२३४५६७८",
        "010-1234-567a",
        "",
        "+",
        "82",
    ] {
        let mut body = entry(&event, 1);
        body["phoneNumber"] = json!(bad);
        fleet
            .client()
            .post(PATH, body)
            .await
            .names_field("phoneNumber");
    }
    let mut long = entry(&event, 1);
    long["name"] = json!("가".repeat(200));
    fleet.client().post(PATH, long).await.names_field("name");
    assert_eq!(fleet.count("select count(*) from participants").await, 0);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn names_come_in_every_script_and_come_back_as_they_were(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let names = [
        "홍길동",
        "김 Ñandú",
        "李小龍",
        "Владимир",
        "محمد",
        "ひらがな",
        "👩‍🍳".trim_end_matches('\u{200d}'),
        "각",
    ];
    let mut taken = Vec::new();
    for (n, name) in (1..).zip(names) {
        let mut body = entry(&event, n);
        body["name"] = json!(name);
        let reply = fleet.client().post(PATH, body).await;
        // A joiner is not seen, so it is refused like every mark that is not.
        if name.contains('\u{200d}') {
            reply.names_field("name");
        } else {
            reply.status(201);
            taken.push(name);
        }
    }
    taken.reverse();
    let list = fleet
        .owner(&event)
        .get(&format!("/api/events/{}/participants", event.event_id))
        .await
        .status(200);
    let shown: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    assert_eq!(shown, taken);
}
