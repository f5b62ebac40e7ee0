//! Owners' accounts: sealed on the way in, opened only for an adapter.

use crate::domain::connection::{self, ConnectionState, Credentials};
use crate::error::Error;
use crate::state::AppState;
use crate::store;
use crate::store::connections::Connection;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelReach, OwnerChannel, OwnerChannels};
use janchi_contracts::reference::Channel;
use serde_json::json;
use uuid::Uuid;

fn bound_to(id: Uuid) -> String {
    format!("channel_connections.credentials.{id}")
}

/// Connects a channel, in the place of an earlier connection. An owner who has left, and whose token has not, connects
/// nothing.
pub async fn connect(
    state: &AppState,
    owner_id: Uuid,
    channel: Channel,
    account_name: Option<String>,
    credentials: &Credentials,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
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
    if !store::erasure::hold_owner(&mut tx, owner_id).await? {
        return Err(Error::NotFound);
    }
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
) -> sqlx::Result<Option<Credentials>> {
    let all = store::connections::list_connections(&state.db, owner_id).await?;
    let own = all.iter().find(|c| c.channel == channel);
    let has_ended = |c: &Connection| state_of(state, c) == ConnectionState::Expired;
    Ok(own.filter(|c| !has_ended(c)).and_then(|c| open(state, c)))
}

fn state_of(state: &AppState, connection: &Connection) -> ConnectionState {
    ConnectionState::of(true, connection.expires_at, state.clock.now())
}

/// None is as if not connected: the owner connects again. The key of long ago is missing, or the text is not ours.
fn open(state: &AppState, connection: &Connection) -> Option<Credentials> {
    let plain = state
        .keyring
        .decrypt(&connection.credentials, &bound_to(connection.id));
    let opened = plain.and_then(|plain| {
        // serde's message would quote what it read.
        serde_json::from_slice(&plain).map_err(|_| anyhow!("the credentials do not parse"))
    });
    opened
        .inspect_err(|error| {
            tracing::error!(connection.id = %connection.id, %error, "could not open a channel connection");
        })
        .ok()
}

/// Which channels can be brought up for an owner without their hands: what an adapter would find.
pub async fn survey(state: &AppState, owner_id: Uuid) -> sqlx::Result<OwnerChannels> {
    let known = store::connections::list_connections(&state.db, owner_id).await?;
    let channels = Channel::ALL.into_iter().map(|channel| {
        let adapter = state.platforms.of(channel);
        let own = known
            .iter()
            .find(|c| c.channel == channel)
            .filter(|c| open(state, c).is_some());
        let standing = own.map_or(ConnectionState::NotConnected, |c| state_of(state, c));
        let reach = match adapter {
            None => ChannelReach::NotConfigured,
            Some(_) if state.config.sandbox => ChannelReach::Practice,
            Some(adapter) => connection::reach(standing, adapter.serves_anybody()),
        };
        OwnerChannel {
            channel,
            reach,
            expires_at: own.and_then(|c| c.expires_at),
        }
    });
    Ok(OwnerChannels {
        channels: channels.collect(),
    })
}
