//! Against a real Redis, named by `REDIS_URL`.

use futures::StreamExt;
use janchi_cache::{Cache, Shape};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_secs(3600);

fn cache() -> Cache {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests learn their servers from the environment"
    )]
    let url = std::env::var("REDIS_URL").expect("REDIS_URL is set");
    Cache::connect(&url.into(), &format!("t{:x}", rand::random::<u64>())).expect("the URL is good")
}

#[tokio::test]
async fn an_entry_is_found_again_and_ends_by_deletion() {
    let cache = cache();
    cache.ping().await.unwrap();
    cache.set("a", "1", HOUR).await;
    cache
        .set_hash("h", &[("x", "1".into()), ("y", "2".into())], HOUR)
        .await;
    assert_eq!(cache.get("a").await.as_deref(), Some("1"));
    assert_eq!(cache.get_hash("h").await.unwrap()["y"], "2");
    cache.delete("a").await;
    cache.delete("h").await;
    assert_eq!(cache.get("a").await, None);
    assert_eq!(cache.get_hash("h").await, None);
}

#[tokio::test]
async fn five_hundred_who_miss_together_load_once() {
    let cache = cache();
    cache.ping().await.unwrap();
    let loads = AtomicU32::new(0);
    let one = || async {
        cache
            .get_or_load("test", "k", HOUR, Shape::Hash, || async {
                loads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok::<_, ()>(7_u32)
            })
            .await
    };
    let all = futures::future::join_all((0..500).map(|_| one())).await;
    assert!(all.iter().all(|v| *v == Ok(7)));
    assert_eq!(loads.load(Ordering::Relaxed), 1);
    cache.delete("k").await;
}

#[tokio::test]
async fn what_was_loaded_before_an_invalidation_is_not_kept_after_it() {
    let cache = cache();
    cache.ping().await.unwrap();
    for shape in [Shape::String, Shape::Hash] {
        let load = || async {
            // Somebody changes the source and invalidates while this load is under way.
            cache.delete("k").await;
            Ok::<_, ()>(1)
        };
        assert_eq!(
            cache.get_or_load("test", "k", HOUR, shape, load).await,
            Ok(1)
        );
        assert_eq!(cache.lookup::<u32>("test", "k", shape).await, None);
        let again = cache
            .get_or_load("test", "k", HOUR, shape, || async { Ok::<_, ()>(2) })
            .await;
        assert_eq!(again, Ok(2));
        assert_eq!(cache.lookup::<u32>("test", "k", shape).await, Some(2));
        cache.delete("k").await;
    }
}

#[tokio::test]
async fn a_counter_ends_with_its_first_lifetime() {
    let cache = cache();
    cache.ping().await.unwrap();
    assert_eq!(cache.increment("n", 1, HOUR).await.unwrap(), 1);
    assert_eq!(cache.increment("n", 2, HOUR).await.unwrap(), 3);
    cache.delete("n").await;
}

#[tokio::test]
async fn subscribers_hear_what_is_published() {
    let cache = cache();
    cache.ping().await.unwrap();
    let mut heard = Box::pin(cache.subscribe("c").await.unwrap());
    cache.publish("c", "hello").await.unwrap();
    assert_eq!(heard.next().await.as_deref(), Some("hello"));
}

#[tokio::test]
async fn a_redis_that_is_down_costs_a_moment_and_no_error() {
    // Nothing listens on port 1.
    let cache = Cache::connect(&"redis://127.0.0.1:1/".to_owned().into(), "").unwrap();
    let began = Instant::now();
    assert_eq!(cache.get("a").await, None);
    assert!(cache.try_get("a").await.is_err());
    let loaded = cache
        .get_or_load("test", "k", HOUR, Shape::String, || async {
            Ok::<_, ()>(1)
        })
        .await;
    assert_eq!(loaded, Ok(1));
    assert!(began.elapsed() < Duration::from_secs(3));
}
