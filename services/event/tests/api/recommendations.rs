use crate::fixture::{Fleet, ai_result, create, id_of, parse, plan_id};
use janchi_contracts::ai::RecommendEvent;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_earlier_answer_is_given_at_once(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let found = ai_result(fleet.in_hours(24), fleet.in_hours(48));
    fleet.set(|peers| peers.recommendation = Some(found));
    let reply = owner
        .post(
            "/api/ai/recommendations",
            json!({"eventId": id, "budget": 200_000, "note": "주말에"}),
        )
        .await;
    let started = reply.status(202);
    assert_eq!(started["status"], "SUCCEEDED");
    assert_eq!(started["result"]["plans"].as_array().unwrap().len(), 3);
    assert_eq!(reply.header("retry-after"), None);
    let job = owner
        .get(reply.header("location").unwrap())
        .await
        .status(200);
    assert_eq!(job["id"], started["jobId"]);
    assert_eq!(job["type"], "AI_RECOMMENDATION");
    assert_eq!(
        (&job["status"], &job["progress"]),
        (&json!("SUCCEEDED"), &json!(100))
    );
    assert_eq!(job["result"], started["result"]);
    let asked = fleet.peers.lock().unwrap().asked[0].clone();
    assert_eq!(asked["storeName"], "봄날 카페");
    assert_eq!(asked["budget"], 200_000);
    assert!(fleet.heard.named::<Value>("ai.recommendation").is_empty());
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn without_an_earlier_answer_a_job_is_ordered_and_its_result_stored(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let reply = owner
        .post("/api/ai/recommendations", json!({"eventId": id}))
        .await;
    let started = reply.status(202);
    assert_eq!(started["status"], "QUEUED");
    assert_eq!(started.get("result"), None);
    assert_eq!(reply.header("retry-after"), Some("5"));
    let ordered: RecommendEvent = fleet.heard.next("ai.recommendation", |_| true).await;
    assert_eq!(ordered.job_id, parse(&started["jobId"]));
    assert_eq!(ordered.event_id, id);
    // Nothing can be chosen before there is a result.
    let choice = json!({"jobId": started["jobId"], "planId": plan_id(1)});
    let path = format!("/api/events/{id}/recommendation");
    owner
        .put(&path, choice.clone())
        .await
        .problem(409, "JOB_NOT_SUCCEEDED");
    fleet.succeed_ai(&started["jobId"], id).await;
    let job = fleet
        .await_job(&owner, &started["jobId"], "SUCCEEDED")
        .await;
    assert_eq!(job["result"]["source"], "PLANNER");
    // Whoever reads SUCCEEDED can use the result in the next call.
    owner.put(&path, choice).await.status(200);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_ai_service_that_is_down_is_a_miss(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    fleet.set(|peers| peers.ai_down = true);
    let started = owner
        .post("/api/ai/recommendations", json!({"eventId": id}))
        .await
        .status(202);
    assert_eq!(started["status"], "QUEUED");
    fleet
        .heard
        .next::<RecommendEvent>("ai.recommendation", |_| true)
        .await;
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_same_request_joins_the_job_and_another_one_replaces_it(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let ask = json!({"eventId": id, "note": "비 오는 날"});
    let replies = futures::future::join_all(
        (0..6).map(|_| owner.post("/api/ai/recommendations", ask.clone())),
    )
    .await;
    let jobs: std::collections::HashSet<String> = replies
        .iter()
        .map(|r| r.status(202)["jobId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(jobs.len(), 1);
    let first = jobs.into_iter().next().map(Value::from).unwrap();
    let other = owner
        .post(
            "/api/ai/recommendations",
            json!({"eventId": id, "note": "맑은 날"}),
        )
        .await
        .status(202);
    assert_ne!(other["jobId"], first);
    let path = format!("/api/jobs/{}", first.as_str().unwrap());
    assert_eq!(owner.get(&path).await.status(200)["status"], "CANCELLED");
    fleet
        .heard
        .next::<RecommendEvent>("ai.recommendation", |job| {
            job.note.as_deref() == Some("맑은 날")
        })
        .await;
    assert_eq!(fleet.heard.named::<Value>("ai.recommendation").len(), 2);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_failed_job_says_why_and_another_can_follow(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let ask = json!({"eventId": id});
    let started = owner
        .post("/api/ai/recommendations", ask.clone())
        .await
        .status(202);
    fleet.fail_ai(&started["jobId"], id).await;
    let job = fleet.await_job(&owner, &started["jobId"], "FAILED").await;
    assert_eq!(
        job["error"],
        json!({"code": "AI_UNAVAILABLE", "message": "지금은 추천할 수 없어요."})
    );
    assert_eq!(job.get("result"), None);
    let next = owner.post("/api/ai/recommendations", ask).await.status(202);
    assert_ne!(next["jobId"], started["jobId"]);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_bad_request_for_plans_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    for (body, field) in [
        (json!({}), "eventId"),
        (json!({"eventId": "abc"}), "eventId"),
        (json!({"eventId": id, "budget": -1}), "budget"),
        (json!({"eventId": id, "budget": "십만"}), "budget"),
        (json!({"eventId": id, "note": "가".repeat(501)}), "note"),
        (json!({"eventId": id, "note": "\u{0}"}), "note"),
        (json!({"eventId": id, "priority": 9}), "priority"),
    ] {
        owner
            .post("/api/ai/recommendations", body)
            .await
            .names_field(field);
    }
    owner
        .post(
            "/api/ai/recommendations",
            json!({"eventId": Uuid::now_v7()}),
        )
        .await
        .problem(404, "NOT_FOUND");
    let approved = fleet.approved(&owner).await;
    owner
        .post("/api/ai/recommendations", json!({"eventId": approved}))
        .await
        .problem(409, "EVENT_LOCKED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_plan_fills_the_event_but_for_the_pictures(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.planned(&owner).await;
    assert_eq!(event["title"], "겨울 손님 잔치");
    assert_eq!(event["winnerCount"], 20);
    assert_eq!(event["visitBonus"], json!({"enabled": true, "weight": 3}));
    assert_eq!(event["budget"], 220_000);
    assert_eq!(event["forecast"]["participants"]["expected"], 80);
    assert_eq!(
        event["channels"][1],
        json!({"channel": "KAKAO", "budget": 30_000})
    );
    assert_eq!(event["recommendation"]["planId"], json!(plan_id(2)));
    assert_eq!(event["recommendation"]["source"], "PLANNER");
    assert_eq!(event["recommendation"]["notice"], "기본 계획이에요.");
    assert_eq!(event["step"], "CONTENT");
    let preflight = owner
        .get(&format!("/api/events/{}/preflight", id_of(&event)))
        .await
        .status(200);
    let blocking: Vec<_> = preflight["blocking"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| &b["code"])
        .collect();
    assert_eq!(blocking, ["IMAGES_MISSING"]);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_wish_goes_over_the_plan_within_its_limits(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.planned(&owner).await;
    let path = format!("/api/events/{}/recommendation", id_of(&event));
    let choose = |overrides: Value| json!({"jobId": event["recommendation"]["jobId"], "planId": plan_id(1), "overrides": overrides});
    let changed = owner
        .put(
            &path,
            choose(json!({"title": "우리 잔치", "budget": 50_000})),
        )
        .await
        .status(200);
    assert_eq!(
        (&changed["title"], &changed["budget"]),
        (&json!("우리 잔치"), &json!(50_000))
    );
    assert_eq!(changed["prizes"][0]["name"], "핫초코");
    let past = fleet.in_hours(-1).to_rfc3339();
    for (overrides, field) in [
        (json!({"budget": -1}), "overrides.budget"),
        (json!({"endsAt": past}), "overrides.endsAt"),
        (
            json!({"prizes": [{"name": "", "quantity": 1, "unitCost": 1}]}),
            "overrides.prizes[0].name",
        ),
        (
            json!({"channels": [{"channel": "KAKAO", "budget": -1}]}),
            "overrides.channels[0].budget",
        ),
        (json!({"status": "ONGOING"}), "overrides.status"),
    ] {
        owner.put(&path, choose(overrides)).await.names_field(field);
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_unknown_job_or_plan_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (alice, bob) = (fleet.owner(), fleet.owner());
    let event = fleet.planned(&alice).await;
    let job = &event["recommendation"]["jobId"];
    let path = format!("/api/events/{}/recommendation", id_of(&event));
    alice
        .put(&path, json!({"jobId": job, "planId": Uuid::now_v7()}))
        .await
        .names_field("planId");
    alice
        .put(
            &path,
            json!({"jobId": Uuid::now_v7(), "planId": plan_id(1)}),
        )
        .await
        .names_field("jobId");
    alice
        .put(&path, json!({"jobId": job}))
        .await
        .names_field("planId");
    // A job of another event, or of another owner, is no job of this one.
    let own = id_of(&create(&alice).await);
    let choice = json!({"jobId": job, "planId": plan_id(1)});
    alice
        .put(&format!("/api/events/{own}/recommendation"), choice.clone())
        .await
        .names_field("jobId");
    let theirs = id_of(&create(&bob).await);
    bob.put(
        &format!("/api/events/{theirs}/recommendation"),
        choice.clone(),
    )
    .await
    .names_field("jobId");
    let approved = fleet.approved(&alice).await;
    alice
        .put(&format!("/api/events/{approved}/recommendation"), choice)
        .await
        .problem(409, "EVENT_LOCKED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_plan_that_is_over_by_now_runs_from_now_on(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.planned(&owner).await;
    fleet.pass_hours(24 * 30);
    let path = format!("/api/events/{}/recommendation", id_of(&event));
    let choice = json!({"jobId": event["recommendation"]["jobId"], "planId": plan_id(1)});
    let moved = owner.put(&path, choice).await.status(200);
    let at = |name: &str| {
        moved[name]
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    };
    assert!(at("startsAt") <= fleet.clock.now());
    assert_eq!(at("endsAt") - at("startsAt"), chrono::Duration::hours(168));
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_sentence_is_understood_by_the_ai_service(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let intent = owner
        .post(
            "/api/ai/intents",
            json!({"text": "주말 매출 올리고 싶어, 20만 원"}),
        )
        .await
        .status(200);
    assert_eq!(intent["objective"], "SALES");
    assert_eq!(intent["note"], "주말 매출 올리고 싶어, 20만 원");
    for body in [
        json!({}),
        json!({"text": " "}),
        json!({"text": "가".repeat(501)}),
        json!({"text": 3}),
    ] {
        owner
            .post("/api/ai/intents", body)
            .await
            .names_field("text");
    }
    fleet.set(|peers| peers.intent_status = Some(422));
    owner
        .post("/api/ai/intents", json!({"text": "음"}))
        .await
        .names_field("text");
    fleet.set(|peers| peers.ai_down = true);
    owner
        .post("/api/ai/intents", json!({"text": "매출"}))
        .await
        .problem(503, "UNAVAILABLE");
    fleet
        .running
        .client()
        .post("/api/ai/intents", json!({"text": "매출"}))
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_slow_look_up_does_not_hold_up_the_answer(db: PgPool) {
    use std::time::{Duration, Instant};
    let fleet = Fleet::start_with(&db, |config| {
        config.lookup_deadline = Duration::from_millis(80)
    })
    .await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let found = ai_result(fleet.in_hours(24), fleet.in_hours(48));
    fleet.set(|peers| {
        peers.recommendation = Some(found);
        peers.ai_takes = Some(Duration::from_secs(20));
    });
    let began = Instant::now();
    let started = owner
        .post("/api/ai/recommendations", json!({"eventId": id}))
        .await
        .status(202);
    assert_eq!(started["status"], "QUEUED");
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "waited {:?}",
        began.elapsed()
    );
}
