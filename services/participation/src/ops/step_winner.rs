//! What happens to a winner after the draw: every step is added, none is changed.

use crate::domain::claim::Win;
use crate::domain::winner::{Drawn, Refused, Step, Taken, next_alternate};
use crate::error::Error;
use crate::ops::run_draw::ClaimTerms;
use crate::store;
use chrono::{DateTime, Utc};
use janchi_contracts::participation::ParticipationEvent;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A step that is to be taken with a winner.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Who takes it; the nil id where nobody does: a message that went out, a winner who claims.
    pub owner: Uuid,
    pub event_id: Uuid,
    pub participant_id: Uuid,
    pub step: Step,
    /// Why, for a forfeit.
    pub reason: Option<String>,
}

/// Takes the step; a second time changes nothing. A forfeit moves the next alternate up, whose id comes back.
///
/// # Errors
/// `NotFound` for whoever holds no place, `AlreadyClaimed`, `AlreadyForfeited`.
pub async fn step_winner(
    db: &PgPool,
    wanted: &Wanted,
    claims: ClaimTerms,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    let mut tx = db.begin().await?;
    let promoted = step_in(&mut tx, wanted, claims, now).await?;
    tx.commit().await?;
    Ok(promoted)
}

/// As [`step_winner`], within a transaction.
///
/// # Errors
/// As [`step_winner`].
pub async fn step_in(
    tx: &mut PgConnection,
    wanted: &Wanted,
    claims: ClaimTerms,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    store::draws::lock_drawing(&mut *tx, wanted.event_id).await?;
    let draw = store::draws::find_draw_of_event(&mut *tx, wanted.event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let drawn = store::winners::list_drawn(&mut *tx, draw.id, None).await?;
    let winner = drawn
        .iter()
        .find(|d| d.participant_id == wanted.participant_id)
        .ok_or(Error::NotFound)?;
    let new = winner
        .allows(wanted.step)
        .map_err(|refused| match refused {
            Refused::NotAWinner => Error::NotFound,
            Refused::AlreadyForfeited => Error::AlreadyForfeited,
            Refused::AlreadyClaimed => Error::AlreadyClaimed,
            Refused::NotClaimed => Error::NotClaimed,
        })?;
    if !new {
        return Ok(None);
    }
    let taken = Taken {
        step: wanted.step,
        rank: None,
        reason: wanted.reason.clone(),
        at: now,
    };
    store::winners::insert_step(
        &mut *tx,
        draw.id,
        winner.participant_id,
        &taken,
        wanted.owner,
    )
    .await?;
    if wanted.step == Step::Claimed {
        let win = Win {
            draw_id: draw.id,
            participant_id: winner.participant_id,
        };
        // By the owner's word; a claim on the page has stored this before.
        store::claims::set_claimed(&mut *tx, win, None, now).await?;
    }
    let changed = ParticipationEvent::WinnerChanged {
        event_id: wanted.event_id,
        participant_id: winner.participant_id,
        state: wanted.step.code().to_owned(),
        at: now,
    };
    janchi_queue::send_event(&mut *tx, &changed).await?;
    let mut promoted = None;
    if wanted.step == Step::Forfeited
        && let Some(next) = next_alternate(&drawn)
    {
        promote(&mut *tx, draw.id, winner, next, wanted.owner, now).await?;
        let up = [next.participant_id];
        let claim_by = now + claims.time;
        store::claims::insert_claims(&mut *tx, draw.id, wanted.event_id, &up, claim_by, now)
            .await?;
        if claims.told {
            store::notices::insert_notices(&mut *tx, draw.id, wanted.event_id, &up, now).await?;
        }
        promoted = Some(next.participant_id);
    }
    let detail = json!({"drawId": draw.id, "participantId": winner.participant_id, "step": wanted.step.code(), "movedUp": promoted});
    let (actor, subject) = (wanted.owner.to_string(), wanted.event_id.to_string());
    janchi_db::audit::record(&mut *tx, &actor, "winner.changed", &subject, detail).await?;
    Ok(promoted)
}

async fn promote(
    connection: &mut sqlx::PgConnection,
    draw_id: Uuid,
    from: &Drawn,
    next: &Drawn,
    owner: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let step = Taken {
        step: Step::Promoted,
        rank: from.place(),
        reason: None,
        at: now,
    };
    store::winners::insert_step(connection, draw_id, next.participant_id, &step, owner).await
}
