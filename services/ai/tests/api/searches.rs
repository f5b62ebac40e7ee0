//! What people search for more than before, and that nothing depends on it.

use crate::setup::{Fleet, assert_sound};
use crate::stub::{Act, Stub};
use ai_service::domain::search_trend::Span;
use chrono::Days;
use janchi_contracts::ai::{AiResult, Source, TrendItem};
use janchi_contracts::reference::Industry;
use janchi_partners::{Partners, Vendor};
use janchi_runtime::{Clock, seoul};
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::{Duration, Instant};

const KEY: &str = "ai:trend:CAFE";

/// Searches of the last four whole weeks, of the four before and of last year's, under the name of a group.
fn series(name: &str, now: f64, before: f64, year: f64) -> Value {
    let monday = Span::before(seoul::day(Clock::system().now())).to + Days::new(1);
    let data: Vec<Value> = [(4, now), (8, before), (56, year)]
        .into_iter()
        .flat_map(|(ago, ratio)| {
            let from = monday - Days::new(7 * ago);
            (0..4).map(move |week| json!({ "period": from + Days::new(7 * week), "ratio": ratio }))
        })
        .collect();
    json!({ "title": name, "keywords": [name], "data": data })
}

fn searched(result: &AiResult) -> Vec<&TrendItem> {
    let items = result.trend.industry.iter();
    items
        .filter(|item| item.evidence.contains("네이버 데이터랩"))
        .collect()
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_rise_is_told_with_its_figures_and_asked_for_once_a_day(db: PgPool) {
    let results = [
        series("두쫀쿠", 69.0, 50.0, 61.6),
        series("말차", 20.0, 20.0, 20.0),
    ];
    let datalab = Stub::datalab(Act::Say(200, json!({ "results": results }))).await;
    let fleet = Fleet::watching(&db, datalab.url.clone()).await;
    for source in [Source::Planner, Source::Cache] {
        let result = fleet.result(&fleet.command()).await;
        assert_sound(&result);
        assert_eq!((result.source, result.sandbox), (source, true));
        let told = searched(&result);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].keyword, "두쫀쿠 검색 증가");
        let evidence = &told[0].evidence;
        assert!(evidence.contains("그 전 4주보다 38% 늘었고, 지난해 같은 때보다 12% 많아요"));
        assert!(evidence.ends_with("(연습용 자료)"), "{evidence}");
    }
    let calls = datalab.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["timeUnit"], "week");
    assert_eq!(calls[0]["keywordGroups"][0]["groupName"], "두쫀쿠");
    let cached = fleet.cache.get(KEY).await.unwrap();
    assert!(!cached.contains("다정한카페") && !cached.contains("SEOUL"));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn the_practice_server_takes_our_question_for_every_trade(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::watching(&db, partners.datalab_url()).await;
    for industry in Industry::ALL {
        let command = janchi_contracts::ai::RecommendEvent {
            industry,
            ..fleet.command()
        };
        assert_sound(&fleet.result(&command).await);
    }
    let calls = partners.calls_of(Vendor::Datalab, "search");
    assert_eq!(calls.len(), Industry::ALL.len());
    assert!(calls.iter().all(|call| call.status == Some(200)));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_slow_one_holds_nobody_up_and_is_not_asked_by_everybody(db: PgPool) {
    let datalab = Stub::datalab(Act::Hang).await;
    let fleet = Fleet::watching(&db, datalab.url.clone()).await;
    let began = Instant::now();
    for _ in 0..2 {
        let result = fleet.result(&fleet.command()).await;
        assert_sound(&result);
        assert!(searched(&result).is_empty() && !result.sandbox);
    }
    assert!(
        began.elapsed() < Duration::from_secs(6),
        "{:?}",
        began.elapsed()
    );
    // The failure is remembered for a while.
    eventually(Duration::from_secs(5), || async {
        fleet.cache.get(KEY).await
    })
    .await;
    fleet.result(&fleet.command()).await;
    assert_eq!(datalab.calls().len(), 1);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn whatever_it_says_wrong_only_the_trend_is_missing(db: PgPool) {
    let foreign = series("남의 검색어", 90.0, 10.0, 10.0);
    let wrongs = [
        Act::Raw("<html>oops</html>"),
        Act::Say(200, json!({ "error": { "errorCode": "900" } })),
        Act::Say(200, json!({ "results": [foreign] })),
        Act::Say(
            429,
            json!({ "error": { "errorCode": "400", "message": "Quota Exceeded" } }),
        ),
        Act::Say(
            200,
            json!({ "results": [{ "title": "말차", "data": [{ "period": "언제", "ratio": 1 }] }] }),
        ),
    ];
    let datalab = Stub::datalab(Act::Hang).await;
    let fleet = Fleet::watching(&db, datalab.url.clone()).await;
    for act in wrongs {
        datalab.now(act);
        let result = fleet.result(&fleet.command()).await;
        assert_sound(&result);
        assert!(searched(&result).is_empty());
        fleet.cache.delete(KEY).await;
    }
    assert_eq!(datalab.calls().len(), 5);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn one_that_fails_again_and_again_is_left_alone(db: PgPool) {
    let datalab = Stub::datalab(Act::Say(500, json!({}))).await;
    let fleet = Fleet::watching(&db, datalab.url.clone()).await;
    for _ in 0..7 {
        assert_sound(&fleet.result(&fleet.command()).await);
        fleet.cache.delete(KEY).await;
    }
    // Five failures in a row open the breaker.
    assert_eq!(datalab.calls().len(), 5);
}
