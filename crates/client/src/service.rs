use crate::api::{Api, CallError};
use janchi_auth::ServiceTokens;
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use url::Url;

/// A call to a neighbour takes no longer.
const DEADLINE: Duration = Duration::from_secs(3);

/// Another service of the fleet. Adds the service token and the request id to every call.
#[derive(Debug, Clone)]
pub struct ServiceClient {
    callee: &'static str,
    api: Api,
    tokens: ServiceTokens,
}

impl ServiceClient {
    /// The service of this name at this address.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(callee: &'static str, base: Url, tokens: ServiceTokens) -> anyhow::Result<Self> {
        Ok(Self {
            callee,
            api: Api::new(callee, base, DEADLINE)?,
            tokens,
        })
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Reads; `None` for 404. Tried once more if the first try failed in passing: refused, broken off (a neighbour
    /// that restarts) or answered with trouble of its own, not if it took all its time.
    ///
    /// # Errors
    /// Any other answer than 2xx and 404, or none.
    pub async fn get<T: DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
    ) -> Result<Option<T>, CallError> {
        let first = self.get_once(path).await;
        let again = match &first {
            Err(CallError::Open { .. } | CallError::Timeout) | Ok(_) => false,
            Err(CallError::Invalid(_)) => true,
            Err(error) => error.is_transient(),
        };
        if !again {
            return first;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.get_once(path).await
    }

    async fn get_once<T: DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
    ) -> Result<Option<T>, CallError> {
        let request = self.api.get(path).bearer_auth(self.token()?);
        match self.api.send_json(request).await {
            Ok(value) => Ok(Some(value)),
            Err(CallError::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Posts, once.
    ///
    /// # Errors
    /// Any other answer than 2xx, or none.
    pub async fn post<B: Serialize, T: DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, CallError> {
        let request = self.api.post(path).bearer_auth(self.token()?).json(body);
        self.api.send_json(request).await
    }

    fn token(&self) -> Result<String, CallError> {
        self.tokens
            .mint(self.callee)
            .map_err(|_| CallError::Invalid("could not sign a service token".to_owned()))
    }
}
