//! What finished events change in the next recommendation.

use crate::events::outcome;
use crate::lookup::lookup;
use crate::setup::Fleet;
use janchi_contracts::ai::{AiResult, Plan, RecommendEvent};
use janchi_contracts::analytics::{ChannelOutcome, Outcome};
use janchi_contracts::reference::{Channel, Industry, Region};
use janchi_contracts::user::UserEvent;
use janchi_testkit::{Client, eventually, send_event};
use sqlx::PgPool;
use std::time::{Duration, Instant};
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(20);

/// A plan of an owner, gone by so many times what its formula said.
fn outcome_of(plan: &Plan, owner: Uuid, times: f64) -> Outcome {
    let model = plan.forecast.model.clone().unwrap();
    let people = |expected: f64| (expected * times).round() as i64;
    Outcome {
        tier: Some(plan.tier.code().to_owned()),
        expected_participants: Some(plan.forecast.participants.expected),
        expected_range: Some(plan.forecast.participants),
        channels: model
            .channels
            .iter()
            .map(|c| ChannelOutcome {
                channel: c.channel,
                participants: people(c.participants).max(1),
                cost: 10_000,
            })
            .collect(),
        model: Some(model.clone()),
        ..outcome(owner, Uuid::now_v7(), people(model.participants))
    }
}

fn expected(result: &AiResult) -> Vec<i64> {
    let plans = result.plans.iter();
    plans.map(|p| p.forecast.participants.expected).collect()
}

fn has_learned(result: &AiResult) -> bool {
    let mut plans = result.plans.iter();
    plans.any(|p| p.forecast.basis.contains("비슷한 이벤트"))
}

/// Asks until an answer is as wanted.
async fn answer(
    fleet: &Fleet,
    command: impl Fn() -> RecommendEvent,
    wanted: impl Fn(&AiResult) -> bool,
) -> AiResult {
    eventually(SOON, || async {
        let result = fleet.result(&command()).await;
        wanted(&result).then_some(result)
    })
    .await
}

async fn rows(db: &PgPool) -> (i64, i64, i64) {
    let row = sqlx::query!(
        r#"select (select count(*) from outcomes) as "outcomes!", (select count(*) from forecast_scores) as "scores!",
                  (select count(*) from lessons) as "lessons!""#
    );
    let row = row.fetch_one(db).await.unwrap();
    (row.outcomes, row.scores, row.lessons)
}

