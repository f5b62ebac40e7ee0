use crate::compose::{Compose, SERVICES, Settings, checkout};
use crate::servers::{Server, Servers, free_port};
use janchi_partners::Partners;
use janchi_testkit::eventually;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// The eight binaries, each with its container's environment.
pub struct Fleet {
    processes: Vec<(String, Server)>,
    admin: BTreeMap<String, u16>,
    gateway: String,
    checkout: PathBuf,
    _partners: Partners,
}

/// Beside this test's own folder, where `cargo janchi test` has built them.
fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    let profile = own.parent().and_then(|deps| deps.parent());
    profile.expect("target/<profile>/deps").join(name)
}

fn name_of(process: &str) -> String {
    match process {
        "gateway" => "janchi-gateway".to_owned(),
        service => format!("{service}-service"),
    }
}

/// Where processes find each other and their servers here instead of in the network of the containers.
struct Map {
    pairs: Vec<(String, String)>,
}

impl Map {
    fn apply(&self, settings: Settings) -> Settings {
        let here = |value: String| {
            let replace =
                |text: String, (there, here): &(String, String)| text.replace(there, here);
            self.pairs.iter().fold(value, replace)
        };
        settings
            .into_iter()
            .map(|(name, value)| (name, here(value)))
            .collect()
    }
}

fn log_of(servers: &Servers, name: &str) -> fs::File {
    fs::File::create(servers.folder().join(format!("{name}.log"))).expect("writable")
}

fn command(process: &str, word: &str, settings: Settings) -> Command {
    let mut command = Command::new(binary(&name_of(process)));
    command
        .arg(word)
        .env_clear()
        .envs(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0);
    command
}

