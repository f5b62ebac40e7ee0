//! Signing keys are exchanged without a restart, without a logout and without a lost request.

use crate::stage::{Stage, text};
use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::routing::get;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Duration as Span, Utc};
use janchi_auth::{Pace, Verifier};
use janchi_testkit::{Client, Keys, eventually, serve_stub};
use janchi_web::Owner;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use user_service::domain::key_ring::Rotation;
use user_service::ops::{KeyView, list_keys, rotate_keys};

const DEADLINE: Duration = Duration::from_secs(30);

/// The usual exchange in small: seconds for half a minute and for a quarter of an hour. The first must be longer than
/// a replica's look at the keys is old at most, as it is in the usual one.
const QUICK: Rotation = Rotation {
    published_before: Span::seconds(8),
    published_after: Span::seconds(8),
};

/// A service that verifies tokens with keys that it fetches, as all others of the fleet do.
#[derive(Clone)]
struct Reader(Verifier);

impl FromRef<Reader> for Verifier {
    fn from_ref(reader: &Reader) -> Self {
        reader.0.clone()
    }
}

async fn reader(stage: &Stage) -> (Client, Verifier) {
    let url = stage
        .running
        .url()
        .join(".well-known/jwks.json")
        .expect("the test's own set-up is good");
    let pace = Pace {
        refresh: Duration::from_millis(500),
        ask_again: Duration::from_millis(2500),
    };
    let verifier = Verifier::fetching_at(url, pace).expect("the test's own set-up is good");
    let router = Router::new()
        .route("/mine", get(|_: Owner| async { StatusCode::NO_CONTENT }))
        .with_state(Reader(verifier.clone()));
    let base = serve_stub(router).await;
    (Client::new(base.as_str()), verifier)
}

fn kid(signed_in: &Value) -> String {
    let token = text(signed_in, "/tokens/accessToken");
    let head = token.split('.').next().unwrap_or_default();
    let head = URL_SAFE_NO_PAD.decode(head).expect("base64");
    let head: Value = serde_json::from_slice(&head).expect("JSON");
    text(&head, "/kid").to_owned()
}

async fn published(client: &Client) -> Vec<String> {
    let jwks = client.get("/.well-known/jwks.json").await.status(200);
    let keys = jwks["keys"].as_array().expect("keys");
    keys.iter()
        .filter(|key| key["iss"] == "janchi-user")
        .map(|key| text(key, "/kid").to_owned())
        .collect()
}

fn states(keys: &[KeyView]) -> Vec<&'static str> {
    keys.iter().map(|key| key.state).collect()
}

