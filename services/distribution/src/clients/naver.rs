//! Naver: an article in the shop's café. A blog cannot be written by program: without a café it is the owner's hands.

use super::assignment::Assignment;
use super::fault;
use crate::config::{Config, Vendor};
use crate::domain::material;
use crate::domain::outcome::{Outcome, Removal, Trouble};
use janchi_client::{Api, CallError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The café and board that practice runs write to.
const PRACTICE_CAFE: (&str, &str) = ("30000001", "1");

/// The adapter.
pub struct Naver {
    api: Api,
    key: Option<SecretString>,
    cafe: Option<(String, String)>,
    sandbox: bool,
}

struct Cafe {
    club: String,
    menu: String,
    token: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    message: T,
}

#[derive(Deserialize)]
struct Written {
    result: Article,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Article {
    #[serde(default)]
    article_id: Option<serde_json::Value>,
    #[serde(default)]
    article_url: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedBody,
}

#[derive(Deserialize)]
struct RefusedBody {
    code: String,
}

impl Naver {
    /// Speaks to the open API at the vendor's URL. `NAVER_CAFE` (`club/menu`) with the key serves a shop without a
    /// connection of its own.
    pub fn new(config: &Config, vendor: &Vendor) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("naver", vendor.url.clone(), config.pace.call)?,
            key: vendor.key.clone(),
            cafe: config.naver_cafe.clone(),
            sandbox: config.sandbox,
        })
    }

    /// The client with its breaker.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Whether the installation has a café for shops without one.
    pub fn has_cafe(&self) -> bool {
        self.cafe.is_some() && self.key.is_some()
    }

    fn cafe(&self, work: &Assignment) -> Option<Cafe> {
        if let Some(c) = &work.credentials
            && let (Some(club), Some(menu)) = (&c.account_id, &c.board_id)
        {
            return Some(Cafe {
                club: club.clone(),
                menu: menu.clone(),
                token: c.access_token.clone(),
            });
        }
        let practice = self
            .sandbox
            .then(|| (PRACTICE_CAFE.0.to_owned(), PRACTICE_CAFE.1.to_owned()));
        let (club, menu) = self.cafe.clone().or(practice)?;
        match (&self.key, self.sandbox) {
            (Some(key), _) => Some(Cafe {
                club,
                menu,
                token: key.expose_secret().to_owned(),
            }),
            (None, true) => Some(Cafe {
                club,
                menu,
                token: "practice".to_owned(),
            }),
            (None, false) => None,
        }
    }

    /// Writes the article. There is no way to ask afterwards whether it was written, so an answer that never came
    /// stays unknown until the owner says so.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let Some(cafe) = self.cafe(work) else {
            return Ok(Outcome::ManualActionRequired {
                reason: None,
                steps: work.manual_steps(),
            });
        };
        let steps = work.journal.steps();
        if steps.sent_id.is_some() || steps.sent_url.is_some() {
            return Ok(written(steps.sent_id.clone(), steps.sent_url.clone()));
        }
        if steps.sending {
            return Ok(Outcome::OutcomeUnknown {
                reason:
                    "네이버가 답하지 않아 글이 올라갔는지 알 수 없어요. 카페에서 확인해 주세요."
                        .to_owned(),
            });
        }
        let content = html(&material::post(&work.event, &work.tracking_url));
        let form = format!(
            "subject={}&content={}&openyn=true&searchopen=true",
            twice_encoded(&work.event.title),
            twice_encoded(&content)
        );
        let request = self
            .api
            .post(&format!(
                "v1/cafe/{}/menu/{}/articles",
                cafe.club, cafe.menu
            ))
            .bearer_auth(&cafe.token)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        work.journal.note(|steps| steps.sending = true).await?;
        match self.api.send_json::<Envelope<Written>>(request).await {
            Ok(answer) => {
                let article = answer.message.result;
                let id = article
                    .article_id
                    .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
                let (sent, url) = (id.clone(), article.article_url.clone());
                work.journal
                    .note(|steps| {
                        // Without a number nothing else tells a later worker that it was written.
                        steps.sending = sent.is_none();
                        steps.sent_id = sent;
                        steps.sent_url = url;
                    })
                    .await?;
                Ok(written(id, article.article_url))
            }
            Err(error) if refusal(&error).is_some() || !error.outcome_is_unknown() => {
                work.journal.note(|steps| steps.sending = false).await?;
                match refusal(&error) {
                    Some(refused) => Ok(refused_outcome(&refused, work)),
                    None => Err(fault::trouble(&error)),
                }
            }
            Err(error) => Ok(Outcome::OutcomeUnknown {
                reason: fault::reason(&error),
            }),
        }
    }

    /// A café has no way to delete by program.
    pub fn take_down(&self, work: &Assignment) -> Removal {
        Removal::ByHand {
            steps: material::removal_steps(work.channel, work.external_url.as_deref()),
        }
    }
}

/// What a written article is.
fn written(id: Option<String>, url: Option<String>) -> Outcome {
    if url.is_some() {
        return Outcome::Published {
            external_id: id,
            url,
        };
    }
    // Accepted without an address means the spam box.
    Outcome::ManualActionRequired {
        reason: Some("네이버 카페가 글을 스팸함으로 보냈어요.".to_owned()),
        steps: vec![
            "카페 관리의 스팸 글함에서 글을 확인하고 등록해 주세요.".to_owned(),
            "등록한 뒤 글 주소를 복사해 '직접 올렸어요'에 붙여 넣어 주세요.".to_owned(),
        ],
    }
}

/// The café reads an encoded value a second time.
fn twice_encoded(text: &str) -> String {
    // A plus sign for a space would survive the second reading as a plus sign.
    let encoded = |text: &str| {
        let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        form.replace('+', "%20")
    };
    encoded(&encoded(text))
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "<br>")
}

/// The café's code, if it said that it wrote nothing.
fn refusal(error: &CallError) -> Option<String> {
    let CallError::Status { status, body, .. } = error else {
        return None;
    };
    let code = serde_json::from_slice::<Envelope<Refused>>(body)
        .ok()
        .map(|e| e.message.error.code);
    match code {
        // 999 is the café's own "unknown".
        Some(code) if code != "999" => Some(code),
        _ if matches!(status, 400 | 401 | 403 | 404) => Some(String::new()),
        _ => None,
    }
}

fn refused_outcome(code: &str, work: &Assignment) -> Outcome {
    let reason = match code {
        "0005" | "024" | "028" => "네이버 연결 권한이 없어요. 다시 연결해 주세요.",
        "AP002" => "이 게시판에는 글을 쓸 수 없어요.",
        "AP003" => "카페 등급이 낮아 글을 쓸 수 없어요.",
        "AP005" => "네이버 카페가 글을 스팸함으로 보냈어요.",
        "AP006" => "연결한 카페를 찾을 수 없어요.",
        "AP007" => "카페 활동이 정지되어 있어요.",
        "AP001" => {
            return Outcome::Refused {
                reason: "네이버 카페가 글의 형식을 받지 않았어요.".to_owned(),
            };
        }
        "" => "네이버가 요청을 받지 않았어요. 연결을 확인해 주세요.",
        _ => {
            return Outcome::Refused {
                reason: "네이버 카페가 글을 받지 않았어요.".to_owned(),
            };
        }
    };
    Outcome::ManualActionRequired {
        reason: Some(reason.to_owned()),
        steps: work.manual_steps(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_twice_as_the_cafe_reads_them() {
        assert_eq!(twice_encoded("가 &"), "%25EA%25B0%2580%2520%2526");
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(html("<b>\n&"), "&lt;b&gt;<br>&amp;");
    }
}
