use crate::fixture::{Fleet, create, id_of};
use janchi_cache::Cache;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

async fn start(fleet: &Fleet, owner: &janchi_testkit::Client) -> (Uuid, Value, String) {
    let id = id_of(&create(owner).await);
    let started = owner
        .post("/api/ai/recommendations", json!({"eventId": id}))
        .await
        .status(202);
    let path = format!("/api/jobs/{}", started["jobId"].as_str().unwrap());
    fleet
        .heard
        .next::<Value>("ai.recommendation", |job| job["jobId"] == started["jobId"])
        .await;
    (id, started["jobId"].clone(), path)
}

async fn report(fleet: &Fleet, job: &Value, status: &str, progress: &str) {
    let cache = Cache::connect(&fleet.config.shared.redis_url, &fleet.namespace).unwrap();
    cache.ping().await.unwrap();
    let key = format!("job:{}", job.as_str().unwrap());
    let fields = [
        ("status", status.to_owned()),
        ("progress", progress.to_owned()),
        ("stage", "PLANS".to_owned()),
        ("updatedAt", fleet.clock.now().to_rfc3339()),
    ];
    cache.set_hash(&key, &fields, Duration::from_secs(60)).await;
}

async fn recorded(fleet: &Fleet, job: &Value) -> std::collections::HashMap<String, String> {
    let cache = Cache::connect(&fleet.config.shared.redis_url, &fleet.namespace).unwrap();
    cache.ping().await.unwrap();
    let key = format!("job:{}", job.as_str().unwrap());
    janchi_testkit::eventually(Duration::from_secs(10), || cache.get_hash(&key)).await
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn progress_comes_from_the_worker_and_the_end_from_the_database(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    let reply = owner.get(&path).await;
    assert_eq!(reply.status(200)["status"], "QUEUED");
    assert_eq!(reply.header("retry-after"), Some("5"));
    report(&fleet, &job, "RUNNING", "40").await;
    let seen = owner.get(&path).await.status(200);
    assert_eq!(
        (&seen["status"], &seen["progress"], &seen["stage"]),
        (&json!("RUNNING"), &json!(40), &json!("PLANS"))
    );
    // A worker that says it is done is not believed before its result is here.
    report(&fleet, &job, "SUCCEEDED", "100").await;
    let seen = owner.get(&path).await.status(200);
    assert_eq!(
        (&seen["status"], &seen["progress"]),
        (&json!("RUNNING"), &json!(99))
    );
    fleet.succeed_ai(&job, id).await;
    let done = fleet.await_job(&owner, &job, "SUCCEEDED").await;
    assert_eq!(done["progress"], 100);
    assert!(done["result"].is_object());
    // A late report changes nothing any more.
    report(&fleet, &job, "RUNNING", "80").await;
    assert_eq!(owner.get(&path).await.status(200), done);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn pictures_are_shown_as_they_come(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    assert!(owner.get(&path).await.status(200)["images"].is_null());
    let image = json!({
        "imageId": Uuid::now_v7(), "style": "SIMPLE", "platform": "NAVER", "url": "https://shop.example/cdn/a.png",
        "variants": {"png": "https://shop.example/cdn/a.png", "jpeg": "https://shop.example/cdn/a.jpg", "webp": "https://shop.example/cdn/a.webp"},
        "width": 800, "height": 600, "altText": "겨울 이벤트", "source": "TEMPLATE", "aiGenerated": false
    });
    report(&fleet, &job, "RUNNING", "40").await;
    let cache = Cache::connect(&fleet.config.shared.redis_url, &fleet.namespace).unwrap();
    let key = format!("job:{}", job.as_str().unwrap());
    let told = [("images", json!([image]).to_string())];
    cache.set_hash(&key, &told, Duration::from_secs(60)).await;
    let seen = owner.get(&path).await.status(200);
    assert_eq!(
        (&seen["status"], &seen["images"]),
        (&json!("RUNNING"), &json!([image]))
    );
    // What another version tells is shown when the job is done.
    let told = [("images", json!([{"id": 1}]).to_string())];
    cache.set_hash(&key, &told, Duration::from_secs(60)).await;
    assert!(owner.get(&path).await.status(200)["images"].is_null());
    fleet.succeed_ai(&job, id).await;
    let done = fleet.await_job(&owner, &job, "SUCCEEDED").await;
    assert!(done["images"].is_null());
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_end_is_told_to_redis_after_the_result_is_stored(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, _) = start(&fleet, &owner).await;
    fleet.succeed_ai(&job, id).await;
    let hash = recorded(&fleet, &job).await;
    assert_eq!(hash["status"], "SUCCEEDED");
    assert_eq!(hash["progress"], "100");
    let path = format!("/api/jobs/{}", job.as_str().unwrap());
    assert_eq!(owner.get(&path).await.status(200)["status"], "SUCCEEDED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_cancelled_job_stays_cancelled(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (owner, stranger) = (fleet.owner(), fleet.owner());
    let (id, job, path) = start(&fleet, &owner).await;
    let cancel = format!("{path}/cancel");
    stranger.call(&cancel).await.problem(404, "NOT_FOUND");
    assert_eq!(owner.call(&cancel).await.status(200)["status"], "CANCELLED");
    assert_eq!(
        owner.post(&cancel, json!({})).await.status(200)["status"],
        "CANCELLED"
    );
    owner
        .post(&cancel, json!({"why": "x"}))
        .await
        .names_field("why");
    assert_eq!(recorded(&fleet, &job).await["status"], "CANCELLED");
    fleet.succeed_ai(&job, id).await;
    fleet.await_taken_in(&db, 1).await;
    let seen = owner.get(&path).await.status(200);
    assert_eq!(seen["status"], "CANCELLED");
    assert_eq!(seen.get("result"), None);
    let plan = json!({"jobId": job, "planId": crate::fixture::plan_id(1)});
    owner
        .put(&format!("/api/events/{id}/recommendation"), plan)
        .await
        .problem(409, "JOB_NOT_SUCCEEDED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_cancellation_and_an_answer_at_once_have_one_outcome(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    for round in 1..=5 {
        let (id, job, path) = start(&fleet, &owner).await;
        let cancel = format!("{path}/cancel");
        let (reply, ()) = tokio::join!(owner.call(&cancel), fleet.succeed_ai(&job, id));
        fleet.await_taken_in(&db, round).await;
        let seen = owner.get(&path).await.status(200);
        match reply.status {
            200 => assert_eq!(
                (&seen["status"], seen.get("result")),
                (&json!("CANCELLED"), None)
            ),
            409 => {
                reply.problem(409, "JOB_ALREADY_FINISHED");
                assert_eq!(seen["status"], "SUCCEEDED");
            }
            other => panic!("unexpected status {other}"),
        }
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_job_whose_worker_is_gone_is_given_up(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    fleet.clock.advance(Duration::from_secs(9 * 60));
    assert_eq!(owner.get(&path).await.status(200)["status"], "QUEUED");
    fleet.clock.advance(Duration::from_secs(2 * 60));
    let failed = fleet.await_job(&owner, &job, "FAILED").await;
    assert_eq!(failed["error"]["code"], "JOB_TIMED_OUT");
    fleet.succeed_ai(&job, id).await;
    fleet.await_taken_in(&db, 1).await;
    assert_eq!(owner.get(&path).await.status(200)["status"], "FAILED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_first_outcome_of_a_job_is_its_only_one(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    fleet.fail_ai(&job, id).await;
    fleet.succeed_ai(&job, id).await;
    fleet.await_taken_in(&db, 2).await;
    let status = owner.get(&path).await.status(200)["status"].clone();
    // The first outcome stays, whichever it was; a second message does not change it.
    fleet.fail_ai(&job, id).await;
    fleet.await_taken_in(&db, 3).await;
    assert_eq!(owner.get(&path).await.status(200)["status"], status);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_job_is_its_askers_alone(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (owner, stranger) = (fleet.owner(), fleet.owner());
    let (_, _, path) = start(&fleet, &owner).await;
    for rest in ["", "/stream"] {
        stranger
            .get(&format!("{path}{rest}"))
            .await
            .problem(404, "NOT_FOUND");
        owner
            .get(&format!("/api/jobs/{}{rest}", Uuid::now_v7()))
            .await
            .problem(404, "NOT_FOUND");
        owner
            .get(&format!("/api/jobs/1{rest}"))
            .await
            .problem(404, "NOT_FOUND");
        fleet
            .running
            .client()
            .get(&format!("{path}{rest}"))
            .await
            .problem(401, "UNAUTHORIZED");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_stream_tells_every_change_and_ends_with_the_job(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    report(&fleet, &job, "RUNNING", "10").await;
    let stream = format!("{path}/stream");
    let (reply, ()) = tokio::join!(owner.get(&stream), async {
        // Answered by the stream's own look, however late the answer comes.
        fleet.succeed_ai(&job, id).await;
    });
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let told: Vec<Value> = reply
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| serde_json::from_str(data.trim()).unwrap())
        .collect();
    assert_eq!(told.last().unwrap()["status"], "SUCCEEDED");
    assert_eq!(told.last().unwrap(), &owner.get(&path).await.status(200));
    assert!(told.windows(2).all(|pair| pair[0] != pair[1]));
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn without_redis_jobs_are_told_from_the_database_alone(db: PgPool) {
    let nowhere = |config: &mut event_service::Config| {
        config.shared.redis_url = "redis://127.0.0.1:1/".to_owned().into()
    };
    let fleet = Fleet::start_with(&db, nowhere).await;
    let owner = fleet.owner();
    let (id, job, path) = start(&fleet, &owner).await;
    assert_eq!(owner.get(&path).await.status(200)["status"], "QUEUED");
    // The queue may not be bound yet: nobody waited for readiness.
    let client = janchi_testkit::Client::new(&fleet.running.admin);
    janchi_testkit::eventually(Duration::from_secs(30), || async {
        let ready = client.get("/readyz").await.json();
        (ready["dependencies"]["event.events"] == "up").then_some(())
    })
    .await;
    assert_eq!(
        client.get("/readyz").await.json()["dependencies"]["redis"],
        "down"
    );
    fleet.succeed_ai(&job, id).await;
    assert!(fleet.await_job(&owner, &job, "SUCCEEDED").await["result"].is_object());
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_jobs_of_an_event_are_found_from_any_device(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (owner, stranger) = (fleet.owner(), fleet.owner());
    let id = id_of(&create(&owner).await);
    let path = format!("/api/events/{id}/jobs");
    assert_eq!(owner.get(&path).await.status(200)["items"], json!([]));
    let ask = json!({"eventId": id, "budget": 200_000, "note": "아이와 함께 오는 손님"});
    let started = owner.post("/api/ai/recommendations", ask).await.status(202);
    report(&fleet, &started["jobId"], "RUNNING", "30").await;
    let found = owner.get(&path).await.status(200);
    let job = &found["items"][0];
    assert_eq!(found["totalCount"], 1);
    assert_eq!(
        (&job["id"], &job["type"], &job["status"], &job["progress"]),
        (
            &started["jobId"],
            &json!("AI_RECOMMENDATION"),
            &json!("RUNNING"),
            &json!(30)
        )
    );
    assert_eq!(
        job["wish"],
        json!({"budget": 200_000, "note": "아이와 함께 오는 손님"})
    );
    let of_pictures = owner.get(&format!("{path}?type=IMAGE_GENERATION")).await;
    assert_eq!(of_pictures.status(200)["items"], json!([]));
    owner
        .get(&format!("{path}?type=FILM"))
        .await
        .problem(422, "VALIDATION_FAILED");
    stranger.get(&path).await.problem(404, "NOT_FOUND");
}
