use crate::checkout::{Checkout, named_servers, path};
use crate::demo::{self, Outcome};
use crate::fleet::{Fleet, FleetOptions, migrate};
use crate::running::Running;
use crate::terminal::{progress, say, seconds};
use anyhow::Context;
use janchi_runtime::Clock;
use janchi_stack::{Keys, Kind, Options, Progress, Stack, Wanted};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Where the gateway listens unless `JANCHI_PORT` says otherwise.
pub(crate) const PORT: u16 = 8080;
/// Every service answers its probe by then.
const READY: Duration = Duration::from_secs(60);

/// Runs everything until Ctrl-C, SIGTERM, or a service ends by itself.
pub(crate) async fn run(with_demo: bool) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let checkout = Checkout::find()?;
    let shutdown = janchi_runtime::shutdown();
    let progress = progress();
    let home = checkout.home()?;
    home.tell(&progress);
    let keys = Keys::load_or_generate(&home.folder.join("keys.json"))?;
    let options = Options {
        folder: home.folder,
        kind: Kind::Kept,
        needed: Wanted::ALL,
        named: named_servers()?,
        path: path()?,
    };
    let stack = Stack::start(options, &keys, &progress, &shutdown).await?;
    let result = with_servers(
        &checkout, &stack, keys, with_demo, begun, &progress, &shutdown,
    )
    .await;
    let stopped = stack.stop().await;
    result?;
    stopped?;
    say("everything has ended; the data is kept");
    Ok(ExitCode::SUCCESS)
}

async fn with_servers(
    checkout: &Checkout,
    stack: &Stack,
    keys: Keys,
    with_demo: bool,
    begun: Instant,
    progress: &Progress,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    // Only now: until the servers' lock was taken, the log and the port may have been another's.
    log_to_file(checkout)?;
    let gateway = gateway_listener(progress).await?;
    progress
        .during("migrate seven databases", migrate::all(stack.urls()))
        .await?;
    let options = FleetOptions::for_checkout(
        stack.urls(),
        keys,
        gateway,
        checkout.kept("files")?,
        Clock::system(),
    )?;
    // The broker takes longest: nothing waits for it, the services look for it until it is there.
    let mut fleet = Fleet::start(options).await?;
    let working = work(checkout, stack, &fleet, with_demo, begun, progress);
    let result = tokio::select! {
        result = working => match result {
            Ok(_note) => tokio::select! {
                ended = fleet.ended() => ended,
                () = shutdown.cancelled() => Ok(()),
            },
            Err(error) => Err(error),
        },
        () = shutdown.cancelled() => Ok(()),
    };
    say("stopping …");
    let stopped = fleet.stop().await;
    result.and(stopped)
}

/// Waits for the fleet, seeds the demo and tells where to click.
async fn work(
    checkout: &Checkout,
    stack: &Stack,
    fleet: &Fleet,
    with_demo: bool,
    begun: Instant,
    progress: &Progress,
) -> anyhow::Result<crate::running::Note> {
    let broker = progress.during("start RabbitMQ", stack.broker_ready());
    let services = progress.during("start seven services and the gateway", async {
        broker.await?;
        fleet.ready(READY).await
    });
    services.await?;
    let ready = begun.elapsed();
    let note = Running::note(
        checkout,
        stack.urls(),
        fleet.base_url().clone(),
        fleet.admin_urls().clone(),
    )?;
    let demo = if with_demo {
        Some(demo::seed(fleet.base_url(), &checkout.kept("demo.json")?, progress).await)
    } else {
        None
    };
    let at = fleet.base_url().as_str().trim_end_matches('/').to_owned();
    say("");
    say(&format!("Janchi is ready after {}: {at}", seconds(ready)));
    say(&format!(
        "API:         {at}/api/events   described in {at}/docs"
    ));
    say(&format!(
        "practice:    outside services are played by {}",
        fleet.partners_url()
    ));
    match demo {
        Some(Ok(outcome)) => Outcome::tell(&outcome, fleet.base_url()),
        // The fleet itself is fine: a person can use it, and `cargo janchi demo` tries again.
        Some(Err(error)) => say(&format!("demo shop:   could not be seeded: {error:#}")),
        None => {}
    }
    say(&format!(
        "data:        {}   logs: {}",
        stack.data().display(),
        checkout.kept("janchi.log")?.display()
    ));
    say("Ctrl-C takes everything down and keeps the data.");
    Ok(note)
}

/// `JANCHI_PORT`, else 8080, else any free port, which is told.
async fn gateway_listener(progress: &Progress) -> anyhow::Result<TcpListener> {
    let bind = |port: u16| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(port) = janchi_runtime::optional::<u16>("JANCHI_PORT")? {
        return bind(port)
            .await
            .with_context(|| format!("listen on port {port}, as JANCHI_PORT says"));
    }
    match bind(PORT).await {
        Ok(listener) => Ok(listener),
        Err(_) => {
            progress.note(format!("port {PORT} is taken: the gateway takes another"));
            bind(0).await.context("find a free port for the gateway")
        }
    }
}

/// The services' logs would bury what a person needs to see; `JANCHI_LOG=pretty` shows them all the same.
fn log_to_file(checkout: &Checkout) -> anyhow::Result<()> {
    if janchi_runtime::optional::<String>("JANCHI_LOG")?.is_some() {
        janchi_runtime::telemetry("janchi");
        return Ok(());
    }
    let file = checkout.kept("janchi.log")?;
    let out = File::create(&file).with_context(|| format!("write {}", file.display()))?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("info,sqlx=warn,sqlx::postgres::notice=off,lapin=error,hyper=warn")
    });
    // Another subscriber may be there already (a test's): then that one keeps the logs.
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(Mutex::new(out))
        .try_init()
        .ok();
    Ok(())
}
