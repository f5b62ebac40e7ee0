use super::fixed;
use crate::error::Error;
use janchi_draw::Hash;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// What is known of a piece of a frozen list without reading it.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub root: Hash,
    pub first_tag: Hash,
}

/// Stores a piece of a frozen list.
///
/// # Errors
/// The statement fails.
pub async fn insert_piece(
    connection: &mut PgConnection,
    draw_id: Uuid,
    no: usize,
    head: &Head,
    entries: &[u8],
) -> Result<(), Error> {
    sqlx::query!(
        "insert into frozen_pieces (draw_id, no, root, first_tag, entries) values ($1, $2, $3, $4, $5)",
        draw_id,
        i32::try_from(no).unwrap_or(i32::MAX),
        head.root.as_slice(),
        head.first_tag.as_slice(),
        entries
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The heads of all pieces in order; none where the list is not frozen, or was before lists were kept.
///
/// # Errors
/// The statement fails.
pub async fn list_heads(db: impl PgExecutor<'_>, draw_id: Uuid) -> Result<Vec<Head>, Error> {
    let rows = sqlx::query!(
        "select root, first_tag from frozen_pieces where draw_id = $1 order by no",
        draw_id
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Head {
                root: fixed(&r.root)?,
                first_tag: fixed(&r.first_tag)?,
            })
        })
        .collect()
}

/// The entries of one piece, packed.
///
/// # Errors
/// The statement fails.
pub async fn find_piece(
    db: impl PgExecutor<'_>,
    draw_id: Uuid,
    no: usize,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!(
        "select entries from frozen_pieces where draw_id = $1 and no = $2",
        draw_id,
        i32::try_from(no).unwrap_or(i32::MAX)
    )
    .fetch_optional(db)
    .await?)
}
