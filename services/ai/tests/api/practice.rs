//! The practice server in the vendors' own wire formats: it checks what it is asked as they do.

use crate::setup::{Fleet, assert_sound};
use janchi_contracts::ai::Source;
use janchi_contracts::reference::{Industry, Objective};
use janchi_partners::{Fault, FaultKind, Partners, Vendor};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn both_vendors_take_our_schema_and_we_take_their_answers(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::practising(&db, &partners).await;
    for objective in Objective::ALL {
        for industry in [Industry::Restaurant, Industry::Cafe, Industry::Beauty] {
            let command = janchi_contracts::ai::RecommendEvent {
                industry,
                objective,
                ..fleet.command()
            };
            let result = fleet.result(&command).await;
            assert_sound(&result);
            assert_eq!(
                (result.source, result.sandbox),
                (Source::Claude, true),
                "{industry:?} {objective:?}"
            );
        }
    }
    partners.fault(Vendor::Anthropic, FaultKind::Overloaded.into());
    let command = janchi_contracts::ai::RecommendEvent {
        industry: Industry::Bakery,
        ..fleet.command()
    };
    let result = fleet.result(&command).await;
    assert_sound(&result);
    assert_eq!((result.source, result.sandbox), (Source::OpenAi, true));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_vendor_that_closes_the_door_is_passed_by(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::practising(&db, &partners).await;
    for fault in [FaultKind::Drop, FaultKind::SpendLimit, FaultKind::Garbage] {
        partners.fault(Vendor::Anthropic, fault.into());
        partners.fault(Vendor::OpenAi, Fault::from(fault));
        let result = fleet.result(&fleet.command()).await;
        assert_sound(&result);
        assert_eq!(
            (result.source, result.sandbox),
            (Source::Planner, false),
            "{fault:?}"
        );
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_sentence_is_read_by_the_practising_vendor_or_by_rules(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::practising(&db, &partners).await;
    let ask =
        json!({ "text": "이번 주말에 신메뉴 알리고 싶어요 예산 30만원", "today": "2026-11-24" });
    let intent = fleet
        .peer()
        .post("/internal/intents", ask)
        .await
        .status(200);
    assert!(
        ["CLAUDE", "PLANNER"].contains(&intent["source"].as_str().unwrap()),
        "{intent}"
    );
    assert!(intent["objective"].is_string());
}
