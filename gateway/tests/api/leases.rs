//! Permits that are lent: most requests pass without asking Redis, and nothing is lost or gained by it.

use crate::fixture::Fixture;
use janchi_testkit::{Client, eventually};
use redis::AsyncCommands;
use std::time::Duration;

impl Fixture {
    /// The log that the only owner of this fleet is counted in: permits, used or lent.
    async fn counted(&self) -> usize {
        let pattern = self.cache.key("gateway:rate:user:*");
        self.cache
            .run(|mut redis| async move {
                let keys: Vec<String> = redis.keys(pattern).await?;
                let Some(key) = keys.first() else {
                    return Ok(0);
                };
                let loans: Vec<String> = redis.zrangebyscore(key, "(0", "+inf").await?;
                let permits = |loan: &String| loan.split_once(':')?.1.parse::<usize>().ok();
                let permits: usize = loans.iter().filter_map(permits).sum();
                let sum: f64 = redis.zscore(key, "sum").await?;
                assert_eq!(-sum, permits as f64, "the sum is that of the loans");
                Ok(permits)
            })
            .await
            .unwrap()
    }
}

async fn ask(client: &Client, times: usize) {
    for _ in 0..times {
        client.get("/api/events").await.status(200);
    }
}

#[tokio::test]
async fn a_caller_that_comes_again_at_once_is_lent_a_twentieth_of_its_limit() {
    let fixture = Fixture::with(|config| config.limits.user = 200).await;
    let (token, _) = fixture.owner().await;
    let client = fixture.client().bearer(&token);
    ask(&client, 1).await;
    assert_eq!(fixture.counted().await, 1, "the first one is counted alone");
    ask(&client, 1).await;
    assert_eq!(fixture.counted().await, 11, "then ten are lent at once");
    ask(&client, 9).await;
    assert_eq!(fixture.counted().await, 11, "and used without asking");
}

#[tokio::test]
async fn a_great_limit_costs_redis_no_more_than_a_small_one() {
    let fixture = Fixture::with(|config| config.limits.user = 100_000_000).await;
    let (token, _) = fixture.owner().await;
    ask(&fixture.client().bearer(&token), 3).await;
    assert_eq!(fixture.counted().await, 5_000_001);
    let settled = || async { (fixture.counted().await == 3).then_some(()) };
    eventually(Duration::from_secs(5), settled).await;
}

#[tokio::test]
async fn what_was_lent_and_not_used_is_given_back() {
    let fixture = Fixture::with(|config| config.limits.user = 200).await;
    let (token, _) = fixture.owner().await;
    ask(&fixture.client().bearer(&token), 3).await;
    assert_eq!(fixture.counted().await, 11);
    let settled = || async { (fixture.counted().await == 3).then_some(()) };
    eventually(Duration::from_secs(5), settled).await;
}

#[tokio::test]
async fn a_session_that_vanished_without_a_word_is_missed_within_a_second() {
    let user =
        axum::Router::new().fallback(|| async { axum::Json(serde_json::json!({"active": false})) });
    let user = janchi_testkit::serve_stub(user).await;
    let fixture = Fixture::with(|config| {
        config.limits.user = 10_000;
        config.upstreams.user = user;
    })
    .await;
    let (token, session) = fixture.owner().await;
    let client = fixture.client().bearer(&token);
    ask(&client, 3).await;
    fixture
        .cache
        .try_delete(&format!("user:session:{session}"))
        .await
        .unwrap();
    let began = std::time::Instant::now();
    let refused = || async { (client.get("/api/events").await.status == 401).then_some(()) };
    eventually(Duration::from_secs(5), refused).await;
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn many_at_once_are_never_more_than_the_limit() {
    let fixture = Fixture::new().await;
    let sibling = fixture.sibling().await;
    let (token, _) = fixture.owner().await;
    let clients = [
        fixture.client().bearer(&token),
        sibling.client().bearer(&token),
    ];
    let burst = (0..300).map(|n| {
        let client = clients[n % 2].clone();
        tokio::spawn(async move { client.get("/api/events").await.status })
    });
    let mut passed = 0;
    for answer in burst.collect::<Vec<_>>() {
        passed += u32::from(answer.await.unwrap() == 200);
    }
    // A busy Redis that answers too late costs the caller what it had lent, and each gateway goes on with its own count.
    assert!((80..=105).contains(&passed), "{passed} passed");
    assert_eq!(fixture.reached(), passed);
}
