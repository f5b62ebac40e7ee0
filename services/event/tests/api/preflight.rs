use crate::fixture::{Fleet, create, id_of};
use janchi_contracts::distribution::ChannelReach;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::{Duration, Instant};

fn codes(warnings: &Value) -> Vec<&str> {
    let warnings = warnings.as_array().unwrap();
    warnings
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect()
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_channel_that_is_not_connected_is_warned_of_and_stops_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    let path = format!("/api/events/{id}/preflight");
    let told = owner.get(&path).await.status(200);
    assert_eq!(told, json!({"blocking": [], "warnings": []}), "practice");
    for (reach, code) in [
        (ChannelReach::NotConnected, "CHANNEL_NOT_CONNECTED"),
        (ChannelReach::Expired, "CHANNEL_CONNECTION_EXPIRED"),
        (ChannelReach::ExpiresSoon, "CHANNEL_CONNECTION_EXPIRES_SOON"),
        (ChannelReach::NotConfigured, "CHANNEL_BY_HAND"),
    ] {
        fleet.set(|peers| peers.reach = Some(reach));
        let told = owner.get(&path).await.status(200);
        assert_eq!(told["blocking"], json!([]));
        assert_eq!(codes(&told["warnings"]), [code, code]);
        assert_eq!(told["warnings"][1]["field"], "channels[1]");
        let english = owner
            .header("accept-language", "en")
            .get(&path)
            .await
            .status(200);
        let text = |told: &Value| told["warnings"][0]["message"].as_str().unwrap().to_owned();
        assert!(text(&told).contains("채널"), "{}", text(&told));
        assert!(text(&english).contains("his channel"), "{}", text(&english));
    }
    owner
        .call(&format!("/api/events/{id}/approve"))
        .await
        .status(202);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_preflight_does_not_wait_for_distribution(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!(
        "/api/events/{}/preflight",
        id_of(&fleet.ready(&owner).await)
    );
    fleet.set(|peers| peers.distribution_takes = Some(Duration::from_secs(60)));
    let began = Instant::now();
    let told = owner.get(&path).await.status(200);
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(told["blocking"], json!([]));
    assert_eq!(codes(&told["warnings"]), ["CHANNELS_UNCHECKED"]);
    assert_eq!(told["warnings"][0]["field"], "channels");
    fleet.set(|peers| {
        peers.distribution_takes = None;
        peers.distribution_down = true;
    });
    let told = owner.get(&path).await.status(200);
    assert_eq!(codes(&told["warnings"]), ["CHANNELS_UNCHECKED"]);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn without_channels_there_is_nothing_to_check(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    fleet.set(|peers| peers.distribution_down = true);
    let id = id_of(&create(&owner).await);
    let path = format!("/api/events/{id}/preflight");
    let told = owner.get(&path).await.status(200);
    assert_eq!(told["warnings"], json!([]));
    assert!(codes(&told["blocking"]).contains(&"CHANNELS_MISSING"));
}
