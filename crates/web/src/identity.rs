use crate::Problem;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use janchi_auth::{Refused, ServiceTokens, Verifier};
use uuid::Uuid;

/// The caller is this shop owner: the token is verified here, whatever the gateway did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub user_id: Uuid,
    pub session_id: Uuid,
}

/// The caller holds the receipt of this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant {
    pub participant_id: Uuid,
}

/// The caller is this service of the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub service: String,
}

/// The bearer token of a request, if it has exactly one `Authorization` header of that kind.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refuse(refused: Refused) -> Problem {
    match refused {
        Refused::Invalid => Problem::unauthorized(),
        Refused::NoKeys(cause) => Problem::unavailable(2).cause(cause),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Owner
where
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let verifier = Verifier::from_ref(state);
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthorized)?;
        match verifier.owner(token).await {
            Ok(claims) => Ok(Self {
                user_id: claims.sub,
                session_id: claims.sid,
            }),
            Err(Refused::Invalid) if verifier.receipt(token).await.is_ok() => {
                Err(Problem::forbidden())
            }
            Err(refused) => Err(refuse(refused)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Entrant
where
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let verifier = Verifier::from_ref(state);
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthorized)?;
        match verifier.receipt(token).await {
            Ok(claims) => Ok(Self {
                participant_id: claims.sub,
            }),
            Err(Refused::Invalid) if verifier.owner(token).await.is_ok() => {
                Err(Problem::forbidden())
            }
            Err(refused) => Err(refuse(refused)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Peer
where
    ServiceTokens: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthorized)?;
        let service = ServiceTokens::from_ref(state)
            .check(token)
            .ok_or_else(Problem::unauthorized)?;
        Ok(Self { service })
    }
}

/// `Idempotency-Key`, if sent: 1–255 visible ASCII characters, else 400.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        match value.to_str() {
            Ok(key) if !key.trim().is_empty() && key.len() <= 255 => {
                Ok(Self(Some(key.trim().to_owned())))
            }
            _ => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "IDEMPOTENCY_KEY_INVALID",
                "Idempotency-Key는 255자 이하의 영문·숫자로 보내 주세요.",
                "Idempotency-Key must have 1–255 visible ASCII characters.",
            )),
        }
    }
}

impl IdempotencyKey {
    /// The 422 for a key that came with another request before.
    pub fn reused() -> Problem {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "IDEMPOTENCY_KEY_REUSED",
            "같은 Idempotency-Key로 다른 내용을 보내셨어요. 새 키를 써 주세요.",
            "This Idempotency-Key was used for another request. Use a new one.",
        )
    }
}
