use super::keys::KeyRing;
use crate::domain::vault::Vault;
use crate::error::Error;
use crate::store::{self, sessions::Ending};
use anyhow::Context;
use chrono::{DateTime, Utc};
use futures::future::join_all;
use janchi_auth::Signer;
use janchi_cache::Cache;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use uuid::Uuid;

/// How long an access token lives.
const ACCESS_LIVES: Duration = Duration::from_secs(15 * 60);
/// How long a login lives without a refresh; also the life of its key in Redis.
const SESSION_LIVES: Duration = Duration::from_secs(7 * 24 * 3600);
/// Where every gateway hears of ended sessions. The message is the sid.
const REVOKED_CHANNEL: &str = "session:revoked";
/// So many ends are told in one round.
const ROUND: i64 = 200;
/// So many of them at once.
const AT_ONCE: usize = 50;

/// What a client gets to prove who it is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: String,
    pub token_type: &'static str,
    /// Seconds until the access token ends.
    pub expires_in: u64,
}

/// A login that was just written and is not yet told to Redis.
pub struct Opened {
    pub session_id: Uuid,
    pub tokens: Tokens,
}

/// Opens, refreshes and ends logins. Sessions live in machine time, as tokens do.
#[derive(Clone)]
pub struct Sessions {
    pub keys: KeyRing,
    pub vault: Vault,
    pub cache: Cache,
}

fn key(session_id: Uuid) -> String {
    format!("user:session:{session_id}")
}

fn end_of_life(now: DateTime<Utc>) -> DateTime<Utc> {
    now + SESSION_LIVES
}

impl Sessions {
    /// The key that signs access tokens now. To be asked for before a transaction begins: it may itself need a
    /// connection.
    ///
    /// # Errors
    /// No key can be read.
    pub async fn signer(&self) -> Result<Signer, Error> {
        self.keys.signer().await
    }

    /// Writes a new login. After the commit call [`Sessions::remember`].
    ///
    /// # Errors
    /// The database or the signer fails.
    pub async fn open(
        &self,
        tx: &mut PgConnection,
        signer: &Signer,
        user_id: Uuid,
        user_agent: Option<&str>,
    ) -> Result<Opened, Error> {
        let (session_id, now) = (Uuid::now_v7(), Utc::now());
        store::sessions::insert_session(
            &mut *tx,
            session_id,
            user_id,
            user_agent,
            now,
            end_of_life(now),
        )
        .await?;
        let tokens = self.mint(tx, signer, user_id, session_id, now).await?;
        Ok(Opened { session_id, tokens })
    }

    async fn mint(
        &self,
        tx: &mut PgConnection,
        signer: &Signer,
        user_id: Uuid,
        session_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Tokens, Error> {
        let refresh_token = janchi_crypto::random_token(32);
        let hash = self.vault.token_hash(&refresh_token);
        store::sessions::insert_refresh_token(&mut *tx, session_id, &hash, now, end_of_life(now))
            .await?;
        let access_token = signer
            .owner_access(user_id, session_id, ACCESS_LIVES)
            .context("sign an access token")?;
        Ok(Tokens {
            access_token,
            refresh_token,
            token_type: "Bearer",
            expires_in: ACCESS_LIVES.as_secs(),
        })
    }

    /// Puts a login into Redis, if it still counts. Without Redis the gateway asks this service instead.
    pub async fn remember(&self, db: &PgPool, session_id: Uuid) {
        let Ok(Some(active)) = store::sessions::find_active(db, session_id, Utc::now()).await
        else {
            return;
        };
        let lives = (active.expires_at - Utc::now())
            .to_std()
            .unwrap_or_default();
        let value =
            serde_json::json!({ "userId": active.user_id, "role": janchi_auth::OWNER_ROLE });
        if self
            .cache
            .try_set(&key(session_id), &value.to_string(), lives)
            .await
            .is_err()
        {
            return;
        }
        // The login may have ended between the two steps above; its end must win.
        match store::sessions::find_active(db, session_id, Utc::now()).await {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => self.cache.delete(&key(session_id)).await,
        }
    }

    /// Takes a refresh token and gives new tokens. A token that was used before was stolen from or by somebody: the
    /// whole login ends.
    ///
    /// # Errors
    /// [`Error::RefreshTokenInvalid`] for an unknown, used or ended token.
    pub async fn refresh(&self, db: &PgPool, refresh_token: &str) -> Result<Tokens, Error> {
        let signer = self.signer().await?;
        let now = Utc::now();
        let hash = self.vault.token_hash(refresh_token);
        let mut tx = db.begin().await?;
        let token = store::sessions::lock_refresh_token(&mut *tx, &hash, now)
            .await?
            .ok_or(Error::RefreshTokenInvalid)?;
        if token.used {
            let ended = store::sessions::end_sessions(
                &mut *tx,
                token.user_id,
                Ending::One(token.session_id),
                now,
            )
            .await?;
            if !ended.is_empty() {
                let (user, session) = (token.user_id.to_string(), token.session_id.to_string());
                let detail = serde_json::json!({ "reason": "refresh token reused" });
                janchi_db::audit::record(&mut tx, &user, "session.revoked", &session, detail)
                    .await?;
                tracing::warn!(session.id = %token.session_id, "refresh token came a second time");
            }
            tx.commit().await?;
            self.tell(db, &ended).await;
            return Err(Error::RefreshTokenInvalid);
        }
        if !token.alive {
            return Err(Error::RefreshTokenInvalid);
        }
        store::sessions::use_refresh_token(&mut *tx, &token, now, end_of_life(now)).await?;
        let tokens = self
            .mint(&mut tx, &signer, token.user_id, token.session_id, now)
            .await?;
        tx.commit().await?;
        self.remember(db, token.session_id).await;
        Ok(tokens)
    }

    /// Tells Redis and the gateways of sessions that ended; call after the commit. What cannot be told now is told
    /// later by the ticker.
    pub async fn tell(&self, db: &PgPool, ended: &[Uuid]) {
        if ended.is_empty() {
            return;
        }
        let (sessions, db, ended) = (self.clone(), db.clone(), ended.to_vec());
        // On its own: a client that goes away meanwhile does not keep the gateways from hearing of it.
        let telling = tokio::spawn(async move { sessions.tell_all(&db, &ended).await });
        if telling.await.is_err() {
            tracing::warn!("ended sessions are told later");
        }
    }

    async fn tell_all(&self, db: &PgPool, ended: &[Uuid]) {
        for some in ended.chunks(AT_ONCE) {
            let told: Vec<Uuid> = join_all(some.iter().map(|id| self.tell_one(*id)))
                .await
                .into_iter()
                .flatten()
                .collect();
            if let Err(error) = store::sessions::delete_ends(db, &told).await {
                tracing::warn!(%error, "ended sessions will be told twice");
            }
            if told.len() < some.len() {
                // Redis is away: the others would only wait for it too.
                return;
            }
        }
    }

    async fn tell_one(&self, id: Uuid) -> Option<Uuid> {
        self.cache.try_delete(&key(id)).await.ok()?;
        let message = id.to_string();
        self.cache.publish(REVOKED_CHANNEL, &message).await.ok()?;
        Some(id)
    }

    /// Tells of ends that are still untold. Gives how many there were.
    ///
    /// # Errors
    /// The database fails.
    pub async fn tell_untold(&self, db: &PgPool) -> Result<usize, Error> {
        let ends = store::sessions::list_untold_ends(db, ROUND).await?;
        self.tell_all(db, &ends).await;
        Ok(ends.len())
    }
}
