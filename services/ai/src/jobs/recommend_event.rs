//! `ai.recommendation`: three plans for an event.

use crate::domain::budget::SMALLEST;
use crate::domain::wording::won;
use crate::ops::recommend::recommend;
use crate::state::AppState;
use crate::store::{costs, erasure, progress, recommendations};
use anyhow::Context;
use janchi_contracts::ai::{AiJobEvent, RecommendEvent};
use janchi_queue::{Handler, JobError, Message, Subscription, send_event, settle};
use sqlx::PgConnection;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Jobs at once: most of their time is waiting for a vendor.
const CONCURRENCY: u16 = 8;

/// The queue of these jobs.
pub fn subscription() -> Subscription {
    Subscription::job::<RecommendEvent>(CONCURRENCY)
}

/// Does the jobs of [`subscription`].
#[derive(Clone)]
pub struct Recommend(pub AppState);

impl Handler for Recommend {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let state = &self.0;
        let command: RecommendEvent = message.decode()?;
        if progress::is_cancelled(&state.cache, command.job_id).await {
            let mut tx = state.db.begin().await?;
            if settle(&mut tx, message).await? {
                tx.commit().await?;
            }
            return Ok(());
        }
        let (began, bill) = (Instant::now(), Mutex::default());
        // Cancelled work is dropped where it stands, a vendor's call with it; others who wait for the same answer then
        // ask for it themselves.
        let outcome = tokio::select! {
            biased;
            () = progress::cancelled(&state.cache, command.job_id) => None,
            outcome = recommend(state, &command, &bill) => Some(outcome),
        };
        let (bill, took) = (
            *bill.lock().unwrap_or_else(PoisonError::into_inner),
            began.elapsed(),
        );
        let mut tx = state.db.begin().await?;
        if !settle(&mut tx, message).await?
            || recommendations::is_answered(&mut tx, command.job_id).await?
        {
            return Ok(());
        }
        if !erasure::hold_owner(&mut tx, command.owner_id).await? {
            tx.commit().await?;
            progress::forget(&state.cache, command.job_id).await;
            return Ok(());
        }
        costs::insert_job(&mut *tx, &command, bill, took, state.clock.now()).await?;
        let Some(outcome) = outcome else {
            // The event service has told its end already.
            tx.commit().await?;
            metrics::counter!("janchi_ai_jobs_cancelled_total").increment(1);
            return Ok(());
        };
        let (job_id, event_id) = (command.job_id, command.event_id);
        let told = match outcome {
            Ok(result) => {
                recommendations::insert_recommendation(
                    &mut tx,
                    &command,
                    &result,
                    state.clock.now(),
                )
                .await?;
                AiJobEvent::Succeeded {
                    job_id,
                    event_id,
                    result: Box::new(result),
                }
            }
            // The owner's to mend, so it is no dead letter.
            Err(_) => AiJobEvent::Failed {
                job_id,
                event_id,
                code: "BUDGET_TOO_SMALL".to_owned(),
                message: format!(
                    "예산이 너무 적어요. {} 이상으로 정해 주세요.",
                    won(SMALLEST)
                ),
            },
        };
        send_event(&mut tx, &told).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn give_up(
        &self,
        message: &Message,
        _: &str,
        connection: &mut PgConnection,
    ) -> anyhow::Result<()> {
        // A payload that does not parse names no job that could be told.
        let Ok(command) = message.decode::<RecommendEvent>() else {
            return Ok(());
        };
        let failed = AiJobEvent::Failed {
            job_id: command.job_id,
            event_id: command.event_id,
            code: "RECOMMENDATION_FAILED".to_owned(),
            message: "추천을 만들지 못했어요. 잠시 뒤에 다시 시도해 주세요.".to_owned(),
        };
        send_event(connection, &failed)
            .await
            .context("tell that a job failed")?;
        Ok(())
    }
}
