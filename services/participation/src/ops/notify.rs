//! Telling winners: each message is a row that the draw wrote, sent by whoever finds it due.

use crate::clients::dealer::{Notice, TellError};
use crate::domain::claim::Win;
use crate::domain::prize;
use crate::domain::winner::Step;
use crate::error::Error;
use crate::ops::claim::{ClaimDesk, Found};
use crate::ops::step_winner::{Wanted, step_in};
use crate::store;
use crate::store::notices::Ended;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_crypto::Phone;
use janchi_dealer::DealerError;
use janchi_runtime::{Clock, seoul};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// How often it is looked whether a message is due.
const EVERY: Duration = Duration::from_secs(1);
/// A try takes less than this; a message whose sender died is due again after it.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A message is tried so often before its owner is asked to send it again.
const TRIES: i32 = 8;

/// What telling winners needs.
#[derive(Debug, Clone)]
pub struct Teller {
    pub desk: ClaimDesk,
    pub public_base_url: Url,
    pub clock: Clock,
}

impl Teller {
    /// Sends what is due until shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        if !self.desk.dealer.can_tell() {
            return shutdown.cancelled().await;
        }
        loop {
            match self.tell_next().await {
                Ok(true) if !shutdown.is_cancelled() => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "winners not told, will try again"),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Sends the next message that is due. `false` if none was.
    ///
    /// # Errors
    /// A statement fails.
    pub async fn tell_next(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let Some(due) = store::notices::take_due(&self.desk.db, now, now + LEASE).await? else {
            return Ok(false);
        };
        let win = Win {
            draw_id: due.draw_id,
            participant_id: due.participant_id,
        };
        let ended = match self.desk.find_win(win).await {
            Ok(Found {
                phone: Some(phone),
                ref drawn,
                ref rules,
                ref claim,
                ..
            }) if drawn.is_winner() => {
                let place = drawn.place().and_then(|p| prize::of_rank(&rules.prizes, p));
                let link = self.link(win);
                let until = seoul::local(claim.claim_by)
                    .format("%-m월 %-d일 %H시")
                    .to_string();
                let notice = Notice {
                    shop: &rules.store_name,
                    event: &rules.title,
                    prize: place.map_or("경품", |p| p.name.as_str()),
                    link: &link,
                    until: &until,
                };
                self.send(due.id, due.tries, &phone, &notice, now).await
            }
            Ok(_) | Err(Error::NotFound) => Ended::Failed("nobody is left to tell".to_owned()),
            Err(error) => return Err(error),
        };
        let mut tx = self.desk.db.begin().await?;
        store::notices::end_try(&mut tx, due.id, &ended, now).await?;
        if matches!(ended, Ended::Sent) {
            let wanted = Wanted {
                owner: Uuid::nil(),
                event_id: due.event_id,
                participant_id: due.participant_id,
                step: Step::Contacted,
                reason: None,
            };
            match step_in(&mut tx, &wanted, self.desk.terms, now).await {
                // Whoever has claimed meanwhile, or lost the place, stays where they are.
                Ok(_) | Err(Error::AlreadyClaimed | Error::AlreadyForfeited | Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn send(
        &self,
        id: Uuid,
        tries: i32,
        phone: &Phone,
        notice: &Notice<'_>,
        now: DateTime<Utc>,
    ) -> Ended {
        let told = async {
            // What became of the try before may not be known: nobody is told twice.
            if tries > 1 && self.desk.dealer.knows(id, now).await? {
                return Ok(());
            }
            self.desk.dealer.tell(id, phone, notice).await
        };
        match told.await {
            Ok(()) => Ended::Sent,
            Err(TellError::Dealer(DealerError::Call(error))) if tries < TRIES => {
                let pause = TimeDelta::seconds(15 << tries.clamp(0, 6));
                Ended::Later(now + pause, error.to_string())
            }
            Err(error) => Ended::Failed(error.to_string()),
        }
    }

    /// The signed page of a win.
    fn link(&self, win: Win) -> String {
        let token = win.token(&self.desk.lookup);
        let base = self.public_base_url.as_str().trim_end_matches('/');
        format!("{base}/wins/{token}")
    }
}
