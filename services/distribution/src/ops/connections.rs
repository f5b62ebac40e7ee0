//! Owners' accounts: sealed on the way in, opened only for an adapter.

use crate::domain::connection::{ConnectionState, Credentials};
use crate::state::AppState;
use crate::store;
use crate::store::connections::Connection;
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Channel;
use serde_json::json;
use uuid::Uuid;

fn bound_to(id: Uuid) -> String {
    format!("channel_connections.credentials.{id}")
}

/// Connects a channel, in the place of an earlier connection.
pub async fn connect(
    state: &AppState,
    owner_id: Uuid,
    channel: Channel,
    account_name: Option<String>,
    credentials: &Credentials,
    expires_at: Option<DateTime<Utc>>,
) -> anyhow::Result<()> {
    let id = Uuid::now_v7();
    let plain = serde_json::to_vec(credentials).context("write credentials")?;
    let connection = Connection {
        id,
        channel,
        account_name,
        credentials: state.keyring.encrypt(&plain, &bound_to(id)),
        expires_at,
        updated_at: state.clock.now(),
    };
    let mut tx = state.db.begin().await?;
    store::connections::upsert_connection(&mut *tx, owner_id, &connection).await?;
    let detail = json!({"channel": channel.named().code});
    janchi_db::audit::record(
        &mut tx,
        &owner_id.to_string(),
        "channel.connected",
        &id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets a connection; one that is not there is forgotten already.
pub async fn disconnect(state: &AppState, owner_id: Uuid, channel: Channel) -> anyhow::Result<()> {
    let mut tx = state.db.begin().await?;
    if store::connections::delete_connection(&mut *tx, owner_id, channel).await? {
        let (owner, code) = (owner_id.to_string(), channel.named().code);
        janchi_db::audit::record(&mut tx, &owner, "channel.disconnected", code, json!({})).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The owner's credentials for a channel, if there are some that have not expired and can be opened.
pub async fn usable_credentials(
    state: &AppState,
    owner_id: Uuid,
    channel: Channel,
) -> anyhow::Result<Option<Credentials>> {
    let all = store::connections::list_connections(&state.db, owner_id).await?;
    let Some(connection) = all.into_iter().find(|c| c.channel == channel) else {
        return Ok(None);
    };
    if ConnectionState::of(true, connection.expires_at, state.clock.now())
        == ConnectionState::Expired
    {
        return Ok(None);
    }
    let plain = match state
        .keyring
        .decrypt(&connection.credentials, &bound_to(connection.id))
    {
        Ok(plain) => plain,
        Err(error) => {
            // As if not connected: the owner connects again. The key of long ago is missing.
            tracing::error!(connection.id = %connection.id, %error, "could not open a channel connection");
            return Ok(None);
        }
    };
    serde_json::from_slice(&plain)
        .map(Some)
        .context("read credentials")
}
