use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::accounts::Account;
use crate::keys::{ADMIN, Keys};
use crate::process::{Launch, Process};
use crate::programs::Programs;
use crate::running::Kind;
use crate::{SERVICES, database_name, places, scram};

/// Seven services, the tools and room for tests that bring their own pools.
const MAX_CONNECTIONS: u32 = 400;
const START: Duration = Duration::from_secs(60);

/// What a private PostgreSQL needs to start.
pub(crate) struct Setup<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) account: Option<&'a Account>,
    pub(crate) data: &'a Path,
    pub(crate) kind: Kind,
    pub(crate) keys: &'a Keys,
    pub(crate) port: u16,
}

/// Starts the server on its own data, made first if there is none, and does not wait for it to answer.
pub(crate) async fn start(setup: &Setup<'_>) -> anyhow::Result<Process> {
    let home = places::private_folder(setup.data, "postgres", setup.account)?;
    let cluster = home.join("data");
    if !cluster.join("PG_VERSION").is_file() {
        create(setup, &home, &cluster).await?;
    }
    let bin = matching(&setup.programs.postgres, &cluster)?;
    let mut args: Vec<String> = vec![
        "-D".into(),
        cluster.display().to_string(),
        "-p".into(),
        setup.port.to_string(),
    ];
    let fixed = format!("max_connections={MAX_CONNECTIONS}");
    // No socket file: its path may be longer than the system allows.
    let mut settings = vec![
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "logging_collector=off",
        "log_min_messages=error",
        &fixed,
    ];
    if setup.kind == Kind::ThrowAway {
        settings.extend([
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "autovacuum=off",
        ]);
    }
    args.extend(
        settings
            .into_iter()
            .flat_map(|s| ["-c".to_owned(), s.to_owned()]),
    );
    let launch = Launch {
        name: "PostgreSQL",
        program: bin.join("postgres"),
        args,
        env: vec![("HOME", home.display().to_string())],
        dir: &home,
        account: setup.account,
        data: setup.data,
        log: "postgres.log",
        stop: Signal::SIGINT,
        orphaned: Signal::SIGINT,
    };
    Process::start(launch, setup.programs)
}

/// Makes an empty cluster beside its final place, so that one that was interrupted is not taken for whole.
async fn create(setup: &Setup<'_>, home: &Path, cluster: &Path) -> anyhow::Result<()> {
    let bin = setup
        .programs
        .postgres
        .first()
        .ok_or_else(|| anyhow!("found no PostgreSQL"))?;
    let draft = home.join("data.new");
    if draft.exists() {
        std::fs::remove_dir_all(&draft).with_context(|| format!("remove {}", draft.display()))?;
    }
    let password = home.join("password");
    places::private_file(
        &password,
        &scram::verifier(setup.keys.admin_password()),
        setup.account,
    )?;
    let mut args: Vec<String> = [
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=scram-sha-256",
        "--username",
        ADMIN,
    ]
    .map(String::from)
    .into();
    args.extend([
        "--pwfile".into(),
        password.display().to_string(),
        "--pgdata".into(),
        draft.display().to_string(),
    ]);
    if setup.kind == Kind::ThrowAway {
        args.push("--no-sync".into());
    }
    let launch = Launch {
        name: "initdb",
        program: bin.join("initdb"),
        args,
        env: vec![("HOME", home.display().to_string())],
        dir: home,
        account: setup.account,
        data: setup.data,
        log: "initdb.log",
        stop: Signal::SIGTERM,
        orphaned: Signal::SIGTERM,
    };
    let made = Process::start(launch, setup.programs)?.finished().await;
    std::fs::remove_file(&password).context("remove the password file")?;
    made?;
    std::fs::rename(&draft, cluster).context("put the new cluster in place")
}

/// The programs of the version that made the data.
fn matching(folders: &[PathBuf], cluster: &Path) -> anyhow::Result<PathBuf> {
    let version = std::fs::read_to_string(cluster.join("PG_VERSION"))
        .context("read the version of the data")?;
    let version = version.trim();
    let named = folders.iter().find(|f| {
        f.parent()
            .and_then(Path::file_name)
            .is_some_and(|name| name == version)
    });
    match (named, folders) {
        (Some(folder), _) => Ok(folder.clone()),
        // Not in Debian's versioned folders: the server itself tells if it does not fit.
        (None, [only]) => Ok(only.clone()),
        _ => bail!(
            "the data in {} is of PostgreSQL {version}, which is not installed",
            cluster.display()
        ),
    }
}

/// Waits until the server answers, or tells why it ended.
pub(crate) async fn answers(
    process: &Process,
    url: &SecretString,
    data: &Path,
) -> anyhow::Result<()> {
    let waiting = async {
        loop {
            process.check()?;
            match PgConnection::connect(url.expose_secret()).await {
                Ok(connection) => return connection.close().await.context("close the connection"),
                // Alive and refusing these credentials will not get better by waiting.
                Err(e)
                    if e.as_database_error()
                        .is_some_and(|e| e.code().is_some_and(|c| c.starts_with("28"))) =>
                {
                    return Err(anyhow!(e)).with_context(|| {
                        format!(
                            "the data in {0} was made with other keys: put its keys.json back, or remove {0} to begin anew",
                            data.display()
                        )
                    });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(START, waiting)
        .await
        .context("PostgreSQL did not answer in time")?
}

/// Creates the seven databases and login roles where they are missing and sets the roles' passwords. Each
/// role owns its database and can enter no other.
pub(crate) async fn provision(
    url: &SecretString,
    keys: &Keys,
    private: bool,
) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect(url.expose_secret())
        .await
        .context(if private {
            "connect to the maintenance database"
        } else {
            "the server in DATABASE_URL does not let its account in"
        })?;
    for service in SERVICES {
        let name = database_name(service);
        let password = scram::verifier(keys.of(service)?.password());
        // 42710 and 42P04: it is there already.
        run(&mut admin, format!("create role {name}"), "42710").await?;
        let role = if private {
            format!(
                "alter role {name} login nosuperuser nocreatedb nocreaterole noreplication connection limit 60 password '{password}'"
            )
        } else {
            // Whoever is no superuser may not even say that a new role is none.
            format!(
                "alter role {name} login nocreatedb nocreaterole connection limit 60 password '{password}'"
            )
        };
        run(&mut admin, role, "").await?;
        // Only a member may make it the owner of something; a superuser is one of all.
        run(&mut admin, format!("grant {name} to current_user"), "0LP01").await?;
        run(
            &mut admin,
            format!("create database {name} owner {name}"),
            "42P04",
        )
        .await?;
        run(
            &mut admin,
            format!("revoke all on database {name} from public"),
            "",
        )
        .await?;
    }
    if private {
        run(
            &mut admin,
            "revoke all on database postgres, template1 from public".into(),
            "",
        )
        .await?;
    }
    admin.close().await.context("close the connection")
}

/// One statement of names and passwords made here; `fine` is the code of an error that is none.
async fn run(admin: &mut PgConnection, statement: String, fine: &str) -> anyhow::Result<()> {
    let Err(error) = sqlx::raw_sql(AssertSqlSafe(statement)).execute(admin).await else {
        return Ok(());
    };
    let code = error.as_database_error().and_then(|e| e.code());
    let context = match code.as_deref() {
        Some(code) if code == fine => return Ok(()),
        // Not ours, who may do everything.
        Some("42501") => "the account in DATABASE_URL may not create databases and roles",
        _ => "set up the databases",
    };
    Err(anyhow!(error)).context(context)
}
