use super::narrow;
use crate::domain::winner::{Drawn, Kind, Step, Taken};
use crate::error::Error;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Stores who was drawn, in rank order.
///
/// # Errors
/// The statement fails.
pub async fn insert_drawn(
    connection: &mut PgConnection,
    draw_id: Uuid,
    event_id: Uuid,
    kind: Kind,
    participants: &[Uuid],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into winners (draw_id, event_id, participant_id, kind, rank, created_at)
         select $1, $2, d.participant_id, $3, d.rank::int, $5
         from unnest($4::uuid[]) with ordinality as d (participant_id, rank)",
        draw_id,
        event_id,
        kind.code(),
        participants,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Everybody who was drawn (or only this one, if drawn), winners before alternates, each with what happened since.
///
/// # Errors
/// The statement fails.
pub async fn list_drawn(
    connection: &mut PgConnection,
    draw_id: Uuid,
    only: Option<Uuid>,
) -> Result<Vec<Drawn>, Error> {
    let mut steps: HashMap<Uuid, Vec<Taken>> = HashMap::new();
    let taken = sqlx::query!(
        "select participant_id, step, rank, reason, created_at from winner_steps
         where draw_id = $1 and ($2::uuid is null or participant_id = $2) order by created_at, id",
        draw_id,
        only
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in taken {
        let step = Step::from_code(&row.step).ok_or_else(|| anyhow!("unknown step of a winner"))?;
        let rank = row.rank.map(|r| narrow(r.into())).transpose()?;
        steps.entry(row.participant_id).or_default().push(Taken {
            step,
            rank,
            reason: row.reason,
            at: row.created_at,
        });
    }
    let rows = sqlx::query!(
        "select w.participant_id, w.kind, w.rank, p.tag
         from winners w join participants p on p.id = w.participant_id
         where w.draw_id = $1 and ($2::uuid is null or w.participant_id = $2) order by w.kind desc, w.rank",
        draw_id,
        only
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Drawn {
                participant_id: r.participant_id,
                tag: r.tag,
                kind: if r.kind == Kind::Winner.code() {
                    Kind::Winner
                } else {
                    Kind::Alternate
                },
                rank: narrow(r.rank.into())?,
                steps: steps.remove(&r.participant_id).unwrap_or_default(),
            })
        })
        .collect()
}

/// Adds a step. `rank` is the place an alternate takes, `reason` why a place is forfeited.
///
/// # Errors
/// The statement fails.
pub async fn insert_step(
    connection: &mut PgConnection,
    draw_id: Uuid,
    participant_id: Uuid,
    step: &Taken,
    actor: Uuid,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into winner_steps (id, draw_id, participant_id, step, rank, reason, actor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        Uuid::now_v7(),
        draw_id,
        participant_id,
        step.step.code(),
        step.rank.map(i32::try_from).transpose().map_err(|e| Error::Unexpected(e.into()))?,
        step.reason.as_deref(),
        actor,
        step.at
    )
    .execute(connection)
    .await?;
    Ok(())
}
