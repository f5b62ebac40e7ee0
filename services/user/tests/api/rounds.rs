use crate::stage::{Stage, text};
use janchi_runtime::Clock;
use janchi_testkit::{Events, Running};
use janchi_web::Listeners;
use serde_json::{Value, json};
use sqlx::PgPool;
use user_service::jobs::rounds::forget_old;
use user_service::state::AppState;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn what_is_past_its_use_is_forgotten_and_nothing_else(db: PgPool) {
    let stage = Stage::new(db).await;
    let (old, _) = stage.owner().await;
    stage
        .log_in(text(&old, "/email"), "wrong1!pass")
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stage
        .client()
        .post(
            "/api/users/password-resets",
            json!({"loginId": old["email"]}),
        )
        .await
        .status(202);
    for sql in [
        "update sessions set expires_at = now() - interval '25 hours'",
        "update login_attempts set last_failed_at = now() - interval '25 hours'",
        "update password_reset_requests set created_at = now() - interval '25 hours'",
        "update password_resets set expires_at = now() - interval '25 hours'",
    ] {
        sqlx::raw_sql(sql).execute(&stage.db).await.unwrap();
    }
    let (_, young) = stage.owner().await;
    stage
        .client()
        .header("idempotency-key", "k")
        .post("/api/users/register", crate::stage::somebody())
        .await
        .status(201);
    sqlx::raw_sql("update idempotency_keys set created_at = now() - interval '25 hours'")
        .execute(&stage.db)
        .await
        .unwrap();

    let state = AppState::new(&stage.config, Clock::system()).unwrap();
    forget_old(&state).await.unwrap();
    for (table, rows) in [
        ("sessions", 2),
        ("refresh_tokens", 2),
        ("login_attempts", 0),
        ("password_reset_requests", 0),
        ("idempotency_keys", 0),
        ("users", 3),
    ] {
        assert_eq!(stage.rows(table).await, rows, "{table}");
    }
    stage
        .as_owner(&young)
        .get("/api/users/me")
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_api_and_the_work_run_apart(db: PgPool) {
    let stage = Stage::without_redis(db).await;
    let mut config = stage.config.clone();
    config.shared.redis_url = janchi_testkit::redis_url();
    config.shared.namespace = janchi_testkit::namespace();
    drop(stage.running);
    let events = Events::listen(&config.shared.namespace, &["user.*"]).await;
    let api = {
        let config = config.clone();
        Running::start(|listeners, shutdown| async move {
            user_service::assemble(config, Clock::system(), shutdown)?
                .serve_api(listeners)
                .await
        })
        .await
    };
    let answer = api
        .client()
        .post("/api/users/register", crate::stage::somebody())
        .await
        .status(201);
    assert!(
        events.named::<Value>("user.registered").is_empty(),
        "the API alone sends nothing"
    );
    let work = Running::start(|listeners: Listeners, shutdown| async move {
        user_service::assemble(config, Clock::system(), shutdown)?
            .work(listeners.admin)
            .await
    })
    .await;
    events
        .next("user.registered", |event: &Value| {
            event["userId"] == answer["user"]["id"]
        })
        .await;
    work.stop().await.unwrap();
    api.stop().await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn migrations_bring_an_empty_database_up(db: PgPool) {
    let stage = Stage::without_redis(db).await;
    janchi_db::migrate(&stage.config.shared.database_url, &user_service::MIGRATOR)
        .await
        .unwrap();
    janchi_db::migrate(&stage.config.shared.database_url, &user_service::MIGRATOR)
        .await
        .unwrap();
    assert_eq!(stage.rows("users").await, 0);
}
