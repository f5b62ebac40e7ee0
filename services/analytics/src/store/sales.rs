use crate::domain::sale::Sale;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Inserts what is new. How many were.
pub async fn insert_sales(
    connection: &mut PgConnection,
    owner_id: Uuid,
    event_id: Uuid,
    sales: &[Sale],
) -> sqlx::Result<u64> {
    let ids: Vec<Uuid> = sales.iter().map(|_| Uuid::now_v7()).collect();
    let sold_at: Vec<DateTime<Utc>> = sales.iter().map(|sale| sale.sold_at).collect();
    let amounts: Vec<i64> = sales.iter().map(|sale| sale.amount).collect();
    let receipts: Vec<Option<String>> = sales.iter().map(|sale| sale.receipt_no.clone()).collect();
    let done = sqlx::query!(
        r#"insert into pos_sales (id, event_id, owner_id, sold_at, amount, receipt_no)
           select new.id, $1, $2, new.sold_at, new.amount, new.receipt_no
           from unnest($3::uuid[], $4::timestamptz[], $5::bigint[], $6::text[]) as new (id, sold_at, amount, receipt_no)
           on conflict do nothing"#,
        event_id,
        owner_id,
        &ids,
        &sold_at,
        &amounts,
        &receipts as &[Option<String>]
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What was reported for an event; none if nothing was.
pub async fn sum_sales(db: impl PgExecutor<'_>, event_id: Uuid) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "select sum(amount)::bigint from pos_sales where event_id = $1",
        event_id
    )
    .fetch_one(db)
    .await
}
