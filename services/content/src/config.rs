use janchi_runtime::{optional, optional_secret, or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::path::PathBuf;
use url::Url;

/// Where the Debian package `fonts-nanum` puts its files.
pub const USUAL_FONT_DIR: &str = "/usr/share/fonts/truetype/nanum";

/// The settings of the content service, read once at start.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `JWKS_URL`: where the keys of owners' tokens are.
    pub jwks_url: Url,
    /// `PUBLIC_BASE_URL`: what the addresses of pictures begin with.
    pub public_base_url: Url,
    /// `CDN_DIR`: the folder of pictures; kept, and the same for every process of this service.
    pub cdn_dir: PathBuf,
    /// `FONT_DIR`: the folder of the Nanum typefaces.
    pub font_dir: PathBuf,
    /// `STABILITY_URL`, e.g. `https://api.stability.ai`; without it or its key this vendor is not asked.
    pub stability_url: Option<Url>,
    /// `STABILITY_KEY`
    pub stability_key: Option<SecretString>,
    /// `OPENAI_URL`, e.g. `https://api.openai.com/v1`; without it or its key this vendor is not asked.
    pub openai_url: Option<Url>,
    /// `OPENAI_KEY`
    pub openai_key: Option<SecretString>,
    /// `OPENAI_IMAGE_MODEL`
    pub openai_image_model: String,
    /// `SANDBOX`: the URLs above name a practice server.
    pub sandbox: bool,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable that is absent or malformed, by name and never by value.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("CONTENT_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            public_base_url: required("PUBLIC_BASE_URL")?,
            cdn_dir: required("CDN_DIR")?,
            font_dir: or_default("FONT_DIR", PathBuf::from(USUAL_FONT_DIR))?,
            stability_url: optional("STABILITY_URL")?,
            stability_key: optional_secret("STABILITY_KEY")?,
            openai_url: optional("OPENAI_URL")?,
            openai_key: optional_secret("OPENAI_KEY")?,
            openai_image_model: or_default("OPENAI_IMAGE_MODEL", "gpt-image-2".to_owned())?,
            sandbox: or_default("SANDBOX", false)?,
        })
    }
}
