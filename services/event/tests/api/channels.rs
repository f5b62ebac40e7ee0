use crate::fixture::{Fleet, create, id_of};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn channels_are_chosen_one_by_one(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}/channels", id_of(&create(&owner).await));
    let body = json!({"channels": [
        {"channel": "URIDONGNE_TV", "budget": 100_000, "options": {"radius": "1km"}},
        {"channel": "NAVER", "startsAt": fleet.in_hours(2).to_rfc3339(), "endsAt": fleet.in_hours(3).to_rfc3339()},
    ]});
    let event = owner.put(&path, body).await.status(200);
    assert_eq!(event["version"], 2);
    assert_eq!(event["channels"][0]["options"]["radius"], "1km");
    assert_eq!(event["channels"][1]["channel"], "NAVER");
    for (body, field) in [
        (json!({}), "channels"),
        (json!({"channels": []}), "channels"),
        (
            json!({"channels": [{"channel": "FAX"}]}),
            "channels[0].channel",
        ),
        (
            json!({"channels": [{"channel": "NAVER"}, {"channel": "NAVER"}]}),
            "channels[1].channel",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "budget": -1}]}),
            "channels[0].budget",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "status": "PUBLISHED"}]}),
            "channels[0].status",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "options": {"a": "\u{0}"}}]}),
            "channels[0].options",
        ),
    ] {
        owner.put(&path, body).await.names_field(field);
    }
    owner
        .header("if-match", "\"1\"")
        .put(&path, json!({"channels": [{"channel": "KAKAO"}]}))
        .await
        .problem(412, "PRECONDITION_FAILED");
}
