use crate::domain::claim::PrizeTax;
use crate::domain::retention::Retention;
use janchi_dealer::{SmsChannel, TalkChannel};
use janchi_runtime::{optional, or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use url::Url;

/// The settings of the participation service.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `JWKS_URL`
    pub jwks_url: Url,
    /// `ENCRYPTION_KEYS`, `id:base64,…`, the first encrypts
    pub encryption_keys: SecretString,
    /// `LOOKUP_KEY`, base64
    pub lookup_key: SecretString,
    /// `JWT_SIGNING_KEY`, base64 PKCS#8: signs receipt tokens
    pub jwt_signing_key: SecretString,
    /// `EVENT_SERVICE_URL`
    pub event_service_url: Url,
    /// `RETENTION_DAYS`, `WINNER_RETENTION_DAYS`, `TAXED_WINNER_RETENTION_DAYS`: personal data is destroyed so many days
    /// after an event's closing
    pub retention: Retention,
    /// `PUBLIC_BASE_URL`: where the links in messages to winners begin
    pub public_base_url: Url,
    /// Who tells winners by 알림톡; without it a long SMS does, and without that the owner
    pub notices: Option<NoticeChannel>,
    /// Who sends codes to phones; without it prizes are claimed in the shop
    pub sms: Option<SmsChannel>,
    /// `CLAIM_DAYS`: so long after the draw, or after moving up, a prize can be claimed
    pub claim_days: u32,
    /// `PRIZE_TAX_THRESHOLD`, `PRIZE_TAX_PERCENT`, `PRIZE_TAX_SOURCE`, `PRIZE_TAX_CHECKED_ON`
    pub prize_tax: PrizeTax,
    /// `ENTRY_QUEUE`: so many entries may wait for the database before others are asked to come back
    pub entry_queue: usize,
}

/// How winners are told by 알림톡.
#[derive(Debug, Clone)]
pub struct NoticeChannel {
    pub talk: TalkChannel,
    /// `MESSAGE_WINNER_TEMPLATE`: the approved template with the variables shop, event, prize, link and until
    pub template: String,
}

impl Config {
    /// Two weeks, as is usual.
    pub const CLAIM_DAYS: u32 = 14;
    /// Days after closing: time for the draw, the claims and complaints.
    pub const RETENTION_DAYS: u32 = 60;
    /// Of winners: until a prize that was handed over is not disputed any more.
    pub const WINNER_RETENTION_DAYS: u32 = 180;
    /// Of winners whose prize is taxed: five years, as long as whoever withholds tax keeps the papers (국세기본법 제85조의3).
    pub const TAXED_WINNER_RETENTION_DAYS: u32 = 1827;
    /// A second or two of a burst.
    pub const ENTRY_QUEUE: usize = 8192;

    /// What is kept how long, unless a setting says otherwise.
    pub fn usual_retention() -> Retention {
        Retention::of_days(
            Self::RETENTION_DAYS,
            Self::WINNER_RETENTION_DAYS,
            Self::TAXED_WINNER_RETENTION_DAYS,
        )
    }

    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed variable, by its name.
    pub fn from_env() -> anyhow::Result<Self> {
        let notices = match optional("MESSAGE_WINNER_TEMPLATE")? {
            Some(template) => TalkChannel::from_env()?.map(|talk| NoticeChannel { talk, template }),
            None => None,
        };
        let sms = SmsChannel::from_env()?;
        Ok(Self {
            public_base_url: required("PUBLIC_BASE_URL")?,
            notices,
            sms,
            claim_days: or_default("CLAIM_DAYS", Self::CLAIM_DAYS)?,
            prize_tax: PrizeTax {
                threshold: or_default("PRIZE_TAX_THRESHOLD", PrizeTax::THRESHOLD)?,
                percent: or_default("PRIZE_TAX_PERCENT", PrizeTax::PERCENT)?,
                source: or_default("PRIZE_TAX_SOURCE", PrizeTax::SOURCE.to_owned())?,
                checked_on: or_default("PRIZE_TAX_CHECKED_ON", PrizeTax::CHECKED_ON)?,
            },
            shared: SharedSettings::from_env(secret("PARTICIPATION_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            encryption_keys: secret("ENCRYPTION_KEYS")?,
            lookup_key: secret("LOOKUP_KEY")?,
            jwt_signing_key: secret("JWT_SIGNING_KEY")?,
            event_service_url: required("EVENT_SERVICE_URL")?,
            retention: Retention::of_days(
                or_default("RETENTION_DAYS", Self::RETENTION_DAYS)?,
                or_default("WINNER_RETENTION_DAYS", Self::WINNER_RETENTION_DAYS)?,
                or_default(
                    "TAXED_WINNER_RETENTION_DAYS",
                    Self::TAXED_WINNER_RETENTION_DAYS,
                )?,
            ),
            entry_queue: or_default("ENTRY_QUEUE", Self::ENTRY_QUEUE)?,
        })
    }
}
