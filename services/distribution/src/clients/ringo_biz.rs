//! 링고비즈: the sound a caller of the shop hears, through the partner gateway's `ringback`.

use super::assignment::Assignment;
use super::partner_gateway::PartnerGateway;
use super::partner_materials::{Material, Upload};
use super::uridongne_tv::advertiser;
use crate::config::Vendor;
use crate::domain::outcome::{Outcome, Trouble};
use crate::domain::{jingle, material};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

/// The line that practice runs use.
const PRACTICE_LINE: &str = "0212345678";

/// The adapter.
pub struct RingoBiz {
    pub gateway: PartnerGateway,
    sandbox: bool,
}

impl RingoBiz {
    /// Speaks to the gateway at the vendor's URL.
    pub fn new(vendor: &Vendor, call: Duration, sandbox: bool) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: PartnerGateway::new("ringo-biz", vendor, "ringback", call)?,
            sandbox,
        })
    }

    /// Puts the shop's recording (option `audioUrl`), or a melody with the announcement's text, on the shop's lines.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let mut lines: Vec<String> = work
            .credentials
            .as_ref()
            .map(|c| c.phone_numbers.clone())
            .unwrap_or_default();
        if lines.is_empty() && self.sandbox {
            lines.push(PRACTICE_LINE.to_owned());
        }
        if lines.is_empty() {
            return Ok(Outcome::ManualActionRequired {
                reason: Some("연결음을 바꿀 매장 전화번호가 연결되어 있지 않아요.".to_owned()),
                steps: work.manual_steps(),
            });
        }
        let Some(business_no) = advertiser(work, self.sandbox) else {
            return Ok(Outcome::ManualActionRequired {
                reason: Some("광고주의 사업자등록번호가 연결되어 있지 않아요.".to_owned()),
                steps: work.manual_steps(),
            });
        };
        let sound = sound(work, &business_no);
        self.gateway
            .publish(work, sound, json!({"line_numbers": lines}))
            .await
    }
}

fn sound(work: &Assignment, business_no: &str) -> Material {
    let script = work
        .spoken_code
        .as_deref()
        .map(|code| material::script(&work.event, code));
    let recording = work
        .option("audioUrl")
        .and_then(Value::as_str)
        .filter(|url| url.starts_with("https://"));
    let mut body = json!({
        "kind": "audio",
        "title": work.event.title,
        "advertiser": {"business_no": business_no, "name": work.event.store_name},
        "review": {"music_licence": "original"},
        "script": script,
    });
    let Some(url) = recording else {
        let bytes = jingle::wav();
        body["source"] = json!({
            "type": "upload",
            "sha256": hex(&janchi_crypto::sha256(&bytes)),
            "size": bytes.len(),
            "content_type": "audio/wav",
        });
        body["spec"] = spec(i64::from(jingle::DURATION_MS));
        return Material {
            body,
            upload: Some(Upload {
                bytes,
                content_type: "audio/wav",
            }),
        };
    };
    // A recording is to be as telephony equipment takes it: WAV, 8 kHz, mono.
    let length = work
        .option("audioDurationMs")
        .and_then(Value::as_i64)
        .unwrap_or(15_000);
    body["source"] = json!({"type": "url", "url": url, "content_type": "audio/wav"});
    body["spec"] = spec(length);
    Material { body, upload: None }
}

fn spec(duration_ms: i64) -> Value {
    json!({"duration_ms": duration_ms, "sample_rate": jingle::SAMPLE_RATE, "channels": 1, "codec": "pcm_s16le"})
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
