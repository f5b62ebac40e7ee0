use crate::compose::{Compose, Settings, checkout};
use janchi_stack::{Keys, Kind, Named, Options, Progress, Stack, Wanted};
use janchi_testkit::eventually;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid, User};
use secrecy::ExposeSecret;
use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(180);

/// Takes the place of the images' own entrypoint: becomes the server's account, as that does, and then the server, on
/// loopback. The kernel ends it with this test.
const ENTRYPOINT: &str = r#"#!/bin/sh
set -eu
program=$1
shift
become() {
    account=$1
    shift
    if [ "$(id -u)" = 0 ]; then set -- "--reuid=$account" "--regid=$account" --clear-groups -- "$@"; else set -- -- "$@"; fi
    exec setpriv --pdeathsig KILL "$@"
}
case $program in
    redis-server)
        # The volume is elsewhere here.
        set -- $(printf '%s\n' "$@" | sed "s#^/data\$#$FOLDER#")
        become redis redis-server "$@" --bind 127.0.0.1 --port "$PORT"
        ;;
    rabbitmq-server)
        script=/usr/lib/rabbitmq/bin/rabbitmq-server
        [ -f "$script" ] || script=$(command -v rabbitmq-server)
        become rabbitmq "$script"
        ;;
esac
"#;

/// A process that is killed, with what it started, when this is dropped.
pub struct Server(pub Child);

impl Server {
    /// Waits until it takes connections.
    async fn listens(&mut self, port: u16, log: &Path) {
        eventually(PATIENCE, || {
            let ended = self.0.try_wait().expect("a child can be asked");
            let told = || fs::read_to_string(log).unwrap_or_default();
            assert!(ended.is_none(), "{}", told());
            async move {
                let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
                stream.ok().map(|_| ())
            }
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.0.id()) {
            killpg(Pid::from_raw(pid), Signal::SIGKILL).ok();
        }
        self.0.wait().ok();
    }
}

/// PostgreSQL, Redis and RabbitMQ with the accounts of the compose file.
pub struct Servers {
    pub postgres_port: u16,
    pub redis_port: u16,
    pub amqp_port: u16,
    postgres: Stack,
    redis: Server,
    broker: Server,
    mapper: Server,
    folder: tempfile::TempDir,
}

/// A free port below those that the system hands out by itself: the broker opens its own seconds later.
pub fn free_port() -> u16 {
    let drawn =
        std::iter::repeat_with(|| 20_000 + (uuid::Uuid::new_v4().as_u128() % 12_000) as u16);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    drawn.take(1000).find(free).expect("a free port")
}

impl Servers {
    /// All three at once; the broker takes longer: see [`Servers::broker_ready`].
    pub async fn start(compose: &Compose) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bin = make(folder.path(), "bin", None);
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("ours");
        fs::write(bin.join("docker-entrypoint.sh"), ENTRYPOINT).expect("writable");
        fs::set_permissions(
            bin.join("docker-entrypoint.sh"),
            Permissions::from_mode(0o755),
        )
        .expect("ours");

        let (amqp_port, epmd_port) = (free_port(), free_port());
        let log = |name: &str| folder.path().join(name);
        let mut mapper = start_mapper(folder.path(), epmd_port);
        mapper.listens(epmd_port, &log("epmd.log")).await;
        let broker = start_broker(folder.path(), compose, amqp_port, epmd_port);
        let redis_port = free_port();
        let mut redis = start_redis(folder.path(), compose, redis_port);
        redis.listens(redis_port, &log("redis.log")).await;
        let postgres = start_postgres(folder.path()).await;
        let url = Url::parse(postgres.urls().database.expose_secret()).expect("an address");
        let servers = Self {
            postgres_port: url.port().expect("a port"),
            redis_port,
            amqp_port,
            postgres,
            redis,
            broker,
            mapper,
            folder,
        };
        servers.make_accounts(compose.environment("accounts"));
        servers
    }

    /// Runs what compose runs before the migrations.
    pub fn make_accounts(&self, mut settings: Settings) {
        let url = Url::parse(self.postgres.urls().database.expose_secret()).expect("an address");
        // The administrator's password is the one thing that PostgreSQL has from elsewhere.
        for (name, value) in [
            ("PGPASSWORD", url.password().expect("a password").to_owned()),
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.postgres_port.to_string()),
        ] {
            settings.insert(name.to_owned(), value);
        }
        let mut script = Command::new("bash");
        script.arg(checkout("deploy/postgres/accounts.sh"));
        let out = script.envs(settings).output().expect("bash runs");
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
    }

    /// PostgreSQL as its administrator.
    pub fn database_url(&self) -> &str {
        self.postgres.urls().database.expose_secret()
    }

    pub async fn broker_ready(&mut self) {
        let log = self.folder.path().join("broker.log");
        self.broker.listens(self.amqp_port, &log).await;
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What happened until now was on purpose.
    pub async fn forget_refusals(&self, compose: &Compose) {
        let mut redis = self.redis_by("janchi", compose.password_of("admin")).await;
        redis::cmd("ACL")
            .arg("LOG")
            .arg("RESET")
            .exec_async(&mut redis)
            .await
            .expect("the administrator may");
        File::create(self.folder.path().join("broker.log")).expect("ours");
    }

    /// Whatever a service lacked shows here.
    pub async fn refused_nothing(&self, compose: &Compose) {
        let mut redis = self.redis_by("janchi", compose.password_of("admin")).await;
        let refusals: Vec<redis::Value> = redis::cmd("ACL")
            .arg("LOG")
            .query_async(&mut redis)
            .await
            .expect("the administrator may");
        assert!(refusals.is_empty(), "{refusals:#?}");
        let log = fs::read_to_string(self.folder.path().join("broker.log")).expect("readable");
        assert!(!log.contains("refused") && !log.contains("ACCESS"), "{log}");
    }

    pub async fn redis_by(&self, user: &str, password: &str) -> redis::aio::MultiplexedConnection {
        let url = format!("redis://{user}:{password}@127.0.0.1:{}/", self.redis_port);
        let client = redis::Client::open(url).expect("an address");
        client
            .get_multiplexed_async_connection()
            .await
            .unwrap_or_else(|error| panic!("{user}: {error}"))
    }

    pub async fn stop(self) {
        drop((self.redis, self.broker, self.mapper));
        self.postgres.stop().await.expect("PostgreSQL ends");
    }
}

