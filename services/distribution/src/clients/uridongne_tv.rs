//! 우리동네TV: neighbourhood television, through the partner gateway's `local_tv`.

use super::assignment::Assignment;
use super::partner_gateway::PartnerGateway;
use super::partner_materials::Material;
use super::partner_wire::area_code;
use crate::config::Vendor;
use crate::domain::material;
use crate::domain::outcome::{Outcome, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

/// How far around the shop it is shown unless the owner says otherwise, in metres.
const RADIUS_M: i64 = 1000;
/// The least booking, in KRW.
const PRACTICE_BUDGET: i64 = 10_000;
/// A number with a right check digit.
const PRACTICE_ADVERTISER: &str = "1248100998";

/// The adapter.
pub struct UridongneTv {
    pub gateway: PartnerGateway,
    sandbox: bool,
}

impl UridongneTv {
    /// Speaks to the gateway at the vendor's URL.
    pub fn new(vendor: &Vendor, call: Duration, sandbox: bool) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: PartnerGateway::new("uridongne-tv", vendor, "local_tv", call)?,
            sandbox,
        })
    }

    /// Books the event's 15-second spot around the shop.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let (shown, budget) = match television(work, self.sandbox) {
            Ok(ready) => ready,
            Err(missing) => return Ok(missing),
        };
        let booking = json!({
            "targeting": {"area_codes": [area_code(work.event.region)], "radius_m": radius(work)},
            "schedule": {"time_bands": time_bands(work)},
            "budget": budget,
        });
        self.gateway.publish(work, shown, booking).await
    }
}

fn radius(work: &Assignment) -> i64 {
    work.option("radiusM")
        .or_else(|| work.option("radius"))
        .and_then(Value::as_i64)
        .unwrap_or(RADIUS_M)
}

/// The hours the owner chose, else the evenings and weekends in which most people watch.
pub fn time_bands(work: &Assignment) -> Value {
    match work
        .option("timeBands")
        .or_else(|| work.option("timeSlots"))
    {
        Some(Value::Array(bands)) if !bands.is_empty() => json!(bands),
        _ => json!(["weekday_evening", "weekend_day"]),
    }
}

/// What every spot needs: a film or a picture, an advertiser and a budget. Else what the owner is told.
pub fn television(work: &Assignment, sandbox: bool) -> Result<(Material, Value), Outcome> {
    let missing = |reason: &str| Outcome::ManualActionRequired {
        reason: Some(reason.to_owned()),
        steps: work.manual_steps(),
    };
    let business_no = advertiser(work, sandbox)
        .ok_or_else(|| missing("광고주의 사업자등록번호가 연결되어 있지 않아요."))?;
    let shown = film(work, &business_no)
        .or_else(|| still(work, &business_no))
        .ok_or_else(|| missing("보낼 이미지가 없어요."))?;
    let total = match work.budget {
        1.. => work.budget,
        // Nobody pays for practice.
        _ if sandbox => PRACTICE_BUDGET,
        _ => return Err(missing("이 채널의 광고 예산이 정해지지 않았어요.")),
    };
    Ok((shown, json!({"total": total, "currency": "KRW"})))
}

/// The advertiser's business number.
pub fn advertiser(work: &Assignment, sandbox: bool) -> Option<String> {
    let own = work
        .credentials
        .as_ref()
        .and_then(|c| c.business_number.clone());
    own.or_else(|| sandbox.then(|| PRACTICE_ADVERTISER.to_owned()))
}

/// The event's film of 15 seconds.
fn film(work: &Assignment, business_no: &str) -> Option<Material> {
    let film = work.film()?;
    let body = json!({
        "kind": "video",
        "title": work.event.title,
        "source": {"type": "url", "url": film.url, "content_type": "video/mp4", "size": film.bytes},
        "spec": {"width": film.width, "height": film.height, "duration_ms": film.duration_ms, "codec": "h264"},
        "advertiser": {"business_no": business_no, "name": work.event.store_name},
        "script": script(work),
    });
    Some(Material { body, upload: None })
}

fn script(work: &Assignment) -> Option<String> {
    let code = work.spoken_code.as_deref()?;
    Some(material::script(&work.event, code))
}

/// The event's picture as material for a 15-second spot, where there is no film.
fn still(work: &Assignment, business_no: &str) -> Option<Material> {
    let image = work.image()?;
    let body = json!({
        "kind": "image",
        "title": work.event.title,
        "source": {"type": "url", "url": image.variants.jpeg, "content_type": "image/jpeg"},
        "spec": {"width": image.width, "height": image.height, "duration_ms": 15000},
        "advertiser": {"business_no": business_no, "name": work.event.store_name},
        "script": script(work),
    });
    Some(Material { body, upload: None })
}
