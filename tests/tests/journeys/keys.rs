//! The key that signs access tokens is exchanged while the whole fleet is in use, and nobody notices.

use crate::world::{PATIENCE, World, text};
use janchi_testkit::eventually;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use user_service::domain::key_ring::Rotation;
use user_service::ops::rotate_keys;

/// The usual exchange in small. The new key is published a little longer than the 10 s in which a verifier asks once
/// for unknown keys.
const QUICK: Rotation = Rotation {
    published_before: chrono::Duration::seconds(12),
    published_after: chrono::Duration::seconds(15),
};

/// The first part of a token, which names its key.
fn head(tokens: &Value) -> String {
    let token = text(tokens, "accessToken");
    token.split('.').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_exchanged_under_load_without_a_lost_request_and_without_a_logout() {
    let world = World::new().await;
    let stop = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicUsize::new(0));
    let mut owners = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let shop = world.shop().await;
        let stranger = world.stranger();
        let (stop, calls) = (Arc::clone(&stop), Arc::clone(&calls));
        owners.spawn(async move {
            let mut tokens = shop.answer["tokens"].clone();
            let mut keys = BTreeSet::new();
            for turn in 1_usize.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                keys.insert(head(&tokens));
                let client = stranger.bearer(text(&tokens, "accessToken"));
                // Of several services, each with its own look at the keys.
                for path in ["/api/users/me", "/api/events", "/api/channels"] {
                    client.get(path).await.status(200);
                    calls.fetch_add(1, Ordering::Relaxed);
                }
                if turn % 4 == 0 {
                    let token = json!({"refreshToken": tokens["refreshToken"]});
                    let answer = stranger.post("/api/users/refresh", token).await;
                    tokens = answer.status(200)["tokens"].clone();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            keys
        });
    }
    let keys = rotate_keys(world.fleet.operator(), QUICK)
        .await
        .expect("keys rotate")
        .expect("no other rotation is under way");
    let new = keys[0].kid.clone();
    let stranger = world.stranger();
    eventually(PATIENCE, || async {
        let jwks = stranger.get("/.well-known/jwks.json").await.status(200);
        let published = jwks["keys"].as_array().expect("keys");
        let owners: Vec<&str> = published
            .iter()
            .filter(|key| key["iss"] == "janchi-user")
            .map(|key| text(key, "kid"))
            .collect();
        (owners == [new.as_str()]).then_some(())
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    while let Some(keys) = owners.join_next().await {
        let keys = keys.expect("every call was answered well");
        assert_eq!(keys.len(), 2, "one key after the other");
    }
    println!("{} calls", calls.load(Ordering::Relaxed));
    world.end().await;
}
