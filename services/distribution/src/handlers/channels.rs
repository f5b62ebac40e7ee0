//! `/api/channels/**`: which channels are connected, and connecting them.

use crate::domain::connection::{ConnectionState, Credentials, mode};
use crate::error::{BadField, Error};
use crate::ops::connections;
use crate::state::AppState;
use crate::store;
use crate::store::connections::Connection;
use axum::extract::State;
use axum::response::NoContent;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Channel;
use janchi_crypto::BusinessNumber;
use janchi_web::{Empty, Json, Owner, Path};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One channel as its owner sees it. No token is ever in here.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelState {
    channel: Channel,
    name: &'static str,
    /// `AUTO`, or `ASSISTED` where the owner does the last step unless a café is connected.
    mode: &'static str,
    /// Whether this installation can speak to the platform at all.
    configured: bool,
    connected: bool,
    state: ConnectionState,
    account_name: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    breaker: String,
    sandbox: bool,
}

/// All channels.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelList {
    items: Vec<ChannelState>,
    next_cursor: Option<String>,
    total_count: usize,
    sandbox: bool,
}

/// The six channels with the owner's connections.
pub async fn list_channels(
    State(state): State<AppState>,
    owner: Owner,
) -> Result<Json<ChannelList>, Error> {
    let known = store::connections::list_connections(&state.db, owner.user_id).await?;
    let breakers = store::breakers::list_breakers(&state.db).await?;
    let items: Vec<ChannelState> = Channel::ALL
        .into_iter()
        .map(|c| describe(&state, c, &known, &breakers))
        .collect();
    Ok(Json(ChannelList {
        total_count: items.len(),
        items,
        next_cursor: None,
        sandbox: state.config.sandbox,
    }))
}

fn describe(
    state: &AppState,
    channel: Channel,
    known: &[Connection],
    breakers: &HashMap<String, String>,
) -> ChannelState {
    let own = known.iter().find(|c| c.channel == channel);
    let expires_at = own.and_then(|c| c.expires_at);
    let mut standing = ConnectionState::of(own.is_some(), expires_at, state.clock.now());
    if state.config.sandbox && standing == ConnectionState::NotConnected {
        standing = ConnectionState::Connected;
    }
    let named = channel.named();
    ChannelState {
        channel,
        name: named.ko,
        mode: mode(channel),
        configured: state.platforms.of(channel).is_some(),
        connected: matches!(
            standing,
            ConnectionState::Connected | ConnectionState::ExpiresSoon
        ),
        state: standing,
        account_name: own.and_then(|c| c.account_name.clone()),
        expires_at,
        warning: standing.warning(),
        breaker: breakers
            .get(named.code)
            .cloned()
            .unwrap_or_else(|| "CLOSED".to_owned()),
        sandbox: state.config.sandbox,
    }
}

/// What opens an account. Which fields a channel needs is checked by channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewConnection {
    account_name: Option<String>,
    account_id: Option<String>,
    board_id: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    phone_numbers: Vec<String>,
    opt_out_number: Option<String>,
    business_number: Option<String>,
}

/// Connects a channel, in the place of an earlier connection.
pub async fn connect_channel(
    State(state): State<AppState>,
    owner: Owner,
    Path(channel): Path<Channel>,
    Json(body): Json<NewConnection>,
) -> Result<Json<ChannelState>, Error> {
    let bad = body.faults(channel, state.clock.now());
    if !bad.is_empty() {
        return Err(Error::Invalid(bad));
    }
    let credentials = Credentials {
        access_token: body.access_token.unwrap_or_default(),
        refresh_token: body.refresh_token,
        account_id: body.account_id,
        board_id: body.board_id,
        phone_numbers: body.phone_numbers.iter().map(|n| digits(n)).collect(),
        opt_out_number: body.opt_out_number.as_deref().map(digits),
        business_number: body.business_number.as_deref().and_then(business_number),
    };
    let name = body.account_name.filter(|name| !name.trim().is_empty());
    connections::connect(
        &state,
        owner.user_id,
        channel,
        name,
        &credentials,
        body.expires_at,
    )
    .await?;
    let known = store::connections::list_connections(&state.db, owner.user_id).await?;
    let breakers = store::breakers::list_breakers(&state.db).await?;
    Ok(Json(describe(&state, channel, &known, &breakers)))
}

