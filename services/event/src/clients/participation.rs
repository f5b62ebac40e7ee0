use janchi_auth::ServiceTokens;
use janchi_client::ServiceClient;
use janchi_contracts::participation::DrawPublic;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// A public page waits no longer for the commitment; the next reader has it.
const DEADLINE: Duration = Duration::from_millis(500);

/// The participation service: the public side of a draw.
#[derive(Clone)]
pub struct ParticipationClient(ServiceClient);

impl ParticipationClient {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, tokens: ServiceTokens) -> anyhow::Result<Self> {
        Ok(Self(ServiceClient::new("participation", base, tokens)?))
    }

    /// The draw of an event, if it is known and the service answers in time.
    pub async fn find_draw(&self, event_id: Uuid) -> Option<DrawPublic> {
        let path = format!("/internal/events/{event_id}/draw");
        match tokio::time::timeout(DEADLINE, self.0.get(&path)).await {
            Ok(Ok(draw)) => draw,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, event.id = %event_id, "draw lookup failed");
                None
            }
            Err(_) => None,
        }
    }
}
