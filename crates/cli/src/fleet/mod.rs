//! The whole fleet in one process: seven services, the gateway and the practice partners, each on free loopback ports
//! and each started by its own `serve`, as the eight binaries would.

pub mod migrate;
mod servers;
mod services;
pub(crate) mod settings;
mod throwaway;

pub use servers::Servers;

use anyhow::{Context, bail, ensure};
pub use janchi_gateway::Limits;
use janchi_partners::Partners;
use janchi_runtime::Clock;
use janchi_stack::{Keys, Urls};
use janchi_web::Listeners;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A service may finish its requests and messages for this long at the end.
const DRAIN: Duration = Duration::from_secs(40);

/// What a fleet is started with.
#[derive(Debug)]
pub struct FleetOptions {
    /// Databases, Redis and RabbitMQ.
    pub servers: Servers,
    /// Keys of all services.
    pub keys: Keys,
    /// Where the gateway listens.
    pub gateway: TcpListener,
    /// Folder of the pictures' files.
    pub files: PathBuf,
    /// Domain time of all services and of the partners.
    pub clock: Clock,
    /// Keeps fleets apart that share Redis and RabbitMQ; empty where none do.
    pub namespace: String,
    /// The partners play the vendors of AI and pictures too. Else those with address and key in the environment are
    /// asked, and without any the planner and the renderer serve.
    pub practice_models: bool,
    /// Failed channels are tried again after milliseconds instead of minutes: for tests.
    pub hurried: bool,
    /// Requests a minute at the gateway.
    pub limits: Limits,
}

impl FleetOptions {
    /// The fleet of a checkout on its own servers, each service with its own least rights.
    ///
    /// # Errors
    /// The folder of files cannot be made.
    pub fn for_checkout(
        urls: &Urls,
        keys: Keys,
        gateway: TcpListener,
        files: PathBuf,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&files).with_context(|| format!("make {}", files.display()))?;
        Ok(Self {
            servers: Servers::Separate(urls.clone()),
            keys,
            gateway,
            files,
            clock,
            namespace: String::new(),
            practice_models: false,
            hurried: false,
            limits: Limits::default(),
        })
    }
}

/// A running fleet. Dropped without [`Fleet::stop`], its tasks end with the runtime.
pub struct Fleet {
    base_url: Url,
    admin: BTreeMap<String, Url>,
    partners: Partners,
    clock: Clock,
    servers: Servers,
    operator: user_service::Config,
    namespace: String,
    gateway_shutdown: CancellationToken,
    gateway_gone: CancellationToken,
    shutdown: CancellationToken,
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    /// Why a service ended before it was told to.
    failure: watch::Sender<Option<String>>,
    throwaway: Option<throwaway::Throwaway>,
}

/// Sockets of all services, bound before any of them starts, so that each can be told where the others are.
pub(crate) struct Sockets {
    pub(crate) listeners: BTreeMap<&'static str, Listeners>,
    pub(crate) api: BTreeMap<&'static str, Url>,
    pub(crate) admin: BTreeMap<String, Url>,
}

impl Sockets {
    async fn bind(gateway: TcpListener) -> anyhow::Result<Self> {
        let mut sockets = Self {
            listeners: BTreeMap::new(),
            api: BTreeMap::new(),
            admin: BTreeMap::new(),
        };
        for service in janchi_stack::SERVICES {
            sockets.add(service, free_port().await?).await?;
        }
        sockets.add("gateway", gateway).await?;
        Ok(sockets)
    }

    async fn add(&mut self, name: &'static str, api: TcpListener) -> anyhow::Result<()> {
        let admin = free_port().await?;
        self.api.insert(name, address(&api)?);
        self.admin.insert(name.to_owned(), address(&admin)?);
        self.listeners.insert(
            name,
            Listeners {
                api,
                admin,
                near: None,
            },
        );
        Ok(())
    }

    /// Where a service's API is.
    pub(crate) fn url(&self, name: &str) -> anyhow::Result<Url> {
        self.api
            .get(name)
            .cloned()
            .with_context(|| format!("there is no service {name}"))
    }

    pub(crate) fn take(&mut self, name: &str) -> anyhow::Result<Listeners> {
        self.listeners
            .remove(name)
            .with_context(|| format!("the sockets of {name} are taken"))
    }
}

async fn free_port() -> anyhow::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .context("find a free port on 127.0.0.1")
}

fn address(listener: &TcpListener) -> anyhow::Result<Url> {
    let address = listener
        .local_addr()
        .context("read the address of a socket")?;
    Url::parse(&format!("http://{address}/")).context("make an address")
}

