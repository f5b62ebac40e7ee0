//! May this request pass? Token, role, session and rate, in that order, and mostly without leaving the process.

use crate::bucket::Count;
use crate::exchange::Asked;
use crate::routes::{Access, Route};
use crate::state::State;
use crate::verdicts::Who;
use axum::http::HeaderMap;
use janchi_web::{Problem, bearer};
use std::sync::Arc;

/// Checks a request against its route; what passes comes with its count if it is for the answer's headers.
///
/// # Errors
/// 401, 403, 429 or 503, as the contract has them; with the count where one was taken.
pub async fn check(
    state: &State,
    route: &Route,
    headers: &HeaderMap,
    asked: &Asked,
) -> Result<Option<Count>, (Problem, Option<Count>)> {
    // Checks of one page go one after the other, so that calls that it sends at once count once.
    let mut paid = match &asked.paid {
        Some(paid) => Some(paid.lock().await),
        None => None,
    };
    if route.access == Access::Public {
        let bucket = state
            .strangers
            .bucket(route.rate, asked.client, &state.limiter);
        if paid.as_ref().is_some_and(|paid| paid.covers(&bucket)) {
            return Ok(None);
        }
        let count = state.limiter.count(&bucket).await;
        return if count.allowed {
            if let Some(paid) = &mut paid {
                paid.note(bucket);
            }
            Ok(None)
        } else {
            Err((count.problem(), Some(count)))
        };
    }
    let token = bearer(headers).ok_or_else(|| (Problem::unauthorized(), None))?;
    let verdict = state
        .verdicts
        .of(token, &state.limiter)
        .await
        .map_err(|problem| (problem, None))?;
    match (route.access, verdict.who) {
        (Access::Owner { .. }, Who::Customer) | (Access::Customer, Who::Owner { .. }) => {
            return Err((Problem::forbidden(), None));
        }
        _ => {}
    }
    if let Who::Owner { session } = verdict.who
        && state.sessions.is_revoked(session, &verdict.seen)
    {
        state.verdicts.forget(token);
        return Err((Problem::unauthorized(), None));
    }
    // A page pays once, and its session was found to live then.
    if paid
        .as_ref()
        .is_some_and(|paid| paid.covers(&verdict.bucket))
    {
        return Ok(None);
    }
    let count = state.limiter.count(&verdict.bucket).await;
    let mut is_known = true;
    if let Who::Owner { session } = verdict.who
        && count.session_lives != Some(true)
    {
        // Redis is away, or may have lost the session (a restart without its disk): the user service knows.
        let id = asked.id.to_str().unwrap_or_default().to_owned();
        let asking = janchi_runtime::request_id::scope(id, state.sessions.ask(session));
        let lives = Box::pin(asking).await;
        match (lives, route.access) {
            (Some(false), _) => {
                state.verdicts.forget(token);
                return Err((Problem::unauthorized(), None));
            }
            (None, Access::Owner { sensitive: true }) => {
                return Err((Problem::unavailable(2), None));
            }
            // Nobody can say: the token itself ends soon.
            (None, _) => is_known = false,
            (Some(true), _) => {}
        }
    }
    if let Some(paid) = &mut paid
        && count.allowed
        && is_known
    {
        paid.note(Arc::clone(&verdict.bucket));
    }
    if count.allowed {
        Ok(Some(count))
    } else {
        Err((count.problem(), Some(count)))
    }
}
