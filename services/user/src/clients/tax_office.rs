use crate::domain::verification::Standing;
use anyhow::Context;
use janchi_client::{Api, CallError};
use janchi_crypto::BusinessNumber;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// Longer than this nobody waits for the tax office; the check is then made up for later.
const DEADLINE: Duration = Duration::from_secs(5);

/// The National Tax Service's business status (국세청 사업자등록 상태조회), behind its own breaker.
#[derive(Clone)]
pub struct TaxOffice {
    api: Api,
    status_path: &'static str,
    key: Option<SecretString>,
}

/// The path of the status call below a base that is either the gateway's (`…/api`) or already this data set's.
fn status_path(base: &Url) -> &'static str {
    if base
        .path()
        .trim_end_matches('/')
        .ends_with("/nts-businessman/v1")
    {
        "status"
    } else {
        "nts-businessman/v1/status"
    }
}

/// Why a question to the tax office has no answer. All mean the same for a shop: ask again later.
#[derive(Debug, thiserror::Error)]
pub enum TaxOfficeError {
    #[error("tax office cannot be reached: {0}")]
    Call(CallError),
    /// An operator's matter, not the shop's.
    #[error("tax office refused our key or question with status {0}")]
    Refused(u16),
    #[error("tax office's answer is not understood: {0}")]
    Invalid(&'static str),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    b_no: String,
    #[serde(default)]
    b_stt_cd: String,
}

impl TaxOffice {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, key: Option<SecretString>) -> anyhow::Result<Self> {
        let status_path = status_path(&base);
        let api = Api::new("tax-office", base, DEADLINE).context("build the tax office client")?;
        Ok(Self {
            api,
            status_path,
            key,
        })
    }

    /// `CLOSED`, `OPEN` or `HALF_OPEN`.
    pub fn breaker(&self) -> &'static str {
        self.api.breaker().state().code()
    }

    /// What the tax office says of one number, now.
    ///
    /// # Errors
    /// No answer within five seconds, none at all, or one that makes no sense.
    pub async fn standing(&self, number: &BusinessNumber) -> Result<Standing, TaxOfficeError> {
        let mut request = self
            .api
            .post(self.status_path)
            .json(&json!({ "b_no": [number.digits()] }));
        if let Some(key) = &self.key {
            // In a header the key needs no percent-encoding, which it does not survive twice, and stays out of URLs.
            request = request.header("authorization", format!("Infuser {}", key.expose_secret()));
        }
        let answer: Answer = self
            .api
            .send_json(request)
            .await
            .map_err(|error| match error {
                CallError::Status { status, .. } if status < 500 && status != 429 => {
                    TaxOfficeError::Refused(status)
                }
                other => TaxOfficeError::Call(other),
            })?;
        let [entry] = answer.data.as_slice() else {
            return Err(TaxOfficeError::Invalid("not one entry"));
        };
        if entry.b_no != number.digits() {
            return Err(TaxOfficeError::Invalid("another number"));
        }
        // Unknown numbers come with an empty code; the sentence beside it varies.
        match entry.b_stt_cd.as_str() {
            "01" => Ok(Standing::Verified),
            "02" => Ok(Standing::Suspended),
            "03" => Ok(Standing::Closed),
            "" => Ok(Standing::NotRegistered),
            _ => Err(TaxOfficeError::Invalid("unknown status code")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::status_path;
    use url::Url;

    #[test]
    fn the_base_may_name_the_gateway_or_the_data_set() {
        let path = |base: &str| status_path(&Url::parse(base).unwrap());
        assert_eq!(
            path("https://api.odcloud.kr/api"),
            "nts-businessman/v1/status"
        );
        assert_eq!(
            path("https://api.odcloud.kr/api/nts-businessman/v1/"),
            "status"
        );
    }
}
