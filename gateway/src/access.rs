//! May this request pass? Token, role, session and rate, in that order and in one Redis round trip.

use crate::addresses;
use crate::limit::Count;
use crate::routes::{Access, Route};
use crate::state::State;
use crate::verdicts::Who;
use axum::http::HeaderMap;
use janchi_web::{Problem, bearer};
use std::net::IpAddr;

/// A request that may pass.
#[derive(Debug)]
pub struct Passed {
    /// For the headers of authenticated answers.
    pub count: Option<Count>,
}

/// Checks a request against its route.
///
/// # Errors
/// 401, 403, 429 or 503, as the contract has them; with the count where one was taken.
pub async fn check(
    state: &State,
    route: &Route,
    headers: &HeaderMap,
    client: IpAddr,
) -> Result<Passed, (Problem, Option<Count>)> {
    let who = match route.access {
        Access::Public => None,
        Access::Owner { .. } | Access::Customer => {
            let token = bearer(headers).ok_or_else(|| (Problem::unauthorized(), None))?;
            Some(
                state
                    .verdicts
                    .who(token)
                    .await
                    .map_err(|problem| (problem, None))?,
            )
        }
    };
    let Some(who) = who else {
        let count = state
            .limiter
            .count(route.rate, &addresses::bucket(client), None)
            .await;
        return if count.allowed {
            Ok(Passed { count: None })
        } else {
            Err((count.problem(), Some(count)))
        };
    };
    match (route.access, who) {
        (Access::Owner { .. }, Who::Customer { .. }) | (Access::Customer, Who::Owner { .. }) => {
            return Err((Problem::forbidden(), None));
        }
        _ => {}
    }
    let session = match who {
        Who::Owner { session, .. } => Some(session),
        Who::Customer { .. } => None,
    };
    if session.is_some_and(|session| state.sessions.is_revoked(session)) {
        return Err((Problem::unauthorized(), None));
    }
    let name = session.map(|session| session.to_string());
    let count = state
        .limiter
        .count(route.rate, &who.bucket(), name.as_deref())
        .await;
    if let Some(session) = session {
        let lives = match count.session_lives {
            Some(true) => Some(true),
            // Redis may have lost it (a restart without its disk): the user service knows.
            Some(false) | None => state.sessions.ask(session).await,
        };
        match (lives, route.access) {
            (Some(false), _) => return Err((Problem::unauthorized(), None)),
            (None, Access::Owner { sensitive: true }) => {
                return Err((Problem::unavailable(2), None));
            }
            // Nobody can say: the token itself ends soon.
            _ => {}
        }
        if lives == Some(true) && count.session_lives == Some(false) {
            let again = state.limiter.count(route.rate, &who.bucket(), None).await;
            return if again.allowed {
                Ok(Passed { count: Some(again) })
            } else {
                Err((again.problem(), Some(again)))
            };
        }
    }
    if count.allowed {
        Ok(Passed { count: Some(count) })
    } else {
        Err((count.problem(), Some(count)))
    }
}