impl Fleet {
    /// Starts everything; it need not be ready yet: see [`Fleet::ready`]. The databases are migrated.
    ///
    /// # Errors
    /// A socket cannot be bound or a setting does not fit.
    pub async fn start(options: FleetOptions) -> anyhow::Result<Self> {
        let FleetOptions {
            servers,
            keys,
            gateway,
            files,
            clock,
            namespace,
            practice_models,
            hurried,
            limits,
        } = options;
        let mut sockets = Sockets::bind(gateway).await?;
        let partners = Partners::spawn_with(clock.clone()).await;
        let operator = settings::for_operator(
            &keys,
            servers.database("user")?.clone(),
            servers.redis("user").clone(),
            servers.amqp("user").clone(),
            sockets.url("gateway")?,
        )?;
        let mut fleet = Self {
            base_url: sockets.url("gateway")?,
            admin: sockets.admin.clone(),
            partners,
            clock,
            servers,
            operator,
            namespace,
            gateway_shutdown: CancellationToken::new(),
            gateway_gone: CancellationToken::new(),
            shutdown: CancellationToken::new(),
            tasks: JoinSet::new(),
            failure: watch::Sender::new(None),
            throwaway: None,
        };
        let settings = settings::Settings {
            servers: &fleet.servers,
            keys: &keys,
            namespace: &fleet.namespace,
            partners: &fleet.partners,
            files: &files,
            practice_models,
            hurried,
            limits,
        };
        let starts = services::all(
            &settings,
            &mut sockets,
            &fleet.clock,
            &fleet.shutdown,
            &fleet.gateway_shutdown,
        )?;
        for (name, serving) in starts {
            // Told even when the task panics.
            let gone = (name == "gateway").then(|| fleet.gateway_gone.clone().drop_guard());
            let failure = fleet.failure.clone();
            fleet.tasks.spawn(async move {
                let result = serving.await;
                if let Err(error) = &result {
                    failure.send_replace(Some(format!("{name} ended: {error:#}")));
                }
                drop(gone);
                (name, result)
            });
        }
        Ok(fleet)
    }

    /// Where clients reach the fleet.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// Where the probes of each service and of the gateway are.
    #[must_use]
    pub fn admin_urls(&self) -> &BTreeMap<String, Url> {
        &self.admin
    }

    /// The outside world: its faults, the calls it got, the messages it was given.
    #[must_use]
    pub fn partners(&self) -> &Partners {
        &self.partners
    }

    /// Where the outside world is played.
    #[must_use]
    pub fn partners_url(&self) -> Url {
        self.partners.base_url()
    }

    /// Domain time of the whole fleet.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The database of a service, for a test that looks at what was stored.
    ///
    /// # Errors
    /// There is no such service.
    pub fn database_url(&self, service: &str) -> anyhow::Result<&SecretString> {
        self.servers.database(service)
    }

    /// The user service as an operator's commands reach it.
    #[must_use]
    pub fn operator(&self) -> &user_service::Config {
        &self.operator
    }

    /// What goes before every key and queue of this fleet; empty for none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Waits until every probe says ready.
    ///
    /// # Errors
    /// A service that ended, or the first that is not ready after `patience`, with what it waits for.
    pub async fn ready(&self, patience: Duration) -> anyhow::Result<()> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(6))
            .no_proxy()
            .build()
            .context("build an HTTP client")?;
        let begun = Instant::now();
        for (name, admin) in &self.admin {
            let probe = admin.join("readyz").context("make an address")?;
            while let Err(waiting) = ask(&http, probe.clone()).await {
                if let Some(failure) = self.failure.borrow().clone() {
                    bail!(failure);
                }
                ensure!(begun.elapsed() < patience, "{name} is not ready: {waiting}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// Waits until a service ends by itself, which none should.
    ///
    /// # Errors
    /// Always: the name of the service and why it ended.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        match self.tasks.join_next().await {
            Some(Ok((name, Ok(())))) => bail!("{name} ended by itself"),
            Some(Ok((name, Err(error)))) => Err(error.context(format!("{name} ended"))),
            Some(Err(error)) => Err(error).context("a service ended abnormally"),
            None => bail!("no service runs"),
        }
    }

    /// Ends the gateway, then the services, each of which finishes what it has begun. Throw-away databases and files
    /// are gone afterwards.
    ///
    /// # Errors
    /// The first service that did not end well; all have ended nevertheless.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.gateway_shutdown.cancel();
        // What the gateway has taken in still needs the services.
        tokio::time::timeout(DRAIN, self.gateway_gone.cancelled())
            .await
            .ok();
        self.shutdown.cancel();
        let mut results = Vec::new();
        let ending = async {
            while let Some(ended) = self.tasks.join_next().await {
                results.push(match ended {
                    Ok((name, result)) => {
                        result.with_context(|| format!("{name} did not end well"))
                    }
                    Err(error) => Err(error).context("a service ended abnormally"),
                });
            }
        };
        if tokio::time::timeout(DRAIN, ending).await.is_err() {
            results.push(Err(anyhow::anyhow!(
                "services did not end within {DRAIN:?}"
            )));
        }
        self.tasks.shutdown().await;
        if let Some(throwaway) = self.throwaway.take() {
            results.push(throwaway.remove().await);
        }
        results.into_iter().collect()
    }
}

/// Why a probe does not say ready.
async fn ask(http: &reqwest::Client, probe: Url) -> Result<(), String> {
    let answer = http
        .get(probe)
        .send()
        .await
        .map_err(|e| e.without_url().to_string())?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(answer.text().await.unwrap_or_default())
}
