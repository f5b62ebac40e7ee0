use crate::fixture::{Fleet, create, id_of};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn only_an_owner_with_a_good_token_is_let_in(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let id = id_of(&create(&fleet.owner()).await);
    let nobody = fleet.running.client();
    let expired = nobody.bearer(&fleet.keys.expired_owner_token(Uuid::now_v7()));
    let forged = nobody.bearer(&janchi_testkit::Keys::new().owner().1);
    let customer = nobody.bearer(&fleet.keys.receipt_token(Uuid::now_v7()));
    let peer = nobody.bearer(&fleet.keys.peer_token("ai", "event"));
    for path in [
        "/api/events".to_owned(),
        format!("/api/events/{id}"),
        format!("/api/jobs/{id}"),
    ] {
        for client in [&nobody, &expired, &forged, &peer] {
            client.get(&path).await.problem(401, "UNAUTHORIZED");
        }
        customer.get(&path).await.problem(403, "FORBIDDEN");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn somebody_elses_event_is_not_there(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (alice, bob) = (fleet.owner(), fleet.owner());
    let id = id_of(&fleet.ready(&alice).await);
    let unknown = Uuid::now_v7();
    for id in [id, unknown] {
        let at = |rest: &str| format!("/api/events/{id}{rest}");
        bob.get(&at("")).await.problem(404, "NOT_FOUND");
        // 404 goes before 428 and 412.
        bob.patch(&at(""), json!({"title": "내 것"}))
            .await
            .problem(404, "NOT_FOUND");
        bob.header("if-match", "\"99\"")
            .patch(&at(""), json!({}))
            .await
            .problem(404, "NOT_FOUND");
        bob.delete(&at("")).await.problem(404, "NOT_FOUND");
        bob.get(&at("/preflight")).await.problem(404, "NOT_FOUND");
        bob.get(&at("/history")).await.problem(404, "NOT_FOUND");
        for action in ["/approve", "/end", "/cancel"] {
            bob.call(&at(action)).await.problem(404, "NOT_FOUND");
        }
        let plan = json!({"jobId": unknown, "planId": unknown});
        bob.put(&at("/recommendation"), plan)
            .await
            .problem(404, "NOT_FOUND");
        bob.put(&at("/images"), json!({"imageIds": [unknown]}))
            .await
            .problem(404, "NOT_FOUND");
        bob.put(
            &at("/channels"),
            json!({"channels": [{"channel": "NAVER"}]}),
        )
        .await
        .problem(404, "NOT_FOUND");
        bob.post("/api/ai/recommendations", json!({"eventId": id}))
            .await
            .problem(404, "NOT_FOUND");
        bob.post("/api/content/images", json!({"eventId": id}))
            .await
            .problem(404, "NOT_FOUND");
    }
    alice
        .get("/api/events/not-an-id")
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(
        alice.get(&format!("/api/events/{id}")).await.status(200)["status"],
        "DRAFT"
    );
}
