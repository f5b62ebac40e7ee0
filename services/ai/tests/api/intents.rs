//! One typed sentence.

use crate::setup::Fleet;
use crate::stub::{Act, Stub, claude_says};
use serde_json::json;
use sqlx::PgPool;

const PATH: &str = "/internal/intents";
const SENTENCE: &str = "이번 주말에 신메뉴 알리고 싶어요 예산 30만원";

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_sentence_is_read_by_rules_without_a_vendor(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let intent = fleet
        .peer()
        .post(PATH, json!({ "text": SENTENCE, "today": "2026-11-24" }))
        .await
        .status(200);
    assert_eq!(
        intent,
        json!({ "objective": "AWARENESS", "startsAt": "2026-11-27T15:00:00Z", "endsAt": "2026-11-29T14:59:59Z",
                "budget": 300_000, "note": "신메뉴", "source": "PLANNER" })
    );
    let bare = fleet
        .peer()
        .post(
            PATH,
            json!({ "text": "매출 올리기", "today": "2026-11-24" }),
        )
        .await
        .status(200);
    assert_eq!(bare["objective"], "SALES");
    assert!(bare.get("budget").is_none() && bare.get("startsAt").is_none());
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_vendor_is_asked_first_and_the_rules_stand_behind_it(db: PgPool) {
    let reading = json!({ "objective": "SALES", "startDate": "2026-12-01", "endDate": "2026-12-03", "budget": 500_000, "note": null });
    let claude = Stub::claude(claude_says(&reading.to_string())).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    let ask = json!({ "text": SENTENCE, "today": "2026-11-24" });
    let intent = fleet.peer().post(PATH, ask.clone()).await.status(200);
    assert_eq!(
        (intent["source"].as_str(), intent["objective"].as_str()),
        (Some("CLAUDE"), Some("SALES"))
    );
    assert_eq!(intent["startsAt"], "2026-11-30T15:00:00Z");
    // The sentence travels as a field of data, apart from the instructions.
    let call = &claude.calls()[0];
    assert!(!call["system"].as_str().unwrap().contains("신메뉴 알리고"));
    let data: serde_json::Value =
        serde_json::from_str(call["messages"][0]["content"].as_str().unwrap()).unwrap();
    assert_eq!(data["sentence"], SENTENCE);

    for act in [Act::Hang, claude_says("네!"), Act::Say(529, json!({}))] {
        claude.now(act);
        let intent = fleet.peer().post(PATH, ask.clone()).await.status(200);
        assert_eq!(
            (intent["source"].as_str(), intent["objective"].as_str()),
            (Some("PLANNER"), Some("AWARENESS"))
        );
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_empty_or_endless_sentence_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let ask = |text: String| json!({ "text": text, "today": "2026-11-24" });
    fleet
        .peer()
        .post(PATH, ask("  ".into()))
        .await
        .names_field("text");
    fleet
        .peer()
        .post(PATH, ask("가".repeat(501)))
        .await
        .names_field("text");
    fleet
        .peer()
        .post(PATH, json!({ "today": "2026-11-24" }))
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .running
        .client()
        .post(PATH, ask("매출".into()))
        .await
        .problem(401, "UNAUTHORIZED");
}
