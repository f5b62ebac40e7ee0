use janchi_auth::ServiceTokens;
use janchi_client::{CallError, ServiceClient};
use janchi_contracts::distribution::{DistributionSummary, OwnerChannels};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// A preflight waits no longer for what is but a warning.
const DEADLINE: Duration = Duration::from_millis(800);

/// The distribution service: what an owner's channels are, and how a run stands.
#[derive(Clone)]
pub struct DistributionClient(ServiceClient);

impl DistributionClient {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, tokens: ServiceTokens) -> anyhow::Result<Self> {
        Ok(Self(ServiceClient::new("distribution", base, tokens)?))
    }

    /// The owner's channels, if the service answers in time.
    pub async fn find_channels(&self, owner_id: Uuid) -> Option<OwnerChannels> {
        let path = format!("/internal/owners/{owner_id}/channels");
        match tokio::time::timeout(DEADLINE, self.0.get(&path)).await {
            Ok(Ok(channels)) => channels,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "channel lookup failed");
                None
            }
            Err(_) => None,
        }
    }

    /// The latest run of an event; none when the service knows nothing of the event.
    ///
    /// # Errors
    /// The service does not answer.
    pub async fn find_run(&self, event_id: Uuid) -> Result<Option<DistributionSummary>, CallError> {
        self.0
            .get(&format!("/internal/distributions/{event_id}"))
            .await
    }
}
