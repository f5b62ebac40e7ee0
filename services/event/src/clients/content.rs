use janchi_auth::ServiceTokens;
use janchi_client::{CallError, ServiceClient};
use janchi_contracts::content::{
    GenerateImages, ImageLookup, ImageRef, ImageResult, ResolveImages,
};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// The content service: pictures that exist already.
#[derive(Clone)]
pub struct ContentClient {
    service: ServiceClient,
    deadline: Duration,
}

#[derive(Deserialize)]
struct Resolved {
    images: Vec<ImageRef>,
}

impl ContentClient {
    /// `deadline` limits [`ContentClient::lookup`].
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, tokens: ServiceTokens, deadline: Duration) -> anyhow::Result<Self> {
        Ok(Self {
            service: ServiceClient::new("content", base, tokens)?,
            deadline,
        })
    }

    /// The same pictures, if they were drawn before. Too slow or failed is a miss: the job will bring them.
    pub async fn lookup(&self, command: &GenerateImages) -> Option<ImageResult> {
        let call = self
            .service
            .post::<_, ImageLookup>("/internal/images/lookup", command);
        match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(found)) => found.result,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "image lookup failed");
                None
            }
            Err(_) => None,
        }
    }

    /// Those of the pictures that belong to the event.
    ///
    /// # Errors
    /// The service does not answer.
    pub async fn resolve(&self, request: &ResolveImages) -> Result<Vec<ImageRef>, CallError> {
        let found: Resolved = self
            .service
            .post("/internal/images/resolve", request)
            .await?;
        Ok(found.images)
    }
}
