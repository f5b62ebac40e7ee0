//! Outbound calls to other services.

use janchi_auth::ServiceTokens;
use janchi_client::{CallError, ServiceClient};
use janchi_contracts::distribution::ChannelStatistics;
use janchi_contracts::event::EventSnapshot;
use janchi_contracts::participation::ParticipationSummary;
use url::Url;
use uuid::Uuid;

/// The three services whose numbers come together here.
#[derive(Debug, Clone)]
pub struct Peers {
    event: ServiceClient,
    participation: ServiceClient,
    distribution: ServiceClient,
}

impl Peers {
    /// Where they are.
    ///
    /// # Errors
    /// An HTTP client cannot be built.
    pub fn new(
        event: Url,
        participation: Url,
        distribution: Url,
        tokens: ServiceTokens,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            event: ServiceClient::new("event", event, tokens.clone())?,
            participation: ServiceClient::new("participation", participation, tokens.clone())?,
            distribution: ServiceClient::new("distribution", distribution, tokens)?,
        })
    }

    /// The event as it is now; none if there is no such event.
    ///
    /// # Errors
    /// The event service does not answer.
    pub async fn event(&self, id: Uuid) -> Result<Option<EventSnapshot>, CallError> {
        self.event.get(&format!("/internal/events/{id}")).await
    }

    /// The exact counts; none if participation does not know the event.
    ///
    /// # Errors
    /// The participation service does not answer.
    pub async fn participation(&self, id: Uuid) -> Result<Option<ParticipationSummary>, CallError> {
        self.participation
            .get(&format!("/internal/events/{id}/summary"))
            .await
    }

    /// What the platforms counted; none if the event was never published.
    ///
    /// # Errors
    /// The distribution service does not answer.
    pub async fn statistics(&self, id: Uuid) -> Result<Option<ChannelStatistics>, CallError> {
        self.distribution
            .get(&format!("/internal/distributions/{id}/statistics"))
            .await
    }
}
