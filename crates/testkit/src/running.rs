use janchi_web::Listeners;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A service that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:…` of its API.
    pub base: String,
    /// `http://127.0.0.1:…` of its admin port.
    pub admin: String,
    shutdown: CancellationToken,
    task: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Starts it on free loopback ports and waits until it is ready.
    ///
    /// # Panics
    /// When it ends at once or is not ready within 30 s.
    pub async fn start<F>(serve: impl FnOnce(Listeners, CancellationToken) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let running = Self::start_unready(serve).await;
        let client = crate::Client::new(&running.admin);
        let ready = || async {
            assert!(!running.has_ended(), "the service ended at its start");
            (client.get("/readyz").await.status == 200).then_some(())
        };
        crate::eventually(Duration::from_secs(30), ready).await;
        running
    }

    /// Starts it without waiting, for tests of a start with servers missing.
    pub async fn start_unready<F>(serve: impl FnOnce(Listeners, CancellationToken) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let loopback = "127.0.0.1:0".parse().expect("an address");
        let listeners = Listeners::bind(loopback, loopback)
            .await
            .expect("loopback has free ports");
        let address = |listener: &tokio::net::TcpListener| {
            format!(
                "http://{}",
                listener
                    .local_addr()
                    .expect("a bound listener has an address")
            )
        };
        let (base, admin) = (address(&listeners.api), address(&listeners.admin));
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(listeners, shutdown.clone()));
        Self {
            base,
            admin,
            shutdown,
            task: Some(task),
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        self.task.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// A client of its API.
    pub fn client(&self) -> crate::Client {
        crate::Client::new(&self.base)
    }

    pub fn url(&self) -> Url {
        self.base.parse().expect("an address is a URL")
    }

    /// Stops it in order and gives what it ended with.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        match self.task.take() {
            Some(task) => task.await.expect("the service does not panic"),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Serves a stand-in for a remote on a free loopback port, for as long as the process lives.
pub async fn serve_stub(router: axum::Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
        .parse()
        .expect("an address is a URL")
}
