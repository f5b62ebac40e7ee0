use crate::fixture::{Fleet, create, id_of};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_change_names_the_version_it_saw(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let title = json!({"title": "첫 잔치"});
    owner
        .patch(&path, title.clone())
        .await
        .problem(428, "PRECONDITION_REQUIRED");
    owner
        .header("if-match", "\"7\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    owner
        .header("if-match", "W/\"1\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    let reply = owner
        .header("if-match", "\"1\"")
        .patch(&path, title.clone())
        .await;
    assert_eq!(reply.status(200)["version"], 2);
    assert_eq!(reply.header("etag"), Some("\"2\""));
    owner
        .header("if-match", "\"1\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    // Saying what already is changes nothing.
    assert_eq!(
        owner
            .header("if-match", "*")
            .patch(&path, title)
            .await
            .status(200)["version"],
        2
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn of_two_changes_of_one_version_one_wins(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let saw_one = owner.header("if-match", "\"1\"");
    let replies = futures::future::join_all((0..8).map(|n| {
        let (client, path) = (saw_one.clone(), path.clone());
        async move {
            client
                .patch(&path, json!({"title": format!("잔치 {n}")}))
                .await
                .status
        }
    }))
    .await;
    assert_eq!(
        replies.iter().filter(|status| **status == 200).count(),
        1,
        "{replies:?}"
    );
    assert_eq!(
        replies.iter().filter(|status| **status == 412).count(),
        7,
        "{replies:?}"
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_draft_is_filled_field_by_field(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner().header("if-match", "*");
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let body = json!({
        "title": "가을 잔치", "description": "오세요.\n꼭이요.", "startsAt": fleet.in_hours(1).to_rfc3339(),
        "endsAt": fleet.in_hours(100).to_rfc3339(), "budget": 300_000,
        "prizes": [{"name": "커피", "quantity": 10, "unitCost": 4500}, {"name": "케이크", "quantity": 2, "unitCost": 30_000}],
        "visitBonus": {"enabled": true}
    });
    let event = owner.patch(&path, body).await.status(200);
    assert_eq!(event["winnerCount"], 12);
    assert_eq!(event["visitBonus"], json!({"enabled": true, "weight": 3}));
    assert_eq!(event["prizes"][1]["name"], "케이크");
    assert_eq!(event["step"], "CONTENT");
    let read = owner.get(&path).await.status(200);
    assert_eq!(read, event);
    let event = owner
        .patch(&path, json!({"winnerCount": 5, "budget": null}))
        .await
        .status(200);
    assert_eq!(
        (&event["winnerCount"], &event["budget"]),
        (&json!(5), &Value::Null)
    );
    let event = owner
        .patch(&path, json!({"winnerCount": null}))
        .await
        .status(200);
    assert_eq!(event["winnerCount"], 12);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn bad_values_are_refused_and_change_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner().header("if-match", "*");
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let prize = |name: &str, quantity: i64, cost: i64| json!({"name": name, "quantity": quantity, "unitCost": cost});
    let now = fleet.clock.now();
    let hours = |n: i64| (now + chrono::Duration::hours(n)).to_rfc3339();
    for (body, field) in [
        (json!({"owner": "me"}), "owner"),
        (json!({"status": "ENDED"}), "status"),
        (json!({"version": 9}), "version"),
        (json!({"title": ""}), "title"),
        (json!({"title": 3}), "title"),
        (json!({"description": "a\u{0}b"}), "description"),
        (json!({"prizes": [prize("", 1, 1)]}), "prizes[0].name"),
        (json!({"prizes": [prize("가", 0, 1)]}), "prizes[0].quantity"),
        (
            json!({"prizes": [prize("가", 1, -1)]}),
            "prizes[0].unitCost",
        ),
        (
            json!({"prizes": [{"name": "가", "quantity": 1}]}),
            "prizes[0].unitCost",
        ),
        (json!({"prizes": vec![prize("가", 1, 1); 21]}), "prizes"),
        (json!({"winnerCount": 0}), "winnerCount"),
        (json!({"winnerCount": 10_001}), "winnerCount"),
        (json!({"winnerCount": 1.5}), "winnerCount"),
        (
            json!({"visitBonus": {"enabled": true, "weight": 0}}),
            "visitBonus.weight",
        ),
        (json!({"visitBonus": {"weight": 3}}), "visitBonus.enabled"),
        (json!({"budget": -1}), "budget"),
        (json!({"budget": "많이"}), "budget"),
        (json!({"startsAt": "내일"}), "startsAt"),
        (json!({"startsAt": "2026-12-01T00:00:00"}), "startsAt"),
        (json!({"endsAt": hours(-1)}), "endsAt"),
        (json!({"startsAt": hours(5), "endsAt": hours(5)}), "endsAt"),
        (json!({"startsAt": hours(9), "endsAt": hours(5)}), "endsAt"),
        (json!({"endsAt": "99999-01-01T00:00:00Z"}), "endsAt"),
    ] {
        owner.patch(&path, body).await.names_field(field);
    }
    assert_eq!(owner.get(&path).await.status(200)["version"], 1);
}
