//! Container, publication, quota.

use super::accounts::{Container, Kind, Media, Progress};
use super::{enter, graph_error, refuse};
use crate::fault::FaultKind;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find};
use axum::extract::{Path, State};
use serde_json::json;
use url::Url;

const MOST_POSTS: usize = 100;
const MOST_CONTAINERS: usize = 400;

/// `POST /{ig-user-id}/media`
pub async fn create(
    State(stage): State<Stage>,
    Path((version, owner)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let params = enter(&asked, &version)?;
    let field = |name: &str| find(&params, name).filter(|value| !value.is_empty());
    let is_child = field("is_carousel_item") == Some("true");
    let kind = match field("media_type") {
        None | Some("IMAGE") => Kind::Image,
        Some("REELS") => Kind::Reel,
        Some("STORIES") => Kind::Story,
        Some("CAROUSEL") => Kind::Carousel,
        Some("VIDEO") if is_child => Kind::Video,
        Some(_) => {
            return Err(graph_error(400, 100, None, "Invalid parameter: media_type", false).into());
        }
    };
    let caption = field("caption").unwrap_or_default();
    if caption.chars().count() > 2200 {
        return Err(refuse(
            100,
            2_207_010,
            "The caption is too long: at most 2200 characters",
        ));
    }
    if caption.matches('#').count() > 30 || caption.matches('@').count() > 20 {
        return Err(refuse(100, 2_207_040, "Too many hashtags or mentions"));
    }
    let now = stage.now();
    match kind {
        Kind::Carousel => check_children(&stage, &owner, field("children"))?,
        Kind::Reel | Kind::Video => check_video(field("video_url"))?,
        Kind::Story if field("video_url").is_some() => check_video(field("video_url"))?,
        Kind::Image | Kind::Story => check_image(field("image_url"))?,
    }
    let mut accounts = stage.instagram();
    if accounts.recent_containers(&owner, now) >= MOST_CONTAINERS {
        return Err(refuse(
            9,
            2_207_042,
            "You reached the maximum number of containers in 24 hours",
        ));
    }
    let id = stage.number();
    let progress = match asked.mood {
        FaultKind::Pending => Progress::Stuck,
        FaultKind::Refuse => Progress::Failed,
        _ => Progress::Waiting,
    };
    let container = Container {
        owner,
        kind,
        caption: caption.to_owned(),
        is_child,
        created_at: now,
        progress,
    };
    accounts.containers.insert(id.clone(), container);
    Ok(answer(200, &json!({ "id": id })))
}

/// Instagram fetches the picture itself and takes nothing but JPEG.
fn check_image(url: Option<&str>) -> Result<(), Refusal> {
    let url = url.ok_or_else(|| {
        Refusal::from(graph_error(
            400,
            100,
            None,
            "The parameter image_url is required",
            false,
        ))
    })?;
    let url = fetched(url)?;
    let path = url.path().to_ascii_lowercase();
    if path.ends_with(".jpg") || path.ends_with(".jpeg") {
        return Ok(());
    }
    Err(refuse(
        36_001,
        2_207_005,
        "The image format is not supported. Only JPEG is.",
    ))
}

fn check_video(url: Option<&str>) -> Result<(), Refusal> {
    let url = url.ok_or_else(|| {
        Refusal::from(graph_error(
            400,
            100,
            None,
            "The parameter video_url is required",
            false,
        ))
    })?;
    let path = fetched(url)?.path().to_ascii_lowercase();
    if path.ends_with(".mp4") || path.ends_with(".mov") {
        return Ok(());
    }
    Err(refuse(352, 2_207_026, "The video format is not supported"))
}

fn fetched(url: &str) -> Result<Url, Refusal> {
    Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or_else(|| {
            refuse(
                9004,
                2_207_052,
                "The media could not be fetched from this URI",
            )
        })
}

fn check_children(stage: &Stage, owner: &str, children: Option<&str>) -> Result<(), Refusal> {
    let ids: Vec<&str> = children
        .unwrap_or_default()
        .split(',')
        .filter(|id| !id.is_empty())
        .collect();
    if !(2..=10).contains(&ids.len()) {
        return Err(refuse(100, 2_207_028, "A carousel needs 2 to 10 children"));
    }
    let accounts = stage.instagram();
    let good = |id: &&str| {
        accounts
            .containers
            .get(*id)
            .is_some_and(|child| child.is_child && child.owner == owner)
    };
    match ids.iter().find(|id| !good(id)) {
        Some(_) => Err(refuse(
            24,
            2_207_006,
            "A child of this carousel does not exist",
        )),
        None => Ok(()),
    }
}

/// `POST /{ig-user-id}/media_publish`
pub async fn publish(
    State(stage): State<Stage>,
    Path((version, owner)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let params = enter(&asked, &version)?;
    let id = find(&params, "creation_id").ok_or_else(|| {
        Refusal::from(graph_error(
            400,
            100,
            None,
            "The parameter creation_id is required",
            false,
        ))
    })?;
    if asked.mood == FaultKind::Refuse {
        return Err(refuse(
            4,
            2_207_051,
            "We restrict certain activity to protect our community",
        ));
    }
    let now = stage.now();
    let number = stage.number();
    let mut accounts = stage.instagram();
    if accounts.recent_posts(&owner, now) >= MOST_POSTS {
        return Err(refuse(
            9,
            2_207_042,
            "You reached the maximum number of posts in 24 hours",
        ));
    }
    let gone = || {
        refuse(
            24,
            2_207_008,
            "The media builder with this creation id does not exist",
        )
    };
    let container = accounts
        .containers
        .get_mut(id)
        .filter(|container| container.owner == owner)
        .ok_or_else(gone)?;
    match container.status(now) {
        "FINISHED" if !container.is_child => {}
        "IN_PROGRESS" => {
            return Err(refuse(
                9007,
                2_207_027,
                "The media is not ready for publishing, please wait for a moment",
            ));
        }
        "EXPIRED" => {
            return Err(refuse(
                -2,
                2_207_020,
                "The media you are trying to publish has expired",
            ));
        }
        "ERROR" => {
            return Err(refuse(
                -1,
                2_207_032,
                "The media could not be created, please try again",
            ));
        }
        _ => return Err(gone()),
    }
    container.progress = Progress::Published;
    let media = Media {
        id: number,
        owner,
        kind: container.kind,
        caption: container.caption.clone(),
        published_at: now,
    };
    let reply = json!({ "id": media.id });
    accounts.media.push(media);
    Ok(answer(200, &reply))
}

/// `GET /{ig-user-id}/content_publishing_limit`
pub async fn limit(
    State(stage): State<Stage>,
    Path((version, owner)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    enter(&asked, &version)?;
    let used = stage.instagram().recent_posts(&owner, stage.now());
    Ok(answer(
        200,
        &json!({ "data": [{
            "quota_usage": used, "config": { "quota_total": MOST_POSTS, "quota_duration": 86_400 },
        }] }),
    ))
}
