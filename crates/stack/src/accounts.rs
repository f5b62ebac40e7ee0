use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use nix::unistd::{Uid, User};

/// An account of this machine that a server runs under instead of root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// The account named `name`, if this process is root and there is such an account. For anybody else
    /// servers run as the caller.
    pub(crate) fn for_root(name: &str) -> anyhow::Result<Option<Self>> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        let user = User::from_name(name).with_context(|| format!("look up the account {name}"))?;
        Ok(user.map(|u| Self {
            name: u.name,
            uid: u.uid.as_raw(),
            gid: u.gid.as_raw(),
        }))
    }

    /// Whether this account may go into `dir`: asked of the kernel, because modes, groups and access lists
    /// of every folder above have a say.
    pub(crate) fn can_enter(&self, dir: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "cd \"$1\"", "sh"]).arg(dir);
        command.uid(self.uid).gid(self.gid).current_dir("/");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|s| s.success())
    }

    /// Makes this account the owner of `path`.
    pub(crate) fn own(&self, path: &Path) -> anyhow::Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("give {} to {}", path.display(), self.name))
    }
}

/// Debian's accounts for the servers, where this process is root. PostgreSQL refuses to run as root.
pub(crate) struct Accounts {
    pub(crate) postgres: Option<Account>,
    pub(crate) redis: Option<Account>,
    pub(crate) rabbitmq: Option<Account>,
}

impl Accounts {
    pub(crate) fn find() -> anyhow::Result<Self> {
        Ok(Self {
            postgres: Account::for_root("postgres")?,
            redis: Account::for_root("redis")?,
            rabbitmq: Account::for_root("rabbitmq")?,
        })
    }

    pub(crate) fn all(&self) -> Vec<&Account> {
        [&self.postgres, &self.redis, &self.rabbitmq]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// Whether this process is root.
pub(crate) fn is_root() -> bool {
    Uid::effective().is_root()
}
