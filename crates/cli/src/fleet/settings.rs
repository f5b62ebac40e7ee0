//! What each service is told: the same settings that its `Config::from_env` reads, made here for one process.

use super::{Servers, Sockets};
use anyhow::Context;
use janchi_dealer::{SmsChannel, TalkChannel};
use janchi_partners::Partners;
use janchi_service::SharedSettings;
use janchi_stack::Keys;
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Opens the practice partners, who take any key; no real platform does.
const PRACTICE_KEY: &str = "practice";

/// What the settings of all services are made from.
pub(crate) struct Settings<'a> {
    pub(crate) servers: &'a Servers,
    pub(crate) keys: &'a Keys,
    pub(crate) namespace: &'a str,
    pub(crate) partners: &'a Partners,
    pub(crate) files: &'a Path,
    pub(crate) practice_models: bool,
    pub(crate) hurried: bool,
    pub(crate) limits: janchi_gateway::Limits,
}

/// The sockets are bound already; a service that asks for these would bind them a second time.
fn nowhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

fn practice() -> Option<SecretString> {
    Some(PRACTICE_KEY.into())
}

/// A vendor of AI or pictures: its address and key.
type Vendor = (Option<Url>, Option<SecretString>);

impl Settings<'_> {
    fn at_partners(&self, path: &str) -> anyhow::Result<Url> {
        self.partners
            .base_url()
            .join(path)
            .context("make an address")
    }

    /// A vendor of AI or pictures: the partners' where they play them too, else the one that the environment names with
    /// address and key, else none.
    fn model(&self, name: &str, path: &str) -> anyhow::Result<Vendor> {
        if self.practice_models {
            return Ok((Some(self.at_partners(path)?), practice()));
        }
        let url = janchi_runtime::optional(&format!("{name}_URL"))?;
        Ok((
            url,
            janchi_runtime::optional_secret(&format!("{name}_KEY"))?,
        ))
    }

    fn jwks(sockets: &Sockets) -> anyhow::Result<Url> {
        sockets
            .url("user")?
            .join(".well-known/jwks.json")
            .context("make an address")
    }

    /// What all seven are told, each with its own accounts.
    fn shared(&self, service: &str) -> anyhow::Result<SharedSettings> {
        Ok(SharedSettings {
            listen_addr: nowhere(),
            listen_socket: None,
            admin_addr: nowhere(),
            database_url: self.servers.database(service)?.clone(),
            redis_url: self.servers.redis(service).clone(),
            amqp_url: self.servers.amqp(service).clone(),
            namespace: self.namespace.to_owned(),
            service_token_secret: self.keys.service_token_secret(),
        })
    }

    /// The practice server as a dealer of 알림톡.
    fn talk(&self) -> TalkChannel {
        TalkChannel {
            url: self.partners.messages_url(),
            app_key: PRACTICE_KEY.into(),
            key: PRACTICE_KEY.into(),
            sender_key: PRACTICE_KEY.to_owned(),
        }
    }

    pub(crate) fn user(&self, sockets: &Sockets) -> anyhow::Result<user_service::Config> {
        let keys = self.keys.of("user")?;
        Ok(user_service::Config {
            shared: self.shared("user")?,
            encryption_keys: keys.encryption_keys(),
            lookup_key: keys.lookup_key(),
            jwt_signing_key: self.keys.owner_signing_key(),
            receipt_public_key: self.keys.receipt_public_key().to_owned(),
            public_base_url: sockets.url("gateway")?,
            tax_office_url: Some(self.at_partners("tax-office/api")?),
            tax_office_key: practice(),
            messages: Some(user_service::MessageChannel {
                talk: self.talk(),
                reset_template: "password-reset".to_owned(),
            }),
            sandbox: true,
            business_recheck: if self.hurried {
                Duration::from_millis(500)
            } else {
                Duration::from_secs(60)
            },
        })
    }

    pub(crate) fn event(&self, sockets: &Sockets) -> anyhow::Result<event_service::Config> {
        Ok(event_service::Config {
            shared: self.shared("event")?,
            jwks_url: Self::jwks(sockets)?,
            user_service_url: sockets.url("user")?,
            ai_service_url: sockets.url("ai")?,
            content_service_url: sockets.url("content")?,
            distribution_service_url: sockets.url("distribution")?,
            participation_service_url: sockets.url("participation")?,
            public_base_url: sockets.url("gateway")?,
            lookup_deadline: Duration::from_millis(80),
        })
    }

    pub(crate) fn ai(&self) -> anyhow::Result<ai_service::Config> {
        let (anthropic_url, anthropic_key) = self.model("ANTHROPIC", "anthropic")?;
        let (openai_url, openai_key) = self.model("OPENAI", "openai")?;
        let (datalab_url, datalab_key) = self.model("DATALAB", "datalab/v1")?;
        let datalab_key_id = if self.practice_models {
            practice()
        } else {
            janchi_runtime::optional_secret("DATALAB_KEY_ID")?
        };
        // The planner costs nothing. A vendor's calls that no owner caused are for whoever says so.
        let warming = if anthropic_url.is_none() && openai_url.is_none() {
            ai_service::WARMING_BUDGET
        } else {
            0
        };
        Ok(ai_service::Config {
            shared: self.shared("ai")?,
            datalab_url,
            datalab_key_id,
            datalab_key,
            anthropic_url,
            anthropic_key,
            anthropic_model: janchi_runtime::or_default(
                "ANTHROPIC_MODEL",
                ai_service::ANTHROPIC_MODEL.to_owned(),
            )?,
            openai_url,
            openai_key,
            openai_model: janchi_runtime::or_default(
                "OPENAI_MODEL",
                ai_service::OPENAI_MODEL.to_owned(),
            )?,
            sandbox: self.practice_models,
            answer_deadline: ai_service::ANSWER_DEADLINE,
            anthropic_price: ai_service::ANTHROPIC_PRICE,
            openai_price: ai_service::OPENAI_PRICE,
            warming: ai_service::Warming {
                budget: janchi_runtime::or_default("AI_WARMING_BUDGET_KRW", warming)?,
                every: ai_service::WARMING_EVERY,
            },
            retention_days: ai_service::RETENTION_DAYS,
        })
    }

    pub(crate) fn content(&self, sockets: &Sockets) -> anyhow::Result<content_service::Config> {
        let (stability_url, stability_key) = self.model("STABILITY", "stability")?;
        let (openai_url, openai_key) = self.model("OPENAI", "openai")?;
        Ok(content_service::Config {
            shared: self.shared("content")?,
            jwks_url: Self::jwks(sockets)?,
            public_base_url: sockets.url("gateway")?,
            cdn_dir: self.files.to_owned(),
            bucket: None,
            font_dir: janchi_runtime::or_default(
                "FONT_DIR",
                content_service::config::USUAL_FONT_DIR.into(),
            )?,
            emoji_font: janchi_runtime::or_default(
                "EMOJI_FONT",
                content_service::config::USUAL_EMOJI_FONT.into(),
            )?,
            stability_url,
            stability_key,
            openai_url,
            openai_key,
            openai_image_model: janchi_runtime::or_default(
                "OPENAI_IMAGE_MODEL",
                "gpt-image-2".to_owned(),
            )?,
            sandbox: self.practice_models,
        })
    }

    pub(crate) fn distribution(
        &self,
        sockets: &Sockets,
    ) -> anyhow::Result<distribution_service::Config> {
        use distribution_service::config::{Vendor, Vendors};
        use distribution_service::domain::pace::Pace;
        let partner = |url: Url| {
            Some(Vendor {
                url,
                key: practice(),
            })
        };
        let usual = Pace::default();
        let pace = if self.hurried {
            let (retry, poll) = (Duration::from_millis(100), Duration::from_millis(200));
            Pace {
                retry,
                poll,
                poll_cap: Duration::from_secs(1),
                series_limit: Duration::from_secs(8),
                // Each film takes a core for seconds.
                film: Duration::ZERO,
                ..usual
            }
        } else {
            Pace {
                // At a desk somebody looks on, and everything else shares the cores.
                film: Duration::from_secs(10),
                ..usual
            }
        };
        Ok(distribution_service::Config {
            shared: self.shared("distribution")?,
            jwks_url: Self::jwks(sockets)?,
            encryption_keys: self.keys.of("distribution")?.encryption_keys(),
            public_base_url: sockets.url("gateway")?,
            sandbox: true,
            vendors: Vendors {
                uridongne_tv: partner(self.partners.uridongne_tv_url()),
                ringo_biz: partner(self.partners.ringo_biz_url()),
                genie_tv: partner(self.partners.genie_tv_url()),
                instagram: partner(self.partners.instagram_url()),
                naver: partner(self.partners.naver_url()),
                kakao: partner(self.partners.kakao_url()),
            },
            instagram_account: Some("17841400000000000".to_owned()),
            naver_cafe: Some(("10000000".to_owned(), "1".to_owned())),
            kakao_app_key: Some(PRACTICE_KEY.to_owned()),
            kakao_sender: Some(PRACTICE_KEY.to_owned()),
            pace,
        })
    }

    pub(crate) fn participation(
        &self,
        sockets: &Sockets,
    ) -> anyhow::Result<participation_service::Config> {
        use participation_service::{Config, NoticeChannel, PrizeTax};
        let keys = self.keys.of("participation")?;
        Ok(Config {
            shared: self.shared("participation")?,
            jwks_url: Self::jwks(sockets)?,
            encryption_keys: keys.encryption_keys(),
            lookup_key: keys.lookup_key(),
            jwt_signing_key: self.keys.receipt_signing_key(),
            event_service_url: sockets.url("event")?,
            public_base_url: sockets.url("gateway")?,
            notices: Some(NoticeChannel {
                talk: self.talk(),
                template: "winner".to_owned(),
            }),
            sms: Some(SmsChannel {
                url: self.partners.messages_url(),
                app_key: PRACTICE_KEY.into(),
                key: PRACTICE_KEY.into(),
                sender: "0212345678".to_owned(),
            }),
            claim_days: Config::CLAIM_DAYS,
            prize_tax: PrizeTax::usual(),
            retention: Config::usual_retention(),
            entry_queue: Config::ENTRY_QUEUE,
        })
    }

    pub(crate) fn analytics(&self, sockets: &Sockets) -> anyhow::Result<analytics_service::Config> {
        Ok(analytics_service::Config {
            shared: self.shared("analytics")?,
            jwks_url: Self::jwks(sockets)?,
            lookup_key: self.keys.of("analytics")?.lookup_key(),
            event_service_url: sockets.url("event")?,
            distribution_service_url: sockets.url("distribution")?,
            participation_service_url: sockets.url("participation")?,
            font_dir: janchi_runtime::or_default(
                "FONT_DIR",
                analytics_service::config::USUAL_FONT_DIR.into(),
            )?,
        })
    }

    pub(crate) fn gateway(&self, sockets: &Sockets) -> anyhow::Result<janchi_gateway::Config> {
        Ok(janchi_gateway::Config {
            listen_addr: nowhere(),
            admin_addr: nowhere(),
            redis_url: self.servers.redis("gateway").clone(),
            namespace: self.namespace.to_owned(),
            jwks_url: Self::jwks(sockets)?,
            service_token_secret: self.keys.service_token_secret(),
            upstreams: janchi_gateway::Upstreams {
                user: sockets.url("user")?,
                event: sockets.url("event")?,
                ai: sockets.url("ai")?,
                content: sockets.url("content")?,
                distribution: sockets.url("distribution")?,
                participation: sockets.url("participation")?,
                analytics: sockets.url("analytics")?,
            },
            public_base_url: sockets.url("gateway")?,
            // Whoever plays a client here names other clients by `X-Forwarded-For`.
            trusted_proxies: "127.0.0.1,::1"
                .parse()
                .ok()
                .context("loopback is no list of proxies")?,
            limits: self.limits,
            // All eight share the cores of one machine.
            workers: std::num::NonZeroUsize::MIN,
            requests_in_hand: janchi_gateway::Config::REQUESTS_IN_HAND,
            tls: None,
            cors_origins: janchi_gateway::Origins::default(),
            access_log: janchi_gateway::AccessLog::Events,
        })
    }
}

/// The user service's settings as an operator's command needs them, without starting anything.
pub(crate) fn for_operator(
    keys: &Keys,
    database_url: SecretString,
    redis_url: SecretString,
    amqp_url: SecretString,
    gateway: Url,
) -> anyhow::Result<user_service::Config> {
    let own = keys.of("user")?;
    Ok(user_service::Config {
        shared: SharedSettings {
            listen_addr: nowhere(),
            listen_socket: None,
            admin_addr: nowhere(),
            database_url,
            redis_url,
            amqp_url,
            namespace: String::new(),
            service_token_secret: keys.service_token_secret(),
        },
        encryption_keys: own.encryption_keys(),
        lookup_key: own.lookup_key(),
        jwt_signing_key: keys.owner_signing_key(),
        receipt_public_key: keys.receipt_public_key().to_owned(),
        public_base_url: gateway,
        tax_office_url: None,
        tax_office_key: None,
        messages: None,
        sandbox: true,
        business_recheck: Duration::from_secs(60),
    })
}
