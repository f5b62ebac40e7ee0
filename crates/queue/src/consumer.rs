use crate::JOBS;
use crate::TRIES;
use crate::broker::Broker;
use crate::message::Message;
use crate::outbox::{self, Row};
use crate::supervisor::Supervisor;
use anyhow::Context;
use chrono::Utc;
use futures::StreamExt;
use janchi_contracts::Job;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::types::FieldTable;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// No handler runs longer; its own deadlines are far below.
const HANDLING: Duration = Duration::from_secs(120);
/// What is running at shutdown may finish within this.
const DRAIN: Duration = Duration::from_secs(20);

/// Why a message was not done.
#[derive(Debug)]
pub enum JobError {
    /// Try again later, up to [`TRIES`] times in all.
    Retry(anyhow::Error),
    /// No try will do better: park it at once. The text is kept with it and holds no personal data.
    Discard(String),
}

impl<E: Into<anyhow::Error>> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Retry(error.into())
    }
}

/// What a consumer does with its messages.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Does the work and records it with [`crate::settle`] in the transaction of the effect.
    fn handle(&self, message: &Message) -> impl Future<Output = Result<(), JobError>> + Send;

    /// The last word on a message that will not be tried again, in the transaction that settles it: for example the
    /// job is told to have failed.
    fn give_up(
        &self,
        message: &Message,
        reason: &str,
        connection: &mut PgConnection,
    ) -> impl Future<Output = anyhow::Result<()>> + Send {
        let _ = (message, reason, connection);
        async { Ok(()) }
    }
}

/// A queue and what goes into it.
#[derive(Debug, Clone)]
pub struct Subscription {
    pub(crate) queue: &'static str,
    pub(crate) bindings: &'static [&'static str],
    pub(crate) priorities: bool,
    pub(crate) concurrency: u16,
    bound: Arc<Bound>,
}

#[derive(Debug, Default)]
struct Bound {
    done: std::sync::atomic::AtomicBool,
    told: Notify,
}

impl Subscription {
    /// The queue of a job, so many at a time.
    pub fn job<J: Job>(concurrency: u16) -> Self {
        Self {
            queue: J::QUEUE,
            bindings: &[],
            priorities: J::PRIORITIES,
            concurrency,
            bound: Arc::default(),
        }
    }

    /// A queue of this service for the events that match the patterns (`event.*`).
    pub fn events(
        queue: &'static str,
        bindings: &'static [&'static str],
        concurrency: u16,
    ) -> Self {
        Self {
            queue,
            bindings,
            priorities: false,
            concurrency,
            bound: Arc::default(),
        }
    }

    /// Its name.
    pub fn queue(&self) -> &'static str {
        self.queue
    }

    /// Whether its queue has been declared and bound, so that what is told from now on arrives. For `/readyz`.
    pub fn is_bound(&self) -> bool {
        self.bound.done.load(std::sync::atomic::Ordering::Acquire)
    }

    fn set_bound(&self, done: bool) {
        self.bound
            .done
            .store(done, std::sync::atomic::Ordering::Release);
        self.bound.told.notify_waiters();
    }
}

/// Consumes until shutdown, through broken connections, closed channels and deleted queues.
///
/// # Errors
/// None today; the type leaves room for what cannot be healed.
pub async fn consume<H: Handler>(
    broker: Broker,
    db: PgPool,
    subscription: Subscription,
    handler: H,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let mut supervisor = Supervisor::new(subscription.queue);
    while !shutdown.is_cancelled() {
        let ended = run(&broker, &db, &subscription, &handler, &shutdown).await;
        subscription.set_bound(false);
        match ended {
            Ok(()) => break,
            Err(error) => supervisor.failed(&error, &shutdown).await,
        }
    }
    Ok(())
}