async fn refresh(client: &Client, signed_in: &Value) -> Value {
    let body = json!({"refreshToken": signed_in["tokens"]["refreshToken"]});
    client.post("/api/users/refresh", body).await.status(200)
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn old_and_new_tokens_are_good_until_the_old_key_leaves(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, before) = stage.owner().await;
    let (reader, verifier) = reader(&stage).await;
    let read = |answer: &Value| reader.bearer(text(answer, "/tokens/accessToken"));
    let first = stage.keys.user.kid().to_owned();
    assert_eq!(kid(&before), first);
    assert_eq!(
        states(&list_keys(&stage.config).await.unwrap()),
        ["CURRENT"]
    );
    read(&before).get("/mine").await.status(204);
    let epoch = verifier.epoch();

    let keys = rotate_keys(&stage.config, QUICK).await.unwrap().unwrap();
    assert_eq!(states(&keys), ["NEXT", "CURRENT"]);
    let new = keys[0].kid.clone();
    // One at a time.
    assert!(rotate_keys(&stage.config, QUICK).await.unwrap().is_none());
    // It is published before it signs.
    eventually(DEADLINE, || async {
        (published(&stage.client()).await == [first.clone(), new.clone()]).then_some(())
    })
    .await;
    assert!(Utc::now() < keys[0].signs_from, "while the old one signs");

    let after = eventually(DEADLINE, || async {
        let answer = stage
            .log_in(text(&body, "/email"), text(&body, "/password"))
            .await
            .status(200);
        (kid(&answer) == new).then_some(answer)
    })
    .await;
    assert!(Utc::now() >= keys[0].signs_from - Span::milliseconds(50));
    for answer in [&before, &after] {
        read(answer).get("/mine").await.status(204);
        stage
            .as_owner(answer)
            .get("/api/users/me")
            .await
            .status(200);
    }
    assert_eq!(
        published(&stage.client()).await,
        [new.clone(), first.clone()]
    );
    assert_eq!(verifier.epoch(), epoch, "no verdict has changed yet");

    eventually(DEADLINE, || async {
        (published(&stage.client()).await == [new.as_str()]).then_some(())
    })
    .await;
    assert!(Utc::now() >= keys[1].leaves_at.unwrap() - Span::milliseconds(50));
    stage
        .as_owner(&before)
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
    eventually(DEADLINE, || async {
        let refused = read(&before).get("/mine").await.status == 401;
        (refused && verifier.epoch() != epoch).then_some(())
    })
    .await;
    read(&after).get("/mine").await.status(204);
    // No logout: the login of before goes on with a new token.
    let fresh = refresh(&stage.client(), &before).await;
    assert_eq!(kid(&fresh), new);
    read(&fresh).get("/mine").await.status(204);

    // What has left is destroyed and never comes back.
    let state =
        user_service::state::AppState::new(&stage.config, janchi_runtime::Clock::system()).unwrap();
    user_service::jobs::rounds::forget_old(&state)
        .await
        .unwrap();
    let left = sqlx::query!(
        r#"select kid, private_key is null as "gone!" from signing_keys order by signs_from"#
    )
    .fetch_all(&stage.db)
    .await
    .unwrap();
    assert_eq!((left[0].kid.as_str(), left[0].gone), (first.as_str(), true));
    assert_eq!((left[1].kid.as_str(), left[1].gone), (new.as_str(), false));
    let replica = stage.replica(|_| {}).await;
    assert_eq!(published(&replica.client()).await, [new.as_str()]);
    let noted = sqlx::query_scalar!(
        r#"select action as "action!" from audit_log where action like 'signing_key.%' order by seq"#
    )
    .fetch_all(&stage.db)
    .await
    .unwrap();
    assert_eq!(noted, ["signing_key.first", "signing_key.rotated"]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_rotation_under_load_loses_no_request(db: PgPool) {
    let stage = Stage::new(db).await;
    let replica = stage.replica(|_| {}).await;
    let (reader, _) = reader(&stage).await;
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicUsize::new(0));
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..6 {
        let (_, mut answer) = stage.owner().await;
        let users = [stage.client(), replica.client()];
        let (reader, stop, done) = (reader.clone(), Arc::clone(&stop), Arc::clone(&done));
        callers.spawn(async move {
            let mut seen = std::collections::BTreeSet::new();
            for turn in 0_usize.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                seen.insert(kid(&answer));
                let token = text(&answer, "/tokens/accessToken").to_owned();
                let user = &users[(turn + n) % 2];
                user.bearer(&token).get("/api/users/me").await.status(200);
                reader.bearer(&token).get("/mine").await.status(204);
                done.fetch_add(2, Ordering::Relaxed);
                // Long before the token ends, as clients do.
                if turn % 4 == 3 {
                    answer = refresh(user, &answer).await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            seen
        });
    }
    let keys = rotate_keys(&stage.config, QUICK).await.unwrap().unwrap();
    let new = keys[0].kid.clone();
    eventually(Duration::from_secs(60), || async {
        (published(&replica.client()).await == [new.as_str()]).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(seen) = callers.join_next().await {
        let seen = seen.expect("every call was answered well");
        assert_eq!(seen.len(), 2, "one key after the other");
    }
    println!("{} calls during a rotation", done.load(Ordering::Relaxed));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_stolen_key_is_refused_at_once_and_nobody_is_logged_out(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, before) = stage.owner().await;
    let (reader, _) = reader(&stage).await;
    let mine = reader.bearer(text(&before, "/tokens/accessToken"));
    mine.get("/mine").await.status(204);
    // An ordinary rotation that waits is overtaken.
    rotate_keys(&stage.config, QUICK).await.unwrap().unwrap();
    let keys = rotate_keys(&stage.config, Rotation::at_once())
        .await
        .unwrap()
        .unwrap();
    let mut now: Vec<&str> = states(&keys);
    now.sort_unstable();
    assert_eq!(now, ["CURRENT", "GONE", "GONE"]);
    eventually(DEADLINE, || async {
        let user = stage.as_owner(&before).get("/api/users/me").await;
        (user.status == 401 && mine.get("/mine").await.status == 401).then_some(())
    })
    .await;
    let fresh = refresh(&stage.client(), &before).await;
    stage
        .as_owner(&fresh)
        .get("/api/users/me")
        .await
        .status(200);
    eventually(DEADLINE, || async {
        let mine = reader.bearer(text(&fresh, "/tokens/accessToken"));
        (mine.get("/mine").await.status == 204).then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn replicas_that_start_at_once_agree_on_the_first_key(db: PgPool) {
    let stage = Stage::new(db).await;
    sqlx::raw_sql("delete from signing_keys")
        .execute(&stage.db)
        .await
        .unwrap();
    let replicas = futures::future::join_all((0..3).map(|_| stage.replica(|_| {}))).await;
    let asked = futures::future::join_all(replicas.iter().map(|replica| {
        let client = replica.client();
        async move { published(&client).await }
    }))
    .await;
    for kids in asked {
        assert_eq!(kids, [stage.keys.user.kid()]);
    }
    assert_eq!(stage.rows("signing_keys").await, 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn another_key_in_the_setting_is_changed_to_like_any_other(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, before) = stage.owner().await;
    let other = Keys::new();
    let replica = stage
        .replica(|config| config.jwt_signing_key = other.user_key.clone())
        .await;
    let old = stage.keys.user.kid();
    assert_eq!(published(&replica.client()).await, [old, other.user.kid()]);
    let keys = list_keys(&stage.config).await.unwrap();
    assert_eq!(states(&keys), ["NEXT", "CURRENT"]);
    let me = replica
        .client()
        .bearer(text(&before, "/tokens/accessToken"));
    me.get("/api/users/me").await.status(200);
    // The setting of before, in a replica that starts late, changes nothing back.
    let late = stage.replica(|_| {}).await;
    assert_eq!(published(&late.client()).await, [old, other.user.kid()]);
    assert_eq!(stage.rows("signing_keys").await, 2);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn keys_once_read_outlast_a_database_that_is_away(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let first = stage.keys.user.kid();
    assert_eq!(published(&stage.client()).await, [first]);
    sqlx::raw_sql("alter table signing_keys rename to away")
        .execute(&stage.db)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    for _ in 0..3 {
        assert_eq!(published(&stage.client()).await, [first]);
        stage
            .as_owner(&answer)
            .get("/api/users/me")
            .await
            .status(200);
    }
    sqlx::raw_sql("alter table away rename to signing_keys")
        .execute(&stage.db)
        .await
        .unwrap();
    refresh(&stage.client(), &answer).await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_private_halves_are_sealed(db: PgPool) {
    use secrecy::ExposeSecret;
    let stage = Stage::new(db).await;
    stage.owner().await;
    let key = stage.keys.user_key.expose_secret();
    let sealed = sqlx::query_scalar!(r#"select private_key as "key!" from signing_keys"#)
        .fetch_one(&stage.db)
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&sealed);
    assert!(!text.contains(key) && !text.contains(&key[40..80]));
}
