//! Stability AI "stable-image": multipart in, a picture or base64 out.

use super::{Format, Request, picture};
use crate::fault::{FaultKind, Vendor};
use crate::gate::Trouble;
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, find, is_refused_credential, raw, with_header};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

const LARGEST: usize = 10 << 20;
const RATIOS: [(&str, u32, u32); 9] = [
    ("16:9", 16, 9),
    ("1:1", 1, 1),
    ("21:9", 21, 9),
    ("2:3", 2, 3),
    ("3:2", 3, 2),
    ("4:5", 4, 5),
    ("5:4", 5, 4),
    ("9:16", 9, 16),
    ("9:21", 9, 21),
];
const STYLES: [&str; 17] = [
    "3d-model",
    "analog-film",
    "anime",
    "cinematic",
    "comic-book",
    "digital-art",
    "enhance",
    "fantasy-art",
    "isometric",
    "line-art",
    "low-poly",
    "modeling-compound",
    "neon-punk",
    "origami",
    "photographic",
    "pixel-art",
    "tile-texture",
];

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Stability);
    Router::new()
        .route(
            "/v2beta/stable-image/generate/{model}",
            desk.on("generate", post(generate)),
        )
        .fallback_service(desk.elsewhere(lost))
}

/// The envelope for a trouble. This vendor sends no `retry-after`.
pub fn failure(trouble: Trouble) -> Response {
    let (name, message) = match trouble.status() {
        400 => ("bad_request", "the request could not be understood"),
        401 => ("unauthorized", "missing or invalid authorization"),
        402 => (
            "payment_required",
            "You lack sufficient credits to make this request.",
        ),
        403 => (
            "content_moderation",
            "Your request was flagged by our content moderation system.",
        ),
        404 => ("not_found", "the requested resource does not exist"),
        413 => ("payload_too_large", "the request is larger than 10MiB"),
        422 => (
            "invalid_language",
            "English is the only supported language for this service.",
        ),
        429 => (
            "rate_limit_exceeded",
            "You have exceeded the rate limit of 150 requests within a 10 second period.",
        ),
        503 => ("service_unavailable", "the service is overloaded"),
        _ => ("internal_error", "An unexpected server error has occurred."),
    };
    error(trouble.status(), name, message)
}

fn error(status: u16, name: &str, message: &str) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    answer(
        status,
        &json!({ "id": id, "name": name, "errors": [message] }),
    )
}

async fn lost() -> Response {
    failure(Trouble::Status(404))
}

async fn generate(State(stage): State<Stage>, Path(model): Path<String>, asked: Asked) -> Reply {
    let fields = read(&asked)?;
    let field = |name: &str| find(&fields, name).filter(|value| !value.is_empty());
    let bad = |message: &str| Refusal::from(error(400, "bad_request", message));
    let prompt = field("prompt").ok_or_else(|| bad("prompt: is required"))?;
    let pixels = match model.as_str() {
        "core" => 1_500_000,
        "sd3" | "ultra" => 1_048_576,
        _ => return Err(failure(Trouble::Status(404)).into()),
    };
    if prompt.chars().count() > 10_000 {
        return Err(bad("prompt: cannot exceed 10000 characters"));
    }
    if prompt.chars().any(|c| c.is_alphabetic() && !c.is_ascii()) {
        return Err(failure(Trouble::Status(422)).into());
    }
    let ratio = field("aspect_ratio").unwrap_or("1:1");
    let (_, across, down) = RATIOS
        .into_iter()
        .find(|(name, _, _)| *name == ratio)
        .ok_or_else(|| {
            bad("aspect_ratio: must be one of 16:9, 1:1, 21:9, 2:3, 3:2, 4:5, 5:4, 9:16, 9:21")
        })?;
    if field("style_preset").is_some_and(|style| !STYLES.contains(&style)) {
        return Err(bad("style_preset: is not a known preset"));
    }
    let format = Format::parse(field("output_format").unwrap_or("png"))
        .filter(|format| model == "core" || *format != Format::Webp)
        .ok_or_else(|| bad("output_format: is not supported by this model"))?;
    let seed = match field("seed").map(str::parse::<u64>) {
        None | Some(Ok(0)) => numbers::hash(prompt) % 4_294_967_294 + 1,
        Some(Ok(seed)) if seed <= 4_294_967_294 => seed,
        Some(_) => return Err(bad("seed: must be between 0 and 4294967294")),
    };
    let (width, height) = size(across, down, pixels);
    let filtered = asked.mood == FaultKind::Refuse;
    let bytes = picture(
        &stage,
        Request {
            width,
            height,
            seed,
            format,
            blurred: filtered,
        },
    )
    .await;
    let reason = if filtered {
        "CONTENT_FILTERED"
    } else {
        "SUCCESS"
    };
    let accept = asked.header("accept").unwrap_or("*/*");
    let response = if accept.contains("application/json") {
        answer(
            200,
            &json!({ "image": STANDARD.encode(&bytes), "finish_reason": reason, "seed": seed }),
        )
    } else {
        raw(200, format.content_type(), bytes)
    };
    let response = with_header(response, "finish-reason", reason);
    let response = with_header(response, "seed", &seed.to_string());
    Ok(with_header(
        response,
        "x-request-id",
        &uuid::Uuid::now_v7().simple().to_string(),
    ))
}

fn read(asked: &Asked) -> Result<Vec<(String, String)>, Refusal> {
    if asked.credential("Bearer").is_none_or(is_refused_credential) {
        return Err(failure(Trouble::Unauthorized).into());
    }
    if asked.body.len() > LARGEST {
        return Err(failure(Trouble::Status(413)).into());
    }
    let accept = asked.header("accept").unwrap_or("*/*");
    if !["image/", "application/json", "*/*"]
        .iter()
        .any(|known| accept.contains(known))
    {
        return Err(error(
            400,
            "bad_request",
            "accept: must be image/* or application/json",
        )
        .into());
    }
    if asked.parts().is_none() {
        return Err(error(
            400,
            "bad_request",
            "content-type: must be multipart/form-data",
        )
        .into());
    }
    Ok(asked.fields())
}

/// Width and height near so many pixels, in steps of 64.
fn size(across: u32, down: u32, pixels: u32) -> (u32, u32) {
    let unit = (f64::from(pixels) / f64::from(across * down)).sqrt();
    let side = |share: u32| ((unit * f64::from(share) / 64.0).round() as u32).max(1) * 64;
    (side(across), side(down))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_the_ratio() {
        assert_eq!(size(1, 1, 1_048_576), (1024, 1024));
        let (width, height) = size(9, 16, 1_500_000);
        assert!(width < height && (1_200_000..1_800_000).contains(&(width * height)));
    }
}
