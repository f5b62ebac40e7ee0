use anyhow::Context;
use janchi_stack::{Home, Named};
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// The folder of the sources, and what `janchi` keeps for it.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The checkout that the current folder is in.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let here = std::env::current_dir().context("find the current folder")?;
        let root = here.ancestors().find(|dir| {
            dir.join("services").is_dir() && dir.join("crates/cli/Cargo.toml").is_file()
        });
        let root = root
            .context("this is not inside a checkout of janchi")?
            .to_owned();
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where data, keys and logs are; in no version control.
    pub(crate) fn home(&self) -> anyhow::Result<Home> {
        Home::of(&self.root.join(".janchi"))
    }

    /// One of the things that are kept there.
    pub(crate) fn kept(&self, name: &str) -> anyhow::Result<PathBuf> {
        Ok(self.home()?.folder.join(name))
    }

    pub(crate) fn keys(&self) -> anyhow::Result<PathBuf> {
        self.kept("keys.json")
    }
}

/// Servers that the environment names, by addresses that can be some.
pub(crate) fn named_servers() -> anyhow::Result<Named> {
    let address = |name| -> anyhow::Result<Option<SecretString>> {
        Ok(janchi_runtime::optional::<String>(name)?.map(SecretString::from))
    };
    let named = Named {
        database: address("DATABASE_URL")?,
        redis: address("REDIS_URL")?,
        amqp: address("AMQP_URL")?,
    };
    named.places()?;
    Ok(named)
}

/// The text of `PATH`.
pub(crate) fn path() -> anyhow::Result<String> {
    janchi_runtime::or_default("PATH", String::new())
}
