use crate::fixture::Fleet;
use janchi_testkit::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

async fn add(fleet: &Fleet, owner: &Client, objective: &str, title: &str, starts_in: Option<i64>) {
    // Creation times differ, so that their order is known.
    fleet.clock.advance(Duration::from_secs(1));
    let event = owner
        .post(
            "/api/events",
            json!({"objective": objective, "title": title}),
        )
        .await
        .status(201);
    if let Some(hours) = starts_in {
        let path = format!("/api/events/{}", event["id"].as_str().unwrap());
        let body = json!({"startsAt": fleet.in_hours(hours).to_rfc3339()});
        owner
            .header("if-match", "*")
            .patch(&path, body)
            .await
            .status(200);
    }
}

fn titles(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["title"].as_str().unwrap())
        .collect()
}

async fn four(fleet: &Fleet) -> Client {
    let owner = fleet.owner();
    add(fleet, &owner, "SALES", "가 100% 할인", Some(30)).await;
    add(fleet, &owner, "REVISIT", "나 단골", None).await;
    add(fleet, &owner, "SALES", "다 1000원", Some(10)).await;
    add(fleet, &owner, "AWARENESS", "라 snow_man", Some(20)).await;
    owner
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_list_is_the_owners_own_newest_first(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = four(&fleet).await;
    let stranger = fleet.owner();
    let list = owner.get("/api/events").await.status(200);
    assert_eq!(
        titles(&list),
        ["라 snow_man", "다 1000원", "나 단골", "가 100% 할인"]
    );
    assert_eq!(list["totalCount"], 4);
    assert_eq!(list["nextCursor"], Value::Null);
    assert_eq!(
        stranger.get("/api/events").await.status(200),
        json!({"items": [], "nextCursor": null, "totalCount": 0})
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_list_is_narrowed_and_ordered(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = four(&fleet).await;
    for (query, expected) in [
        ("objective=SALES", vec!["다 1000원", "가 100% 할인"]),
        ("status=DRAFT&objective=REVISIT", vec!["나 단골"]),
        ("status=ONGOING", vec![]),
        ("q=100%25", vec!["가 100% 할인"]),
        ("q=w_m", vec!["라 snow_man"]),
        ("q=SNOW", vec!["라 snow_man"]),
        ("q=0_0", vec![]),
        (
            "q=",
            vec!["라 snow_man", "다 1000원", "나 단골", "가 100% 할인"],
        ),
        (
            "sort=createdAt",
            vec!["가 100% 할인", "나 단골", "다 1000원", "라 snow_man"],
        ),
        (
            "sort=-createdAt",
            vec!["라 snow_man", "다 1000원", "나 단골", "가 100% 할인"],
        ),
        (
            "sort=startsAt",
            vec!["다 1000원", "라 snow_man", "가 100% 할인", "나 단골"],
        ),
        (
            "sort=-startsAt",
            vec!["나 단골", "가 100% 할인", "라 snow_man", "다 1000원"],
        ),
    ] {
        let list = owner.get(&format!("/api/events?{query}")).await.status(200);
        assert_eq!(titles(&list), expected, "{query}");
        assert_eq!(list["totalCount"], expected.len(), "{query}");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn pages_follow_each_other_in_every_order(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = four(&fleet).await;
    for sort in ["createdAt", "-createdAt", "startsAt", "-startsAt"] {
        let whole = owner
            .get(&format!("/api/events?sort={sort}"))
            .await
            .status(200);
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = owner
                .get(&format!("/api/events?sort={sort}&limit=1&cursor={cursor}"))
                .await
                .status(200);
            assert_eq!(page["totalCount"], 4);
            seen.extend(titles(&page).into_iter().map(str::to_owned));
            match page["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(seen, titles(&whole), "{sort}");
    }
    let page = owner.get("/api/events?limit=1").await.status(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    owner
        .get(&format!("/api/events?sort=startsAt&cursor={cursor}"))
        .await
        .names_field("cursor");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_bad_query_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    for (query, field) in [
        ("status=RUNNING", "status"),
        ("status=draft", "status"),
        ("objective=FAME", "objective"),
        ("sort=title", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("cursor=%25%25", "cursor"),
        ("cursor=bm9wZQ", "cursor"),
        ("q=a%00b", "q"),
        ("page=1", "page"),
    ] {
        owner
            .get(&format!("/api/events?{query}"))
            .await
            .names_field(field);
    }
    let long = "가".repeat(101);
    owner
        .get(&format!("/api/events?q={long}"))
        .await
        .names_field("q");
}
