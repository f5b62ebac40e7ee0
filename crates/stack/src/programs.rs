use std::path::{Path, PathBuf};

use crate::accounts::is_root;

/// Where the servers' programs are on this machine.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Folders with `initdb` and `postgres`, newest major version first.
    pub(crate) postgres: Vec<PathBuf>,
    pub(crate) redis: PathBuf,
    pub(crate) rabbitmq: PathBuf,
    pub(crate) epmd: PathBuf,
    /// Ends a server when its parent dies; where it is missing, only an orderly end is sure.
    pub(crate) setpriv: Option<PathBuf>,
    /// Chromium, where it is installed.
    pub browser: Option<PathBuf>,
}

/// What is not installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Names of the Debian packages.
    pub packages: Vec<&'static str>,
}

impl Missing {
    /// What a person has to do, in one line.
    #[must_use]
    pub fn advice(&self) -> String {
        let versions = |package: &&str| match *package {
            "postgresql" => format!("postgresql ({OLDEST_POSTGRES} or newer)"),
            "redis-server" => "redis-server (7 or newer)".to_owned(),
            other => other.to_owned(),
        };
        let missing: Vec<String> = self.packages.iter().map(versions).collect();
        let (missing, packages) = (missing.join(", "), self.packages.join(" "));
        let sudo = if is_root() { "" } else { "sudo " };
        format!(
            "missing: {missing}. On Debian or Ubuntu run `{sudo}apt-get install {packages}`; elsewhere install the same programs, \
             or name running servers in DATABASE_URL, REDIS_URL and AMQP_URL"
        )
    }
}

/// What is wanted of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub postgres: bool,
    pub redis: bool,
    pub rabbitmq: bool,
    /// Typefaces for Korean pictures.
    pub fonts: bool,
    /// A browser that looks at the pages.
    pub browser: bool,
    /// Runs the script of the public page of a draw, which a test compares with the verifier.
    pub node: bool,
}

impl Wanted {
    /// All that a fleet needs.
    pub const ALL: Self = Self {
        postgres: true,
        redis: true,
        rabbitmq: true,
        fonts: true,
        browser: false,
        node: false,
    };
    /// And what its tests need.
    pub const TESTS: Self = Self {
        browser: true,
        node: true,
        ..Self::ALL
    };
    /// What looks at pages that somebody else serves.
    pub const BROWSER: Self = Self {
        postgres: false,
        redis: false,
        rabbitmq: false,
        fonts: true,
        browser: true,
        node: false,
    };
    /// PostgreSQL alone.
    pub const DATABASE: Self = Self {
        postgres: true,
        redis: false,
        rabbitmq: false,
        fonts: false,
        browser: false,
        node: false,
    };
}

const OLDEST_POSTGRES: u32 = 15;

const SYSTEM: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

impl Programs {
    /// Looks in Debian's folders, the usual system folders and `path` (the text of `PATH`).
    ///
    /// # Errors
    /// The packages that are missing.
    pub fn find(path: &str, wanted: Wanted) -> Result<Self, Missing> {
        let folders: Vec<PathBuf> = SYSTEM
            .iter()
            .map(PathBuf::from)
            .chain(std::env::split_paths(path))
            .collect();
        let find = |name: &str| folders.iter().map(|f| f.join(name)).find(|p| p.is_file());
        let mut packages = Vec::new();
        let postgres = postgres_folders(&folders);
        if wanted.postgres && postgres.is_empty() {
            packages.push("postgresql");
        }
        let redis = find("redis-server");
        if wanted.redis && redis.is_none() {
            packages.push("redis-server");
        }
        // Debian's wrapper in /usr/sbin changes the account by itself, the script below does not.
        let script = Path::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
        let rabbitmq = script
            .is_file()
            .then(|| script.to_owned())
            .or_else(|| find("rabbitmq-server"));
        let epmd = find("epmd");
        if wanted.rabbitmq && (rabbitmq.is_none() || epmd.is_none()) {
            packages.push("rabbitmq-server");
        }
        if wanted.fonts && !korean_fonts() {
            packages.push("fonts-nanum");
        }
        let browser = find("chromium").or_else(|| find("chromium-browser"));
        if wanted.browser && browser.is_none() {
            packages.push("chromium");
        }
        if wanted.node && find("node").is_none() {
            packages.push("nodejs");
        }
        if !packages.is_empty() {
            return Err(Missing { packages });
        }
        Ok(Self {
            postgres,
            redis: redis.unwrap_or_default(),
            rabbitmq: rabbitmq.unwrap_or_default(),
            epmd: epmd.unwrap_or_default(),
            setpriv: find("setpriv"),
            browser,
        })
    }
}

/// Folders that hold `initdb` and `postgres` of version 15 or newer, newest first.
fn postgres_folders(folders: &[PathBuf]) -> Vec<PathBuf> {
    let versioned = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = versioned
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(version, _)| *version >= OLDEST_POSTGRES)
        .collect();
    found.sort();
    let elsewhere = folders.iter().cloned();
    found
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(elsewhere)
        .filter(|f| f.join("initdb").is_file() && f.join("postgres").is_file())
        .collect()
}

/// Whether a typeface that can draw Korean is where the renderer looks.
fn korean_fonts() -> bool {
    Path::new("/usr/share/fonts/truetype/nanum/NanumSquareB.ttf").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_the_command_that_installs_it() {
        let packages = vec!["postgresql", "rabbitmq-server"];
        let advice = Missing { packages }.advice();
        assert!(advice.starts_with("missing: postgresql (15 or newer), rabbitmq-server. "));
        assert!(advice.contains("apt-get install postgresql rabbitmq-server`"));
    }
}
