//! The partner gateway's materials: what is shown or played has to be there, and checked, before it is booked.

use super::assignment::Assignment;
use super::fault;
use super::partner_gateway::PartnerGateway;
use super::partner_wire::{Stored, UploadTicket, code, rejection};
use crate::domain::outcome::{Outcome, Trouble};
use anyhow::Context;
use janchi_client::CallError;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// A file that is sent to the gateway itself instead of being fetched by it.
pub struct Upload {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
}

/// What is shown or played: the body of `POST /materials` without its reference, and the file if it is not fetched.
pub struct Material {
    pub body: Value,
    pub upload: Option<Upload>,
}

impl PartnerGateway {
    /// Registers the material, and sends its file if there is one; else why it was refused.
    pub(super) async fn register(
        &self,
        work: &mut Assignment,
        material: Material,
    ) -> Result<Result<String, Outcome>, Trouble> {
        let mut body = material.body;
        body["external_ref"] = json!(format!("mat-{}", work.journal.steps().series.simple()));
        body["channel"] = json!(self.kind);
        let key = work.journal.steps().idempotency_key(1).to_string();
        let request = self
            .signed(self.api.post(&self.path("materials")))
            .header("idempotency-key", key)
            .json(&body);
        let stored: Stored = match self.api.send_json(request).await {
            Ok(stored) => stored,
            // The event was changed between two tries: under this name another material is known.
            Err(error) if code(&error).as_deref() == Some("idempotency_conflict") => {
                work.journal
                    .note(|steps| steps.series = Uuid::now_v7())
                    .await?;
                return Err(Trouble::transient("바뀐 내용으로 소재를 다시 등록해요."));
            }
            Err(error) => return Self::refusal(error).map(Err),
        };
        if let (Some(ticket), Some(upload)) = (&stored.upload, material.upload) {
            self.upload(ticket, upload).await?;
            let key = work.journal.steps().idempotency_key(2).to_string();
            let path = self.path(&format!("materials/{}/complete", stored.id));
            let request = self
                .signed(self.api.post(&path))
                .header("idempotency-key", key)
                .json(&json!({}));
            self.api
                .send(request)
                .await
                .map_err(|e| fault::trouble(&e))?;
        }
        let id = stored.id.clone();
        work.journal
            .note(|steps| steps.material_id = Some(id))
            .await?;
        Ok(Ok(stored.id))
    }

    async fn upload(&self, ticket: &UploadTicket, upload: Upload) -> Result<(), Trouble> {
        // Only to the host the gateway itself is at, or the partner could point us anywhere.
        let base = self
            .api
            .get("")
            .build()
            .context("build an address")?
            .url()
            .clone();
        let target: Url = base.join(&ticket.url).context("read the upload address")?;
        let Some(path) = target.as_str().strip_prefix(base.as_str()) else {
            return Err(Trouble::transient(
                "채널이 알 수 없는 올리기 주소를 주었어요.",
            ));
        };
        let mut request = self
            .api
            .put(path)
            .header("content-type", upload.content_type)
            .body(upload.bytes);
        for (name, value) in &ticket.headers {
            if let (Some(value), false) =
                (value.as_str(), name.eq_ignore_ascii_case("content-type"))
            {
                request = request.header(name, value);
            }
        }
        match self.api.send(request).await {
            // Gone or closed: an earlier try has already completed it, which the next call will tell.
            Ok(_)
            | Err(CallError::Status {
                status: 404 | 409 | 410,
                ..
            }) => Ok(()),
            Err(error) => Err(fault::trouble(&error)),
        }
    }

    /// None: the material may be booked.
    pub(super) async fn await_checks(
        &self,
        work: &mut Assignment,
        id: &str,
    ) -> Result<Option<Outcome>, Trouble> {
        for look in 0..6u32 {
            let request = self.signed(self.api.get(&self.path(&format!("materials/{id}"))));
            let stored: Stored = match self.api.send_json(request).await {
                Ok(stored) => stored,
                Err(CallError::Status { status: 404, .. }) => {
                    work.journal.note(|steps| steps.material_id = None).await?;
                    return Err(Trouble::transient(
                        "등록한 소재를 채널이 찾지 못해 다시 등록해요.",
                    ));
                }
                Err(error) => return Err(fault::trouble(&error)),
            };
            match stored.status.as_str() {
                "approved" | "in_review" => return Ok(None),
                "rejected" => {
                    let code = stored.rejection.map(|r| r.code).unwrap_or_default();
                    return Ok(Some(Outcome::Refused {
                        reason: rejection(&code),
                    }));
                }
                "expired" => {
                    work.journal.note(|steps| steps.material_id = None).await?;
                    return Err(Trouble::transient(
                        "등록한 소재의 기한이 지나 다시 등록해요.",
                    ));
                }
                _ => tokio::time::sleep(Duration::from_millis(150 << look)).await,
            }
        }
        Err(Trouble::transient("채널이 아직 소재를 검사하고 있어요."))
    }
}
