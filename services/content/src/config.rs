use anyhow::Context as _;
use janchi_runtime::{optional, optional_secret, or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::path::PathBuf;
use url::Url;

/// Where the Debian package `fonts-nanum` puts its files.
pub const USUAL_FONT_DIR: &str = "/usr/share/fonts/truetype/nanum";

/// Where the Debian package `fonts-noto-color-emoji` puts its file.
pub const USUAL_EMOJI_FONT: &str = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";

/// A bucket that speaks S3, for pictures.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// `CDN_BUCKET`
    pub name: String,
    /// `CDN_BUCKET_URL`, the address of the store, e.g. `https://s3.ap-northeast-2.amazonaws.com`.
    pub endpoint: Url,
    /// `CDN_BUCKET_REGION`
    pub region: String,
    /// `CDN_BUCKET_KEY_ID`
    pub key_id: String,
    /// `CDN_BUCKET_SECRET`
    pub secret: SecretString,
}

impl Bucket {
    fn from_env() -> anyhow::Result<Option<Self>> {
        let Some(name) = optional("CDN_BUCKET")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            name,
            endpoint: optional("CDN_BUCKET_URL")?.context("CDN_BUCKET needs CDN_BUCKET_URL")?,
            region: or_default("CDN_BUCKET_REGION", "ap-northeast-2".to_owned())?,
            key_id: optional("CDN_BUCKET_KEY_ID")?.context("CDN_BUCKET needs CDN_BUCKET_KEY_ID")?,
            secret: optional_secret("CDN_BUCKET_SECRET")?
                .context("CDN_BUCKET needs CDN_BUCKET_SECRET")?,
        }))
    }
}

/// The settings of the content service, read once at start.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `JWKS_URL`: where the keys of owners' tokens are.
    pub jwks_url: Url,
    /// `PUBLIC_BASE_URL`: what the addresses of pictures begin with.
    pub public_base_url: Url,
    /// `CDN_DIR`: the folder of pictures; kept, and the same for every process of this service. Needed where there
    /// is no bucket.
    pub cdn_dir: PathBuf,
    /// `CDN_BUCKET…`: a bucket for pictures instead of the folder.
    pub bucket: Option<Bucket>,
    /// `FONT_DIR`: the folder of the Nanum typefaces.
    pub font_dir: PathBuf,
    /// `EMOJI_FONT`: the typeface of emoji; where it is missing, pictures leave emoji out.
    pub emoji_font: PathBuf,
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
        let bucket = Bucket::from_env()?;
        Ok(Self {
            shared: SharedSettings::from_env(secret("CONTENT_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            public_base_url: required("PUBLIC_BASE_URL")?,
            cdn_dir: match bucket {
                Some(_) => or_default("CDN_DIR", PathBuf::new())?,
                None => required("CDN_DIR")?,
            },
            bucket,
            font_dir: or_default("FONT_DIR", PathBuf::from(USUAL_FONT_DIR))?,
            emoji_font: or_default("EMOJI_FONT", PathBuf::from(USUAL_EMOJI_FONT))?,
            stability_url: optional("STABILITY_URL")?,
            stability_key: optional_secret("STABILITY_KEY")?,
            openai_url: optional("OPENAI_URL")?,
            openai_key: optional_secret("OPENAI_KEY")?,
            openai_image_model: or_default("OPENAI_IMAGE_MODEL", "gpt-image-2".to_owned())?,
            sandbox: or_default("SANDBOX", false)?,
        })
    }
}
