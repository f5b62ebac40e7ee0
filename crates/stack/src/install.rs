use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::Command;

use crate::accounts::is_root;
use crate::process::tail;
use crate::programs::Missing;
use crate::progress::Progress;

/// Installs what is missing where that can be done without asking: as root on a Debian-like system. The
/// packages' own services are kept from starting; only the servers that `janchi` starts will run.
///
/// # Errors
/// Says exactly what to install where it cannot be done here, or how the installation failed.
pub async fn install(missing: &Missing, log: &Path, progress: &Progress) -> anyhow::Result<()> {
    let apt = Path::new("/usr/bin/apt-get");
    if !is_root() || !apt.is_file() {
        bail!(missing.advice());
    }
    let packages = missing.packages.join(" ");
    progress.note(format!(
        "installing the Debian packages {packages}, with their own services kept from starting"
    ));
    let _quiet = Quiet::begin(Path::new("/"))?;
    progress
        .during(&format!("install {packages}"), async {
            apt_get(apt, &["update"], log).await?;
            let arguments: Vec<&str> = ["install", "--yes", "--no-install-recommends"]
                .into_iter()
                .chain(missing.packages.iter().copied())
                .collect();
            apt_get(apt, &arguments, log).await
        })
        .await
}

async fn apt_get(apt: &Path, arguments: &[&str], log: &Path) -> anyhow::Result<()> {
    let output = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .with_context(|| format!("write {}", log.display()))?;
    let mut command = Command::new(apt);
    command
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("LC_ALL", "C");
    command
        .stdin(std::process::Stdio::null())
        .stdout(output.try_clone().context("share the log")?)
        .stderr(output);
    let status = tokio::time::timeout(Duration::from_secs(900), command.status())
        .await
        .context("apt-get took too long")?
        .context("run apt-get")?;
    if !status.success() {
        bail!("apt-get {} failed: {}", arguments[0], tail(log));
    }
    Ok(())
}

/// While this lives, packages do not start their services and PostgreSQL makes no cluster of its own.
struct Quiet {
    policy: PathBuf,
    saved: PathBuf,
    cluster: PathBuf,
}

impl Quiet {
    fn begin(root: &Path) -> anyhow::Result<Self> {
        let policy = root.join("usr/sbin/policy-rc.d");
        let quiet = Self {
            saved: policy.with_extension("d.before-janchi"),
            cluster: root.join("etc/postgresql-common/createcluster.d/janchi.conf"),
            policy,
        };
        if quiet.policy.exists() && !quiet.saved.exists() {
            fs::rename(&quiet.policy, &quiet.saved)
                .context("put the machine's policy-rc.d aside")?;
        }
        fs::write(
            &quiet.policy,
            "#!/bin/sh\n# Written by janchi for the time of an installation.\nexit 101\n",
        )
        .context("write policy-rc.d")?;
        fs::set_permissions(&quiet.policy, fs::Permissions::from_mode(0o755))
            .context("make policy-rc.d executable")?;
        let folder = quiet
            .cluster
            .parent()
            .context("find the folder for PostgreSQL's settings")?;
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        fs::write(&quiet.cluster, "create_main_cluster = false\n")
            .with_context(|| format!("write {}", quiet.cluster.display()))?;
        Ok(quiet)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let restored = if self.saved.exists() {
            fs::rename(&self.saved, &self.policy)
        } else {
            fs::remove_file(&self.policy)
        };
        let removed = fs::remove_file(&self.cluster);
        if let Err(error) = restored.and(removed) {
            tracing::warn!(%error, "could not restore the machine's settings for service starts");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_kept_quiet_only_during_the_installation() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("usr/sbin")).unwrap();
        let policy = root.path().join("usr/sbin/policy-rc.d");
        fs::write(&policy, "the machine's own").unwrap();
        let quiet = Quiet::begin(root.path()).unwrap();
        assert!(fs::read_to_string(&policy).unwrap().contains("exit 101"));
        assert!(
            root.path()
                .join("etc/postgresql-common/createcluster.d/janchi.conf")
                .exists()
        );
        drop(quiet);
        assert_eq!(fs::read_to_string(&policy).unwrap(), "the machine's own");
        assert!(
            !root
                .path()
                .join("etc/postgresql-common/createcluster.d/janchi.conf")
                .exists()
        );
    }

    #[test]
    fn a_machine_without_a_policy_has_none_afterwards() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("usr/sbin")).unwrap();
        drop(Quiet::begin(root.path()).unwrap());
        assert!(!root.path().join("usr/sbin/policy-rc.d").exists());
    }
}
