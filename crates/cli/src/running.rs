use crate::checkout::Checkout;
use anyhow::Context;
use janchi_stack::{SERVICES, Urls};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use url::Url;

/// Where the fleet that `janchi up` runs in this checkout is, for the other commands. Holds passwords: mode 0600.
#[derive(Serialize, Deserialize)]
pub(crate) struct Running {
    pid: u32,
    pub(crate) gateway: Url,
    /// Admin ports by service.
    pub(crate) admin: BTreeMap<String, Url>,
    databases: BTreeMap<String, String>,
    redis: String,
    amqp: String,
}

/// The note on disk; taken away when dropped.
pub(crate) struct Note(PathBuf);

impl Running {
    /// Leaves a note about this process's fleet.
    pub(crate) fn note(
        checkout: &Checkout,
        urls: &Urls,
        gateway: Url,
        admin: BTreeMap<String, Url>,
    ) -> anyhow::Result<Note> {
        let plain = |url: &SecretString| url.expose_secret().to_owned();
        let databases = SERVICES
            .iter()
            .map(|s| Ok(((*s).to_owned(), plain(urls.database_of(s)?))))
            .collect::<anyhow::Result<_>>()?;
        let running = Self {
            pid: std::process::id(),
            gateway,
            admin,
            databases,
            redis: plain(&urls.redis),
            amqp: plain(&urls.amqp),
        };
        let file = file(checkout)?;
        fs::remove_file(&file).ok();
        let mut out = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&file)
            .context("note where the fleet is")?;
        out.write_all(&serde_json::to_vec_pretty(&running)?)
            .context("note where the fleet is")?;
        Ok(Note(file))
    }

    /// The fleet that runs in this checkout, if one does.
    pub(crate) fn find(checkout: &Checkout) -> Option<Self> {
        let running: Self = serde_json::from_slice(&fs::read(file(checkout).ok()?).ok()?).ok()?;
        let alive = PathBuf::from(format!("/proc/{}", running.pid)).exists()
            || !PathBuf::from("/proc").exists();
        alive.then_some(running)
    }

    pub(crate) fn database(&self, service: &str) -> Option<SecretString> {
        self.databases.get(service).cloned().map(SecretString::from)
    }

    pub(crate) fn amqp(&self) -> SecretString {
        self.amqp.clone().into()
    }

    pub(crate) fn redis(&self) -> SecretString {
        self.redis.clone().into()
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn file(checkout: &Checkout) -> anyhow::Result<PathBuf> {
    checkout.kept("running.json")
}
