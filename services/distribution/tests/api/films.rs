//! Television shows a film of the event's picture, which the content service makes.

use crate::fixture::{Fleet, PATIENCE, Reach, event, of, soon};
use janchi_contracts::content::{FilmRef, FilmSpot, SpotEvent};
use janchi_contracts::distribution::RunStatus;
use janchi_contracts::reference::Channel;
use janchi_partners::Vendor;
use janchi_testkit::send_event;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

const BOTH: [Channel; 2] = [Channel::UridongneTv, Channel::GenieTv];

async fn patient(db: &PgPool, reach: Reach) -> Fleet {
    Fleet::start_with(db, reach, |config| config.pace.film = PATIENCE * 4).await
}

/// The order with this number.
async fn order(fleet: &Fleet, code: &str) -> FilmSpot {
    let of_code = |order: &FilmSpot| order.spoken_code.as_deref() == Some(code);
    fleet.told.next("content.spot", of_code).await
}

fn ready(order: &FilmSpot) -> SpotEvent {
    let code = order.spoken_code.as_deref().unwrap_or("none");
    SpotEvent::Ready {
        image_id: order.image_id,
        owner_id: order.owner_id,
        spoken_code: order.spoken_code.clone(),
        film: FilmRef {
            url: format!("https://cdn.janchi.example/cdn/{code}.mp4"),
            bytes: 1_234_567,
            width: 1920,
            height: 1080,
            duration_ms: 15_000,
        },
    }
}

fn failed(order: &FilmSpot) -> SpotEvent {
    SpotEvent::Failed {
        image_id: order.image_id,
        owner_id: order.owner_id,
        spoken_code: order.spoken_code.clone(),
    }
}