impl Fleet {
    /// Migrates, starts everything and waits until each health check is content.
    pub async fn start(servers: &Servers, compose: &mut Compose) -> Self {
        let partners = Partners::spawn().await;
        let processes = SERVICES.into_iter().chain(["gateway"]);
        let api: BTreeMap<&str, u16> = processes.clone().map(|p| (p, free_port())).collect();
        let admin: BTreeMap<String, u16> = processes
            .clone()
            .map(|p| (p.to_owned(), free_port()))
            .collect();
        let gateway = format!("http://127.0.0.1:{}", api["gateway"]);
        compose.set("PUBLIC_BASE_URL", &gateway);
        name_partners(compose, &partners);

        let mut pairs = vec![
            (
                "@postgres:5432".to_owned(),
                format!("@127.0.0.1:{}", servers.postgres_port),
            ),
            (
                "@redis:6379".to_owned(),
                format!("@127.0.0.1:{}", servers.redis_port),
            ),
            (
                "@rabbitmq:5672".to_owned(),
                format!("@127.0.0.1:{}", servers.amqp_port),
            ),
            (
                "/var/lib/janchi/cdn".to_owned(),
                servers.folder().join("cdn").display().to_string(),
            ),
        ];
        pairs.extend(api.iter().map(|(p, port)| {
            (
                format!("http://{p}:8080"),
                format!("http://127.0.0.1:{port}"),
            )
        }));
        let map = Map { pairs };
        let settings = |process: &str| {
            let mut settings = map.apply(compose.environment(process));
            for (name, port) in [
                ("LISTEN_ADDR", api[process]),
                ("ADMIN_ADDR", admin[process]),
            ] {
                let known = settings.insert(name.to_owned(), format!("127.0.0.1:{port}"));
                assert!(known.is_some(), "{process} has no {name}");
            }
            settings
        };
        let migrations = SERVICES.map(|service| {
            let mut migration = command(service, "migrate", settings(service));
            migration.stderr(log_of(servers, &format!("migrate-{service}")));
            (service, Server(migration.spawn().expect("it starts")))
        });
        for (service, mut migration) in migrations {
            let status = migration.0.wait().expect("a child");
            assert!(status.success(), "the migration of {service}");
        }
        let started = processes.map(|process| {
            let mut command = command(process, "serve", settings(process));
            command.stderr(log_of(servers, process));
            (
                process.to_owned(),
                Server(command.spawn().expect("it starts")),
            )
        });
        let fleet = Self {
            processes: started.collect(),
            admin,
            gateway,
            checkout: servers.folder().join("checkout"),
            _partners: partners,
        };
        let begun = Instant::now();
        for (process, port) in &fleet.admin {
            while !healthy(*port, "readyz") {
                let late = begun.elapsed() > PATIENCE;
                assert!(!late, "{process} does not become healthy:{}", fleet.logs());
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            assert!(healthy(*port, "livez"), "{process}");
        }
        fleet
    }

    /// The whole way from sign-up to a draw, twice.
    pub async fn seed_the_demo_shop(&self) {
        fs::create_dir_all(self.checkout.join("services")).expect("ours");
        fs::create_dir_all(self.checkout.join("crates/cli")).expect("ours");
        fs::write(self.checkout.join("crates/cli/Cargo.toml"), "").expect("ours");
        let mut demo = tokio::process::Command::new(binary("janchi"));
        demo.args(["demo", "--gateway", &self.gateway])
            .current_dir(&self.checkout)
            .kill_on_drop(true);
        let out = demo.output().await.expect("it runs");
        let told = String::from_utf8_lossy(&out.stdout);
        assert!(
            out.status.success() && told.contains("its draw:"),
            "{told}{}{}",
            String::from_utf8_lossy(&out.stderr),
            self.logs()
        );
    }

    pub async fn probes_tell_ready_from_not(&self) {
        let port = self.admin["event"];
        assert!(!healthy(port, "nowhere"), "404 is not healthy");
        assert!(!healthy(free_port(), "readyz"), "nobody is not healthy");
    }

    fn logs(&self) -> String {
        let folder = self.checkout.parent().expect("it is in a folder");
        let log = |(process, _): &(String, Server)| {
            fs::read_to_string(folder.join(format!("{process}.log"))).unwrap_or_default()
        };
        let lines: String = self.processes.iter().map(log).collect();
        let bad = lines
            .lines()
            .filter(|l| l.contains("\"ERROR\"") || l.contains("\"WARN\""));
        bad.take(40).map(|l| format!("\n{l}")).collect()
    }

    /// As compose does it.
    pub async fn stop(mut self) {
        for (_, server) in &self.processes {
            let pid = i32::try_from(server.0.id()).expect("a process id");
            kill(Pid::from_raw(pid), Signal::SIGTERM).expect("it lives");
        }
        for (process, server) in &mut self.processes {
            let ended = || {
                let ended = server.0.try_wait().expect("a child");
                async move { ended }
            };
            assert!(
                eventually(PATIENCE, ended).await.success(),
                "{process} stops in order"
            );
        }
    }
}

/// The image's own health check.
fn healthy(port: u16, path: &str) -> bool {
    let mut check = Command::new("bash");
    check.arg(checkout("deploy/healthcheck.sh")).arg(path);
    check.env("ADMIN_ADDR", format!("0.0.0.0:{port}"));
    check.stderr(Stdio::null());
    check.status().expect("bash runs").success()
}

/// Fills in the outside services, so that every part of the fleet has something to do.
fn name_partners(compose: &mut Compose, partners: &Partners) {
    for (name, url) in [
        ("TAX_OFFICE", partners.tax_office_url()),
        ("URIDONGNE_TV", partners.uridongne_tv_url()),
        ("RINGO_BIZ", partners.ringo_biz_url()),
        ("GENIE_TV", partners.genie_tv_url()),
        ("INSTAGRAM", partners.instagram_url()),
        ("NAVER", partners.naver_url()),
        ("KAKAO", partners.kakao_url()),
    ] {
        compose.set(&format!("{name}_URL"), url.as_str());
        compose.set(&format!("{name}_KEY"), "practice");
    }
    for (name, value) in [
        ("INSTAGRAM_ACCOUNT", "17841400000000000"),
        ("NAVER_CAFE", "10000000/1"),
        ("KAKAO_APP_KEY", "practice"),
        ("KAKAO_SENDER", "practice"),
    ] {
        compose.set(name, value);
    }
}
