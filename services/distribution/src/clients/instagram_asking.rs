//! Instagram: what became of a post. The platform is asked before anything is sent again.

use super::assignment::Assignment;
use super::fault;
use super::instagram::{Account, Instagram, by_hand};
use super::instagram_errors::{Failure, classify};
use super::instagram_wire::{Container, Data, Media};
use crate::domain::outcome::{Outcome, Trouble};
use janchi_client::CallError;

impl Instagram {
    /// After a publishing call without an answer: the container's state says whether it happened.
    pub(super) async fn ask_what_became(
        &self,
        work: &mut Assignment,
        account: &Account,
    ) -> Result<Option<Outcome>, Trouble> {
        let Some(container) = work.journal.steps().container_id.clone() else {
            return Ok(None);
        };
        match self.container(account, &container).await {
            Ok(state) if state.status_code == "PUBLISHED" => {}
            // Not published: the usual way goes on with this container, or with a new one.
            Ok(_) => {
                work.journal.note(|steps| steps.sending = false).await?;
                return Ok(None);
            }
            Err(error) => {
                return match classify(&error) {
                    // A published container stays readable: this one never was.
                    Failure::Missing | Failure::NewContainer(_) => {
                        work.journal
                            .note(|steps| {
                                steps.sending = false;
                                steps.container_id = None;
                            })
                            .await?;
                        Ok(None)
                    }
                    Failure::Owner(reason) => Ok(Some(by_hand(work, &reason))),
                    Failure::Refused(reason) => Ok(Some(Outcome::OutcomeUnknown { reason })),
                    Failure::NotReady => Err(fault::trouble(&error)),
                    Failure::Trouble(trouble) => Err(trouble),
                };
            }
        }
        let request = self
            .api
            .get(&format!("{}{}/media", self.prefix, account.id))
            .bearer_auth(&account.token)
            .query(&[("fields", "id,caption,timestamp,permalink"), ("limit", "5")]);
        let list: Data<Media> = self
            .api
            .send_json(request)
            .await
            .map_err(|e| fault::trouble(&e))?;
        let found = list
            .data
            .into_iter()
            .find(|m| m.caption.contains(&work.tracking_url));
        let (id, url) = found.map_or((None, None), |m| (Some(m.id), m.permalink));
        if let Some(sent) = id.clone() {
            work.journal
                .note(|steps| {
                    steps.sending = false;
                    steps.sent_id = Some(sent);
                })
                .await?;
        }
        Ok(Some(Outcome::Published {
            external_id: id,
            url,
        }))
    }

    /// It is up; the link is a courtesy and its absence no failure.
    pub(super) async fn published(
        &self,
        work: &Assignment,
        account: &Account,
    ) -> Result<Outcome, Trouble> {
        let id = work.journal.steps().sent_id.clone();
        let mut url = None;
        if let Some(media) = &id {
            let request = self
                .api
                .get(&format!("{}{media}", self.prefix))
                .bearer_auth(&account.token)
                .query(&[("fields", "permalink,timestamp,media_type")]);
            url = self
                .api
                .send_json::<Media>(request)
                .await
                .ok()
                .and_then(|m| m.permalink);
        }
        Ok(Outcome::Published {
            external_id: id,
            url,
        })
    }

    pub(super) async fn container(
        &self,
        account: &Account,
        id: &str,
    ) -> Result<Container, CallError> {
        let request = self
            .api
            .get(&format!("{}{id}", self.prefix))
            .bearer_auth(&account.token)
            .query(&[("fields", "status_code,status")]);
        self.api.send_json(request).await
    }
}