/// Forgets a connection.
pub async fn disconnect_channel(
    State(state): State<AppState>,
    owner: Owner,
    Path(channel): Path<Channel>,
    _: Empty,
) -> Result<NoContent, Error> {
    connections::disconnect(&state, owner.user_id, channel).await?;
    Ok(NoContent)
}

fn business_number(text: &str) -> Option<String> {
    BusinessNumber::parse(text)
        .filter(BusinessNumber::checksum_ok)
        .map(|number| number.digits().to_owned())
}

fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("82") {
        Some(rest) => format!("0{rest}"),
        None => digits,
    }
}

impl NewConnection {
    /// What is wrong with it for this channel. An empty token never takes the place of a good one.
    fn faults(&self, channel: Channel, now: DateTime<Utc>) -> Vec<BadField> {
        let needs_token = matches!(channel, Channel::Instagram | Channel::Naver);
        let needs_account = needs_token || channel == Channel::Kakao;
        let needs_phones = channel == Channel::RingoBiz;
        let needs_advertiser = matches!(
            channel,
            Channel::RingoBiz | Channel::UridongneTv | Channel::GenieTv
        );
        let token_fits =
            |t: &String| (1..=4000).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_graphic());
        let id_fits = |id: &String| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        };
        let phone_fits = |n: &String| {
            n.len() <= 20 && (8..=11).contains(&digits(n).len()) && digits(n).starts_with('0')
        };
        let name_fits = |n: &String| n.chars().count() <= 100 && !n.chars().any(char::is_control);
        let checks = [
            (
                "accessToken",
                self.access_token.as_ref().map_or(!needs_token, token_fits),
            ),
            (
                "refreshToken",
                self.refresh_token.as_ref().is_none_or(token_fits),
            ),
            (
                "accountId",
                self.account_id.as_ref().map_or(!needs_account, id_fits),
            ),
            (
                "boardId",
                self.board_id
                    .as_ref()
                    .map_or(channel != Channel::Naver, id_fits),
            ),
            (
                "accountName",
                self.account_name.as_ref().is_none_or(name_fits),
            ),
            (
                "businessNumber",
                self.business_number
                    .as_deref()
                    .map_or(!needs_advertiser, |n| business_number(n).is_some()),
            ),
            ("expiresAt", self.expires_at.is_none_or(|end| end > now)),
            (
                "phoneNumbers",
                (!self.phone_numbers.is_empty() || !needs_phones)
                    && self.phone_numbers.len() <= 1000
                    && self.phone_numbers.iter().all(phone_fits),
            ),
            (
                "optOutNumber",
                self.opt_out_number
                    .as_ref()
                    .map_or(channel != Channel::Kakao, |n| {
                        n.len() <= 20
                            && (10..=11).contains(&digits(n).len())
                            && digits(n).starts_with("080")
                    }),
            ),
        ];
        checks
            .into_iter()
            .filter(|(_, fits)| !fits)
            .map(|(field, _)| fault(field))
            .collect()
    }
}

fn fault(field: &'static str) -> BadField {
    let (ko, en) = match field {
        "accessToken" => ("연결 토큰을 확인해 주세요.", "Check the access token."),
        "refreshToken" => ("갱신 토큰을 확인해 주세요.", "Check the refresh token."),
        "accountId" => ("계정 번호를 확인해 주세요.", "Check the account id."),
        "boardId" => ("게시판 번호를 확인해 주세요.", "Check the board id."),
        "accountName" => (
            "계정 이름은 100자까지 쓸 수 있어요.",
            "An account name has at most 100 characters.",
        ),
        "businessNumber" => (
            "사업자등록번호를 확인해 주세요.",
            "Check the business number.",
        ),
        "expiresAt" => (
            "만료 시각은 지금보다 뒤여야 해요.",
            "The end must be in the future.",
        ),
        "optOutNumber" => (
            "080으로 시작하는 수신거부 번호가 필요해요.",
            "A free opt-out number beginning with 080 is needed.",
        ),
        _ => ("전화번호를 확인해 주세요.", "Check the phone numbers."),
    };
    BadField {
        field,
        code: "INVALID",
        ko,
        en,
    }
}
