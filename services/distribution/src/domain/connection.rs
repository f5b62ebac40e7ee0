//! The owner's account on a platform.

use chrono::{DateTime, Duration, Utc};
use janchi_contracts::distribution::ChannelReach;
use janchi_contracts::reference::Channel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long before its end an owner is warned.
pub const WARN_BEFORE: Duration = Duration::days(7);

/// What opens an account. Stored encrypted, never shown, never logged.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credentials {
    pub access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Instagram: the user id. Naver: the café number. Kakao: the sender key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Naver: the board number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_id: Option<String>,
    /// Ring-back: the shop's wired lines. Kakao: friends of the channel who agreed to advertising; none means all
    /// friends. As dialled in Korea.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<String>,
    /// Television and ring-back: who advertises, ten digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_number: Option<String>,
    /// Kakao: the free number by which receivers refuse further advertising.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opt_out_number: Option<String>,
}

// Written by hand: a derived one would put tokens into logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// How a channel is brought up in general.
pub const fn mode(channel: Channel) -> &'static str {
    match channel {
        // No interface writes a blog post; with a café connected it is automatic.
        Channel::Naver => "ASSISTED",
        _ => "AUTO",
    }
}

/// Whether a channel can be brought up for an owner with this connection; `serves_anybody`: an account of the
/// installation takes its place where it is missing.
pub const fn reach(own: ConnectionState, serves_anybody: bool) -> ChannelReach {
    match own {
        ConnectionState::Connected => ChannelReach::Connected,
        ConnectionState::ExpiresSoon => ChannelReach::ExpiresSoon,
        _ if serves_anybody => ChannelReach::Connected,
        ConnectionState::Expired => ChannelReach::Expired,
        ConnectionState::NotConnected => ChannelReach::NotConnected,
    }
}

/// Where a connection stands at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConnectionState {
    NotConnected,
    Connected,
    /// Ends within a week: to be renewed.
    ExpiresSoon,
    Expired,
}

impl ConnectionState {
    /// Of a connection with this end, if there is one.
    pub fn of(connected: bool, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match (connected, expires_at) {
            (false, _) => Self::NotConnected,
            (true, Some(end)) if end <= now => Self::Expired,
            (true, Some(end)) if end - now <= WARN_BEFORE => Self::ExpiresSoon,
            (true, _) => Self::Connected,
        }
    }

    /// A sentence for the owner, where there is something to do.
    pub const fn warning(self) -> Option<&'static str> {
        match self {
            Self::ExpiresSoon => Some("연결이 곧 끊겨요. 7일 안에 다시 연결해 주세요."),
            Self::Expired => Some("연결이 끊겼어요. 다시 연결해 주세요."),
            Self::NotConnected | Self::Connected => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_warned_a_week_ahead() {
        let now = Utc::now();
        let of = |days| ConnectionState::of(true, Some(now + Duration::days(days)), now);
        assert_eq!(of(8), ConnectionState::Connected);
        assert_eq!(of(7), ConnectionState::ExpiresSoon);
        assert_eq!(of(0), ConnectionState::Expired);
        assert!(of(7).warning().is_some() && of(8).warning().is_none());
        assert_eq!(
            ConnectionState::of(false, None, now),
            ConnectionState::NotConnected
        );
        assert_eq!(
            ConnectionState::of(true, None, now),
            ConnectionState::Connected
        );
    }

    #[test]
    fn an_account_of_the_installation_takes_the_place_of_a_missing_or_ended_one() {
        use ConnectionState::*;
        assert_eq!(reach(ExpiresSoon, true), ChannelReach::ExpiresSoon);
        assert_eq!(reach(Expired, false), ChannelReach::Expired);
        assert_eq!(reach(NotConnected, false), ChannelReach::NotConnected);
        for ended in [Expired, NotConnected] {
            assert_eq!(reach(ended, true), ChannelReach::Connected);
        }
    }

    #[test]
    fn credentials_do_not_show_themselves() {
        let credentials = Credentials {
            access_token: "hush".into(),
            ..Credentials::default()
        };
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
