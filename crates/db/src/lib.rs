//! Opening a service's own database with every guard on, the name of a violated constraint, migrations, and the two
//! tables that several services keep in the same form: the audit log and idempotency keys.
//!
//! No queries of any service live here.

#![expect(
    clippy::disallowed_methods,
    reason = "shared tables exist in several databases: their SQL cannot be checked against one"
)]

pub mod audit;
pub mod idempotency;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::str::FromStr;
use std::time::Duration;

/// Opens a pool of at most `max` connections. It connects when first used, so a database that is down at start is
/// waited for by whoever asks, three seconds at a time.
///
/// # Errors
/// A URL that does not parse; it is not shown.
pub fn connect(url: &SecretString, max: u32) -> anyhow::Result<PgPool> {
    Ok(pool(guarded(url)?, max))
}

/// As [`connect`], for statements that look many keys up by their index. While a table grows a thousandfold in a minute
/// its statistics are of before, and a plan made by them reads the whole table for each batch; here none does.
///
/// # Errors
/// As [`connect`].
pub fn connect_for_probes(url: &SecretString, max: u32) -> anyhow::Result<PgPool> {
    let options = guarded(url)?.options([
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
    ]);
    Ok(pool(options, max))
}

fn guarded(url: &SecretString) -> anyhow::Result<PgConnectOptions> {
    Ok(options(url)?.options([
        ("statement_timeout", "5s"),
        // The rollback below warns when there is nothing to roll back, which is the usual case.
        ("client_min_messages", "error"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ]))
}

fn pool(options: PgConnectOptions, max: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(max)
        .acquire_timeout(Duration::from_secs(3))
        .idle_timeout(Duration::from_secs(60))
        // A request that is dropped while BEGIN is in flight gives its connection back inside a transaction
        // (sqlx 0.9.0, issue 4393): whatever comes back is rolled back before anyone else gets it.
        .after_release(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql("rollback").execute(&mut *connection).await?;
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

fn options(url: &SecretString) -> anyhow::Result<PgConnectOptions> {
    // The parser's message may quote the URL, and with it the password.
    PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| anyhow::anyhow!("the database URL is malformed"))
}

/// Brings the database to the version of this binary. A second migrator waits for the first.
///
/// # Errors
/// The database cannot be reached, or a migration fails or was changed after it ran.
pub async fn migrate(url: &SecretString, migrator: &Migrator) -> anyhow::Result<()> {
    let mut connection = options(url)?
        .connect()
        .await
        .context("connect to the database")?;
    migrator
        .run(&mut connection)
        .await
        .context("migrate the database")?;
    connection
        .close()
        .await
        .context("close the database connection")
}

/// The name of the constraint that a statement violated, if that is why it failed.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::constraint)
}

/// Whether the database refused a value as such (class 22, e.g. a NUL in a text): the caller's fault, not ours.
pub fn is_bad_value(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code.starts_with("22"))
}

/// Whether the database cannot be reached or is too busy: worth another try later.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        // What a proxy without a server behind it says before it closes is not PostgreSQL's protocol.
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed => true,
        // 57P: shutting down or starting; 53: out of connections, memory or disk; 55P03, 57014: waited too long.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("57P") || code.starts_with("53") || code == "55P03" || code == "57014"
        }),
        _ => false,
    }
}
