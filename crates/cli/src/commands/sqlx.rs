use super::cargo;
use crate::checkout::{Checkout, named_servers, path};
use crate::fleet::migrate;
use crate::terminal::{progress, say};
use anyhow::{Context, ensure};
use janchi_stack::{Keys, Kind, Named, Options, SERVICES, Stack, Wanted};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Renews or checks `.sqlx` of every service against freshly migrated databases.
pub(crate) async fn run(check: bool) -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find()?;
    let mut probe = cargo::command(&checkout)?;
    probe
        .args(["sqlx", "--version"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    ensure!(
        probe.status().await.context("run cargo")?.success(),
        "sqlx-cli is missing: cargo install sqlx-cli --version 0.9.0 --no-default-features --features postgres,sqlx-toml --locked"
    );
    let shutdown = janchi_runtime::shutdown();
    let progress = progress();
    let options = Options {
        folder: std::env::temp_dir(),
        kind: Kind::ThrowAway,
        needed: Wanted::DATABASE,
        named: Named {
            database: named_servers()?.database,
            ..Named::default()
        },
        path: path()?,
    };
    let stack = Stack::start(options, &Keys::generate()?, &progress, &shutdown).await?;
    let prepared = prepare(&checkout, &stack, check, &shutdown).await;
    let stopped = stack.stop().await;
    let stale = prepared?;
    stopped?;
    if stale.is_empty() {
        say(if check {
            "the caches of SQL statements are up to date"
        } else {
            "the caches of SQL statements are renewed"
        });
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "not up to date: {}. Run `cargo janchi sqlx`",
        stale.join(", ")
    ));
    Ok(ExitCode::FAILURE)
}

async fn prepare(
    checkout: &Checkout,
    stack: &Stack,
    check: bool,
    shutdown: &CancellationToken,
) -> anyhow::Result<Vec<&'static str>> {
    let databases = migrate::fresh(&stack.urls().database, "sqlx").await?;
    let result = async {
        let mut stale = Vec::new();
        for service in SERVICES {
            let url = databases.url(service)?;
            let mut command =
                cargo::command_in(checkout, &checkout.root().join("services").join(service))?;
            command
                .args(["sqlx", "prepare"])
                .args(check.then_some("--check"))
                .args(["--", "--all-targets"]);
            command
                .env(
                    format!("{}_DATABASE_URL", service.to_uppercase()),
                    url.expose_secret(),
                )
                .env("SQLX_OFFLINE", "false");
            if !cargo::run(command, shutdown, |_| ()).await?.success() {
                stale.push(service);
            }
        }
        Ok(stale)
    }
    .await;
    databases.drop_all().await?;
    result
}