/// Ends with `Ok` at shutdown alone.
async fn run<H: Handler>(
    broker: &Broker,
    db: &PgPool,
    subscription: &Subscription,
    handler: &H,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let connecting = async {
        let connection = broker
            .open(&format!("consume {}", subscription.queue))
            .await?;
        let channel = connection
            .create_channel()
            .await
            .context("open a channel")?;
        broker.declare(&channel, subscription).await?;
        channel
            .basic_qos(subscription.concurrency, BasicQosOptions::default())
            .await
            .context("limit deliveries")?;
        let consumer = channel
            .basic_consume(
                broker.full(subscription.queue).into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await
            .context("consume")?;
        anyhow::Ok((connection, consumer))
    };
    let (connection, mut consumer) = tokio::select! {
        () = shutdown.cancelled() => return Ok(()),
        connected = tokio::time::timeout(Duration::from_secs(10), connecting) => {
            connected.context("set up a consumer: no answer")??
        }
    };
    subscription.set_bound(true);
    let mut running = JoinSet::new();
    let ended = loop {
        tokio::select! {
            () = shutdown.cancelled() => break Ok(()),
            Some(_) = running.join_next(), if !running.is_empty() => {}
            delivery = consumer.next() => match delivery {
                Some(Ok(delivery)) => {
                    running.spawn(take(db.clone(), subscription.queue, handler.clone(), delivery));
                }
                Some(Err(error)) => break Err(anyhow::Error::new(error).context("receive")),
                None => break Err(anyhow::anyhow!("the queue or channel is gone")),
            },
        }
    };
    // Their acknowledgements need the connection, which therefore closes after them.
    let drained = tokio::time::timeout(DRAIN, async {
        while running.join_next().await.is_some() {}
    })
    .await;
    if drained.is_err() {
        tracing::warn!(
            queue = subscription.queue,
            "gave up waiting for running messages; they will be delivered again"
        );
    }
    let _ =
        tokio::time::timeout(Duration::from_secs(1), connection.close(200, "done".into())).await;
    ended
}

async fn take<H: Handler>(db: PgPool, queue: &'static str, handler: H, delivery: Delivery) {
    let message = Message::from_parts(
        &delivery.properties,
        delivery.routing_key.as_str(),
        delivery.data.clone(),
    );
    let request_id = message.request_id.clone();
    let outcome =
        janchi_runtime::request_id::scope(request_id, process(&db, queue, &handler, &message))
            .await;
    let acknowledged = match outcome {
        Ok(()) => delivery.ack(BasicAckOptions::default()).await.map(|_| ()),
        Err(error) => {
            // Not even the failure could be recorded: leave it to the broker, a little later.
            tracing::warn!(
                queue,
                message.name,
                error = format!("{error:#}"),
                "message goes back to its queue"
            );
            tokio::time::sleep(Duration::from_secs(1)).await;
            delivery
                .nack(BasicNackOptions {
                    requeue: true,
                    ..Default::default()
                })
                .await
                .map(|_| ())
        }
    };
    if acknowledged.is_err() {
        tracing::debug!(
            queue,
            "could not acknowledge: the message will be delivered again and dropped as known"
        );
    }
}

async fn process<H: Handler>(
    db: &PgPool,
    queue: &'static str,
    handler: &H,
    message: &Message,
) -> anyhow::Result<()> {
    let request_id = &message.request_id;
    let mut connection = db.acquire().await.context("reach the database")?;
    if outbox::is_settled(&mut connection, message)
        .await
        .context("look into the inbox")?
    {
        return Ok(());
    }
    drop(connection);
    let began = std::time::Instant::now();
    // A handler of its own task: a panic is a failed try and not the end of the consumer.
    let work = {
        let (handler, message) = (handler.clone(), message.clone());
        let id = message.request_id.clone();
        let span = tracing::info_span!("message", queue, message.name, request_id);
        let work = async move { tokio::time::timeout(HANDLING, handler.handle(&message)).await };
        tokio::spawn(janchi_runtime::request_id::scope(id, work.instrument(span)))
    };
    let result = match work.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(JobError::Retry(anyhow::anyhow!(
            "took longer than {HANDLING:?}"
        ))),
        Err(panic) => Err(JobError::Retry(anyhow::anyhow!(
            "handler ended abnormally: {panic}"
        ))),
    };
    let outcome = if result.is_ok() { "done" } else { "failed" };
    metrics::counter!("janchi_messages_total", "queue" => queue, "outcome" => outcome).increment(1);
    metrics::histogram!("janchi_message_seconds", "queue" => queue)
        .record(began.elapsed().as_secs_f64());
    match result {
        Ok(()) => Ok(()),
        Err(JobError::Retry(error)) if message.attempt < TRIES => {
            tracing::warn!(
                queue,
                message.name,
                message.attempt,
                request_id,
                error = format!("{error:#}"),
                "will be tried again"
            );
            try_later(db, queue, message).await
        }
        Err(JobError::Retry(error)) => {
            tracing::error!(
                queue,
                message.name,
                request_id,
                error = format!("{error:#}"),
                "parked after its last try"
            );
            park(db, queue, handler, message, "the last try failed").await
        }
        Err(JobError::Discard(reason)) => {
            tracing::error!(queue, message.name, request_id, reason, "parked");
            park(db, queue, handler, message, &reason).await
        }
    }
}

async fn try_later(db: &PgPool, queue: &str, message: &Message) -> anyhow::Result<()> {
    let mut tx = db.begin().await.context("begin")?;
    if outbox::settle(&mut tx, message).await? {
        // 1 s, then 4 s, each up to half as much more.
        let seconds =
            f64::from(4_u32.pow(message.attempt - 1)) * (1.0 + 0.5 * rand::random::<f64>());
        let row = Row {
            exchange: JOBS,
            routing_key: queue,
            name: &message.name,
            message_id: message.id,
            attempt: message.attempt + 1,
            priority: message.priority,
            request_id: &message.request_id,
            reason: None,
            payload: &message.body,
            not_before: Some(
                Utc::now() + chrono::Duration::milliseconds((seconds * 1000.0) as i64),
            ),
        };
        outbox::insert(&mut tx, &row).await?;
        tx.commit().await.context("commit")?;
    }
    Ok(())
}

async fn park<H: Handler>(
    db: &PgPool,
    queue: &str,
    handler: &H,
    message: &Message,
    reason: &str,
) -> anyhow::Result<()> {
    let mut tx = db.begin().await.context("begin")?;
    if outbox::settle(&mut tx, message).await? {
        handler
            .give_up(message, reason, &mut tx)
            .await
            .context("give up")?;
        let dead = format!("{queue}.dead");
        let row = Row {
            exchange: JOBS,
            routing_key: &dead,
            name: &message.name,
            message_id: message.id,
            attempt: message.attempt,
            // For the day it is replayed.
            priority: message.priority,
            request_id: &message.request_id,
            reason: Some(reason),
            payload: &message.body,
            not_before: None,
        };
        outbox::insert(&mut tx, &row).await?;
        outbox::wake(&mut tx).await?;
        tx.commit().await.context("commit")?;
    }
    Ok(())
}
