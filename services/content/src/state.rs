use crate::NAME;
use crate::clients::Painters;
use crate::clients::openai_images::OpenAiImages;
use crate::clients::stability::Stability;
use crate::config::Config;
use crate::ops::load_fonts::load_fonts;
use crate::ops::studio::Studio;
use crate::ops::view::Addresses;
use crate::store::files::Files;
use axum::extract::FromRef;
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_runtime::Clock;
use sqlx::PgPool;

/// Everything a handler or a job may need. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub cache: Cache,
    pub verifier: Verifier,
    pub tokens: ServiceTokens,
    pub clock: Clock,
    pub files: Files,
    pub studio: Studio,
    pub painters: Painters,
    pub addresses: Addresses,
}

impl AppState {
    /// Opens what needs no answer from a server: connections come when first used.
    ///
    /// # Errors
    /// A malformed setting, a missing font, or a folder of pictures that cannot be written to.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let stability = match (&config.stability_url, &config.stability_key) {
            (Some(url), Some(key)) => Some(Stability::new(url.clone(), key.clone())?),
            _ => None,
        };
        let openai = match (&config.openai_url, &config.openai_key) {
            (Some(url), Some(key)) => Some(OpenAiImages::new(
                url.clone(),
                key.clone(),
                config.openai_image_model.clone(),
            )?),
            _ => None,
        };
        Ok(Self {
            db: janchi_db::connect(&config.shared.database_url, 8)?,
            cache: Cache::connect(&config.shared.redis_url, &config.shared.namespace)?,
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            tokens: ServiceTokens::new(NAME, &config.shared.service_token_secret)?,
            clock,
            files: match &config.bucket {
                Some(bucket) => Files::bucket(bucket)?,
                None => Files::folder(&config.cdn_dir)?,
            },
            studio: Studio::new(load_fonts(&config.font_dir, &config.emoji_font)?),
            painters: Painters {
                stability,
                openai,
                sandbox: config.sandbox,
            },
            addresses: Addresses::new(&config.public_base_url),
        })
    }
}
