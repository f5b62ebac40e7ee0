use crate::stage::{Stage, text};
use janchi_cache::Cache;
use serde_json::json;
use sqlx::PgPool;
use std::time::Instant;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn one_logs_in_by_phone_or_address(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let phone = text(&body, "/phoneNumber");
    let plain = phone.replace('-', "");
    let international = format!("+82 {}", &phone[1..]);
    let shouted = text(&body, "/email").to_uppercase();
    for login in [
        phone,
        &plain,
        &international,
        text(&body, "/email"),
        &shouted,
    ] {
        let logged_in = stage
            .log_in(login, text(&body, "/password"))
            .await
            .status(200);
        assert_eq!(logged_in["user"], answer["user"], "{login}");
        assert_eq!(logged_in["store"], answer["store"]);
        stage
            .as_owner(&logged_in)
            .get("/api/users/me")
            .await
            .status(200);
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_unknown_account_and_a_wrong_password_answer_alike(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let mut wrong = stage
        .log_in(text(&body, "/email"), "wrong1!pass")
        .await
        .problem(401, "INVALID_CREDENTIALS");
    let mut unknown = stage
        .log_in("nobody@example.com", "wrong1!pass")
        .await
        .problem(401, "INVALID_CREDENTIALS");
    for problem in [&mut wrong, &mut unknown] {
        problem.as_object_mut().unwrap().remove("requestId");
    }
    assert_eq!(wrong, unknown);
    for login in ["", "not a login", "010-0000-0000", "\u{0}"] {
        stage
            .log_in(login, "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_unknown_account_takes_as_long_as_a_wrong_password(db: PgPool) {
    const TRIES: usize = 25;
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let wrong = async |login: &str| {
        let began = Instant::now();
        stage
            .log_in(login, "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
        began.elapsed().as_secs_f64() * 1000.0
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    // Turn by turn, so that whatever else this machine does hits both alike.
    for n in 0..TRIES {
        sqlx::query!("delete from login_attempts")
            .execute(&stage.db)
            .await
            .unwrap();
        known.push(wrong(text(&body, "/email")).await);
        unknown.push(wrong(&format!("nobody{n}@example.com")).await);
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    println!("median of {TRIES}: known {known:.1} ms, unknown {unknown:.1} ms");
    // bcrypt is nearly all of it: without the hash for nobody the unknown one would be a tenth.
    assert!(
        (known - unknown).abs() < 0.5 * known.max(unknown),
        "known {known:.1} ms, unknown {unknown:.1} ms"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_eleventh_try_after_ten_failures_is_throttled_even_with_the_right_password(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let (email, phone) = (text(&body, "/email"), text(&body, "/phoneNumber"));
    for n in 0..10 {
        // One count for both login ids.
        let login = if n % 2 == 0 { email } else { phone };
        stage
            .log_in(login, "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
    let reply = stage.log_in(email, text(&body, "/password")).await;
    let wait: u64 = reply
        .header("retry-after")
        .expect("Retry-After")
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    reply.problem(429, "LOGIN_THROTTLED");
    stage
        .log_in(phone, "wrong1!pass")
        .await
        .problem(429, "LOGIN_THROTTLED");
    // Others are not touched.
    let (other, _) = stage.owner().await;
    stage
        .log_in(text(&other, "/email"), text(&other, "/password"))
        .await
        .status(200);
    // An unknown account is throttled alike, so that the throttle tells nothing either.
    for _ in 0..10 {
        stage
            .log_in("nobody@example.com", "wrong1!pass")
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
    stage
        .log_in("nobody@example.com", "wrong1!pass")
        .await
        .problem(429, "LOGIN_THROTTLED");
    // The time passes.
    sqlx::query!("update login_attempts set blocked_until = now() - interval '1 second'")
        .execute(&stage.db)
        .await
        .unwrap();
    stage
        .log_in(email, text(&body, "/password"))
        .await
        .status(200);
    let left = sqlx::query_scalar!(r#"select count(*) as "n!" from login_attempts"#)
        .fetch_one(&stage.db)
        .await
        .unwrap();
    assert_eq!(left, 1, "a good login forgets the failures of its account");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn many_tries_at_once_do_not_slip_through(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let tries = (0..30).map(|_| async {
        stage
            .log_in(text(&body, "/email"), "wrong1!pass")
            .await
            .status
    });
    let codes = futures::future::join_all(tries).await;
    let checked = codes.iter().filter(|code| **code == 401).count();
    // One more for each that is being checked while the tenth failure is written down.
    assert!((10..=12).contains(&checked), "{codes:?}");
    assert_eq!(
        codes.iter().filter(|code| **code == 429).count(),
        30 - checked
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn many_good_logins_at_once_all_get_in(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let tries = (0..20).map(|_| async {
        stage
            .log_in(text(&body, "/email"), text(&body, "/password"))
            .await
            .status
    });
    assert!(
        futures::future::join_all(tries)
            .await
            .iter()
            .all(|code| *code == 200)
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_login_is_known_to_redis_for_the_gateway(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let sessions = stage
        .as_owner(&answer)
        .get("/api/users/me/sessions")
        .await
        .status(200);
    let sid = text(&sessions, "/items/0/id");
    let cache = Cache::connect(
        &stage.config.shared.redis_url,
        &stage.config.shared.namespace,
    )
    .unwrap();
    let entry = cache
        .get(&format!("user:session:{sid}"))
        .await
        .expect("a session entry");
    assert!(entry.contains(text(&answer, "/user/id")));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn without_redis_one_still_logs_in_and_out(db: PgPool) {
    let stage = Stage::without_redis(db).await;
    let (body, _) = stage.owner().await;
    let logged_in = stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .status(200);
    let client = stage.as_owner(&logged_in);
    client.get("/api/users/me").await.status(200);
    client
        .post("/api/users/logout", json!({}))
        .await
        .status(204);
    client
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
    // The end waits to be told.
    let untold = sqlx::query_scalar!(r#"select count(*) as "n!" from session_ends"#)
        .fetch_one(&stage.db)
        .await
        .unwrap();
    assert_eq!(untold, 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn malformed_logins_are_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    for body in [
        json!({}),
        json!({"loginId": "a@b.kr"}),
        json!({"loginId": 1, "password": "x"}),
        json!({"loginId": "a", "password": "b", "remember": true}),
    ] {
        stage
            .client()
            .post("/api/users/login", body)
            .await
            .problem(422, "VALIDATION_FAILED");
    }
}
