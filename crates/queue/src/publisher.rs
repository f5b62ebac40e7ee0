use crate::broker::Broker;
use anyhow::{Context, bail};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, PublisherConfirm};
use std::time::Duration;
use uuid::Uuid;

/// Publishing and its confirm together take no longer: a blocked broker answers nothing at all.
const DEADLINE: Duration = Duration::from_secs(5);

/// One message to publish.
pub(crate) struct Outgoing {
    pub exchange: String,
    pub routing_key: String,
    pub name: String,
    pub message_id: Uuid,
    pub attempt: u32,
    pub priority: u8,
    pub request_id: String,
    pub reason: Option<String>,
    pub payload: Vec<u8>,
}

/// What became of a published message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// On the broker's disk.
    Kept,
    /// No queue wanted it, or the broker said no: keep it and try again.
    NotKept,
}

/// A connection of its own for publishing, with confirms. Dropped at the first error.
pub(crate) struct Publisher {
    broker: Broker,
    _connection: Connection,
    channel: Channel,
}

impl Publisher {
    pub async fn open(broker: &Broker) -> anyhow::Result<Self> {
        let connection = broker.open("publish").await?;
        let opening = async {
            let channel = connection
                .create_channel()
                .await
                .context("open a channel")?;
            channel
                .confirm_select(ConfirmSelectOptions::default())
                .await
                .context("ask for confirms")?;
            broker.declare_exchanges(&channel).await?;
            anyhow::Ok(channel)
        };
        let channel = tokio::time::timeout(DEADLINE, opening)
            .await
            .context("open a channel: no answer")??;
        Ok(Self {
            broker: broker.clone(),
            _connection: connection,
            channel,
        })
    }

    /// Publishes a window of messages and waits for all their confirms.
    ///
    /// # Errors
    /// The connection is of no more use; what became of the messages is not known.
    pub async fn publish(&self, messages: &[Outgoing]) -> anyhow::Result<Vec<Fate>> {
        let work = async {
            let mut confirms = Vec::with_capacity(messages.len());
            for message in messages {
                confirms.push(self.start(message).await?);
            }
            let mut fates = Vec::with_capacity(messages.len());
            for confirm in confirms {
                fates.push(match confirm.await.context("wait for a confirm")? {
                    // An unroutable message is "acked" too, with the message in hand.
                    Confirmation::Ack(None) => Fate::Kept,
                    Confirmation::Ack(Some(_)) | Confirmation::Nack(_) => Fate::NotKept,
                    Confirmation::NotRequested => bail!("the channel gives no confirms"),
                });
            }
            Ok(fates)
        };
        tokio::time::timeout(DEADLINE, work)
            .await
            .context("publish: no confirm in time")?
    }

    async fn start(&self, message: &Outgoing) -> anyhow::Result<PublisherConfirm> {
        let mut headers = FieldTable::default();
        headers.insert("x-attempt".into(), AMQPValue::LongUInt(message.attempt));
        headers.insert(
            "x-request-id".into(),
            AMQPValue::LongString(message.request_id.as_str().into()),
        );
        if let Some(reason) = &message.reason {
            headers.insert(
                "x-reason".into(),
                AMQPValue::LongString(reason.as_str().into()),
            );
        }
        let properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_content_type("application/json".into())
            .with_message_id(message.message_id.to_string().into())
            .with_type(message.name.as_str().into())
            .with_priority(message.priority)
            .with_headers(headers);
        let options = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        self.channel
            .basic_publish(
                self.broker.full(&message.exchange).into(),
                message.routing_key.as_str().into(),
                options,
                &message.payload,
                properties,
            )
            .await
            .context("publish")
    }
}
