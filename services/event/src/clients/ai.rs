use janchi_auth::ServiceTokens;
use janchi_client::{CallError, ServiceClient};
use janchi_contracts::ai::{AiResult, Intent, IntentRequest, RecommendEvent, RecommendationLookup};
use std::time::Duration;
use url::Url;

/// The AI service: earlier answers, and what a sentence means.
#[derive(Clone)]
pub struct AiClient {
    service: ServiceClient,
    deadline: Duration,
}

impl AiClient {
    /// `deadline` limits [`AiClient::lookup`].
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, tokens: ServiceTokens, deadline: Duration) -> anyhow::Result<Self> {
        Ok(Self {
            service: ServiceClient::new("ai", base, tokens)?,
            deadline,
        })
    }

    /// An earlier answer fitted to this shop. Too slow or failed is a miss: the job will bring it.
    pub async fn lookup(&self, command: &RecommendEvent) -> Option<AiResult> {
        let call = self
            .service
            .post::<_, RecommendationLookup>("/internal/recommendations/lookup", command);
        match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(found)) => found.result,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "recommendation lookup failed");
                None
            }
            Err(_) => None,
        }
    }

    /// What one typed sentence asks for.
    ///
    /// # Errors
    /// The service does not answer, or refuses the text.
    pub async fn read_intent(&self, request: &IntentRequest) -> Result<Intent, CallError> {
        self.service.post("/internal/intents", request).await
    }
}
