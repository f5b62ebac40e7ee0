//! Which picture stands for which style and size: an event has many, drawn again and edited.

use super::event::{Draft, Image, Job};
use crate::times;
use serde_json::Value;

pub(super) const STYLES: [&str; 3] = ["SIMPLE", "FANCY", "TRENDY"];
pub(super) const PLATFORMS: [&str; 3] = ["INSTAGRAM", "KAKAO", "NAVER"];

/// The pictures of one style in one size.
#[derive(Debug, Clone)]
pub(super) struct Slot<'a> {
    pub style: &'static str,
    pub platform: &'static str,
    /// The one that is used; none while it is being drawn.
    pub current: Option<&'a Image>,
    /// All of them, the newest first: the drawn one and its edits.
    pub versions: Vec<&'a Image>,
}

/// Every slot, by style and then by size. `images` are the newest first.
pub(super) fn slots<'a>(event: &Draft, job: Option<&Job>, images: &'a [Image]) -> Vec<Slot<'a>> {
    let belongs = belongs(job, images);
    let mut slots = Vec::new();
    for style in STYLES {
        for platform in PLATFORMS {
            let fits = |image: &&Image| {
                image.style == style && image.platform == platform && belongs(image)
            };
            let versions: Vec<&Image> = images.iter().filter(fits).collect();
            let used = |image: &&&Image| {
                let id = &image.image_id;
                event.images.iter().any(|used| used.image_id == *id)
            };
            let chosen = versions.iter().find(used).or_else(|| versions.first());
            slots.push(Slot {
                style,
                platform,
                current: chosen.copied(),
                versions,
            });
        }
    }
    slots
}

/// Whether a picture is of the latest drawing, or made from one that is. What was drawn for an earlier title or
/// photo is not offered any more.
fn belongs<'a>(job: Option<&Job>, images: &'a [Image]) -> impl Fn(&Image) -> bool + use<'a> {
    let drawn: Option<Vec<String>> = job.filter(|job| job.status == "SUCCEEDED").map(|job| {
        let result = job.result.as_ref().unwrap_or(&Value::Null);
        let found = result["images"].as_array().into_iter().flatten();
        found
            .filter_map(|image| image["imageId"].as_str().map(str::to_owned))
            .collect()
    });
    let since = job
        .filter(|job| job.is_live())
        .and_then(|job| times::parse(&job.created_at));
    move |image| {
        let mut root = image;
        // An edit of an edit of …; a list is no ring, and if it were, it ends.
        for _ in 0..images.len() {
            let from = root.edited_from.as_ref();
            match images.iter().find(|known| from == Some(&known.image_id)) {
                Some(earlier) => root = earlier,
                None => break,
            }
        }
        match (&drawn, since) {
            (Some(drawn), _) => drawn.is_empty() || drawn.contains(&root.image_id),
            (None, Some(since)) => {
                let at = image.created_at.as_deref().and_then(times::parse);
                at.is_some_and(|at| at >= since)
            }
            (None, None) => true,
        }
    }
}

/// The ids of the event's pictures with others in the place of those of the same style and size.
pub(super) fn replaced(event: &Draft, new: &[(String, String, String)]) -> Vec<String> {
    let images = event.images.iter().map(|image| {
        let other = new
            .iter()
            .find(|(style, platform, _)| *style == image.style && *platform == image.platform);
        other.map_or_else(|| image.image_id.clone(), |(.., id)| id.clone())
    });
    images.collect()
}
