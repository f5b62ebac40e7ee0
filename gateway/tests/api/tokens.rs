//! Who may pass.

use crate::fixture::{Fixture, everywhere, no_redis, nowhere};
use axum::routing::get;
use janchi_testkit::serve_stub;
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn only_a_good_token_of_a_living_session_passes() {
    let fixture = Fixture::new().await;
    let client = fixture.client();
    client.get("/api/events").await.problem(401, "UNAUTHORIZED");
    for bad in [
        "",
        "x",
        "a.b.c",
        &fixture.keys.expired_owner_token(Uuid::now_v7()),
    ] {
        client
            .bearer(bad)
            .get("/api/events")
            .await
            .problem(401, "UNAUTHORIZED");
    }
    let stranger = janchi_testkit::Keys::new().owner_token(Uuid::now_v7());
    client
        .bearer(&stranger)
        .get("/api/events")
        .await
        .problem(401, "UNAUTHORIZED");
    let (token, _) = fixture.owner().await;
    client.bearer(&token).get("/api/events").await.status(200);
    assert_eq!(fixture.reached(), 1);
}

#[tokio::test]
async fn roles_do_not_mix() {
    let fixture = Fixture::new().await;
    let (owner, _) = fixture.owner().await;
    let entrant = fixture.keys.receipt_token(Uuid::now_v7());
    let client = fixture.client();
    client
        .bearer(&entrant)
        .get("/api/events")
        .await
        .problem(403, "FORBIDDEN");
    client
        .bearer(&owner)
        .get("/api/participations/me")
        .await
        .problem(403, "FORBIDDEN");
    client
        .bearer(&entrant)
        .get("/api/participations/me")
        .await
        .status(200);
    let overridden = client
        .bearer(&entrant)
        .header("x-http-method-override", "GET");
    overridden
        .call("/api/events")
        .await
        .problem(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_session_that_ended_is_refused_at_once_by_every_gateway() {
    let fixture = Fixture::new().await;
    let sibling = fixture.sibling().await;
    let (token, session) = fixture.owner().await;
    for client in [fixture.client(), sibling.client()] {
        client.bearer(&token).get("/api/events").await.status(200);
    }
    fixture
        .cache
        .try_delete(&format!("user:session:{session}"))
        .await
        .unwrap();
    // The user service's stand-in does not know the session either.
    let gone = || async {
        let replies = [fixture.client(), sibling.client()].map(|c| c.bearer(&token));
        let [a, b] = replies;
        let (a, b) = (
            a.get("/api/events").await.status,
            b.get("/api/events").await.status,
        );
        (a != 200 && b != 200).then_some((a, b))
    };
    fixture
        .cache
        .publish("session:revoked", &session.to_string())
        .await
        .unwrap();
    let told = std::time::Instant::now();
    let refused = janchi_testkit::eventually(Duration::from_secs(5), gone).await;
    assert_eq!(refused, (401, 401));
    // Before what was lent for a second has ended: they were told.
    assert!(
        told.elapsed() < Duration::from_millis(900),
        "{:?}",
        told.elapsed()
    );
}

#[tokio::test]
async fn without_redis_the_user_service_decides() {
    let router = axum::Router::new()
        .route(
            "/internal/sessions/{sid}",
            get(|janchi_web::Path(sid): janchi_web::Path<Uuid>| async move {
                (
                    [("content-type", "application/json")],
                    format!("{{\"active\":{}}}", sid.as_u128() % 2 == 0),
                )
            }),
        )
        .fallback(|| async { ([("content-type", "application/json")], "{}") });
    let user = serve_stub(router).await;
    let fixture = Fixture::with(|config| {
        config.redis_url = no_redis();
        config.upstreams = everywhere(&user);
    })
    .await;
    let token = |session: u128| {
        let session = Uuid::from_u128(session);
        fixture
            .keys
            .user
            .owner_access(Uuid::now_v7(), session, Duration::from_secs(900))
            .unwrap()
    };
    fixture
        .client()
        .bearer(&token(2))
        .get("/api/events")
        .await
        .status(200);
    fixture
        .client()
        .bearer(&token(3))
        .get("/api/events")
        .await
        .problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn when_nobody_can_tell_sensitive_calls_wait_and_others_go_on() {
    let upstream = serve_stub(axum::Router::new().fallback(|| async { "{}" })).await;
    let fixture = Fixture::with(|config| {
        config.redis_url = no_redis();
        config.upstreams = everywhere(&upstream);
        config.upstreams.user = nowhere();
    })
    .await;
    let token = fixture.keys.owner_token(Uuid::now_v7());
    let client = fixture.client().bearer(&token);
    client.get("/api/events").await.status(200);
    client
        .call("/api/events/1/draws")
        .await
        .problem(503, "UNAVAILABLE");
    client
        .get("/api/events/1/participants/export")
        .await
        .problem(503, "UNAVAILABLE");
}
