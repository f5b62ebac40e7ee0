//! Instagram: a container is made, waited for, then published; its id is on disk before the publishing call.

use super::assignment::Assignment;
use super::fault;
use super::instagram_errors::{Failure, classify};
use super::instagram_wire::{Data, Id, Metric};
use crate::config::{Config, Vendor};
use crate::domain::material;
use crate::domain::outcome::{Insights, Outcome, Removal, Trouble};
use janchi_client::Api;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Pinned: every version lives about two years.
const VERSION: &str = "v26.0";
/// How often a container is looked at within one try; 0.1 s doubling up to 2 s makes about eight seconds.
const LOOKS: u32 = 8;
/// The account that practice runs post to.
const PRACTICE_ACCOUNT: &str = "17841400000000000";

/// The adapter.
pub struct Instagram {
    pub(super) api: Api,
    key: Option<SecretString>,
    account: Option<String>,
    sandbox: bool,
    /// The version before every path, unless the address has one already.
    pub(super) prefix: String,
}

/// Whose posts, and what opens them.
pub(super) struct Account {
    pub(super) id: String,
    pub(super) token: String,
}

impl Instagram {
    /// Speaks to the Graph API at the vendor's URL. `INSTAGRAM_ACCOUNT` with the key serves a shop without a
    /// connection of its own.
    pub fn new(config: &Config, vendor: &Vendor) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("instagram", vendor.url.clone(), config.pace.call)?,
            key: vendor.key.clone(),
            account: config.instagram_account.clone(),
            sandbox: config.sandbox,
            prefix: if is_versioned(&vendor.url) {
                String::new()
            } else {
                format!("{VERSION}/")
            },
        })
    }

    /// The client with its breaker.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Whether the installation has an account for shops without one.
    pub fn has_account(&self) -> bool {
        self.account.is_some() && self.key.is_some()
    }

    fn account(&self, work: &Assignment) -> Option<Account> {
        if let Some(c) = &work.credentials
            && let Some(id) = &c.account_id
        {
            return Some(Account {
                id: id.clone(),
                token: c.access_token.clone(),
            });
        }
        let practice = self.sandbox.then(|| PRACTICE_ACCOUNT.to_owned());
        let token = self.key.as_ref().map(|key| key.expose_secret().to_owned());
        match (self.account.clone().or(practice), token, self.sandbox) {
            (Some(id), Some(token), _) => Some(Account { id, token }),
            (Some(id), None, true) => Some(Account {
                id,
                token: "practice".to_owned(),
            }),
            _ => None,
        }
    }

    /// Posts the event's picture with its text.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        let Some(account) = self.account(work) else {
            return Ok(by_hand(work, "인스타그램 계정이 연결되어 있지 않아요."));
        };
        if work.image().is_none() {
            return Ok(by_hand(work, "올릴 이미지가 없어요."));
        }
        if work.journal.steps().sent_id.is_some() {
            return self.published(work, &account).await;
        }
        if work.journal.steps().sending
            && let Some(outcome) = self.ask_what_became(work, &account).await?
        {
            return Ok(outcome);
        }
        match self.prepare(work, &account).await {
            Ok(container) => self.send(work, &account, &container).await,
            Err(failure) => self.end(work, failure).await,
        }
    }

    /// A ready container, made now or by an earlier try.
    async fn prepare(&self, work: &mut Assignment, account: &Account) -> Result<String, Failure> {
        let container = match work.journal.steps().container_id.clone() {
            Some(id) => id,
            None => {
                let image = work
                    .image()
                    .map(|i| (i.variants.jpeg.clone(), i.alt_text.clone()));
                let (image_url, alt_text) = image.unwrap_or_default();
                let caption = material::caption(&work.event, &work.tracking_url);
                let request = self
                    .api
                    .post(&format!("{}{}/media", self.prefix, account.id))
                    .bearer_auth(&account.token)
                    .form(&[
                        ("image_url", image_url),
                        ("caption", caption),
                        ("alt_text", alt_text),
                    ]);
                let made: Id = self
                    .api
                    .send_json(request)
                    .await
                    .map_err(|e| classify(&e))?;
                let id = made.id.clone();
                work.journal
                    .note(|s| s.container_id = Some(id))
                    .await
                    .map_err(Failure::Trouble)?;
                made.id
            }
        };
        for look in 0..LOOKS {
            let container_state = self
                .container(account, &container)
                .await
                .map_err(|e| classify(&e))?;
            match container_state.status_code.as_str() {
                "FINISHED" => return Ok(container),
                "ERROR" | "EXPIRED" => {
                    return Err(Failure::NewContainer(
                        "인스타그램이 이미지를 처리하지 못했어요.".to_owned(),
                    ));
                }
                _ => tokio::time::sleep(Duration::from_millis(100 << look.min(4))).await,
            }
        }
        Err(Failure::NotReady)
    }

    async fn send(
        &self,
        work: &mut Assignment,
        account: &Account,
        container: &str,
    ) -> Result<Outcome, Trouble> {
        work.journal.note(|steps| steps.sending = true).await?;
        let request = self
            .api
            .post(&format!("{}{}/media_publish", self.prefix, account.id))
            .bearer_auth(&account.token)
            .form(&[("creation_id", container)]);
        match self.api.send_json::<Id>(request).await {
            Ok(media) => {
                work.journal
                    .note(|steps| {
                        steps.sending = false;
                        steps.sent_id = Some(media.id);
                    })
                    .await?;
                self.published(work, account).await
            }
            Err(error) if error.outcome_is_unknown() => Ok(Outcome::OutcomeUnknown {
                reason: fault::reason(&error),
            }),
            Err(error) => {
                work.journal.note(|steps| steps.sending = false).await?;
                self.end(work, classify(&error)).await
            }
        }
    }

    async fn end(&self, work: &mut Assignment, failure: Failure) -> Result<Outcome, Trouble> {
        match failure {
            Failure::NewContainer(reason) => {
                work.journal.note(|steps| steps.container_id = None).await?;
                Err(Trouble::transient(reason))
            }
            Failure::Missing => {
                work.journal.note(|steps| steps.container_id = None).await?;
                Err(Trouble::transient(
                    "인스타그램이 준비된 이미지를 찾지 못해 다시 준비해요.",
                ))
            }
            Failure::NotReady => Err(Trouble::transient(
                "인스타그램이 아직 이미지를 준비하고 있어요.",
            )),
            Failure::Owner(reason) => Ok(by_hand(work, &reason)),
            Failure::Refused(reason) => Ok(Outcome::Refused { reason }),
            Failure::Trouble(trouble) => Err(trouble),
        }
    }

    /// Instagram offers no way to delete a post by program; a publication that never happened needs none.
    pub async fn take_down(&self, work: &mut Assignment) -> Result<Removal, Trouble> {
        if let (true, Some(account)) = (work.journal.steps().sending, self.account(work)) {
            match self.ask_what_became(work, &account).await? {
                Some(Outcome::Published { url, .. }) => {
                    return Ok(Removal::ByHand {
                        steps: material::removal_steps(work.channel, url.as_deref()),
                    });
                }
                Some(Outcome::OutcomeUnknown { reason }) => return Err(Trouble::transient(reason)),
                Some(Outcome::ManualActionRequired { .. }) => {}
                _ => return Ok(Removal::Removed),
            }
        }
        Ok(Removal::ByHand {
            steps: material::removal_steps(work.channel, work.external_url.as_deref()),
        })
    }

    /// Views; Instagram counts no clicks on a link in a text.
    pub async fn insights(&self, work: &Assignment) -> Result<Insights, Trouble> {
        let (Some(media), Some(account)) = (&work.external_id, self.account(work)) else {
            return Ok(Insights::default());
        };
        let request = self
            .api
            .get(&format!("{}{media}/insights", self.prefix))
            .bearer_auth(&account.token)
            .query(&[(
                "metric",
                "reach,views,likes,comments,saved,shares,total_interactions",
            )]);
        let answer: Data<Metric> = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        let views = answer.data.iter().find(|m| m.name == "views");
        Ok(Insights {
            impressions: views.and_then(|m| m.values.first()).map(|v| v.value),
            ..Insights::default()
        })
    }
}

fn is_versioned(base: &url::Url) -> bool {
    let last = base
        .path()
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    last.strip_prefix('v')
        .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// The owner posts it, for this reason.
pub(super) fn by_hand(work: &Assignment, reason: &str) -> Outcome {
    Outcome::ManualActionRequired {
        reason: Some(reason.to_owned()),
        steps: work.manual_steps(),
    }
}
