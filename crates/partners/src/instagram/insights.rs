//! Numbers of a post. They grow from the moment of publication and belong to the post's id.

use super::accounts::{Kind, Media};
use super::{enter, graph_error, missing};
use crate::numbers::{between, grown};
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find};
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const FEED: [&str; 10] = [
    "reach",
    "views",
    "likes",
    "comments",
    "saved",
    "shares",
    "total_interactions",
    "follows",
    "profile_visits",
    "profile_activity",
];
const REEL: [&str; 10] = [
    "reach",
    "views",
    "likes",
    "comments",
    "saved",
    "shares",
    "total_interactions",
    "ig_reels_avg_watch_time",
    "ig_reels_video_view_total_time",
    "reels_skip_rate",
];
const STORY: [&str; 8] = [
    "reach",
    "views",
    "replies",
    "navigation",
    "follows",
    "profile_visits",
    "shares",
    "total_interactions",
];

/// `GET /{media-id}/insights`; for an account id the sum of its posts.
pub async fn insights(
    State(stage): State<Stage>,
    Path((version, id)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let params = enter(&asked, &version)?;
    let metrics: Vec<&str> = find(&params, "metric")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let now = stage.now();
    let accounts = stage.instagram();
    if let Some(media) = accounts.media.iter().find(|media| media.id == id) {
        check(&metrics, known(media.kind))?;
        let data: Vec<Value> = metrics
            .iter()
            .map(|metric| {
                entry(
                    &id,
                    metric,
                    "lifetime",
                    json!({ "values": [{ "value": value(media, metric, now) }] }),
                )
            })
            .collect();
        return Ok(answer(200, &json!({ "data": data })));
    }
    let posts: Vec<&Media> = accounts
        .media
        .iter()
        .filter(|media| media.owner == id)
        .collect();
    if posts.is_empty() {
        return Err(missing(&id).into());
    }
    check(&metrics, &FEED)?;
    let data: Vec<Value> = metrics
        .iter()
        .map(|metric| {
            let sum: i64 = posts.iter().map(|media| value(media, metric, now)).sum();
            entry(
                &id,
                metric,
                "day",
                json!({ "total_value": { "value": sum } }),
            )
        })
        .collect();
    Ok(answer(200, &json!({ "data": data })))
}

const fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Image | Kind::Carousel | Kind::Video => &FEED,
        Kind::Reel => &REEL,
        Kind::Story => &STORY,
    }
}

/// One metric that is not offered fails the whole call.
fn check(metrics: &[&str], known: &[&str]) -> Result<(), Refusal> {
    match metrics.iter().position(|metric| !known.contains(metric)) {
        Some(at) => {
            let message = format!(
                "(#100) metric[{at}] must be one of the following values: {}",
                known.join(", ")
            );
            Err(graph_error(400, 100, None, &message, false).into())
        }
        None => Ok(()),
    }
}

fn entry(id: &str, metric: &str, period: &str, values: Value) -> Value {
    let mut entry = json!({
        "name": metric, "period": period, "title": metric, "description": "",
        "id": format!("{id}/insights/{metric}/{period}"),
    });
    if let (Some(entry), Value::Object(values)) = (entry.as_object_mut(), values) {
        entry.extend(values);
    }
    entry
}

fn value(media: &Media, metric: &str, now: DateTime<Utc>) -> i64 {
    let id = media.id.as_str();
    let views = grown(between(id, "views", 1200, 4200), media.published_at, now);
    let per_mille =
        |subject: &str, low: i64, high: i64| views * between(id, subject, low, high) / 1000;
    let (likes, comments) = (per_mille("likes", 30, 80), per_mille("comments", 3, 12));
    let (saved, shares) = (per_mille("saved", 5, 20), per_mille("shares", 4, 15));
    match metric {
        "views" => views,
        "reach" => per_mille("reach", 650, 850),
        "likes" => likes,
        "comments" | "replies" => comments,
        "saved" => saved,
        "shares" => shares,
        "total_interactions" => likes + comments + saved + shares,
        "follows" => per_mille("follows", 1, 5),
        "profile_visits" | "profile_activity" | "navigation" => per_mille("visits", 10, 40),
        "ig_reels_avg_watch_time" => between(id, "watch", 3000, 9000),
        "ig_reels_video_view_total_time" => views * between(id, "watch", 3000, 9000),
        _ => per_mille(metric, 1, 10),
    }
}
