use super::migrate::{self, Databases};
use super::{Fleet, FleetOptions, Limits, Servers, free_port};
use anyhow::Context;
use janchi_runtime::Clock;
use janchi_stack::Keys;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// Every service of a test fleet is ready by then, on two busy cores.
const READY: Duration = Duration::from_secs(90);

/// What a test fleet leaves behind unless it is removed.
pub(crate) struct Throwaway {
    databases: Databases,
    files: PathBuf,
}

impl Throwaway {
    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        self.databases.drop_all().await
    }
}

impl Drop for Throwaway {
    /// The files go even when a test stops in the middle; its databases go with their server.
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.files).ok();
    }
}

impl FleetOptions {
    /// A fleet of its own for one test: seven fresh databases on the server in `DATABASE_URL`, its own namespace on
    /// those in `REDIS_URL` and `AMQP_URL`, its own keys, files and clock.
    ///
    /// # Errors
    /// One of these variables is missing, or its server cannot be reached.
    pub async fn for_test(clock: Clock) -> anyhow::Result<Self> {
        let databases = migrate::fresh(&janchi_runtime::secret("DATABASE_URL")?, "fleet").await?;
        let redis = janchi_runtime::secret("REDIS_URL")?;
        let amqp = janchi_runtime::secret("AMQP_URL")?;
        let mark = Uuid::new_v4().simple().to_string();
        let files = std::env::temp_dir().join(format!("janchi-files-{mark}"));
        std::fs::create_dir_all(&files).with_context(|| format!("make {}", files.display()))?;
        Ok(Self {
            servers: Servers::Shared {
                databases,
                redis,
                amqp,
            },
            keys: Keys::generate()?,
            gateway: free_port().await?,
            files,
            clock,
            namespace: format!("t{}", &mark[..12]),
            practice_models: true,
            hurried: true,
            limits: Limits::default(),
        })
    }
}

impl Fleet {
    /// Starts a fleet for one test and waits until it is ready; [`Fleet::stop`] drops what it made. In a debug build
    /// its clock is one that [`Fleet::clock`] moves.
    ///
    /// # Errors
    /// As [`FleetOptions::for_test`], or a service is not ready in time.
    pub async fn for_test() -> anyhow::Result<Self> {
        #[cfg(debug_assertions)]
        let clock = Clock::movable();
        #[cfg(not(debug_assertions))]
        let clock = Clock::system();
        Self::ready_for_test(FleetOptions::for_test(clock).await?).await
    }

    /// The same with changed options.
    ///
    /// # Errors
    /// As [`Fleet::for_test`].
    pub async fn ready_for_test(options: FleetOptions) -> anyhow::Result<Self> {
        let throwaway = match &options.servers {
            Servers::Shared { databases, .. } => Some(Throwaway {
                databases: databases.clone(),
                files: options.files.clone(),
            }),
            Servers::Separate(_) => None,
        };
        let mut fleet = Self::start(options).await?;
        fleet.throwaway = throwaway;
        if let Err(error) = fleet.ready(READY).await {
            // Tell what was waited for, not what followed from it.
            if let Err(second) = fleet.stop().await {
                tracing::warn!(error = %second, "the fleet did not end well");
            }
            return Err(error);
        }
        Ok(fleet)
    }
}