/// A folder in `folder` that belongs to `account`, where this test is root and may give it away.
fn make(folder: &Path, name: &str, account: Option<&str>) -> PathBuf {
    let dir = folder.join(name);
    fs::create_dir(&dir).expect("a new folder");
    if let Some(account) = account.filter(|_| Uid::effective().is_root()) {
        let user = User::from_name(account).expect("accounts can be asked for");
        let user = user.unwrap_or_else(|| panic!("there is no account {account}"));
        chown(&dir, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("root may");
    }
    dir
}

/// The entrypoint that compose mounts, with the settings that it gives.
fn entrypoint(folder: &Path, script: &str, settings: Settings) -> Command {
    let run = make(
        folder,
        &format!("run-{}", script.split('/').nth(1).expect("a folder")),
        None,
    );
    fs::set_permissions(&run, Permissions::from_mode(0o1777)).expect("ours");
    let mut command = Command::new("sh");
    command
        .args(["-c", "PATH=\"$0:$PATH\" exec \"$1\" \"$2\""])
        .arg(folder.join("bin"))
        .arg(if script.contains("redis") {
            "sh"
        } else {
            "bash"
        })
        .arg(checkout(script));
    command
        .envs(settings)
        .env("JANCHI_RUN", run)
        .current_dir("/");
    command
}

fn spawn(mut command: Command, folder: &Path, log: &str) -> Server {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join(log))
        .expect("writable");
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("the same file"))
        .stderr(log)
        .process_group(0);
    Server(command.spawn().expect("it starts"))
}

async fn start_postgres(folder: &Path) -> Stack {
    let options = Options {
        folder: folder.to_owned(),
        kind: Kind::ThrowAway,
        needed: Wanted::DATABASE,
        named: Named::default(),
        path: String::new(),
    };
    let keys = Keys::generate().expect("random keys");
    let never = CancellationToken::new();
    Stack::start(options, &keys, &Progress::silent(), &never)
        .await
        .expect("PostgreSQL starts")
}

fn start_redis(folder: &Path, compose: &Compose, port: u16) -> Server {
    let data = make(folder, "redis", Some("redis"));
    let settings = compose.environment("redis");
    let mut command = entrypoint(folder, "deploy/redis/entrypoint.sh", settings);
    command.env("FOLDER", data).env("PORT", port.to_string());
    spawn(command, folder, "redis.log")
}

fn start_mapper(folder: &Path, port: u16) -> Server {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "epmd", "-port"]);
    command
        .arg(port.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1");
    spawn(command, folder, "epmd.log")
}

fn start_broker(folder: &Path, compose: &Compose, port: u16, epmd_port: u16) -> Server {
    let home = make(folder, "rabbitmq", Some("rabbitmq"));
    let settings = compose.environment("rabbitmq");
    let mut command = entrypoint(folder, "deploy/rabbitmq/entrypoint.sh", settings);
    let plugins = folder.join("enabled_plugins");
    fs::write(&plugins, "[].\n").expect("writable");
    command
        .env("HOME", &home)
        .env("RABBITMQ_NODENAME", "janchi-deploy@localhost")
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", port.to_string())
        .env("RABBITMQ_DIST_PORT", free_port().to_string())
        .env("RABBITMQ_MNESIA_BASE", home.join("mnesia"))
        .env("RABBITMQ_LOG_BASE", home.join("log"))
        // Nothing of this machine's own broker.
        .env("RABBITMQ_CONFIG_FILES", home.join("conf.d"))
        .env(
            "RABBITMQ_ADVANCED_CONFIG_FILE",
            home.join("advanced.config"),
        )
        .env("RABBITMQ_CONF_ENV_FILE", home.join("environment"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", plugins)
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-kernel inet_dist_use_interface {127,0,0,1}",
        )
        .env("ERL_EPMD_PORT", epmd_port.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_FLAGS", "-start_epmd false")
        .env("ERL_CRASH_DUMP", home.join("crash.dump"))
        // The script becomes the broker instead of watching over it: signals reach the broker itself.
        .env("detached", "1");
    spawn(command, folder, "broker.log")
}
