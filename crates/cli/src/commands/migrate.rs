use crate::checkout::{Checkout, named_servers, path};
use crate::fleet::migrate;
use crate::running::Running;
use crate::terminal::{progress, say};
use janchi_stack::{Keys, Kind, Named, Options, SERVICES, Stack, Wanted};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Migrates the databases that the environment names one by one (`EVENT_DATABASE_URL`, …), else those of the fleet
/// that runs in this checkout, else those that `janchi up` would use.
pub(crate) async fn run() -> anyhow::Result<ExitCode> {
    let mut urls: BTreeMap<&str, SecretString> = BTreeMap::new();
    for service in SERVICES {
        if let Some(url) =
            janchi_runtime::optional_secret(&format!("{}_DATABASE_URL", service.to_uppercase()))?
        {
            urls.insert(service, url);
        }
    }
    if urls.is_empty() {
        let checkout = Checkout::find()?;
        if let Some(running) = Running::find(&checkout) {
            urls = SERVICES
                .iter()
                .filter_map(|s| Some((*s, running.database(s)?)))
                .collect();
        } else {
            return with_own_server(&checkout).await;
        }
    }
    for (service, url) in &urls {
        migrate::one(service, url).await?;
        say(&format!("{service}: up to date"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn with_own_server(checkout: &Checkout) -> anyhow::Result<ExitCode> {
    let options = Options {
        folder: checkout.home()?.folder,
        kind: Kind::Kept,
        needed: Wanted::DATABASE,
        named: Named {
            database: named_servers()?.database,
            ..Named::default()
        },
        path: path()?,
    };
    let keys = Keys::load_or_generate(&checkout.keys()?)?;
    let stack = Stack::start(options, &keys, &progress(), &janchi_runtime::shutdown()).await?;
    let migrated = migrate::all(stack.urls()).await;
    let stopped = stack.stop().await;
    migrated?;
    stopped?;
    say("the seven databases are up to date");
    Ok(ExitCode::SUCCESS)
}
