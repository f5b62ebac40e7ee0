//! How much passes.

use crate::fixture::{Fixture, no_redis};
use uuid::Uuid;

#[tokio::test]
async fn the_hundred_and_first_request_of_a_minute_is_refused_over_all_gateways() {
    let fixture = Fixture::new().await;
    let sibling = fixture.sibling().await;
    let (token, _) = fixture.owner().await;
    let clients = [
        fixture.client().bearer(&token),
        sibling.client().bearer(&token),
    ];
    for n in 0..100 {
        let reply = clients[n % 2].get("/api/events").await;
        reply.status(200);
        assert_eq!(reply.header("ratelimit-limit"), Some("100"));
        // Each gateway knows of the other's requests as of its last loan: five at most.
        let left: usize = reply
            .header("ratelimit-remaining")
            .unwrap()
            .parse()
            .unwrap();
        assert!(left.abs_diff(99 - n) <= 5, "{left} left after {n}");
    }
    let reply = clients[0].get("/api/events").await;
    reply.problem(429, "RATE_LIMITED");
    let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    let (other, _) = fixture.owner().await;
    fixture
        .client()
        .bearer(&other)
        .get("/api/events")
        .await
        .status(200);
    assert_eq!(fixture.reached(), 101);
}

#[tokio::test]
async fn one_gateway_counts_down_one_by_one() {
    let fixture = Fixture::with(|config| config.limits.user = 40).await;
    let (token, _) = fixture.owner().await;
    let client = fixture.client().bearer(&token);
    for n in 0..40 {
        let reply = client.get("/api/events").await;
        reply.status(200);
        let left: usize = reply
            .header("ratelimit-remaining")
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(left, 39 - n);
    }
    client.get("/api/events").await.problem(429, "RATE_LIMITED");
}

#[tokio::test]
async fn strangers_are_counted_by_address_and_class() {
    let fixture = Fixture::with(|config| config.limits.login = 3).await;
    let from = |address: &str| fixture.client().header("x-forwarded-for", address);
    for _ in 0..3 {
        from("203.0.113.1")
            .call("/api/users/login")
            .await
            .status(200);
    }
    from("203.0.113.1")
        .call("/api/users/login")
        .await
        .problem(429, "RATE_LIMITED");
    // What stands before the last address was written by a stranger.
    from("198.51.100.7, 203.0.113.1")
        .call("/api/users/login")
        .await
        .problem(429, "RATE_LIMITED");
    from("203.0.113.2")
        .call("/api/users/login")
        .await
        .status(200);
    from("203.0.113.1")
        .get("/api/public/events/abc")
        .await
        .status(200);
}

#[tokio::test]
async fn without_redis_each_gateway_counts_for_itself() {
    let fixture = Fixture::with(|config| {
        config.redis_url = no_redis();
        config.limits.entry = 5;
    })
    .await;
    let mut refused = 0;
    for _ in 0..8 {
        refused += u32::from(fixture.client().call("/api/participations").await.status == 429);
    }
    assert_eq!(refused, 3);
}

#[tokio::test]
async fn a_customer_is_counted_by_entry() {
    let fixture = Fixture::with(|config| config.limits.user = 2).await;
    let entrant = fixture
        .client()
        .bearer(&fixture.keys.receipt_token(Uuid::now_v7()));
    entrant.get("/api/participations/me").await.status(200);
    entrant.get("/api/participations/me").await.status(200);
    entrant
        .get("/api/participations/me")
        .await
        .problem(429, "RATE_LIMITED");
}
