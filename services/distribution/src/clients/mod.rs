//! The channels' platforms: one adapter per channel, each with its own breaker, behind one closed list.

pub mod assignment;
pub mod fault;
pub mod genie_tv;
pub mod instagram;
mod instagram_asking;
pub mod instagram_errors;
mod instagram_wire;
pub mod kakao;
mod kakao_message;
pub mod kakao_wire;
pub mod naver;
pub mod partner_gateway;
pub mod partner_materials;
pub mod partner_wire;
pub mod ringo_biz;
pub mod uridongne_tv;

use crate::config::Config;
use crate::domain::outcome::{Insights, Outcome, Removal, Trouble};
use assignment::Assignment;
use janchi_client::Api;
use janchi_contracts::reference::Channel;

/// The adapter of one channel whose platform is configured.
pub enum Adapter {
    UridongneTv(uridongne_tv::UridongneTv),
    RingoBiz(ringo_biz::RingoBiz),
    GenieTv(genie_tv::GenieTv),
    Instagram(instagram::Instagram),
    Naver(naver::Naver),
    Kakao(kakao::Kakao),
}

impl Adapter {
    /// Brings the event up, from wherever its steps stand.
    pub async fn publish(&self, work: &mut Assignment) -> Result<Outcome, Trouble> {
        match self {
            Self::UridongneTv(a) => a.publish(work).await,
            Self::RingoBiz(a) => a.publish(work).await,
            Self::GenieTv(a) => a.publish(work).await,
            Self::Instagram(a) => a.publish(work).await,
            Self::Naver(a) => a.publish(work).await,
            Self::Kakao(a) => a.publish(work).await,
        }
    }

    /// Asks for the decision on what was taken in.
    pub async fn review(&self, work: &Assignment) -> Result<Outcome, Trouble> {
        match self {
            Self::UridongneTv(a) => a.gateway.review(work).await,
            Self::RingoBiz(a) => a.gateway.review(work).await,
            Self::GenieTv(a) => a.gateway.review(work).await,
            Self::Kakao(a) => a.review(work).await,
            // These two decide at once; nothing of theirs is ever pending.
            Self::Instagram(_) | Self::Naver(_) => Ok(Outcome::Published {
                external_id: work.external_id.clone(),
                url: None,
            }),
        }
    }

    /// Takes down what is up, or may be.
    pub async fn take_down(&self, work: &mut Assignment) -> Result<Removal, Trouble> {
        match self {
            Self::UridongneTv(a) => a.gateway.take_down(work).await,
            Self::RingoBiz(a) => a.gateway.take_down(work).await,
            Self::GenieTv(a) => a.gateway.take_down(work).await,
            Self::Instagram(a) => a.take_down(work).await,
            Self::Naver(a) => Ok(a.take_down(work)),
            Self::Kakao(a) => a.take_down(work).await,
        }
    }

    /// What the platform counted for this publication.
    pub async fn insights(&self, work: &Assignment) -> Result<Insights, Trouble> {
        match self {
            Self::UridongneTv(a) => a.gateway.insights(work).await,
            Self::RingoBiz(a) => a.gateway.insights(work).await,
            Self::GenieTv(a) => a.gateway.insights(work).await,
            Self::Instagram(a) => a.insights(work).await,
            Self::Kakao(a) => a.insights(work).await,
            // A café tells no numbers.
            Self::Naver(_) => Ok(Insights::default()),
        }
    }

    /// Where the numbers of a channel come from.
    pub const fn source(channel: Channel) -> &'static str {
        match channel {
            Channel::UridongneTv => "URIDONGNE_TV_STATS",
            Channel::RingoBiz => "RINGO_BIZ_STATS",
            Channel::GenieTv => "GENIE_TV_STATS",
            Channel::Instagram => "INSTAGRAM_INSIGHTS",
            Channel::Naver => "NAVER_NONE",
            Channel::Kakao => "KAKAO_DEALER_STATISTICS",
        }
    }

    /// Whether a shop without a connection of its own is served by an account of the installation.
    pub fn serves_anybody(&self) -> bool {
        match self {
            Self::Instagram(a) => a.has_account(),
            Self::Naver(a) => a.has_cafe(),
            // Television and ring-back need the shop's business number, Kakao its free number for refusals.
            Self::UridongneTv(_) | Self::RingoBiz(_) | Self::GenieTv(_) | Self::Kakao(_) => false,
        }
    }

    /// The client with its breaker.
    pub fn api(&self) -> &Api {
        match self {
            Self::UridongneTv(a) => a.gateway.api(),
            Self::RingoBiz(a) => a.gateway.api(),
            Self::GenieTv(a) => a.gateway.api(),
            Self::Instagram(a) => a.api(),
            Self::Naver(a) => a.api(),
            Self::Kakao(a) => a.api(),
        }
    }
}

/// All channels whose platform is configured.
pub struct Platforms(Vec<(Channel, Adapter)>);

impl Platforms {
    /// Builds the adapters of the channels that have a base URL.
    ///
    /// # Errors
    /// A base URL that cannot be one.
    pub fn from_config(config: &Config) -> anyhow::Result<Self> {
        let mut adapters = Vec::new();
        for channel in Channel::ALL {
            let Some(vendor) = config.vendors.of(channel) else {
                continue;
            };
            let call = config.pace.call;
            let adapter = match channel {
                Channel::UridongneTv => Adapter::UridongneTv(uridongne_tv::UridongneTv::new(
                    vendor,
                    call,
                    config.sandbox,
                )?),
                Channel::RingoBiz => {
                    Adapter::RingoBiz(ringo_biz::RingoBiz::new(vendor, call, config.sandbox)?)
                }
                Channel::GenieTv => {
                    Adapter::GenieTv(genie_tv::GenieTv::new(vendor, call, config.sandbox)?)
                }
                Channel::Instagram => {
                    Adapter::Instagram(instagram::Instagram::new(config, vendor)?)
                }
                Channel::Naver => Adapter::Naver(naver::Naver::new(config, vendor)?),
                Channel::Kakao => Adapter::Kakao(kakao::Kakao::new(config, vendor)?),
            };
            adapters.push((channel, adapter));
        }
        Ok(Self(adapters))
    }

    /// The adapter of a channel, if its platform is configured.
    pub fn of(&self, channel: Channel) -> Option<&Adapter> {
        self.0
            .iter()
            .find(|(c, _)| *c == channel)
            .map(|(_, adapter)| adapter)
    }

    /// The configured channels with their adapters.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, &Adapter)> {
        self.0.iter().map(|(channel, adapter)| (*channel, adapter))
    }
}
