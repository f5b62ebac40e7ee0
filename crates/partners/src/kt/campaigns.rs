//! Campaigns: booking, state, cancellation.

use super::access::enter;
use super::bookings::{Campaign, Review};
use super::once::once;
use super::{channel_of, dressed, not_found, object, refuse, refuse_field, seoul, text, webhook};
use crate::fault::{FaultKind, Vendor};
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::{Path, State};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// KRW for a TV booking.
pub const LEAST_BUDGET: i64 = 10_000;

/// `POST /campaigns`
pub async fn create(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let body = object(&asked)?;
    once(&stage, &asked, || {
        let campaign = booked(&stage, &asked, &body)?;
        let mut reply = shown(&campaign);
        reply["estimated_decision_at"] = json!(seoul(campaign.created_at + TimeDelta::days(2)));
        stage.kt().campaigns.insert(campaign.id.clone(), campaign);
        Ok((202, reply))
    })
}

fn booked(stage: &Stage, asked: &Asked, body: &Value) -> Result<Campaign, Refusal> {
    let now = stage.now();
    let external_ref = text(body, "external_ref")?;
    if text(body, "channel")? != channel_of(asked.vendor) {
        return Err(refuse_field("channel", "not served by this gateway"));
    }
    let material_id = text(body, "material_id")?;
    check_material(stage, asked.vendor, material_id)?;
    let (start, end) = (
        moment(body, "schedule.start")?,
        moment(body, "schedule.end")?,
    );
    if end <= start {
        return Err(refuse_field("schedule.end", "must be after the start"));
    }
    if end <= now || start > now + TimeDelta::days(180) {
        return Err(refuse(
            422,
            "schedule_unavailable",
            "nothing is free at this time",
        ));
    }
    let budget = if asked.vendor == Vendor::RingoBiz {
        if body["line_numbers"].as_array().is_none_or(Vec::is_empty) {
            return Err(refuse_field("line_numbers", "required"));
        }
        0
    } else {
        targeted(body)?
    };
    Ok(Campaign {
        id: stage.id("cmp"),
        vendor: asked.vendor,
        external_ref: external_ref.to_owned(),
        material_id: material_id.to_owned(),
        status: "pending_review",
        review: match asked.mood {
            FaultKind::Pending => Review::Held,
            FaultKind::Refuse => Review::Rejected,
            _ => Review::Instant,
        },
        start,
        end,
        budget,
        created_at: now,
        updated_at: now,
        stopped_at: None,
        callback_url: body["callback_url"].as_str().map(str::to_owned),
        version: 1,
    })
}

fn check_material(stage: &Stage, vendor: Vendor, id: &str) -> Result<(), Refusal> {
    let mut bookings = stage.kt();
    let material = bookings
        .materials
        .get_mut(id)
        .filter(|material| material.vendor == vendor);
    let material = material.ok_or_else(|| refuse_field("material_id", "unknown"))?;
    material.advance();
    match material.status {
        "approved" | "in_review" => Ok(()),
        "rejected" => Err(refuse(
            422,
            "material_rejected",
            "the material was rejected",
        )),
        _ => Err(refuse(409, "invalid_state", "the material is not complete")),
    }
}

/// Area and budget of a TV booking; gives the budget.
fn targeted(body: &Value) -> Result<i64, Refusal> {
    let areas = body["targeting"]["area_codes"]
        .as_array()
        .filter(|areas| !areas.is_empty());
    let areas = areas.ok_or_else(|| refuse_field("targeting.area_codes", "required"))?;
    let served = |area: &Value| {
        area.as_str().is_some_and(|code| {
            code.len() == 10 && code.chars().all(|c| c.is_ascii_digit()) && !code.starts_with("99")
        })
    };
    if !areas.iter().all(served) {
        return Err(refuse(422, "area_not_served", "this area is not served"));
    }
    let budget = body["budget"]["total"]
        .as_i64()
        .ok_or_else(|| refuse_field("budget.total", "required"))?;
    if budget < LEAST_BUDGET {
        return Err(refuse(
            422,
            "budget_too_low",
            "the budget is below the least booking",
        ));
    }
    Ok(budget)
}

