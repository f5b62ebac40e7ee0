//! Failed logins: they slow the guesser down, and never shut the owner out.

use crate::stage::{Stage, text};
use janchi_testkit::{Client, Reply};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use user_service::ops::reset_link;

const DEVICE: &str = "x-device-token";

async fn log_in(client: &Client, body: &Value, password: &str) -> Reply {
    let login = json!({"loginId": body["email"], "password": password});
    client.post("/api/users/login", login).await
}

async fn fail(client: &Client, body: &Value, times: usize) {
    for _ in 0..times {
        log_in(client, body, "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
}

/// Signs up and gives the device's token too.
async fn owner(stage: &Stage) -> (Value, String) {
    let body = crate::stage::somebody();
    let reply = stage
        .client()
        .post("/api/users/register", body.clone())
        .await;
    reply.status(201);
    (body, device(&reply))
}

fn device(reply: &Reply) -> String {
    reply.header(DEVICE).expect("a device token").to_owned()
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn strangers_do_not_shut_the_owners_device_out(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, token) = owner(&stage).await;
    let (stranger, own) = (stage.client(), stage.client().header(DEVICE, &token));
    fail(&stranger, &body, 10).await;
    let right = text(&body, "/password");
    log_in(&stranger, &body, right)
        .await
        .problem(429, "LOGIN_THROTTLED");
    let reply = log_in(&own, &body, right).await;
    reply.status(200);
    // The strangers' count stays: the owner's coming and going gives nobody new tries.
    log_in(&stranger, &body, right)
        .await
        .problem(429, "LOGIN_THROTTLED");
    // The token of the last login is as good as that of the first.
    let again = stage.client().header(DEVICE, &device(&reply));
    log_in(&again, &body, right).await.status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_device_has_ten_tries_of_its_own(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, token) = owner(&stage).await;
    let own = stage.client().header(DEVICE, &token);
    fail(&own, &body, 10).await;
    log_in(&own, &body, text(&body, "/password"))
        .await
        .problem(429, "LOGIN_THROTTLED");
    // A stolen device shuts nobody else out.
    log_in(&stage.client(), &body, text(&body, "/password"))
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_device_token_that_is_not_this_accounts_is_a_strangers(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, token) = owner(&stage).await;
    let (_, others) = owner(&stage).await;
    fail(&stage.client(), &body, 10).await;
    let mut forged = token.clone();
    forged.replace_range(0..1, if token.starts_with('0') { "1" } else { "0" });
    for bad in [
        others.as_str(),
        &forged,
        "x",
        "",
        &"0".repeat(72),
        &token[2..],
    ] {
        let client = stage.client().header(DEVICE, bad);
        log_in(&client, &body, text(&body, "/password"))
            .await
            .problem(429, "LOGIN_THROTTLED");
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_closed_account_opens_by_a_reset_link_and_for_whoever_is_in(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    fail(&stage.client(), &body, 10).await;
    // Whoever is logged in changes the password as ever.
    let change = json!({"currentPassword": body["password"], "newPassword": "another2@pass"});
    stage
        .as_owner(&answer)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    log_in(&stage.client(), &body, "another2@pass")
        .await
        .status(200);
    // Whoever is not asks for a link.
    fail(&stage.client(), &body, 10).await;
    log_in(&stage.client(), &body, "another2@pass")
        .await
        .problem(429, "LOGIN_THROTTLED");
    let link = reset_link(&stage.config, text(&body, "/email"))
        .await
        .unwrap()
        .expect("an account");
    let token = link.rsplit('/').next().unwrap();
    stage
        .client()
        .put(
            &format!("/api/users/password-resets/{token}"),
            json!({"password": "third3#pass"}),
        )
        .await
        .status(204);
    log_in(&stage.client(), &body, "third3#pass")
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_wait_grows_and_is_noted_once(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let wait = async || {
        let reply = log_in(&stage.client(), &body, "wrong1!pass").await;
        reply.problem(429, "LOGIN_THROTTLED");
        let seconds = reply.header("retry-after").expect("Retry-After").to_owned();
        seconds.parse::<u64>().unwrap()
    };
    fail(&stage.client(), &body, 10).await;
    let mut waits = vec![wait().await];
    for _ in 0..3 {
        sqlx::query!("update login_attempts set blocked_until = now()")
            .execute(&stage.db)
            .await
            .unwrap();
        fail(&stage.client(), &body, 1).await;
        waits.push(wait().await);
    }
    for (waited, most) in waits.iter().zip([60, 120, 240, 480]) {
        assert!((most - 10..=most).contains(waited), "{waits:?}");
    }
    let noted = sqlx::query_scalar!(
        r#"select subject as "subject!" from audit_log where action = 'user.login_throttled'"#
    )
    .fetch_all(&stage.db)
    .await
    .unwrap();
    assert_eq!(noted, [text(&answer, "/user/id")]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn one_password_on_many_accounts_closes_none(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    for n in 0..15 {
        stage
            .log_in(&format!("nobody{n}@example.com"), "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
    log_in(&stage.client(), &body, text(&body, "/password"))
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn who_logs_in_holds_up_nobody_who_does_something_else(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let busy = Arc::new(AtomicBool::new(true));
    let mut crowd = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (client, busy) = (stage.client(), Arc::clone(&busy));
        crowd.spawn(async move {
            let mut tried = 0_usize;
            while busy.load(Ordering::Relaxed) {
                let login = format!("nobody{n}-{tried}@example.com");
                let login = json!({"loginId": login, "password": "wrong1!pass"});
                client
                    .post("/api/users/login", login)
                    .await
                    .problem(401, "INVALID_CREDENTIALS");
                tried += 1;
            }
            tried
        });
    }
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        me.get("/api/users/me").await.status(200);
        times.push(began.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    busy.store(false, Ordering::Relaxed);
    let logins: usize = crowd.join_all().await.iter().sum();
    times.sort_unstable();
    let (median, slow) = (times[100], times[197]);
    println!("{logins} logins beside; others: median {median:?}, p99 {slow:?}");
    // Twenty hashes on the threads of the others would be seconds.
    assert!(slow < Duration::from_millis(700), "p99 {slow:?}");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_crowd_that_is_too_large_is_sent_away_with_a_time_to_come_back(db: PgPool) {
    let places = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let places = places.saturating_sub(1).max(1);
    if places > 8 {
        println!("too many cores to crowd: the unit test of the queue says the same");
        return;
    }
    let stage = Stage::new(db).await;
    let tries = (0..places * 65 + 30).map(|n| {
        let (client, login) = (stage.client(), format!("nobody{n}@example.com"));
        let login = json!({"loginId": login, "password": "wrong1!pass"});
        async move { client.post("/api/users/login", login).await }
    });
    let replies = futures::future::join_all(tries).await;
    let shed: Vec<_> = replies.iter().filter(|reply| reply.status == 503).collect();
    assert!(shed.len() >= 30, "{}", shed.len());
    for reply in shed {
        reply.problem(503, "UNAVAILABLE");
        assert_eq!(reply.header("retry-after"), Some("5"));
    }
    let rest = replies.iter().filter(|reply| reply.status != 503);
    assert!(rest.into_iter().all(|reply| reply.status == 401));
}
