use crate::consumer::JobError;
use lapin::types::{AMQPValue, FieldTable};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A delivered message.
#[derive(Debug, Clone)]
pub struct Message {
    /// The same for every try and delivery of it.
    pub id: Uuid,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// A job's queue, or an event's routing key.
    pub name: String,
    /// The request that caused it.
    pub request_id: String,
    pub(crate) priority: u8,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The payload.
    ///
    /// # Errors
    /// One that does not parse is parked at once: another try reads the same bytes.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        // serde's message would quote the payload.
        serde_json::from_slice(&self.body).map_err(|error| {
            JobError::Discard(format!("payload does not parse at byte {}", error.column()))
        })
    }

    pub(crate) fn from_parts(
        properties: &lapin::BasicProperties,
        routing_key: &str,
        body: Vec<u8>,
    ) -> Self {
        let id = properties
            .message_id()
            .as_ref()
            .and_then(|id| id.as_str().parse().ok());
        let headers = properties.headers().as_ref();
        Self {
            // A message from elsewhere without an id is told apart by its bytes' place in the queue alone.
            id: id.unwrap_or_else(Uuid::now_v7),
            attempt: headers.and_then(|h| number(h, "x-attempt")).unwrap_or(1),
            name: properties
                .kind()
                .as_ref()
                .map_or_else(|| routing_key.to_owned(), |kind| kind.as_str().to_owned()),
            request_id: headers
                .and_then(|h| text(h, "x-request-id"))
                .unwrap_or_default(),
            priority: properties.priority().unwrap_or_default(),
            body,
        }
    }
}

pub(crate) fn number(headers: &FieldTable, name: &str) -> Option<u32> {
    match headers.inner().get(name)? {
        AMQPValue::LongUInt(n) => Some(*n),
        AMQPValue::LongInt(n) => u32::try_from(*n).ok(),
        AMQPValue::LongLongInt(n) => u32::try_from(*n).ok(),
        _ => None,
    }
}

pub(crate) fn text(headers: &FieldTable, name: &str) -> Option<String> {
    match headers.inner().get(name)? {
        AMQPValue::LongString(s) => String::from_utf8(s.as_bytes().to_vec()).ok(),
        AMQPValue::ShortString(s) => Some(s.as_str().to_owned()),
        _ => None,
    }
}