fn moment(body: &Value, field: &str) -> Result<DateTime<Utc>, Refusal> {
    DateTime::parse_from_rfc3339(text(body, field)?)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| refuse_field(field, "must be RFC 3339"))
}

/// `GET /campaigns/{id}`
pub async fn get(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let now = stage.now();
    let mut bookings = stage.kt();
    let campaign = bookings
        .campaigns
        .get_mut(&id)
        .filter(|campaign| campaign.vendor == asked.vendor)
        .ok_or_else(not_found)?;
    if campaign.advance(now) {
        webhook::tell_campaign(campaign, now);
    }
    Ok(dressed(&asked, answer(200, &shown(campaign))))
}

/// `GET /campaigns?external_ref=&limit=&cursor=`
pub async fn find(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let now = stage.now();
    let limit: usize = match asked.query("limit").map(str::parse) {
        None => 20,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return Err(refuse_field("limit", "must be 1 to 100")),
    };
    let after = asked.query("cursor").unwrap_or_default();
    let mut bookings = stage.kt();
    let mut items: Vec<Value> = bookings
        .campaigns
        .values_mut()
        .filter(|campaign| campaign.vendor == asked.vendor && campaign.id.as_str() > after)
        .filter(|campaign| {
            asked
                .query("external_ref")
                .is_none_or(|wanted| wanted == campaign.external_ref)
        })
        .take(limit + 1)
        .map(|campaign| {
            campaign.advance(now);
            shown(campaign)
        })
        .collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more {
        items.last().map(|item| item["id"].clone())
    } else {
        None
    };
    Ok(dressed(
        &asked,
        answer(200, &json!({ "items": items, "next_cursor": next })),
    ))
}

/// `POST /campaigns/{id}/cancel`
pub async fn cancel(State(stage): State<Stage>, Path(id): Path<String>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let now = stage.now();
    let mut bookings = stage.kt();
    let campaign = bookings
        .campaigns
        .get_mut(&id)
        .filter(|campaign| campaign.vendor == asked.vendor)
        .ok_or_else(not_found)?;
    campaign.advance(now);
    match campaign.status {
        "cancelled" => return Ok(dressed(&asked, answer(200, &cancelled(campaign, now)))),
        "pending_review" | "scheduled" | "running" => {}
        _ => return Err(refuse(409, "invalid_state", "the campaign is over")),
    }
    campaign.stopped_at = Some(now);
    // A held review holds the cancellation back too.
    campaign.status = if asked.mood == FaultKind::Pending {
        "cancel_requested"
    } else {
        "cancelled"
    };
    campaign.version += 1;
    campaign.updated_at = now;
    webhook::tell_campaign(campaign, now);
    Ok(dressed(&asked, answer(202, &cancelled(campaign, now))))
}

fn cancelled(campaign: &Campaign, now: DateTime<Utc>) -> Value {
    let refund = (campaign.budget > 0)
        .then(|| json!({ "amount": campaign.budget - super::stats::spent(campaign, now), "reason": "unused" }));
    json!({ "id": campaign.id, "status": campaign.status, "refund": refund, "version": campaign.version })
}

fn shown(campaign: &Campaign) -> Value {
    let rejection = (campaign.status == "rejected")
        .then(|| json!({ "code": "policy_violation", "message": "광고 심의 기준에 맞지 않아요.", "fields": [] }));
    json!({
        "id": campaign.id, "external_ref": campaign.external_ref, "channel": channel_of(campaign.vendor),
        "material_id": campaign.material_id, "status": campaign.status, "rejection": rejection,
        "schedule": { "start": seoul(campaign.start), "end": seoul(campaign.end) },
        "created_at": seoul(campaign.created_at), "updated_at": seoul(campaign.updated_at),
        "version": campaign.version,
    })
}
