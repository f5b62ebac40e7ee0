//! Dead letters: what an operator can do with a message that failed for good.

use crate::JOBS;
use crate::broker::Broker;
use crate::message::{Message, text};
use crate::publisher::{Fate, Outgoing, Publisher};
use anyhow::{Context, ensure};
use lapin::options::{BasicAckOptions, BasicGetOptions};
use serde::Serialize;
use uuid::Uuid;

/// A parked message. Its payload holds ids, never personal data, and is not shown.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    pub id: Uuid,
    pub name: String,
    pub attempt: u32,
    pub reason: String,
    pub request_id: String,
    pub bytes: usize,
}

/// What lies in `<queue>.dead`, oldest first, at most `limit`. Nothing is taken out.
///
/// # Errors
/// The broker cannot be reached or has no such queue.
pub async fn list(broker: &Broker, queue: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
    let connection = broker.open("dead letters").await?;
    let channel = connection
        .create_channel()
        .await
        .context("open a channel")?;
    let name = broker.full(&format!("{queue}.dead"));
    let mut letters = Vec::new();
    while letters.len() < limit {
        let got = channel
            .basic_get(name.as_str().into(), BasicGetOptions::default())
            .await
            .context("read")?;
        let Some(got) = got else { break };
        let reason = got
            .delivery
            .properties
            .headers()
            .as_ref()
            .and_then(|h| text(h, "x-reason"))
            .unwrap_or_default();
        let message = Message::from_parts(
            &got.delivery.properties,
            got.delivery.routing_key.as_str(),
            got.delivery.data.clone(),
        );
        letters.push(DeadLetter {
            id: message.id,
            name: message.name,
            attempt: message.attempt,
            reason,
            request_id: message.request_id,
            bytes: message.body.len(),
        });
    }
    // Closing without acknowledging puts them all back in their order.
    let _ = connection.close(200, "done".into()).await;
    Ok(letters)
}

/// Puts everything (or one message) of `<queue>.dead` back into its queue as a first try with a new id, so that the
/// inbox does not drop it. Returns how many.
///
/// # Errors
/// The broker cannot be reached, has no such queue, or keeps a message not: then that one stays parked.
pub async fn replay(broker: &Broker, queue: &str, only: Option<Uuid>) -> anyhow::Result<usize> {
    let publisher = Publisher::open(broker).await?;
    let connection = broker.open("dead letters").await?;
    let channel = connection
        .create_channel()
        .await
        .context("open a channel")?;
    let name = broker.full(&format!("{queue}.dead"));
    let mut replayed = 0;
    while let Some(got) = channel
        .basic_get(name.as_str().into(), BasicGetOptions::default())
        .await
        .context("read")?
    {
        let message = Message::from_parts(
            &got.delivery.properties,
            got.delivery.routing_key.as_str(),
            got.delivery.data.clone(),
        );
        if only.is_some_and(|id| id != message.id) {
            continue;
        }
        let again = Outgoing {
            exchange: JOBS.to_owned(),
            routing_key: queue.to_owned(),
            name: message.name,
            message_id: Uuid::now_v7(),
            attempt: 1,
            priority: message.priority,
            request_id: message.request_id,
            reason: None,
            payload: message.body,
        };
        let fates = publisher.publish(&[again]).await?;
        ensure!(
            fates == [Fate::Kept],
            "the queue {queue} did not take the message"
        );
        got.delivery
            .ack(BasicAckOptions::default())
            .await
            .context("acknowledge")?;
        replayed += 1;
    }
    let _ = connection.close(200, "done".into()).await;
    Ok(replayed)
}
