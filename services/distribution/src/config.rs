//! Settings, read once.

use crate::domain::pace::Pace;
use anyhow::Context;
use janchi_contracts::reference::Channel;
use janchi_runtime::{optional, optional_secret, or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// A platform's address and the key that opens it.
#[derive(Debug, Clone)]
pub struct Vendor {
    pub url: Url,
    pub key: Option<SecretString>,
}

/// The channels' platforms; one without an address is served by the owner's hands.
#[derive(Debug, Clone, Default)]
pub struct Vendors {
    pub uridongne_tv: Option<Vendor>,
    pub ringo_biz: Option<Vendor>,
    pub genie_tv: Option<Vendor>,
    pub instagram: Option<Vendor>,
    pub naver: Option<Vendor>,
    pub kakao: Option<Vendor>,
}

impl Vendors {
    /// The platform of a channel, if it is configured.
    pub const fn of(&self, channel: Channel) -> Option<&Vendor> {
        match channel {
            Channel::UridongneTv => self.uridongne_tv.as_ref(),
            Channel::RingoBiz => self.ringo_biz.as_ref(),
            Channel::GenieTv => self.genie_tv.as_ref(),
            Channel::Instagram => self.instagram.as_ref(),
            Channel::Naver => self.naver.as_ref(),
            Channel::Kakao => self.kakao.as_ref(),
        }
    }
}

/// Everything this service is told from outside.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    pub jwks_url: Url,
    pub encryption_keys: SecretString,
    pub public_base_url: Url,
    /// Everything below runs against the practice server.
    pub sandbox: bool,
    pub vendors: Vendors,
    /// Account for shops that connected none of their own; with `INSTAGRAM_KEY` as its token.
    pub instagram_account: Option<String>,
    /// Café and board likewise; with `NAVER_KEY` as its token.
    pub naver_cafe: Option<(String, String)>,
    /// The dealer's application key; `KAKAO_KEY` is its secret.
    pub kakao_app_key: Option<String>,
    /// Sender key for shops that connected none of their own.
    pub kakao_sender: Option<String>,
    pub pace: Pace,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// An absent or malformed setting, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("DISTRIBUTION_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            encryption_keys: secret("ENCRYPTION_KEYS")?,
            public_base_url: required("PUBLIC_BASE_URL")?,
            sandbox: or_default("SANDBOX", false)?,
            vendors: Vendors {
                uridongne_tv: vendor("URIDONGNE_TV_URL", "URIDONGNE_TV_KEY")?,
                ringo_biz: vendor("RINGO_BIZ_URL", "RINGO_BIZ_KEY")?,
                genie_tv: vendor("GENIE_TV_URL", "GENIE_TV_KEY")?,
                instagram: vendor("INSTAGRAM_URL", "INSTAGRAM_KEY")?,
                naver: vendor("NAVER_URL", "NAVER_KEY")?,
                kakao: vendor("KAKAO_URL", "KAKAO_KEY")?,
            },
            instagram_account: optional("INSTAGRAM_ACCOUNT")?,
            naver_cafe: optional::<String>("NAVER_CAFE")?
                .map(|cafe| {
                    let parts = cafe
                        .split_once('/')
                        .map(|(club, menu)| (club.to_owned(), menu.to_owned()));
                    parts.context("NAVER_CAFE is not club/menu")
                })
                .transpose()?,
            kakao_app_key: optional("KAKAO_APP_KEY")?,
            kakao_sender: optional("KAKAO_SENDER")?,
            pace: pace()?,
        })
    }
}

fn vendor(url: &str, key: &str) -> anyhow::Result<Option<Vendor>> {
    let key = optional_secret(key)?;
    Ok(optional::<Url>(url)?.map(|url| Vendor { url, key }))
}

fn pace() -> anyhow::Result<Pace> {
    let usual = Pace::default();
    let millis = |name: &str, usual: Duration| {
        or_default::<u64>(name, usual.as_millis() as u64).map(Duration::from_millis)
    };
    Ok(Pace {
        retry: millis("CHANNEL_RETRY_MS", usual.retry)?,
        poll: millis("CHANNEL_POLL_MS", usual.poll)?,
        poll_cap: millis("CHANNEL_POLL_CAP_MS", usual.poll_cap)?,
        call: millis("CHANNEL_CALL_MS", usual.call)?,
        film: millis("CHANNEL_FILM_MS", usual.film)?,
        ..usual
    })
}
