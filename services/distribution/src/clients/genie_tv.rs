//! 지니TV: addressable IPTV advertising, through the partner gateway's `iptv`.

use super::assignment::Assignment;
use super::partner_gateway::PartnerGateway;
use super::partner_wire::area_code;
use super::uridongne_tv::{television, time_bands};
use crate::config::Vendor;
use crate::domain::outcome::{Outcome, Trouble};
use serde_json::json;
use std::time::Duration;

/// The adapter.
pub struct GenieTv {
    pub gateway: PartnerGateway,
    sandbox: bool,
}

impl GenieTv {
    /// Speaks to the gateway at the vendor's URL.
    pub fn new(vendor: &Vendor, call: Duration, sandbox: bool) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: PartnerGateway::new("genie-tv", vendor, "iptv", call)?,
            sandbox,
        })
    }

    /// Books the event's 15-second spot in the shop's area.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let (shown, budget) = match television(work, self.sandbox) {
            Ok(ready) => ready,
            Err(missing) => return Ok(missing),
        };
        let booking = json!({
            "targeting": {"area_codes": [area_code(work.event.region)]},
            "schedule": {"time_bands": time_bands(work)},
            "budget": budget,
        });
        self.gateway.publish(work, shown, booking).await
    }
}
