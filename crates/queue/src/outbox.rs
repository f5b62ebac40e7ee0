use crate::message::Message;
use crate::{EVENTS, JOBS};
use chrono::{DateTime, Utc};
use janchi_contracts::{DomainEvent, Job};
use sqlx::PgConnection;
use uuid::Uuid;

/// Wakes the relays of this database when the transaction commits.
pub(crate) const WAKE: &str = "outbox";

pub(crate) struct Row<'a> {
    pub exchange: &'a str,
    pub routing_key: &'a str,
    pub name: &'a str,
    pub message_id: Uuid,
    pub attempt: u32,
    pub priority: u8,
    pub request_id: &'a str,
    pub reason: Option<&'a str>,
    pub payload: &'a [u8],
    pub not_before: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(connection: &mut PgConnection, row: &Row<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into outbox (id, exchange, routing_key, name, message_id, attempt, priority, request_id, reason, payload, not_before)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, now()))",
    )
    .bind(Uuid::now_v7())
    .bind(row.exchange)
    .bind(row.routing_key)
    .bind(row.name)
    .bind(row.message_id)
    .bind(i32::try_from(row.attempt).unwrap_or(i32::MAX))
    .bind(i16::from(row.priority))
    .bind(row.request_id)
    .bind(row.reason)
    .bind(row.payload)
    .bind(row.not_before)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn wake(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select pg_notify($1, '')")
        .bind(WAKE)
        .execute(connection)
        .await?;
    Ok(())
}

/// Tells a domain event if, and only if, this transaction commits. Returns the message's id.
///
/// # Errors
/// The statement fails; then the whole transaction does.
pub async fn send_event<E: DomainEvent>(
    connection: &mut PgConnection,
    event: &E,
) -> sqlx::Result<Uuid> {
    let message_id = Uuid::now_v7();
    let payload = serde_json::to_vec(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let row = Row {
        exchange: EVENTS,
        routing_key: event.name(),
        name: event.name(),
        message_id,
        attempt: 1,
        priority: 0,
        request_id: &janchi_runtime::request_id::current(),
        reason: None,
        payload: &payload,
        not_before: None,
    };
    insert(&mut *connection, &row).await?;
    wake(connection).await?;
    Ok(message_id)
}

/// An event whose row the caller's own statement writes into `outbox` together with what it tells: for the one place
/// that cannot spare another round trip. `routing_key` is the name too, and every other column has its default. The
/// relay is not woken, it finds the row when it next looks (within half a second): a notification takes a lock that
/// every other commit of the server waits for, which a burst of small commits would feel.
#[derive(Debug, Clone)]
pub struct Unsent {
    pub id: Uuid,
    pub message_id: Uuid,
    pub exchange: &'static str,
    pub name: &'static str,
    pub request_id: String,
}

impl Unsent {
    /// A message by this name, not in any table yet.
    pub fn named(name: &'static str) -> Self {
        Self {
            id: Uuid::now_v7(),
            message_id: Uuid::now_v7(),
            exchange: EVENTS,
            name,
            request_id: janchi_runtime::request_id::current(),
        }
    }
}

/// Orders a job if, and only if, this transaction commits. `priority` 0–9 counts where the queue has priorities.
///
/// # Errors
/// The statement fails; then the whole transaction does.
pub async fn send_job<J: Job>(
    connection: &mut PgConnection,
    job: &J,
    priority: u8,
) -> sqlx::Result<Uuid> {
    let id = insert_job(&mut *connection, job, priority, None).await?;
    wake(connection).await?;
    Ok(id)
}

/// As [`send_job`], not before an instant (of the machine's time).
///
/// # Errors
/// As [`send_job`].
pub async fn send_job_at<J: Job>(
    connection: &mut PgConnection,
    job: &J,
    priority: u8,
    not_before: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    insert_job(connection, job, priority, Some(not_before)).await
}

async fn insert_job<J: Job>(
    connection: &mut PgConnection,
    job: &J,
    priority: u8,
    not_before: Option<DateTime<Utc>>,
) -> sqlx::Result<Uuid> {
    let message_id = Uuid::now_v7();
    let payload = serde_json::to_vec(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let row = Row {
        exchange: JOBS,
        routing_key: J::QUEUE,
        name: J::QUEUE,
        message_id,
        attempt: 1,
        priority,
        request_id: &janchi_runtime::request_id::current(),
        reason: None,
        payload: &payload,
        not_before,
    };
    insert(connection, &row).await?;
    Ok(message_id)
}

/// Records that this try of the message has had its effect, in the effect's own transaction. `false`: it had one
/// before, so the caller drops the transaction and is done.
///
/// # Errors
/// The statement fails.
pub async fn settle(connection: &mut PgConnection, message: &Message) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "insert into inbox (message_id, attempt) values ($1, $2) on conflict do nothing",
    )
    .bind(message.id)
    .bind(i32::try_from(message.attempt).unwrap_or(i32::MAX))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn is_settled(
    connection: &mut PgConnection,
    message: &Message,
) -> sqlx::Result<bool> {
    let found = sqlx::query("select 1 from inbox where message_id = $1 and attempt = $2")
        .bind(message.id)
        .bind(i32::try_from(message.attempt).unwrap_or(i32::MAX))
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
