//! The partner gateway in front of local television, IPTV and ring-back tones: materials, campaigns, statistics.
//!
//! Every creating call carries a key that stays the same for a publication, so repeating it makes nothing twice; still
//! a campaign whose answer never came is looked up by our own reference first.

use super::assignment::{Assignment, korean_time};
use super::fault;
use super::partner_materials::Material;
use super::partner_wire::{Page, Refusal, Stats, Stored, is_in_progress, outcome, rejection};
use crate::config::Vendor;
use crate::domain::outcome::{Insights, Outcome, Removal, Trouble};
use janchi_client::{Api, CallError};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// One gateway account.
pub struct PartnerGateway {
    pub(super) api: Api,
    key: Option<SecretString>,
    /// The gateway's word for the channel.
    pub(super) kind: &'static str,
    /// Before every path, unless the address has it already.
    prefix: &'static str,
}

impl PartnerGateway {
    /// Speaks to the gateway at the vendor's base URL about channel `kind` (`local_tv`, `iptv`, `ringback`).
    pub fn new(
        name: &'static str,
        vendor: &Vendor,
        kind: &'static str,
        call: Duration,
    ) -> anyhow::Result<Self> {
        let versioned = vendor
            .url
            .path()
            .trim_end_matches('/')
            .ends_with("partner/v1");
        let prefix = if versioned { "" } else { "partner/v1/" };
        Ok(Self {
            api: Api::new(name, vendor.url.clone(), call)?,
            key: vendor.key.clone(),
            kind,
            prefix,
        })
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.prefix)
    }

    /// The client with its breaker.
    pub fn api(&self) -> &Api {
        &self.api
    }

    pub(super) fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.key {
            Some(key) => request.header("x-partner-key", key.expose_secret()),
            None => request.header("x-partner-key", "practice"),
        }
    }

    fn reference(&self, work: &Assignment) -> String {
        format!("evt-{}:{}", work.journal.steps().series.simple(), self.kind)
    }

    /// Registers the material, waits for its checks and books the campaign.
    pub async fn publish(
        &self,
        work: &mut Assignment,
        material: Material,
        booking: Value,
    ) -> Result<Outcome, Trouble> {
        if work.journal.steps().sent_id.is_some() {
            return self.review(work).await;
        }
        if work.journal.steps().sending
            && let Some(found) = self.find_campaign(work).await?
        {
            return self.take_in(work, found).await;
        }
        let material_id = match work.journal.steps().material_id.clone() {
            Some(id) => id,
            None => match self.register(work, material).await? {
                Ok(id) => id,
                Err(refused) => return Ok(refused),
            },
        };
        if let Some(refused) = self.await_checks(work, &material_id).await? {
            return Ok(refused);
        }
        self.book(work, &material_id, booking).await
    }

    async fn book(
        &self,
        work: &mut Assignment,
        material_id: &str,
        mut body: Value,
    ) -> Result<Outcome, Trouble> {
        // A repeated booking is the same to the letter, or its key is refused.
        let now = work.now;
        work.journal
            .note(|steps| steps.begun_at = steps.begun_at.or(Some(now)))
            .await?;
        let (start, end) = work.schedule();
        body["external_ref"] = json!(self.reference(work));
        body["channel"] = json!(self.kind);
        body["material_id"] = json!(material_id);
        body["landing"] = json!({"url": work.tracking_url, "qr": true});
        if body.get("schedule").is_none() {
            body["schedule"] = json!({});
        }
        body["schedule"]["start"] = json!(korean_time(start));
        body["schedule"]["end"] = json!(korean_time(end));
        let key = work.journal.steps().idempotency_key(3).to_string();
        let request = self
            .signed(self.api.post(&self.path("campaigns")))
            .header("idempotency-key", key)
            .json(&body);
        work.journal.note(|steps| steps.sending = true).await?;
        match self.api.send_json::<Stored>(request).await {
            Ok(stored) => self.take_in(work, stored).await,
            Err(error) if error.outcome_is_unknown() || is_in_progress(&error) => {
                Ok(Outcome::OutcomeUnknown {
                    reason: fault::reason(&error),
                })
            }
            Err(error) => {
                work.journal.note(|steps| steps.sending = false).await?;
                Self::refusal(error)
            }
        }
    }

    async fn find_campaign(&self, work: &Assignment) -> Result<Option<Stored>, Trouble> {
        let request = self
            .signed(self.api.get(&self.path("campaigns")))
            .query(&[("external_ref", self.reference(work))]);
        let page: Page = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        Ok(page.items.into_iter().next())
    }

    async fn take_in(&self, work: &mut Assignment, stored: Stored) -> Result<Outcome, Trouble> {
        let id = stored.id.clone();
        work.journal
            .note(|steps| {
                steps.sending = false;
                steps.sent_id = Some(id);
            })
            .await?;
        Ok(outcome(stored))
    }

    /// Reads the campaign's state.
    pub async fn review(&self, work: &Assignment) -> Result<Outcome, Trouble> {
        let Some(id) = work
            .external_id
            .as_deref()
            .or(work.journal.steps().sent_id.as_deref())
        else {
            return Ok(Outcome::OutcomeUnknown {
                reason: "채널의 접수 번호를 알 수 없어요.".to_owned(),
            });
        };
        let request = self.signed(self.api.get(&self.path(&format!("campaigns/{id}"))));
        match self.api.send_json::<Stored>(request).await {
            Ok(stored) => Ok(outcome(stored)),
            Err(CallError::Status { status: 404, .. }) => Ok(Outcome::Refused {
                reason: "채널에서 광고를 찾을 수 없어요.".to_owned(),
            }),
            Err(error) => Err(fault::trouble(&error)),
        }
    }

    /// Cancels the campaign, which is the same whether it waits or runs.
    pub async fn take_down(&self, work: &mut Assignment) -> Result<Removal, Trouble> {
        let known = work
            .external_id
            .clone()
            .or_else(|| work.journal.steps().sent_id.clone());
        let id = match known {
            Some(id) => id,
            None => match self.find_campaign(work).await? {
                Some(stored) => stored.id,
                None => return Ok(Removal::Removed),
            },
        };
        let key = work.journal.steps().idempotency_key(4).to_string();
        let request = self
            .signed(self.api.post(&self.path(&format!("campaigns/{id}/cancel"))))
            .header("idempotency-key", key)
            .json(&json!({"reason": "event cancelled by the advertiser"}));
        match self.api.send(request).await {
            Ok(_) | Err(CallError::Status { status: 404, .. }) => Ok(Removal::Removed),
            // Over, rejected or failed already: nothing of it is on air.
            Err(CallError::Status { status: 409, .. }) => Ok(Removal::Removed),
            Err(error) => Err(fault::trouble(&error)),
        }
    }

    /// Views or plays, scans or calls, and what was spent.
    pub async fn insights(&self, work: &Assignment) -> Result<Insights, Trouble> {
        let Some(id) = &work.external_id else {
            return Ok(Insights::default());
        };
        let (from, to) = work.schedule();
        let from = work.event.starts_at.unwrap_or(from);
        let query = [
            ("from", korean_time(from)),
            ("to", korean_time(to)),
            ("granularity", "day".to_owned()),
        ];
        let request = self
            .signed(self.api.get(&self.path(&format!("campaigns/{id}/stats"))))
            .query(&query);
        let stats: Stats = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        Ok(Insights {
            impressions: stats.totals.impressions.or(stats.totals.plays),
            clicks: stats.totals.qr_scans.or(stats.totals.calls),
            spend: stats.totals.spend,
        })
    }

    /// What an error means that came before anything was booked.
    pub(super) fn refusal(error: CallError) -> Result<Outcome, Trouble> {
        let CallError::Status { status, body, .. } = &error else {
            return Err(fault::trouble(&error));
        };
        let parsed = serde_json::from_slice::<Refusal>(body).ok();
        let retryable = parsed.as_ref().is_some_and(|r| r.error.retryable);
        if *status >= 500 || *status == 429 || retryable {
            return Err(fault::trouble(&error));
        }
        let code = parsed.map(|r| r.error.code).unwrap_or_default();
        Ok(Outcome::Refused {
            reason: rejection(&code),
        })
    }
}
