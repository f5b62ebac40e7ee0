use crate::stage::Stage;
use janchi_auth::Verifier;
use sqlx::PgPool;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_lists_are_complete_and_cacheable(db: PgPool) {
    let stage = Stage::new(db).await;
    for (list, count) in [
        ("industries", 16),
        ("regions", 16),
        ("objectives", 4),
        ("channels", 6),
    ] {
        let path = format!("/api/reference/{list}");
        let reply = stage.client().get(&path).await;
        let tag = reply.header("etag").expect("an ETag").to_owned();
        assert!(
            reply
                .header("cache-control")
                .is_some_and(|value| value.starts_with("public"))
        );
        let body = reply.status(200);
        assert_eq!(body["items"].as_array().unwrap().len(), count);
        assert_eq!(body["totalCount"], count);
        for item in body["items"].as_array().unwrap() {
            assert!(
                ["code", "ko", "en"]
                    .iter()
                    .all(|name| item[name].as_str().is_some_and(|text| !text.is_empty()))
            );
        }
        stage
            .client()
            .header("if-none-match", &tag)
            .get(&path)
            .await
            .status(304);
        stage
            .client()
            .header("if-none-match", "\"other\"")
            .get(&path)
            .await
            .status(200);
    }
    stage
        .client()
        .get("/api/reference/colours")
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_published_keys_verify_both_kinds_of_tokens(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let jwks = stage
        .client()
        .get("/.well-known/jwks.json")
        .await
        .status(200);
    assert!(
        jwks["keys"]
            .as_array()
            .unwrap()
            .iter()
            .all(|key| key.get("d").is_none()),
        "no private part"
    );
    let verifier = Verifier::fixed(&jwks).unwrap();
    let claims = verifier
        .owner(answer["tokens"]["accessToken"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(claims.sub.to_string(), answer["user"]["id"]);
    let participant = uuid::Uuid::now_v7();
    let receipt = verifier
        .receipt(&stage.keys.receipt_token(participant))
        .await
        .unwrap();
    assert_eq!(receipt.sub, participant);
}
