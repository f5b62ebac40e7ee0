use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use aws_lc_rs::digest::{SHA256, digest};
use nix::unistd::{Uid, User};

use crate::accounts::{Account, is_root};
use crate::progress::Progress;

/// Everybody may pass through, only the owner may look: the servers' own folders inside are private.
const PASSABLE: u32 = 0o711;
const PRIVATE: u32 = 0o700;
const SHARED_STATE: &str = "/var/lib/janchi";

/// Folder for the servers' data: `wanted`, or a place of this machine's own when one of `accounts` cannot enter it (a
/// checkout below `/root`, say) or a server's start scripts could not take its name. Then this is told.
pub(crate) fn data_folder(
    wanted: &Path,
    accounts: &[&Account],
    progress: &Progress,
) -> anyhow::Result<PathBuf> {
    make(wanted, PASSABLE)?;
    let wanted = fs::canonicalize(wanted).with_context(|| format!("find {}", wanted.display()))?;
    let Some(objection) = objection(&wanted, accounts) else {
        return Ok(wanted);
    };
    let name = hex::encode(&digest(&SHA256, wanted.as_os_str().as_encoded_bytes()).as_ref()[..8]);
    let elsewhere = own_state()?.join(name);
    progress.note(format!(
        "{objection}: the servers keep their data in {}",
        elsewhere.display()
    ));
    make(&elsewhere, PASSABLE)?;
    match self::objection(&elsewhere, accounts) {
        None => Ok(elsewhere),
        Some(second) => bail!("found no folder for the servers' data: {objection}, and {second}"),
    }
}

/// Why servers cannot keep their data in `dir`, if they cannot.
fn objection(dir: &Path, accounts: &[&Account]) -> Option<String> {
    // RabbitMQ's scripts do not quote what they are given.
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if !dir.to_str().is_some_and(|text| text.chars().all(plain)) {
        return Some(format!("RabbitMQ cannot work in {}", dir.display()));
    }
    let shut_out = accounts.iter().find(|a| !a.can_enter(dir))?;
    Some(format!(
        "the account {} cannot enter {}",
        shut_out.name,
        dir.display()
    ))
}

/// Where this machine keeps what belongs to no checkout.
fn own_state() -> anyhow::Result<PathBuf> {
    if is_root() {
        return Ok(SHARED_STATE.into());
    }
    let user = User::from_uid(Uid::effective()).context("look up this account")?;
    Ok(user
        .context("this account has no home")?
        .dir
        .join(".local/state/janchi"))
}

/// A new empty folder that is deleted after use.
pub(crate) fn temporary_folder(temp: &Path, accounts: &[&Account]) -> anyhow::Result<PathBuf> {
    sweep(temp);
    let name = format!(
        "janchi-{}-{}",
        std::process::id(),
        hex::encode(crate::keys::random::<4>())
    );
    for base in [temp, Path::new("/tmp"), Path::new(SHARED_STATE)] {
        let dir = base.join(&name);
        if make(&dir, PASSABLE).is_ok() {
            if objection(&dir, accounts).is_none() {
                return Ok(dir);
            }
            fs::remove_dir(&dir).with_context(|| format!("remove {}", dir.display()))?;
        }
    }
    bail!("found no folder for temporary data that the servers' accounts may enter")
}

/// Folder `name` inside `data`, private to `account` (or to the caller).
pub(crate) fn private_folder(
    data: &Path,
    name: &str,
    account: Option<&Account>,
) -> anyhow::Result<PathBuf> {
    let dir = data.join(name);
    make(&dir, PRIVATE)?;
    if let Some(account) = account {
        account.own(&dir)?;
    }
    Ok(dir)
}

/// Writes a file that only `account` (or the caller) can read.
pub(crate) fn private_file(
    path: &Path,
    text: &str,
    account: Option<&Account>,
) -> anyhow::Result<()> {
    let writing = || format!("write {}", path.display());
    if path.exists() {
        fs::remove_file(path).with_context(writing)?;
    }
    fs::write(path, "").with_context(writing)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).with_context(writing)?;
    fs::write(path, text).with_context(writing)?;
    if let Some(account) = account {
        account.own(path)?;
    }
    Ok(())
}

fn make(dir: &Path, mode: u32) -> anyhow::Result<()> {
    let making = || format!("make the folder {}", dir.display());
    if dir.is_dir() {
        // Made earlier, perhaps by another account: its mode is right or cannot be helped here.
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent).with_context(making)?;
    }
    fs::DirBuilder::new()
        .mode(mode)
        .create(dir)
        .with_context(making)?;
    // The umask may have taken away what the servers' accounts need.
    fs::set_permissions(dir, fs::Permissions::from_mode(mode)).with_context(making)
}

/// Deletes temporary folders whose process was killed before it could.
fn sweep(temp: &Path) {
    let Ok(entries) = fs::read_dir(temp) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|n| n.strip_prefix("janchi-"))
            .and_then(|n| n.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| {
            Path::new("/proc").is_dir() && !Path::new(&format!("/proc/{pid}")).exists()
        }) {
            // Somebody else's folder stays: it is theirs to sweep.
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_in_the_checkout_when_the_servers_may_enter_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(PASSABLE)).unwrap();
        let nobody = Account {
            name: "nobody".into(),
            uid: 65534,
            gid: 65534,
        };
        let accounts: Vec<&Account> = if is_root() { vec![&nobody] } else { vec![] };
        let data = data_folder(&dir.path().join("data"), &accounts, &Progress::silent()).unwrap();
        assert_eq!(data, fs::canonicalize(dir.path()).unwrap().join("data"));
    }

    #[test]
    fn data_goes_where_the_servers_may_enter_and_this_is_told() {
        if !is_root() {
            return; // Only root runs servers as somebody else.
        }
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(PRIVATE)).unwrap();
        let nobody = Account {
            name: "nobody".into(),
            uid: 65534,
            gid: 65534,
        };
        let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = told.clone();
        let progress = Progress::new(move |step| heard.lock().unwrap().push(format!("{step:?}")));
        let data = data_folder(&dir.path().join("data"), &[&nobody], &progress).unwrap();
        assert!(data.starts_with(SHARED_STATE), "{}", data.display());
        assert!(told.lock().unwrap()[0].contains(data.to_str().unwrap()));
        fs::remove_dir(&data).unwrap();
    }

    #[test]
    fn a_name_that_start_scripts_cannot_take_sends_the_data_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let data = data_folder(&dir.path().join("my janchi"), &[], &Progress::silent()).unwrap();
        assert!(data.starts_with(own_state().unwrap()), "{}", data.display());
        fs::remove_dir(&data).unwrap();
    }
}
