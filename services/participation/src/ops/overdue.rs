//! Prizes that nobody claimed in time. A place is given on by itself only if its winner was told of it and could have
//! claimed it on the signed page; one who was not told, or who claims in the shop, is the owner's to decide, who sees
//! in the list that the time is over.

use crate::domain::winner::Step;
use crate::error::Error;
use crate::ops::claim::ClaimDesk;
use crate::ops::run_draw::ClaimTerms;
use crate::ops::step_winner::{Wanted, step_winner};
use crate::store;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(60);
/// Time for the owner to write down what was handed over in the shop on the last day.
const GRACE: TimeDelta = TimeDelta::days(1);
/// As it is published with the draw.
pub const REASON: &str = "수령 기한 안에 수령하지 않음";

/// Gives on what was not claimed, now and every minute, until shutdown.
pub async fn give_on(desk: ClaimDesk, clock: Clock, shutdown: CancellationToken) {
    if !desk.dealer.can_prove() {
        return shutdown.cancelled().await;
    }
    loop {
        if let Err(error) = give_on_due(&desk.db, desk.terms, clock.now()).await {
            tracing::warn!(error = %error, "unclaimed prizes not given on, will try again");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Gives on what was due a day ago. Returns how many places that were.
///
/// # Errors
/// A statement fails; the rest is due again.
pub async fn give_on_due(db: &PgPool, terms: ClaimTerms, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut given = 0;
    for due in store::claims::list_overdue(db, now - GRACE).await? {
        let wanted = Wanted {
            owner: Uuid::nil(),
            event_id: due.event_id,
            participant_id: due.participant_id,
            step: Step::Forfeited,
            reason: Some(REASON.to_owned()),
        };
        match step_winner(db, &wanted, terms, now).await {
            Ok(_) => given += 1,
            // The owner was faster.
            Err(Error::AlreadyClaimed | Error::AlreadyForfeited | Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(given)
}
