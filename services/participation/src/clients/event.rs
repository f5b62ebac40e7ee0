use crate::error::Error;
use janchi_client::ServiceClient;
use janchi_contracts::event::EventSnapshot;
use uuid::Uuid;

/// The event service. It brings an event's state up to the clock before it answers.
#[derive(Debug, Clone)]
pub struct EventClient(ServiceClient);

impl EventClient {
    pub fn new(service: ServiceClient) -> Self {
        Self(service)
    }

    /// An event by its id; none if there is none.
    ///
    /// # Errors
    /// The service does not answer.
    pub async fn find(&self, event_id: Uuid) -> Result<Option<EventSnapshot>, Error> {
        self.0
            .get(&format!("/internal/events/{event_id}"))
            .await
            .map_err(Error::EventService)
    }

    /// An event by the code of its public page. The code is made of letters, digits, `-` and `_` alone.
    ///
    /// # Errors
    /// The service does not answer.
    pub async fn find_by_code(&self, code: &str) -> Result<Option<EventSnapshot>, Error> {
        self.0
            .get(&format!("/internal/events/by-code/{code}"))
            .await
            .map_err(Error::EventService)
    }
}
