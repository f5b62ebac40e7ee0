//! Work that one process does at a time.

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

/// Only has to differ from other advisory locks of this database.
const WARMING: i64 = 0x6a61_6e63_0001;

/// The right to warm the cache, until this is dropped; none while another process has it.
pub async fn take_warming(db: &PgPool) -> sqlx::Result<Option<PoolConnection<Postgres>>> {
    let mut connection = db.acquire().await?;
    let taken = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "taken!""#, WARMING)
        .fetch_one(&mut *connection)
        .await?;
    if !taken {
        return Ok(None);
    }
    // The lock is the connection's: it ends with it, however the round ends.
    connection.close_on_drop();
    Ok(Some(connection))
}
