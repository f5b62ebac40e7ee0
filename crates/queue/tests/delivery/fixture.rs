//! A relay and a consumer that counts what it does.

use janchi_contracts::Job;
use janchi_queue::{
    Broker, Handler, JobError, Message, Subscription, consume, relay, send_job, settle,
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const SCHEMA: &str = include_str!("../../../../migrations/ai/0001_shared.sql");
pub const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Count {
    pub number: u32,
    pub outcome: String,
}

impl Job for Count {
    const QUEUE: &'static str = "ai.count";
    const PRIORITIES: bool = true;
}

/// Counts its effects in memory, each under the transaction that settles it.
#[derive(Clone, Default)]
pub struct Counter {
    db: Option<PgPool>,
    pub done: Arc<Mutex<Vec<u32>>>,
    pub tries: Arc<Mutex<Vec<u32>>>,
    pub given_up: Arc<Mutex<Vec<String>>>,
    /// Opened by the test.
    pub gate: Arc<Notify>,
}

impl Handler for Counter {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let job: Count = message.decode()?;
        self.tries
            .lock()
            .expect("no holder panics")
            .push(job.number);
        match job.outcome.as_str() {
            "fail" => return Err(anyhow::anyhow!("as asked").into()),
            "fail once" if message.attempt == 1 => return Err(anyhow::anyhow!("as asked").into()),
            "panic" => panic!("as asked"),
            "hold" => self.gate.notified().await,
            _ => {}
        }
        let mut tx = self.db.as_ref().expect("a database").begin().await?;
        if settle(&mut tx, message).await? {
            tx.commit().await?;
            self.done.lock().expect("no holder panics").push(job.number);
        }
        Ok(())
    }

    async fn give_up(&self, _: &Message, reason: &str, _: &mut PgConnection) -> anyhow::Result<()> {
        self.given_up
            .lock()
            .expect("no holder panics")
            .push(reason.to_owned());
        Ok(())
    }
}

pub struct Fixture {
    pub db: PgPool,
    pub broker: Broker,
    pub counter: Counter,
    pub namespace: String,
    pub shutdown: CancellationToken,
}

impl Fixture {
    pub async fn new(db: PgPool) -> Self {
        sqlx::raw_sql(SCHEMA)
            .execute(&db)
            .await
            .expect("the schema applies");
        let namespace = janchi_testkit::namespace();
        let broker = Broker::connect(&janchi_testkit::amqp_url(), &namespace, "test");
        let counter = Counter {
            db: Some(db.clone()),
            ..Counter::default()
        };
        Self {
            db,
            broker,
            counter,
            namespace,
            shutdown: CancellationToken::new(),
        }
    }

    pub fn relay(&self) {
        tokio::spawn(relay(
            self.broker.clone(),
            self.db.clone(),
            self.shutdown.clone(),
        ));
    }

    pub fn consume(&self) {
        self.consume_at_once(4);
    }

    pub fn consume_at_once(&self, concurrency: u16) {
        let subscription = Subscription::job::<Count>(concurrency);
        let (broker, db, counter) = (self.broker.clone(), self.db.clone(), self.counter.clone());
        tokio::spawn(consume(
            broker,
            db,
            subscription,
            counter,
            self.shutdown.clone(),
        ));
    }

    pub async fn order(&self, number: u32, outcome: &str) {
        self.order_at(5, number, outcome).await;
    }

    pub async fn order_at(&self, priority: u8, number: u32, outcome: &str) {
        let mut tx = self.db.begin().await.expect("begin");
        send_job(
            &mut tx,
            &Count {
                number,
                outcome: outcome.to_owned(),
            },
            priority,
        )
        .await
        .expect("ordered");
        tx.commit().await.expect("commit");
    }

    pub async fn done(&self, count: usize) -> Vec<u32> {
        janchi_testkit::eventually(PATIENCE, || async {
            let done = self.counter.done.lock().expect("no holder panics").clone();
            (done.len() >= count).then_some(done)
        })
        .await
    }

    pub async fn given_up(&self) -> String {
        janchi_testkit::eventually(PATIENCE, || async {
            self.counter
                .given_up
                .lock()
                .expect("no holder panics")
                .first()
                .cloned()
        })
        .await
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
