//! What is no good access token opens nothing, whatever is wrong with it.

use crate::stage::{Stage, text};
use janchi_testkit::{Forger, serve_stub};
use serde_json::json;
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn no_forged_token_opens_anything_and_none_makes_us_fetch(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let session = stage.session_of(&answer).await;
    let owner = text(&answer, "/user/id").parse().unwrap();
    let forger = Forger::new(&stage.keys, owner, session);
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    let attackers = axum::Router::new().fallback(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { "{}" }
    });
    let elsewhere = serve_stub(attackers).await.join("jwks.json").unwrap();

    stage
        .client()
        .bearer(&forger.good())
        .get("/api/users/me")
        .await
        .status(200);
    let forgeries = forger.all(elsewhere.as_str());
    println!("{} forgeries", forgeries.len());
    for (name, token) in forgeries {
        let client = stage.client().bearer(&token);
        let replies = [
            client.get("/api/users/me").await,
            client.post("/api/users/logout", json!({})).await,
            client.delete("/api/users/me").await,
        ];
        for reply in replies {
            assert_eq!(reply.status, 401, "{name}: {}", reply.text());
            reply.problem(401, "UNAUTHORIZED");
        }
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 0);
    assert_eq!(
        stage
            .as_owner(&answer)
            .get("/api/users/me")
            .await
            .status(200),
        answer["user"],
        "nothing came of it"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_token_comes_in_one_header_of_one_kind(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let good = text(&answer, "/tokens/accessToken");
    for value in [
        good.to_owned(),
        format!("Basic {good}"),
        format!("Bearer{good}"),
        format!("Bearer {good} {good}"),
        format!("Bearer {good}, Bearer {good}"),
        "Bearer".to_owned(),
    ] {
        let client = stage.client().header("authorization", &value);
        client
            .get("/api/users/me")
            .await
            .problem(401, "UNAUTHORIZED");
    }
    let client = stage.client();
    let twice = client
        .request(reqwest::Method::GET, "/api/users/me")
        .bearer_auth(good)
        .bearer_auth(good);
    client.send(twice).await.problem(401, "UNAUTHORIZED");
    // Nor does it come from anywhere else.
    for path in ["/api/users/me?access_token=", "/api/users/me?token="] {
        let path = format!("{path}{good}");
        stage.client().get(&path).await.problem(401, "UNAUTHORIZED");
    }
    let cookie = stage
        .client()
        .header("cookie", &format!("accessToken={good}"));
    cookie
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn identity_headers_say_nothing(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, alice) = stage.owner().await;
    let (_, bob) = stage.owner().await;
    let id = text(&alice, "/user/id");
    for name in [
        "x-user-id",
        "X-User-Id",
        "x_user_id",
        "x-role",
        "x-internal-user",
        "x-forwarded-user",
    ] {
        let nobody = stage.client().header(name, id);
        nobody
            .get("/api/users/me")
            .await
            .problem(401, "UNAUTHORIZED");
        let claimed = stage.as_owner(&bob).header(name, id);
        assert_eq!(
            claimed.get("/api/users/me").await.status(200),
            bob["user"],
            "{name}"
        );
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_jwks_shows_public_halves_alone_and_says_who_signs_for_whom(db: PgPool) {
    let older = janchi_testkit::Keys::new();
    let list = older.receipt.public_key_base64();
    let stage = Stage::with(db, |config| {
        config.receipt_public_key = format!("{},{list}", config.receipt_public_key);
    })
    .await;
    let reply = stage.client().get("/.well-known/jwks.json").await;
    let jwks = reply.status(200);
    assert_eq!(reply.header("cache-control"), Some("public, max-age=10"));
    let keys = jwks["keys"].as_array().unwrap();
    let kids: Vec<&str> = keys.iter().map(|key| text(key, "/kid")).collect();
    let (own, receipt) = (stage.keys.user.kid(), stage.keys.receipt.kid());
    assert_eq!(kids, [own, receipt, older.receipt.kid()]);
    let issuers: Vec<&str> = keys.iter().map(|key| text(key, "/iss")).collect();
    assert_eq!(
        issuers,
        [
            "janchi-user",
            "janchi-participation",
            "janchi-participation"
        ]
    );
    for key in keys {
        assert!(key.get("d").is_none());
        assert_eq!(key["alg"], "ES256");
    }
    // Receipts of before are receipts still, to whoever asks for keys here.
    let url = stage.running.url().join(".well-known/jwks.json").unwrap();
    let reader = janchi_auth::Verifier::fetching(url).unwrap();
    for keys in [&stage.keys, &older] {
        let receipt = keys.receipt_token(uuid::Uuid::now_v7());
        assert!(reader.receipt(&receipt).await.is_ok());
    }
}
