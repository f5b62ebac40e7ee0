use anyhow::Context;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ConnectionProperties, ExchangeKind};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::consumer::Subscription;
use crate::{EVENTS, JOBS};

/// A connection attempt is given up after this.
const CONNECT: Duration = Duration::from_secs(3);
/// lapin keeps room for 32 frames in each direction of every connection: with the broker's own 128 KiB that is 8 MiB, more
/// than all the rest of an idle service. Larger messages travel in several frames.
const FRAME: u32 = 16 * 1024;
/// Queues of a throw-away fleet end by themselves after this many milliseconds without use.
const THROWAWAY: i32 = 120_000;

/// Where the broker is and how this process calls itself there. Cheap to clone; connects when needed.
///
/// Connections are opened by whoever needs one and thrown away at the first error: lapin does not recover closed
/// channels or deleted queues, so nothing here relies on its recovery.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    url: SecretString,
    prefix: String,
    name: String,
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker")
            .field("prefix", &self.0.prefix)
            .field("name", &self.0.name)
            .finish_non_exhaustive()
    }
}

impl Broker {
    /// Opens no connection yet. A namespace, if not empty, goes before every exchange's and queue's name, and makes
    /// them throw-away.
    pub fn connect(url: &SecretString, namespace: &str, name: &str) -> Self {
        let prefix = if namespace.is_empty() {
            String::new()
        } else {
            format!("{namespace}.")
        };
        let separator = if url.expose_secret().contains('?') {
            '&'
        } else {
            '?'
        };
        // The default heartbeat follows the broker: a frozen one would go unnoticed for two minutes.
        let url = format!(
            "{}{separator}heartbeat=10&connection_timeout=3000&frame_max={FRAME}",
            url.expose_secret()
        );
        Self(Arc::new(Inner {
            url: url.into(),
            prefix,
            name: name.to_owned(),
        }))
    }

    /// The name as the broker sees it.
    pub(crate) fn full(&self, name: &str) -> String {
        format!("{}{name}", self.0.prefix)
    }

    fn throwaway(&self) -> bool {
        !self.0.prefix.is_empty()
    }

    pub(crate) async fn open(&self, role: &str) -> anyhow::Result<Connection> {
        let properties = ConnectionProperties::default()
            .with_connection_name(format!("{}:{role}", self.0.name).into());
        let connecting = Connection::connect(self.0.url.expose_secret(), properties);
        // The error may quote the URI, and with it the password.
        tokio::time::timeout(CONNECT, connecting)
            .await
            .context("connect to rabbitmq: no answer")?
            .map_err(|error| {
                anyhow::anyhow!("connect to rabbitmq: {:?}", error.kind())
                    .context("rabbitmq refused")
            })
    }

    /// Whether the broker takes a connection.
    ///
    /// # Errors
    /// It does not, within three seconds.
    pub async fn ping(&self) -> anyhow::Result<()> {
        let connection = self.open("ping").await?;
        let _ = connection.close(200, "done".into()).await;
        Ok(())
    }

    pub(crate) async fn declare_exchanges(&self, channel: &Channel) -> anyhow::Result<()> {
        for (name, kind) in [(JOBS, ExchangeKind::Direct), (EVENTS, ExchangeKind::Topic)] {
            let options = ExchangeDeclareOptions {
                durable: true,
                auto_delete: self.throwaway(),
                ..Default::default()
            };
            channel
                .exchange_declare(self.full(name).into(), kind, options, FieldTable::default())
                .await
                .context("declare an exchange")?;
        }
        Ok(())
    }

    /// Declares the subscription's queue, its `.dead` queue and their bindings.
    pub(crate) async fn declare(
        &self,
        channel: &Channel,
        subscription: &Subscription,
    ) -> anyhow::Result<()> {
        self.declare_exchanges(channel).await?;
        let dead = format!("{}.dead", subscription.queue);
        let mut arguments = self.arguments(!subscription.priorities);
        if subscription.priorities {
            arguments.insert("x-max-priority".into(), AMQPValue::ShortShortUInt(9));
        }
        self.declare_queue(channel, subscription.queue, arguments)
            .await?;
        self.declare_queue(channel, &dead, self.arguments(true))
            .await?;
        // By its own name in the jobs exchange: job commands, and what comes back for another try.
        self.bind(channel, subscription.queue, JOBS, subscription.queue)
            .await?;
        self.bind(channel, &dead, JOBS, &dead).await?;
        for pattern in subscription.bindings {
            self.bind(channel, subscription.queue, EVENTS, pattern)
                .await?;
        }
        Ok(())
    }

    fn arguments(&self, quorum: bool) -> FieldTable {
        let mut arguments = FieldTable::default();
        // A quorum queue keeps a replicated log of its own: hundreds of them, one pair per test, choke one small broker.
        if quorum && !self.throwaway() {
            arguments.insert(
                "x-queue-type".into(),
                AMQPValue::LongString("quorum".into()),
            );
        }
        if self.throwaway() {
            arguments.insert("x-expires".into(), AMQPValue::LongInt(THROWAWAY));
        }
        arguments
    }

    async fn declare_queue(
        &self,
        channel: &Channel,
        queue: &str,
        arguments: FieldTable,
    ) -> anyhow::Result<()> {
        let options = QueueDeclareOptions {
            durable: true,
            ..Default::default()
        };
        channel
            .queue_declare(self.full(queue).into(), options, arguments)
            .await
            .context("declare a queue")?;
        Ok(())
    }

    async fn bind(
        &self,
        channel: &Channel,
        queue: &str,
        exchange: &str,
        key: &str,
    ) -> anyhow::Result<()> {
        channel
            .queue_bind(
                self.full(queue).into(),
                self.full(exchange).into(),
                key.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await
            .context("bind a queue")
    }
}
