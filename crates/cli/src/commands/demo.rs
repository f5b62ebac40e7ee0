use crate::checkout::Checkout;
use crate::demo;
use crate::running::Running;
use crate::terminal::progress;
use anyhow::Context;
use std::process::ExitCode;
use url::Url;

/// Seeds the demo shop on a running fleet.
pub(crate) async fn run(gateway: Option<Url>) -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find()?;
    let gateway = match gateway {
        Some(gateway) => gateway,
        None => {
            Running::find(&checkout)
                .context("no fleet runs here; start `cargo janchi up` or name one with --gateway")?
                .gateway
        }
    };
    let outcome = demo::seed(&gateway, &checkout.kept("demo.json")?, &progress()).await?;
    outcome.tell(&gateway);
    Ok(ExitCode::SUCCESS)
}
