//! The words of the partner gateway: its answers, states and reasons.

use crate::domain::outcome::Outcome;
use janchi_client::CallError;
use serde::Deserialize;
use serde_json::Value;

/// A material or a campaign.
#[derive(Deserialize)]
pub struct Stored {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub upload: Option<UploadTicket>,
    #[serde(default)]
    pub rejection: Option<Rejection>,
}

/// Where a file is sent.
#[derive(Deserialize)]
pub struct UploadTicket {
    pub url: String,
    #[serde(default)]
    pub headers: serde_json::Map<String, Value>,
}

/// Why a review said no.
#[derive(Deserialize)]
pub struct Rejection {
    #[serde(default)]
    pub code: String,
}

/// Campaigns found.
#[derive(Deserialize)]
pub struct Page {
    pub items: Vec<Stored>,
}

/// Statistics of a campaign.
#[derive(Deserialize)]
pub struct Stats {
    pub totals: Totals,
}

/// Its sums; what is not measured is absent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Totals {
    pub impressions: Option<i64>,
    pub plays: Option<i64>,
    pub qr_scans: Option<i64>,
    pub calls: Option<i64>,
    pub spend: Option<i64>,
}

/// An error of the gateway.
#[derive(Deserialize)]
pub struct Refusal {
    pub error: RefusalBody,
}

/// What it says.
#[derive(Deserialize)]
pub struct RefusalBody {
    pub code: String,
    #[serde(default)]
    pub retryable: bool,
}

/// The gateway's code for a refusal, if it said one.
pub fn code(error: &CallError) -> Option<String> {
    let CallError::Status { body, .. } = error else {
        return None;
    };
    serde_json::from_slice::<Refusal>(body)
        .ok()
        .map(|r| r.error.code)
}

/// Whether the same call is being worked on already.
pub fn is_in_progress(error: &CallError) -> bool {
    code(error).as_deref() == Some("request_in_progress")
}

/// What a campaign's state means.
pub fn outcome(stored: Stored) -> Outcome {
    let id = stored.id;
    match stored.status.as_str() {
        "scheduled" | "running" | "completed" => Outcome::Published {
            external_id: Some(id),
            url: None,
        },
        "rejected" => {
            let code = stored.rejection.map(|r| r.code).unwrap_or_default();
            Outcome::Refused {
                reason: rejection(&code),
            }
        }
        "cancelled" | "cancel_requested" => Outcome::Refused {
            reason: "채널에서 광고가 취소됐어요.".to_owned(),
        },
        "suspended" => Outcome::Refused {
            reason: "채널 운영자가 광고를 멈췄어요.".to_owned(),
        },
        "failed" => Outcome::Refused {
            reason: "채널에서 광고를 내보내지 못했어요.".to_owned(),
        },
        // `pending_review`, and whatever state a later version of the gateway adds on the way.
        _ => Outcome::PendingReview { external_id: id },
    }
}

/// For the owner, in Korean.
pub fn rejection(code: &str) -> String {
    match code {
        "spec_mismatch" => "소재가 채널의 규격과 맞지 않아요.",
        "policy_violation" => "소재가 채널의 광고 기준에 맞지 않아요.",
        "licence_missing" => "음악이나 이미지의 사용 허락 증빙이 필요해요.",
        "unreadable_file" => "채널이 소재 파일을 열지 못했어요.",
        "advertiser_unverified" | "advertiser_not_allowed" => "채널이 광고주를 확인하지 못했어요.",
        "invalid_token" | "insufficient_scope" => {
            "채널 연결 정보가 맞지 않아요. 연결을 확인해 주세요."
        }
        "file_too_large" => "소재 파일이 너무 커요.",
        "unsupported_media" => "채널이 받지 않는 소재 형식이에요.",
        "material_rejected" => "채널이 소재를 받지 않았어요.",
        "schedule_unavailable" => "그 기간에는 광고를 내보낼 자리가 없어요.",
        "budget_too_low" => "채널의 최소 예산보다 적어요.",
        "area_not_served" => "이 지역에서는 광고를 내보낼 수 없어요.",
        _ => "채널이 광고를 받지 않았어요.",
    }
    .to_owned()
}

/// Where the shop is, as the gateway writes areas: the code of the province or city.
pub const fn area_code(region: janchi_contracts::reference::Region) -> &'static str {
    use janchi_contracts::reference::Region;
    match region {
        Region::Seoul => "1100000000",
        Region::Busan => "2600000000",
        Region::Daegu => "2700000000",
        Region::Incheon => "2800000000",
        Region::Daejeon => "3000000000",
        Region::Ulsan => "3100000000",
        Region::Sejong => "3600000000",
        Region::Gyeonggi => "4100000000",
        Region::Gangwon => "5100000000",
        Region::Chungbuk => "4300000000",
        Region::Chungnam => "4400000000",
        Region::Jeonbuk => "5200000000",
        Region::JeonnamGwangju => "1200000000",
        Region::Gyeongbuk => "4700000000",
        Region::Gyeongnam => "4800000000",
        Region::Jeju => "5000000000",
    }
}
