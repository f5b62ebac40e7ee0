use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio_util::sync::CancellationToken;

use crate::accounts::Accounts;
use crate::grants::{AMQP_USERS, REDIS_USERS};
use crate::keys::{ADMIN, Keys};
use crate::named::Named;
use crate::places::Home;
use crate::process::Process;
use crate::programs::{Programs, Wanted};
use crate::progress::Progress;
use crate::urls::Urls;
use crate::{SERVICES, broker, database_name, leftovers, places, ports, postgres, redis};

const GRACE: Duration = Duration::from_secs(30);

/// Whether the data is to be found again at the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On disk for good: everything acknowledged survives a crash.
    Kept,
    /// Gone at the end, and fast: no waiting for the disk.
    ThrowAway,
}

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for the data of a kept stack, or for the folder of a throw-away one.
    pub folder: PathBuf,
    /// Kept or thrown away.
    pub kind: Kind,
    /// Which servers are needed at all.
    pub needed: Wanted,
    /// Servers to use instead of private ones.
    pub named: Named,
    /// The text of `PATH`.
    pub path: String,
}

/// Running servers. Dropped without [`Stack::stop`], they are told to end, without waiting.
#[derive(Debug)]
pub struct Stack {
    urls: Urls,
    data: PathBuf,
    kind: Kind,
    postgres: Option<Process>,
    redis: Option<Process>,
    broker: Option<Process>,
    port_mapper: Option<Process>,
    broker_port: Option<u16>,
    /// Held while the servers run; released by the kernel whatever happens to this process.
    _lock: File,
}

impl Stack {
    /// Starts what is not named, all at once. Comes back when PostgreSQL and Redis answer and the databases
    /// are there; the broker takes longer: see [`Stack::broker_ready`].
    ///
    /// # Errors
    /// Something is missing (it is named with the command that installs it), another stack uses the same
    /// data, a server does not start (with the end of its log), a named server cannot be used, or `shutdown` was
    /// cancelled.
    pub async fn start(
        options: Options,
        keys: &Keys,
        progress: &Progress,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let wanted = Wanted {
            postgres: options.needed.postgres && options.named.database.is_none(),
            redis: options.needed.redis && options.named.redis.is_none(),
            rabbitmq: options.needed.rabbitmq && options.named.amqp.is_none(),
            fonts: options.needed.fonts,
            browser: options.needed.browser,
            node: options.needed.node,
        };
        options.named.places()?;
        let programs = match Programs::find(&options.path, wanted) {
            Ok(programs) => programs,
            Err(missing) => {
                fs::create_dir_all(&options.folder)
                    .with_context(|| format!("make {}", options.folder.display()))?;
                crate::install(&missing, &options.folder.join("install.log"), progress).await?;
                Programs::find(&options.path, wanted)
                    .map_err(|still| anyhow::anyhow!(still.advice()))?
            }
        };
        let accounts = Accounts::find()?;
        let data = match options.kind {
            Kind::Kept => {
                let home = Home::of(&options.folder)?;
                home.tell(progress);
                home.folder
            }
            Kind::ThrowAway => places::temporary_folder(&options.folder, &accounts.all())?,
        };
        let lock = lock(&data)?;
        leftovers::wait_for_end(&data, progress).await?;
        let ports = ports::choose(
            &data,
            &["postgres", "redis", "amqp", "rabbitmq-node", "epmd"],
        )?;
        let mut stack = Self {
            urls: urls(&options.named, keys, &ports)?,
            data,
            kind: options.kind,
            postgres: None,
            redis: None,
            broker: None,
            port_mapper: None,
            broker_port: wanted.rabbitmq.then(|| ports["amqp"]),
            _lock: lock,
        };
        let begun = async {
            options.named.reach(progress).await?;
            stack
                .begin(&programs, &accounts, keys, &ports, wanted, progress)
                .await
        };
        let result = tokio::select! {
            result = begun => result,
            () = shutdown.cancelled() => Err(anyhow::anyhow!("stopped before the servers were ready")),
        };
        match result {
            Ok(()) => Ok(stack),
            Err(error) => {
                if let Err(second) = stack.stop().await {
                    tracing::warn!(error = %second, "a server did not end in good order");
                }
                Err(error)
            }
        }
    }