/// What a platform was given to show.
fn materials(fleet: &Fleet, vendor: Vendor) -> Vec<Value> {
    let calls = fleet.partners.calls(vendor);
    calls
        .iter()
        .filter(|call| call.operation == "create_material")
        .map(|call| call.body.clone())
        .collect()
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn each_television_channel_waits_for_a_film_with_its_own_number(db: PgPool) {
    let fleet = patient(&db, Reach::Practice).await;
    let channels = [BOTH[0], BOTH[1], Channel::Kakao];
    let event = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &event).await;
    // What needs no film does not wait.
    let waiting = fleet
        .when(&event, |run| of(run, "KAKAO")["status"] == "PUBLISHED")
        .await;
    assert_eq!(waiting["status"], "RUNNING");
    let mut orders = Vec::new();
    for channel in ["URIDONGNE_TV", "GENIE_TV"] {
        let seen = of(&waiting, channel);
        let tries = (&seen["status"], &seen["attempts"], &seen["lastError"]);
        assert_eq!(tries, (&json!("QUEUED"), &json!(0), &Value::Null));
        assert_eq!(seen["film"], json!({"status": "ORDERED", "url": null}));
        orders.push(order(&fleet, seen["spokenCode"].as_str().unwrap()).await);
    }
    assert_eq!(orders[0].image_id, orders[1].image_id);
    assert_ne!(orders[0].spoken_code, orders[1].spoken_code);
    assert!(materials(&fleet, Vendor::UridongneTv).is_empty());

    send_event(&fleet.namespace, &ready(&orders[0])).await;
    fleet
        .when(&event, |run| {
            of(run, "URIDONGNE_TV")["status"] != "QUEUED"
                && of(run, "GENIE_TV")["status"] == "QUEUED"
        })
        .await;
    send_event(&fleet.namespace, &ready(&orders[1])).await;
    let run = fleet.settled(&event).await;
    assert_eq!(run["status"], "COMPLETED", "{run:#}");
    for (vendor, order) in [Vendor::UridongneTv, Vendor::GenieTv]
        .into_iter()
        .zip(&orders)
    {
        let material = materials(&fleet, vendor).remove(0);
        let url = format!(
            "https://cdn.janchi.example/cdn/{}.mp4",
            order.spoken_code.as_deref().unwrap()
        );
        assert_eq!(material["kind"], "video");
        assert_eq!(material["source"]["url"], json!(url));
        assert_eq!(material["spec"]["duration_ms"], 15_000);
    }
    assert_eq!(of(&run, "GENIE_TV")["film"]["status"], "READY");
    assert_eq!(of(&run, "GENIE_TV")["attempts"], 1, "waiting is no try");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_film_that_cannot_be_made_or_comes_too_late_is_replaced_by_the_picture(db: PgPool) {
    let fleet = patient(&db, Reach::Practice).await;
    let one = event(fleet.owner, fleet.clock.now(), &BOTH[..1]);
    fleet.publish(1, &one).await;
    let seen = fleet
        .when(&one, |run| of(run, "URIDONGNE_TV")["film"].is_object())
        .await;
    let code = of(&seen, "URIDONGNE_TV")["spokenCode"]
        .as_str()
        .unwrap()
        .to_owned();
    send_event(&fleet.namespace, &failed(&order(&fleet, &code).await)).await;
    let run = fleet.settled(&one).await;
    assert_eq!(run["status"], "COMPLETED");
    assert_eq!(of(&run, "URIDONGNE_TV")["film"]["status"], "FAILED");
    assert_eq!(materials(&fleet, Vendor::UridongneTv)[0]["kind"], "image");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn nobody_waits_for_a_film_longer_than_the_limit(db: PgPool) {
    let wait = Duration::from_millis(700);
    let fleet = Fleet::start_with(&db, Reach::Practice, |config| config.pace.film = wait).await;
    let event = event(fleet.owner, fleet.clock.now(), &BOTH[1..]);
    fleet.publish(1, &event).await;
    fleet.finished(RunStatus::Completed).await;
    let run = fleet.settled(&event).await;
    let seen = of(&run, "GENIE_TV");
    assert_eq!(seen["film"], json!({"status": "LATE", "url": null}));
    assert_eq!(materials(&fleet, Vendor::GenieTv)[0]["kind"], "image");
    // What comes after that changes nothing.
    let order = order(&fleet, seen["spokenCode"].as_str().unwrap()).await;
    let id = send_event(&fleet.namespace, &ready(&order)).await;
    soon(|| async {
        let taken = sqlx::query_scalar!(
            r#"select exists (select 1 from inbox where message_id = $1) as "t!""#,
            id
        );
        taken.fetch_one(&db).await.unwrap().then_some(())
    })
    .await;
    assert_eq!(
        of(&fleet.settled(&event).await, "GENIE_TV")["film"]["status"],
        "LATE"
    );
    assert_eq!(materials(&fleet, Vendor::GenieTv).len(), 1);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_channel_served_by_hand_is_told_at_once_and_shown_its_film_later(db: PgPool) {
    let fleet = patient(&db, Reach::Nothing).await;
    let event = event(fleet.owner, fleet.clock.now(), &BOTH[..1]);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    let seen = of(&run, "URIDONGNE_TV");
    assert_eq!(seen["status"], "MANUAL_ACTION_REQUIRED");
    let steps = seen["manualSteps"].to_string();
    assert!(steps.contains("15초 영상을 만들고 있어요"), "{steps}");
    let order = order(&fleet, seen["spokenCode"].as_str().unwrap()).await;
    send_event(&fleet.namespace, &ready(&order)).await;
    let run = fleet
        .when(&event, |run| {
            of(run, "URIDONGNE_TV")["film"]["status"] == "READY"
        })
        .await;
    let seen = of(&run, "URIDONGNE_TV");
    assert_eq!(seen["status"], "MANUAL_ACTION_REQUIRED");
    assert!(seen["film"]["url"].as_str().unwrap().ends_with(".mp4"));
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn news_of_somebody_elses_film_ends_no_wait(db: PgPool) {
    let fleet = patient(&db, Reach::Practice).await;
    let event = event(fleet.owner, fleet.clock.now(), &BOTH[..1]);
    fleet.publish(1, &event).await;
    let seen = fleet
        .when(&event, |run| of(run, "URIDONGNE_TV")["film"].is_object())
        .await;
    let code = of(&seen, "URIDONGNE_TV")["spokenCode"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = order(&fleet, &code).await;
    let foreign = FilmSpot {
        owner_id: Uuid::now_v7(),
        ..own.clone()
    };
    let other_number = FilmSpot {
        spoken_code: Some("00000000".into()),
        ..own.clone()
    };
    for wrong in [foreign, other_number] {
        send_event(&fleet.namespace, &ready(&wrong)).await;
    }
    send_event(&fleet.namespace, &ready(&own)).await;
    let run = fleet.settled(&event).await;
    assert_eq!(run["status"], "COMPLETED");
    let shown = materials(&fleet, Vendor::UridongneTv);
    assert_eq!(shown.len(), 1);
    assert_eq!(
        shown[0]["source"]["url"],
        json!(format!("https://cdn.janchi.example/cdn/{code}.mp4"))
    );
    fleet.end().await;
}
