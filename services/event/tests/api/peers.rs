//! Stand-ins for user, ai, content, distribution and participation.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use janchi_contracts::ai::AiResult;
use janchi_contracts::content::{ImageRef, ImageResult};
use janchi_contracts::distribution::{
    ChannelReach, DistributionSummary, OwnerChannel, OwnerChannels,
};
use janchi_contracts::reference::Channel;
use janchi_web::{Json, Path};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What the stand-ins answer; a test changes it as it goes.
#[derive(Default)]
pub struct Peers {
    pub users_down: bool,
    pub no_store: bool,
    pub ai_down: bool,
    /// Answers come after so long.
    pub ai_takes: Option<Duration>,
    pub intent_status: Option<u16>,
    pub recommendation: Option<AiResult>,
    pub images: Option<ImageResult>,
    pub known_images: Vec<ImageRef>,
    pub content_down: bool,
    pub draw: Option<Value>,
    /// What distribution knows of any event; none: nothing.
    pub run: Option<DistributionSummary>,
    /// How each channel of any owner is reached; none: practice.
    pub reach: Option<ChannelReach>,
    pub distribution_down: bool,
    /// Answers come after so long.
    pub distribution_takes: Option<Duration>,
    /// Events whose run was asked for.
    pub runs_asked: Vec<Uuid>,
    /// Bodies of look-ups, to see what was asked.
    pub asked: Vec<Value>,
}

pub type SharedPeers = Arc<Mutex<Peers>>;

/// One server that plays them all.
pub fn stand_ins(peers: SharedPeers) -> Router {
    Router::new()
        .route("/internal/users/{id}/store", get(find_store))
        .route(
            "/internal/recommendations/lookup",
            post(look_up_recommendation),
        )
        .route("/internal/intents", post(read_intent))
        .route("/internal/images/lookup", post(look_up_images))
        .route("/internal/images/resolve", post(resolve_images))
        .route("/internal/events/{id}/draw", get(find_draw))
        .route("/internal/distributions/{id}", get(find_run))
        .route("/internal/owners/{id}/channels", get(list_channels))
        .with_state(peers)
}

fn down() -> Response {
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

fn shows_a_token(headers: &HeaderMap) {
    assert!(
        headers.contains_key("authorization"),
        "a call between services carries a token"
    );
}

async fn find_store(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Response {
    shows_a_token(&headers);
    let peers = peers.lock().expect("no holder panics");
    if peers.users_down {
        return down();
    }
    if peers.no_store {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(json!({
        "storeId": Uuid::from_u128(id.as_u128() ^ 1), "ownerId": id, "name": "봄날 카페", "industry": "CAFE",
        "region": "SEOUL", "address": "서울 종로구 세종대로 1", "verification": "VERIFIED"
    }))
    .into_response()
}

async fn look_up_recommendation(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    shows_a_token(&headers);
    let takes = peers.lock().expect("no holder panics").ai_takes;
    if let Some(takes) = takes {
        tokio::time::sleep(takes).await;
    }
    let mut peers = peers.lock().expect("no holder panics");
    peers.asked.push(body);
    if peers.ai_down {
        return down();
    }
    Json(json!({ "result": peers.recommendation })).into_response()
}

async fn read_intent(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    shows_a_token(&headers);
    let peers = peers.lock().expect("no holder panics");
    if peers.ai_down {
        return down();
    }
    if let Some(status) = peers.intent_status {
        return StatusCode::from_u16(status)
            .expect("a status")
            .into_response();
    }
    Json(json!({ "objective": "SALES", "budget": 200_000, "note": body["text"], "source": "PLANNER" })).into_response()
}

async fn look_up_images(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    shows_a_token(&headers);
    let mut peers = peers.lock().expect("no holder panics");
    peers.asked.push(body);
    if peers.content_down {
        return down();
    }
    Json(json!({ "result": peers.images })).into_response()
}

async fn resolve_images(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    shows_a_token(&headers);
    let peers = peers.lock().expect("no holder panics");
    if peers.content_down {
        return down();
    }
    let wanted: Vec<Uuid> = serde_json::from_value(body["imageIds"].clone()).expect("ids");
    let found: Vec<_> = peers
        .known_images
        .iter()
        .filter(|image| wanted.contains(&image.image_id))
        .collect();
    Json(json!({ "images": found })).into_response()
}

async fn find_draw(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Path(_): Path<Uuid>,
) -> Response {
    shows_a_token(&headers);
    match &peers.lock().expect("no holder panics").draw {
        Some(draw) => Json(draw.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn find_run(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Response {
    shows_a_token(&headers);
    let mut peers = peers.lock().expect("no holder panics");
    peers.runs_asked.push(id);
    if peers.distribution_down {
        return down();
    }
    match &peers.run {
        Some(run) => Json(DistributionSummary {
            event_id: id,
            ..run.clone()
        })
        .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn list_channels(
    State(peers): State<SharedPeers>,
    headers: HeaderMap,
    Path(_): Path<Uuid>,
) -> Response {
    shows_a_token(&headers);
    let takes = peers.lock().expect("no holder panics").distribution_takes;
    if let Some(takes) = takes {
        tokio::time::sleep(takes).await;
    }
    let peers = peers.lock().expect("no holder panics");
    if peers.distribution_down {
        return down();
    }
    let channels = Channel::ALL.map(|channel| OwnerChannel {
        channel,
        reach: peers.reach.unwrap_or(ChannelReach::Practice),
        expires_at: None,
    });
    Json(OwnerChannels {
        channels: channels.to_vec(),
    })
    .into_response()
}
