use crate::access_log::AccessLog;
use crate::addresses::Trusted;
use crate::cors::Origins;
use crate::routes::Service;
use crate::tls::Files;
use anyhow::bail;
use janchi_runtime::{optional, or_default, required, secret};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use url::Url;

/// The gateway's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LISTEN_ADDR`
    pub listen_addr: SocketAddr,
    /// `ADMIN_ADDR`: health and metrics, not for the world.
    pub admin_addr: SocketAddr,
    /// `REDIS_URL`
    pub redis_url: SecretString,
    /// `NAMESPACE`
    pub namespace: String,
    /// `JWKS_URL`
    pub jwks_url: Url,
    /// `SERVICE_TOKEN_SECRET`
    pub service_token_secret: SecretString,
    /// `USER_SERVICE_URL` and its six siblings.
    pub upstreams: Upstreams,
    /// `PUBLIC_BASE_URL`: under which visitors know the pages; forms from anywhere else are refused.
    pub public_base_url: Url,
    /// `TRUSTED_PROXIES`: comma-separated addresses or networks whose `X-Forwarded-For` is believed; none by default.
    pub trusted_proxies: Trusted,
    pub limits: Limits,
    /// `WORKERS`: threads that serve requests, one for each core unless set.
    pub workers: NonZeroUsize,
    /// `REQUESTS_IN_HAND`: one service may have so many at once; the next one is told to come back.
    pub requests_in_hand: usize,
    /// `TLS_CERTIFICATE` and `TLS_KEY`, both or none: paths of PEM files, read again when they change.
    pub tls: Option<Files>,
    /// `CORS_ORIGINS`: comma-separated origins whose pages may call the API; none by default.
    pub cors_origins: Origins,
    /// `ACCESS_LOG`: `lines` (a line of JSON per request on standard error), `events` or `off`.
    pub access_log: AccessLog,
}

impl Config {
    /// More requests than a service works off within a second or two.
    pub const REQUESTS_IN_HAND: usize = 1024;

    /// One worker for each core.
    pub fn cores() -> NonZeroUsize {
        std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
    }
}

/// Where the services are.
#[derive(Debug, Clone)]
pub struct Upstreams {
    pub user: Url,
    pub event: Url,
    pub ai: Url,
    pub content: Url,
    pub distribution: Url,
    pub participation: Url,
    pub analytics: Url,
}

impl Upstreams {
    /// Where this service is.
    pub fn of(&self, service: Service) -> &Url {
        match service {
            Service::User => &self.user,
            Service::Event => &self.event,
            Service::Ai => &self.ai,
            Service::Content => &self.content,
            Service::Distribution => &self.distribution,
            Service::Participation => &self.participation,
            Service::Analytics => &self.analytics,
        }
    }
}

/// Requests in any 60 seconds: per user for who is logged in, per client address for who is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `LIMIT_USER`
    pub user: u32,
    /// `LIMIT_PUBLIC_READ`
    pub public_read: u32,
    /// `LIMIT_ENTRY`
    pub entry: u32,
    /// `LIMIT_REGISTER`
    pub register: u32,
    /// `LIMIT_BUSINESS_CHECK`
    pub business_check: u32,
    /// `LIMIT_LOGIN`
    pub login: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            user: 100,
            public_read: 600,
            entry: 600,
            register: 60,
            business_check: 30,
            login: 60,
        }
    }
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed setting, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        let usual = Limits::default();
        let tls = match (optional("TLS_CERTIFICATE")?, optional("TLS_KEY")?) {
            (Some(certificate), Some(key)) => Some(Files { certificate, key }),
            (None, None) => None,
            _ => bail!("TLS_CERTIFICATE and TLS_KEY belong together: set both or none"),
        };
        Ok(Self {
            listen_addr: required("LISTEN_ADDR")?,
            admin_addr: required("ADMIN_ADDR")?,
            redis_url: secret("REDIS_URL")?,
            namespace: or_default("NAMESPACE", String::new())?,
            jwks_url: required("JWKS_URL")?,
            service_token_secret: secret("SERVICE_TOKEN_SECRET")?,
            upstreams: Upstreams {
                user: required("USER_SERVICE_URL")?,
                event: required("EVENT_SERVICE_URL")?,
                ai: required("AI_SERVICE_URL")?,
                content: required("CONTENT_SERVICE_URL")?,
                distribution: required("DISTRIBUTION_SERVICE_URL")?,
                participation: required("PARTICIPATION_SERVICE_URL")?,
                analytics: required("ANALYTICS_SERVICE_URL")?,
            },
            public_base_url: required("PUBLIC_BASE_URL")?,
            trusted_proxies: or_default("TRUSTED_PROXIES", Trusted::default())?,
            limits: Limits {
                user: or_default("LIMIT_USER", usual.user)?,
                public_read: or_default("LIMIT_PUBLIC_READ", usual.public_read)?,
                entry: or_default("LIMIT_ENTRY", usual.entry)?,
                register: or_default("LIMIT_REGISTER", usual.register)?,
                business_check: or_default("LIMIT_BUSINESS_CHECK", usual.business_check)?,
                login: or_default("LIMIT_LOGIN", usual.login)?,
            },
            workers: or_default("WORKERS", Self::cores())?,
            requests_in_hand: or_default("REQUESTS_IN_HAND", Self::REQUESTS_IN_HAND)?,
            tls,
            cors_origins: or_default("CORS_ORIGINS", Origins::default())?,
            access_log: or_default("ACCESS_LOG", AccessLog::Lines)?,
        })
    }
}
