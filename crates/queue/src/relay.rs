use crate::broker::Broker;
use crate::outbox::WAKE;
use crate::publisher::{Fate, Outgoing, Publisher};
use crate::supervisor::Supervisor;
use anyhow::Context;
use sqlx::postgres::{PgListener, PgPool};
use sqlx::{PgConnection, Row};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Messages in flight to the broker at once; measured nine times the rate of one by one.
const WINDOW: i64 = 100;
/// The relay looks at least so often, for rows that became due and for notifications that were missed.
const LOOK: Duration = Duration::from_millis(500);

/// Publishes what the outbox holds until shutdown. Several relays on one database share the work.
pub async fn relay(broker: Broker, db: PgPool, shutdown: CancellationToken) {
    let mut supervisor = Supervisor::new("outbox relay");
    while !shutdown.is_cancelled() {
        let ended = tokio::select! {
            () = shutdown.cancelled() => return,
            ended = run(&broker, &db) => ended,
        };
        if let Err(error) = ended {
            supervisor.failed(&error, &shutdown).await;
        }
    }
}

async fn run(broker: &Broker, db: &PgPool) -> anyhow::Result<()> {
    let mut listener = PgListener::connect_with(db)
        .await
        .context("listen to the outbox")?;
    listener
        .listen(WAKE)
        .await
        .context("listen to the outbox")?;
    let publisher = Publisher::open(broker).await?;
    let mut last_cleaned = std::time::Instant::now();
    loop {
        while flush(&publisher, db).await? {}
        if last_cleaned.elapsed() > Duration::from_secs(3600) {
            forget_inbox(db).await?;
            last_cleaned = std::time::Instant::now();
        }
        // A time-out is the ordinary case: then it is time to look anyway.
        if let Ok(heard) = tokio::time::timeout(LOOK, listener.recv()).await {
            heard.context("listen to the outbox")?;
        }
    }
}

/// Publishes one window of due rows. `true` if there may be more.
async fn flush(publisher: &Publisher, db: &PgPool) -> anyhow::Result<bool> {
    let mut tx = db.begin().await.context("begin")?;
    let rows = sqlx::query(
        "select id, exchange, routing_key, name, message_id, attempt, priority, request_id, reason, payload
         from outbox where not_before <= now() order by not_before, id limit $1 for update skip locked",
    )
    .bind(WINDOW)
    .fetch_all(&mut *tx)
    .await
    .context("read the outbox")?;
    if rows.is_empty() {
        return Ok(false);
    }
    let full = rows.len() as i64 == WINDOW;
    let mut ids: Vec<Uuid> = Vec::with_capacity(rows.len());
    let mut messages = Vec::with_capacity(rows.len());
    for row in &rows {
        ids.push(row.try_get("id")?);
        messages.push(Outgoing {
            exchange: row.try_get("exchange")?,
            routing_key: row.try_get("routing_key")?,
            name: row.try_get("name")?,
            message_id: row.try_get("message_id")?,
            attempt: u32::try_from(row.try_get::<i32, _>("attempt")?).unwrap_or(1),
            priority: u8::try_from(row.try_get::<i16, _>("priority")?).unwrap_or(0),
            request_id: row.try_get("request_id")?,
            reason: row.try_get("reason")?,
            payload: row.try_get("payload")?,
        });
    }
    let fates = publisher.publish(&messages).await?;
    let (mut kept, mut not_kept) = (Vec::new(), Vec::new());
    for ((id, fate), message) in ids.into_iter().zip(fates).zip(&messages) {
        match fate {
            Fate::Kept => kept.push(id),
            Fate::NotKept => {
                tracing::debug!(message.name, "no queue takes this message yet");
                not_kept.push(id);
            }
        }
    }
    finish(&mut tx, &kept, &not_kept)
        .await
        .context("mark what was published")?;
    tx.commit().await.context("commit")?;
    metrics::counter!("janchi_outbox_published_total").increment(kept.len() as u64);
    metrics::counter!("janchi_outbox_unroutable_total").increment(not_kept.len() as u64);
    Ok(full && not_kept.is_empty())
}

async fn finish(
    connection: &mut PgConnection,
    kept: &[Uuid],
    not_kept: &[Uuid],
) -> sqlx::Result<()> {
    if !kept.is_empty() {
        sqlx::query("delete from outbox where id = any($1)")
            .bind(kept)
            .execute(&mut *connection)
            .await?;
    }
    if !not_kept.is_empty() {
        // Its queue is not there yet (a service that never ran): the longer it waits, the rarer it is offered.
        sqlx::query(
            "update outbox set not_before = now() + least(interval '5 s', greatest(interval '200 ms', (now() - created_at) / 4))
             where id = any($1)",
        )
        .bind(not_kept)
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// A message is not delivered again after so long: its id need not be remembered.
async fn forget_inbox(db: &PgPool) -> anyhow::Result<()> {
    sqlx::query("delete from inbox where settled_at < now() - interval '14 days'")
        .execute(db)
        .await
        .context("forget old messages")?;
    Ok(())
}
