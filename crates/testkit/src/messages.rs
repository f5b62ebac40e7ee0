use crate::amqp_url;
use janchi_contracts::{DomainEvent, Job};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

async fn channel(namespace: &str) -> (Connection, Channel) {
    let connection =
        Connection::connect(amqp_url().expose_secret(), ConnectionProperties::default())
            .await
            .expect("rabbitmq answers");
    let channel = connection.create_channel().await.expect("a channel opens");
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await
        .expect("confirms can be had");
    for (name, kind) in [
        (janchi_queue::JOBS, ExchangeKind::Direct),
        (janchi_queue::EVENTS, ExchangeKind::Topic),
    ] {
        let options = ExchangeDeclareOptions {
            durable: true,
            auto_delete: true,
            ..Default::default()
        };
        channel
            .exchange_declare(
                format!("{namespace}.{name}").into(),
                kind,
                options,
                FieldTable::default(),
            )
            .await
            .expect("an exchange can be declared");
    }
    (connection, channel)
}

async fn publish(namespace: &str, exchange: &str, name: &str, payload: Vec<u8>) -> Uuid {
    let (connection, channel) = channel(namespace).await;
    let id = Uuid::now_v7();
    let properties = BasicProperties::default()
        .with_message_id(id.to_string().into())
        .with_type(name.into())
        .with_delivery_mode(2);
    let confirm = channel
        .basic_publish(
            format!("{namespace}.{exchange}").into(),
            name.into(),
            BasicPublishOptions {
                mandatory: true,
                ..Default::default()
            },
            &payload,
            properties,
        )
        .await
        .expect("it can be published")
        .await
        .expect("it is confirmed");
    assert!(confirm.take_message().is_none(), "nobody listens to {name}");
    let _ = connection.close(200, "done".into()).await;
    id
}

/// Tells an event as another service would.
pub async fn send_event<E: DomainEvent>(namespace: &str, event: &E) -> Uuid {
    let payload = serde_json::to_vec(event).expect("events serialize");
    publish(namespace, janchi_queue::EVENTS, event.name(), payload).await
}

/// Orders a job as another service would.
pub async fn send_job<J: Job>(namespace: &str, job: &J) -> Uuid {
    let payload = serde_json::to_vec(job).expect("jobs serialize");
    publish(namespace, janchi_queue::JOBS, J::QUEUE, payload).await
}

/// Names and payloads in the order of their arrival.
type Heard = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Hears what is told in a namespace from now on.
pub struct Events {
    heard: Heard,
    _connection: Connection,
}

impl Events {
    /// Listens to the events whose names match, and to the jobs of these exact names.
    pub async fn listen(namespace: &str, patterns: &[&str]) -> Self {
        let (connection, channel) = channel(namespace).await;
        let options = QueueDeclareOptions {
            exclusive: true,
            auto_delete: true,
            ..Default::default()
        };
        let queue = format!("{namespace}.heard.{}", Uuid::new_v4().simple());
        channel
            .queue_declare(queue.as_str().into(), options, FieldTable::default())
            .await
            .expect("a queue");
        for pattern in patterns {
            for exchange in [janchi_queue::EVENTS, janchi_queue::JOBS] {
                channel
                    .queue_bind(
                        queue.as_str().into(),
                        format!("{namespace}.{exchange}").into(),
                        (*pattern).into(),
                        QueueBindOptions::default(),
                        FieldTable::default(),
                    )
                    .await
                    .expect("a queue can be bound");
            }
        }
        let mut consumer = channel
            .basic_consume(
                queue.as_str().into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await
            .expect("it can be consumed");
        let heard: Heard = Arc::default();
        let into = Arc::clone(&heard);
        tokio::spawn(async move {
            use futures::StreamExt;
            while let Some(Ok(delivery)) = consumer.next().await {
                let name = delivery.properties.kind().as_ref().map_or_else(
                    || delivery.routing_key.as_str().to_owned(),
                    |kind| kind.as_str().to_owned(),
                );
                into.lock()
                    .expect("no holder panics")
                    .push((name, delivery.data.clone()));
                let _ = delivery.ack(BasicAckOptions::default()).await;
            }
        });
        Self {
            heard,
            _connection: connection,
        }
    }

    /// Everything heard under this name so far.
    pub fn named<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        let heard = self.heard.lock().expect("no holder panics");
        heard
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, body)| serde_json::from_slice(body).expect("the payload fits its type"))
            .collect()
    }

    /// The first one under this name that fits, waited for up to 20 s.
    pub async fn next<T: DeserializeOwned>(&self, name: &str, fits: impl Fn(&T) -> bool) -> T {
        crate::eventually(Duration::from_secs(20), || async {
            self.named::<T>(name).into_iter().find(&fits)
        })
        .await
    }
}
