//! Materials: registration, upload, checks.

use super::access::enter;
use super::bookings::{Material, Review};
use super::once::once;
use super::{channel_of, dressed, not_found, object, refuse, refuse_field, seoul, text, webhook};
use crate::fault::{FaultKind, Vendor};
use crate::stage::Stage;
use crate::wire::{Asked, Reply, answer};
use axum::extract::{Path, State};
use chrono::TimeDelta;
use serde_json::{Value, json};

const LARGEST_AUDIO: u64 = 1_000_000;
const LARGEST_VIDEO: u64 = 200 << 20;

/// `POST /materials`
pub async fn create(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let body = object(&asked)?;
    once(&stage, &asked, || {
        let external_ref = text(&body, "external_ref")?.to_owned();
        let kind = text(&body, "kind")?.to_owned();
        text(&body, "title")?;
        text(&body, "advertiser.business_no")?;
        if text(&body, "channel")? != channel_of(asked.vendor) {
            return Err(refuse_field("channel", "not served by this gateway"));
        }
        let kinds: &[&str] = if asked.vendor == Vendor::RingoBiz {
            &["audio"]
        } else {
            &["video", "image"]
        };
        if !kinds.contains(&kind.as_str()) {
            return Err(refuse(
                415,
                "unsupported_media",
                "this kind of material is not played here",
            ));
        }
        let by_url = match text(&body, "source.type")? {
            "url" => {
                let url = text(&body, "source.url")?;
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    return Err(refuse_field("source.url", "must be http or https"));
                }
                true
            }
            "upload" => false,
            _ => return Err(refuse_field("source.type", "must be url or upload")),
        };
        let size = body["source"]["size"].as_u64().unwrap_or(0);
        if size
            > if kind == "audio" {
                LARGEST_AUDIO
            } else {
                LARGEST_VIDEO
            }
        {
            return Err(refuse(413, "file_too_large", "the file is too large"));
        }
        let now = stage.now();
        let material = Material {
            id: stage.id("mat"),
            vendor: asked.vendor,
            external_ref,
            checks: checks(asked.vendor, &kind, &body),
            kind,
            status: if by_url { "validating" } else { "uploading" },
            review: match asked.mood {
                FaultKind::Pending => Review::Held,
                FaultKind::Refuse => Review::Rejected,
                _ => Review::Instant,
            },
            rejection: None,
            uploaded: None,
            created_at: now,
            callback_url: body["callback_url"].as_str().map(str::to_owned),
            version: 1,
        };
        let mut reply = shown(&material);
        if !by_url {
            let url = format!(
                "{}/{}/partner/v1/uploads/{}",
                stage.base(),
                asked.vendor.prefix(),
                material.id
            );
            reply["upload"] = json!({
                "url": url, "method": "PUT", "headers": {}, "expires_at": seoul(now + TimeDelta::hours(1)),
            });
        }
        stage.kt().materials.insert(material.id.clone(), material);
        Ok((if by_url { 202 } else { 201 }, reply))
    })
}

/// What the file says about itself against what is played.
fn checks(vendor: Vendor, kind: &str, body: &Value) -> Vec<Value> {
    let spec = &body["spec"];
    let mut checks = Vec::new();
    let mut check = |rule: &str, ok: bool, expected: Value, actual: &Value| {
        checks.push(json!({ "rule": rule, "ok": ok, "expected": expected, "actual": actual }));
    };
    let length = &spec["duration_ms"];
    if vendor == Vendor::RingoBiz {
        check(
            "content_type",
            body["source"]["content_type"] == "audio/wav",
            json!("audio/wav"),
            &body["source"]["content_type"],
        );
        check(
            "sample_rate",
            spec["sample_rate"] == 8000,
            json!(8000),
            &spec["sample_rate"],
        );
        check(
            "channels",
            spec["channels"] == 1,
            json!(1),
            &spec["channels"],
        );
        let fits = length
            .as_u64()
            .is_some_and(|ms| (5_000..=60_000).contains(&ms));
        check("duration_ms", fits, json!("5000..60000"), length);
    } else if kind == "video" {
        let fits = length
            .as_u64()
            .is_some_and(|ms| [15_000, 20_000, 30_000].contains(&ms));
        check("duration_ms", fits, json!([15000, 20000, 30000]), length);
        check(
            "content_type",
            body["source"]["content_type"] == "video/mp4",
            json!("video/mp4"),
            &body["source"]["content_type"],
        );
    } else {
        let given = &body["source"]["content_type"];
        check(
            "content_type",
            given == "image/jpeg" || given == "image/png",
            json!(["image/jpeg", "image/png"]),
            given,
        );
    }
    checks
}

/// `PUT {upload_url}`: needs no credential, the address is one.
pub async fn upload(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    let mut bookings = stage.kt();
    let material = bookings
        .materials
        .get_mut(&id)
        .filter(|material| material.vendor == asked.vendor);
    let material = material
        .filter(|material| material.status == "uploading")
        .ok_or_else(not_found)?;
    let most = if material.kind == "audio" {
        LARGEST_AUDIO
    } else {
        LARGEST_VIDEO
    };
    if u64::try_from(asked.body.len()).unwrap_or(u64::MAX) > most {
        return Err(refuse(413, "file_too_large", "the file is too large"));
    }
    material.uploaded = Some(asked.body.len());
    Ok(dressed(
        &asked,
        answer(200, &json!({ "id": id, "size": asked.body.len() })),
    ))
}

/// `POST /materials/{id}/complete`
pub async fn complete(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let mut bookings = stage.kt();
    let material = bookings
        .materials
        .get_mut(&id)
        .filter(|material| material.vendor == asked.vendor)
        .ok_or_else(not_found)?;
    match (material.status, material.uploaded) {
        ("uploading", Some(size)) => {
            let readable = size > 0;
            material.checks.push(
                json!({ "rule": "readable", "ok": readable, "expected": "> 0", "actual": size }),
            );
            material.status = "validating";
            material.version += 1;
        }
        // Asked again: nothing to do.
        ("validating" | "in_review" | "approved" | "rejected", _) => {}
        _ => {
            return Err(refuse(
                409,
                "invalid_state",
                "nothing has been uploaded yet",
            ));
        }
    }
    Ok(dressed(&asked, answer(202, &shown(material))))
}

/// `GET /materials/{id}`
pub async fn get(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let mut bookings = stage.kt();
    let material = bookings
        .materials
        .get_mut(&id)
        .filter(|material| material.vendor == asked.vendor)
        .ok_or_else(not_found)?;
    if material.advance() {
        webhook::tell_material(material, stage.now());
    }
    Ok(dressed(&asked, answer(200, &shown(material))))
}

fn shown(material: &Material) -> Value {
    json!({
        "id": material.id, "external_ref": material.external_ref, "channel": channel_of(material.vendor),
        "kind": material.kind, "status": material.status, "checks": material.checks,
        "rejection": material.rejection, "created_at": seoul(material.created_at), "version": material.version,
    })
}
