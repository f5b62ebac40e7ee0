use crate::ops;
use crate::ops::open::Opening;
use crate::ops::rule_book::RuleBook;
use crate::store;
use janchi_contracts::distribution::DistributionEvent;
use janchi_contracts::event::EventEvent;
use janchi_contracts::user::UserEvent;
use janchi_queue::{Handler, JobError, Message, settle};
use janchi_runtime::Clock;
use sqlx::PgPool;

/// Takes in what other services tell: events and their changes, the codes of channels, owners who left.
#[derive(Debug, Clone)]
pub struct DomainEvents {
    db: PgPool,
    opening: Opening,
    book: RuleBook,
    clock: Clock,
}

impl DomainEvents {
    pub fn new(db: PgPool, opening: Opening, book: RuleBook, clock: Clock) -> Self {
        Self {
            db,
            opening,
            book,
            clock,
        }
    }

    async fn event_changed(&self, message: &Message) -> Result<(), JobError> {
        let told: EventEvent = message.decode()?;
        let event = told.snapshot();
        let mut tx = self.db.begin().await?;
        if !settle(&mut tx, message).await? {
            return Ok(());
        }
        ops::open::apply(&mut tx, &self.opening, event, self.clock.now()).await?;
        tx.commit().await?;
        self.book.forget(event.event_id, Some(&event.code));
        Ok(())
    }

    async fn distribution_started(&self, message: &Message) -> Result<(), JobError> {
        let DistributionEvent::Started {
            event_id,
            owner_id,
            run,
            codes,
        } = message.decode()?
        else {
            return Err(JobError::Discard("not what its name says".to_owned()));
        };
        let mut tx = self.db.begin().await?;
        if !settle(&mut tx, message).await? {
            return Ok(());
        }
        if store::erasures::hold_owner(&mut tx, owner_id).await? {
            let now = self.clock.now();
            store::codes::insert_codes(&mut tx, event_id, owner_id, run, &codes, now).await?;
        }
        tx.commit().await?;
        self.book.forget(event_id, None);
        Ok(())
    }

    async fn user_deleted(&self, message: &Message) -> Result<(), JobError> {
        let UserEvent::Deleted { user_id, .. } = message.decode()? else {
            return Err(JobError::Discard("not what its name says".to_owned()));
        };
        let mut tx = self.db.begin().await?;
        if !settle(&mut tx, message).await? {
            return Ok(());
        }
        ops::destroy::erase_owner(&mut tx, user_id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Handler for DomainEvents {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        match message.name.as_str() {
            "distribution.started" => self.distribution_started(message).await,
            "user.deleted" => self.user_deleted(message).await,
            _ => self.event_changed(message).await,
        }
    }
}