    async fn begin(
        &mut self,
        programs: &Programs,
        accounts: &Accounts,
        keys: &Keys,
        ports: &BTreeMap<&str, u16>,
        wanted: Wanted,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let data = self.data.clone();
        let (data, kind) = (data.as_path(), self.kind);
        // The slowest first; each call returns as soon as its process runs.
        if wanted.rabbitmq {
            let setup = broker::Setup {
                programs,
                account: accounts.rabbitmq.as_ref(),
                data,
                keys,
                port: ports["amqp"],
                node_port: ports["rabbitmq-node"],
                epmd_port: ports["epmd"],
            };
            self.port_mapper = Some(broker::start_port_mapper(&setup).await?);
            self.broker = Some(broker::start(&setup)?);
        }
        let redis_ready = async {
            if wanted.redis {
                let port = ports["redis"];
                let setup = redis::Setup {
                    programs,
                    account: accounts.redis.as_ref(),
                    data,
                    kind,
                    keys,
                    port,
                };
                let process = self.redis.insert(redis::start(&setup)?);
                progress
                    .during("start Redis", redis::answers(process, port, keys))
                    .await?;
            }
            anyhow::Ok(())
        };
        let database = &self.urls.database;
        let postgres_ready = async {
            if wanted.postgres {
                let setup = postgres::Setup {
                    programs,
                    account: accounts.postgres.as_ref(),
                    data,
                    kind,
                    keys,
                    port: ports["postgres"],
                };
                let starting = async {
                    let process = self.postgres.insert(postgres::start(&setup).await?);
                    postgres::answers(process, database, data).await
                };
                progress.during("start PostgreSQL", starting).await?;
            }
            if kind == Kind::Kept {
                progress
                    .during(
                        "create databases and roles",
                        postgres::provision(database, keys, wanted.postgres),
                    )
                    .await?;
            }
            anyhow::Ok(())
        };
        tokio::try_join!(redis_ready, postgres_ready)?;
        Ok(())
    }

    /// Addresses of the servers, the broker's included before it answers.
    #[must_use]
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Folder of the servers' data and logs.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Process ids of the private servers.
    #[must_use]
    pub fn process_ids(&self) -> Vec<i32> {
        [&self.postgres, &self.redis, &self.broker, &self.port_mapper]
            .into_iter()
            .flatten()
            .map(Process::pid)
            .collect()
    }

    /// Waits until the broker takes connections; at once when it was named.
    ///
    /// # Errors
    /// It ended (with the end of its log) or does not answer in three minutes.
    pub async fn broker_ready(&self) -> anyhow::Result<()> {
        match (&self.broker, self.broker_port) {
            (Some(process), Some(port)) => broker::answers(process, port).await,
            _ => Ok(()),
        }
    }

    /// Ends the servers in good order, the users of others first; what was thrown away is deleted.
    ///
    /// # Errors
    /// A server had to be killed; all have ended nevertheless.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let servers = [self.broker.take(), self.redis.take(), self.postgres.take()];
        let mapper = self.port_mapper.take();
        if self.kind == Kind::ThrowAway {
            servers
                .iter()
                .chain([&mapper])
                .flatten()
                .for_each(Process::kill);
        }
        let mut ending = tokio::task::JoinSet::new();
        for server in servers.into_iter().flatten() {
            ending.spawn(server.end(GRACE));
        }
        let mut results = ending.join_all().await;
        if let Some(mapper) = mapper {
            results.push(mapper.end(GRACE).await);
        }
        if self.kind == Kind::ThrowAway {
            fs::remove_dir_all(&self.data)
                .with_context(|| format!("remove {}", self.data.display()))?;
        }
        results.into_iter().collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // Not stopped: the processes are told to end by their own drop; nobody needs what was to be thrown away.
        if self.kind == Kind::ThrowAway {
            [&self.postgres, &self.redis, &self.broker, &self.port_mapper]
                .into_iter()
                .flatten()
                .for_each(Process::kill);
            fs::remove_dir_all(&self.data).ok();
        }
    }
}

fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("write {}", path.display()))?;
    if file.try_lock().is_err() {
        bail!("another `janchi` already runs on {}", data.display());
    }
    Ok(file)
}

fn urls(named: &Named, keys: &Keys, ports: &BTreeMap<&str, u16>) -> anyhow::Result<Urls> {
    let admin = keys.admin_password();
    let postgres = |role: &str, password: &str, database: &str| {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/{database}",
            ports["postgres"]
        )
    };
    let redis = |user: &str, password: &str| {
        format!("redis://{user}:{password}@127.0.0.1:{}/", ports["redis"])
    };
    let amqp = |user: &str, password: &str| {
        format!("amqp://{user}:{password}@127.0.0.1:{}/%2f", ports["amqp"])
    };
    let mut urls = Urls {
        database: named
            .database
            .clone()
            .unwrap_or_else(|| postgres(ADMIN, admin, "postgres").into()),
        redis: named
            .redis
            .clone()
            .unwrap_or_else(|| redis(ADMIN, admin).into()),
        amqp: named
            .amqp
            .clone()
            .unwrap_or_else(|| amqp(ADMIN, admin).into()),
        databases: BTreeMap::new(),
        redis_users: BTreeMap::new(),
        amqp_users: BTreeMap::new(),
    };
    for service in SERVICES {
        let (role, password) = (database_name(service), keys.of(service)?.password());
        let url = match &named.database {
            None => postgres(&role, password, &role),
            Some(server) => crate::urls::on_named_server(server, &role, password)?,
        };
        urls.databases.insert(service.to_owned(), url.into());
    }
    if named.redis.is_none() {
        for user in &REDIS_USERS {
            urls.redis_users.insert(
                user.name.to_owned(),
                redis(user.name, keys.of(user.name)?.password()).into(),
            );
        }
    }
    if named.amqp.is_none() {
        for user in AMQP_USERS {
            urls.amqp_users.insert(
                user.to_owned(),
                amqp(user, keys.of(user)?.password()).into(),
            );
        }
    }
    Ok(urls)
}
