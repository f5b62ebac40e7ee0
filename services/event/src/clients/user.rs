use janchi_auth::ServiceTokens;
use janchi_client::{CallError, ServiceClient};
use janchi_contracts::user::StoreProfile;
use url::Url;
use uuid::Uuid;

/// The user service: whose shop is it.
#[derive(Clone)]
pub struct UserClient(ServiceClient);

impl UserClient {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, tokens: ServiceTokens) -> anyhow::Result<Self> {
        Ok(Self(ServiceClient::new("user", base, tokens)?))
    }

    /// The owner's shop; none when there is no such account or shop.
    ///
    /// # Errors
    /// The service does not answer.
    pub async fn find_store(&self, owner_id: Uuid) -> Result<Option<StoreProfile>, CallError> {
        self.0
            .get(&format!("/internal/users/{owner_id}/store"))
            .await
    }
}
