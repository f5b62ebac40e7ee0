//! Reading an account, a container, a post, the list of posts.

use super::accounts::{Media, Progress};
use super::{enter, missing};
use crate::stage::Stage;
use crate::wire::{Asked, Reply, answer, find};
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};

/// `GET /me`
pub async fn me(State(stage): State<Stage>, Path(version): Path<String>, asked: Asked) -> Reply {
    let params = enter(&asked, &version)?;
    let token = find(&params, "access_token")
        .or_else(|| asked.credential("Bearer"))
        .unwrap_or_default();
    let id = super::tokens::account_of(token);
    let posts = stage
        .instagram()
        .media
        .iter()
        .filter(|media| media.owner == id)
        .count();
    let all = json!({
        "id": id, "user_id": id, "username": format!("janchi_{}", &id[id.len() - 6..]),
        "account_type": "BUSINESS", "media_count": posts,
    });
    Ok(answer(
        200,
        &only(all, find(&params, "fields").unwrap_or("id,username")),
    ))
}

/// `GET /{id}`: a container or a post.
pub async fn node(
    State(stage): State<Stage>,
    Path((version, id)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let params = enter(&asked, &version)?;
    let fields = find(&params, "fields").unwrap_or("id");
    let now = stage.now();
    let mut accounts = stage.instagram();
    if let Some(container) = accounts.containers.get_mut(&id) {
        // A small picture is ready by the time somebody asks.
        if container.progress == Progress::Waiting {
            container.progress = Progress::Finished;
        }
        let code = container.status(now);
        let status = match code {
            "ERROR" => "Error: Media upload has failed with error code 2207032".to_owned(),
            "FINISHED" => {
                "Finished: Media has been uploaded and it is ready to be published.".to_owned()
            }
            other => other.to_owned(),
        };
        let all = json!({ "id": id, "status_code": code, "status": status });
        return Ok(answer(200, &only(all, fields)));
    }
    match accounts.media.iter().find(|media| media.id == id) {
        Some(media) => Ok(answer(200, &only(shown(media), fields))),
        None => Err(missing(&id).into()),
    }
}

/// `GET /{ig-user-id}/media`, newest first.
pub async fn list(
    State(stage): State<Stage>,
    Path((version, owner)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let params = enter(&asked, &version)?;
    let fields = find(&params, "fields").unwrap_or("id");
    let limit = find(&params, "limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(25);
    let accounts = stage.instagram();
    let data: Vec<Value> = accounts
        .media
        .iter()
        .rev()
        .filter(|media| media.owner == owner)
        .take(limit)
        .map(|media| only(shown(media), fields))
        .collect();
    Ok(answer(200, &json!({ "data": data, "paging": {} })))
}

fn shown(media: &Media) -> Value {
    json!({
        "id": media.id, "caption": media.caption, "media_type": media.kind.shown(),
        "media_product_type": "FEED", "permalink": media.permalink(),
        "timestamp": media.published_at.format("%Y-%m-%dT%H:%M:%S+0000").to_string(),
    })
}

/// The fields asked for; the id always comes along.
fn only(all: Value, fields: &str) -> Value {
    let Value::Object(all) = all else {
        return all;
    };
    let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
    let kept: Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| name == "id" || wanted.contains(&name.as_str()))
        .collect();
    Value::Object(kept)
}
