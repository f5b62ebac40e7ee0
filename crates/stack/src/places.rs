use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use aws_lc_rs::digest::{SHA256, digest};
use nix::unistd::{Uid, User};

use crate::accounts::{Account, Accounts, is_root};
use crate::progress::Progress;

/// Everybody may pass through, only the owner may look: the servers' own folders inside are private.
const PASSABLE: u32 = 0o711;
const PRIVATE: u32 = 0o700;
const SHARED_STATE: &str = "/var/lib/janchi";

/// Where what belongs to a checkout is kept: the servers' data, the keys that open it, files and logs. All in one place,
/// because none is of use without the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// An existing folder, with no symbolic link in its name.
    pub folder: PathBuf,
    /// Why it is not the one that was asked for.
    pub reason: Option<String>,
}

impl Home {
    /// The folder `wanted`, or one of this machine's own when a server's account cannot enter it (a checkout below
    /// `/root`, say) or a server's start scripts could not take its name. The same answer every time.
    ///
    /// # Errors
    /// The folder cannot be made, or servers could keep their data in neither.
    pub fn of(wanted: &Path) -> anyhow::Result<Self> {
        let accounts = server_accounts()?;
        Self::with(wanted, &accounts.iter().collect::<Vec<_>>())
    }

    fn with(wanted: &Path, accounts: &[&Account]) -> anyhow::Result<Self> {
        let wanted = real(wanted)?;
        let Some(reason) = objection(&wanted, accounts) else {
            make(&wanted, PASSABLE)?;
            if let Some(reason) = objection(&wanted, accounts) {
                bail!("found no folder for the servers' data: {reason}");
            }
            return Ok(Self {
                folder: wanted,
                reason: None,
            });
        };
        let name = digest(&SHA256, wanted.as_os_str().as_encoded_bytes());
        let folder = own_state()?.join(hex::encode(&name.as_ref()[..8]));
        make(&folder, PASSABLE)?;
        match objection(&folder, accounts) {
            None => Ok(Self {
                folder,
                reason: Some(reason),
            }),
            Some(second) => {
                bail!("found no folder for the servers' data: {reason}, and {second}")
            }
        }
    }

    /// Tells where it is, if somebody would look for it elsewhere.
    pub fn tell(&self, progress: &Progress) {
        if let Some(reason) = &self.reason {
            let folder = self.folder.display();
            progress.note(format!("{reason}: keys, data and logs are in {folder}"));
        }
    }
}

/// The name without symbolic links of a folder that need not be there yet.
fn real(wanted: &Path) -> anyhow::Result<PathBuf> {
    let finding = || format!("find {}", wanted.display());
    let there = wanted
        .ancestors()
        .find(|dir| dir.is_dir())
        .with_context(finding)?;
    let rest = wanted.strip_prefix(there).with_context(finding)?;
    let there = fs::canonicalize(there).with_context(finding)?;
    Ok(if rest.as_os_str().is_empty() {
        there
    } else {
        there.join(rest)
    })
}

/// Whom servers run as where this process is root. Before they are installed, anybody without rights stands for them: the
/// answer must not change by the installation.
fn server_accounts() -> anyhow::Result<Vec<Account>> {
    let found = Accounts::find()?;
    if !is_root() {
        return Ok(Vec::new());
    }
    let missing = found.all().len() < 3;
    let nobody = missing.then(|| Account {
        name: "nobody".to_owned(),
        uid: 65534,
        gid: 65534,
    });
    Ok(found.all().into_iter().cloned().chain(nobody).collect())
}

/// Why servers cannot keep their data in `dir`, if they cannot. What is not there yet will be as open as the folder
/// that it is made in.
fn objection(dir: &Path, accounts: &[&Account]) -> Option<String> {
    // RabbitMQ's scripts do not quote what they are given.
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if !dir.to_str().is_some_and(|text| text.chars().all(plain)) {
        return Some(format!("RabbitMQ cannot work in {}", dir.display()));
    }
    let there = dir.ancestors().find(|d| d.is_dir())?;
    let shut_out = accounts.iter().find(|a| !a.can_enter(there))?;
    Some(format!(
        "the account {} cannot enter {}",
        shut_out.name,
        there.display()
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

    fn nobody() -> Account {
        Account {
            name: "nobody".into(),
            uid: 65534,
            gid: 65534,
        }
    }

    fn folder(mode: u32) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
        dir
    }

    #[test]
    fn everything_stays_in_the_checkout_when_the_servers_may_enter_it() {
        let dir = folder(PASSABLE);
        let nobody = nobody();
        let accounts: Vec<&Account> = if is_root() { vec![&nobody] } else { vec![] };
        let home = Home::with(&dir.path().join("data"), &accounts).unwrap();
        assert_eq!(
            home.folder,
            fs::canonicalize(dir.path()).unwrap().join("data")
        );
        assert!(home.folder.is_dir() && home.reason.is_none());
    }

    #[test]
    fn it_goes_where_the_servers_may_enter_and_this_is_told() {
        if !is_root() {
            return; // Only root runs servers as somebody else.
        }
        let dir = folder(PRIVATE);
        let wanted = dir.path().join("data");
        let home = Home::with(&wanted, &[&nobody()]).unwrap();
        assert!(home.folder.starts_with(SHARED_STATE), "{home:?}");
        assert!(!wanted.exists(), "nothing is left where nothing is kept");
        assert_eq!(Home::with(&wanted, &[&nobody()]).unwrap(), home);
        let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = told.clone();
        home.tell(&Progress::new(move |step| {
            heard.lock().unwrap().push(format!("{step:?}"));
        }));
        assert!(told.lock().unwrap()[0].contains(home.folder.to_str().unwrap()));
        fs::remove_dir(&home.folder).unwrap();
    }

    #[test]
    fn a_name_that_start_scripts_cannot_take_sends_it_elsewhere() {
        let dir = folder(PASSABLE);
        let home = Home::with(&dir.path().join("my janchi"), &[]).unwrap();
        assert!(home.folder.starts_with(own_state().unwrap()), "{home:?}");
        fs::remove_dir(&home.folder).unwrap();
    }
}