async fn taken(db: &PgPool, outcomes: i64) {
    eventually(SOON, || async {
        (rows(db).await.0 == outcomes).then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn five_shops_change_the_next_forecast_and_one_that_leaves_takes_it_back(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let first = fleet.result(&fleet.command()).await;
    assert!(!has_learned(&first));
    let owners: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    // Four shops, however many events: nothing of them is used.
    for owner in &owners[..4] {
        for plan in &first.plans {
            send_event(&fleet.namespace, &outcome_of(plan, *owner, 0.5)).await;
        }
    }
    taken(&db, 12).await;
    let four = fleet.result(&fleet.command()).await;
    assert_eq!(expected(&four), expected(&first));

    send_event(
        &fleet.namespace,
        &outcome_of(&first.plans[0], owners[4], 0.5),
    )
    .await;
    let five = answer(&fleet, || fleet.command(), has_learned).await;
    for (after, before) in five.plans.iter().zip(&first.plans) {
        let (after, before) = (&after.forecast, &before.forecast);
        assert!(after.participants.expected < before.participants.expected);
        assert!(after.revenue < before.revenue && after.roi < before.roi);
        assert_eq!((&after.model, after.cost), (&before.model, before.cost));
        assert!(after.basis.contains("낮춰 잡았어요"), "{}", after.basis);
    }
    // The formula's own number is kept beside the corrected one.
    let kept = sqlx::query!(
        "select participants_model, participants_expected from forecasts order by created_at desc limit 1"
    );
    let kept = kept.fetch_one(&db).await.unwrap();
    assert!(kept.participants_model.unwrap() > kept.participants_expected as f64);

    let gone = UserEvent::Deleted {
        user_id: owners[0],
        store_id: Uuid::now_v7(),
    };
    send_event(&fleet.namespace, &gone).await;
    let back = answer(&fleet, || fleet.command(), |result| !has_learned(result)).await;
    assert_eq!(expected(&back), expected(&first));
    let of_gone = sqlx::query_scalar!(
        "select (select count(*) from lessons where owner_id = $1) + (select count(*) from forecast_scores where owner_id = $1)",
        owners[0]
    );
    assert_eq!(of_gone.fetch_one(&db).await.unwrap(), Some(0));
}

/// Waits until what events taught has been read without an error.
async fn until_read(fleet: &Fleet) {
    let admin = Client::new(&fleet.running.admin);
    eventually(SOON, || async {
        let ready = admin.get("/readyz").await.json();
        (ready["notes"]["learned"] == "read").then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn where_no_event_has_ended_yet_there_is_nothing_to_learn_and_no_error(db: PgPool) {
    until_read(&Fleet::start(&db).await).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_service_that_starts_knows_what_was_learned_before_anybody_asks(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let first = fleet.result(&fleet.command()).await;
    for plan in (0..5).map(|_| &first.plans[0]) {
        send_event(&fleet.namespace, &outcome_of(plan, Uuid::now_v7(), 0.5)).await;
    }
    taken(&db, 5).await;
    fleet.running.stop().await.unwrap();

    let again = Fleet::configured(&db, &fleet.namespace, None, None).await;
    until_read(&again).await;
    // Nobody can read lessons any more: whoever plans now has what was read at the start.
    let mut held = db.begin().await.unwrap();
    sqlx::query!("lock table lessons in access exclusive mode")
        .execute(&mut *held)
        .await
        .unwrap();
    let began = Instant::now();
    let found = lookup(&again, &again.command()).await.unwrap();
    assert!(has_learned(&found));
    assert!(
        began.elapsed() < Duration::from_millis(900),
        "{:?}",
        began.elapsed()
    );
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_outcome_told_twice_counts_once_and_the_later_one(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let plan = fleet.result(&fleet.command()).await.plans.remove(1);
    let told = outcome_of(&plan, Uuid::now_v7(), 1.0);
    send_event(&fleet.namespace, &told).await;
    taken(&db, 1).await;
    let score = || async {
        sqlx::query!("select actual, within_range, error from forecast_scores")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let before = rows(&db).await;
    assert_eq!(
        before.2,
        1 + i64::try_from(told.channels.len()).unwrap(),
        "one lesson for the event, one per channel"
    );
    let row = score().await;
    assert!(row.within_range && row.error < 0.05);

    let later = Outcome {
        participants: told.participants * 10,
        ..told.clone()
    };
    send_event(&fleet.namespace, &later).await;
    eventually(SOON, || async {
        (score().await.actual == later.participants).then_some(())
    })
    .await;
    assert_eq!(rows(&db).await, before);
    let row = score().await;
    assert!(!row.within_range && (row.error - 0.9).abs() < 0.05);
    let whole = sqlx::query_scalar!("select deviation from lessons where channel = ''");
    assert!(whole.fetch_one(&db).await.unwrap() > 1.0);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_event_without_a_forecast_is_kept_but_teaches_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let own_idea = Outcome {
        tier: None,
        expected_participants: None,
        expected_range: None,
        ..outcome(Uuid::now_v7(), Uuid::now_v7(), 77)
    };
    send_event(&fleet.namespace, &own_idea).await;
    taken(&db, 1).await;
    assert_eq!(rows(&db).await, (1, 0, 0));
}

/// What the fleet's own events say on the three axes.
fn own(result: &AiResult) -> Vec<&str> {
    let trend = &result.trend;
    let items = trend.industry.iter().chain(&trend.region);
    items
        .chain(&trend.season)
        .filter(|item| item.evidence.starts_with("잔치에서 끝난 이벤트"))
        .map(|item| item.evidence.as_str())
        .collect()
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn own_results_are_told_of_five_shops_and_not_of_four(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let asking = |industry, region| {
        let command = fleet.command();
        move || RecommendEvent {
            job_id: Uuid::now_v7(),
            event_id: Uuid::now_v7(),
            industry,
            region,
            objective: janchi_contracts::reference::Objective::Sales,
            ..command.clone()
        }
    };
    let ended = |industry, region, participants| Outcome {
        industry,
        region,
        channels: vec![
            ChannelOutcome {
                channel: Channel::Naver,
                participants: 40,
                cost: 100_000,
            },
            ChannelOutcome {
                channel: Channel::Kakao,
                participants: 40,
                cost: 20_000,
            },
        ],
        ended_at: fleet.clock.now(),
        ..outcome(Uuid::now_v7(), Uuid::now_v7(), participants)
    };
    // Four cafés, one of them with three events; five bars in two regions.
    for participants in [100, 110, 120] {
        let outcome = ended(Industry::Cafe, Region::Seoul, participants);
        send_event(&fleet.namespace, &outcome).await;
    }
    let busy = Uuid::now_v7();
    for _ in 0..3 {
        let outcome = Outcome {
            owner_id: busy,
            ..ended(Industry::Cafe, Region::Seoul, 90)
        };
        send_event(&fleet.namespace, &outcome).await;
    }
    for n in 0..5 {
        let region = [Region::Busan, Region::Jeju][n % 2];
        let outcome = ended(Industry::Bar, region, 140);
        send_event(&fleet.namespace, &outcome).await;
    }
    let bars = asking(Industry::Bar, Region::Busan);
    let told = answer(&fleet, &bars, |result| !own(result).is_empty()).await;
    // By goal and by season there are five bars, in Busan three.
    assert_eq!(own(&told).len(), 2, "{:?}", told.trend);
    assert!(own(&told)[0].contains("5건(가게 5곳)의 평균"));
    let item = &told.trend.industry[0];
    assert!(item.description.contains("140명 안팎"), "{item:?}");
    assert!(
        item.description.contains("카카오가 가장 적었어요"),
        "{item:?}"
    );
    let cafes = asking(Industry::Cafe, Region::Seoul);
    assert!(own(&fleet.result(&cafes()).await).is_empty());

    let fifth = ended(Industry::Cafe, Region::Seoul, 100);
    send_event(&fleet.namespace, &fifth).await;
    let told = answer(&fleet, &cafes, |result| !own(result).is_empty()).await;
    assert_eq!(own(&told).len(), 3, "{:?}", told.trend);
    let before = told.trend;

    // A sixth, quite another one, changes nothing: nobody can subtract.
    let sixth = ended(Industry::Cafe, Region::Seoul, 5_000);
    send_event(&fleet.namespace, &sixth).await;
    let bars_six = ended(Industry::Bar, Region::Busan, 140);
    let bars_seven = ended(Industry::Bar, Region::Busan, 140);
    for outcome in [bars_six, bars_seven] {
        send_event(&fleet.namespace, &outcome).await;
    }
    // The fifth bar of Busan shows that all of these have been taken in.
    answer(&fleet, &bars, |result| own(result).len() == 3).await;
    let after = fleet.result(&cafes()).await;
    assert_eq!(after.trend, before);
}
