use anyhow::Context;
use janchi_stack::Named;
use std::path::{Path, PathBuf};

/// The folder of the sources, and what `janchi` keeps in it.
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

    /// Folder for data, keys and logs; in no version control.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join(".janchi")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.home().join("keys.json")
    }
}

/// Servers that the environment names.
pub(crate) fn named_servers() -> anyhow::Result<Named> {
    Ok(Named {
        database: janchi_runtime::optional_secret("DATABASE_URL")?,
        redis: janchi_runtime::optional_secret("REDIS_URL")?,
        amqp: janchi_runtime::optional_secret("AMQP_URL")?,
    })
}

/// The text of `PATH`.
pub(crate) fn path() -> anyhow::Result<String> {
    janchi_runtime::or_default("PATH", String::new())
}
