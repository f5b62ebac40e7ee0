//! How soon the pages show their largest piece on a cheap phone with a slow line, and what they weigh.

use anyhow::Context;
use clap::Parser;
use janchi_browser::{Browser, Device, Tab, Weights};
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(about = "Measures the pages of a running fleet on a throttled browser.")]
struct Arguments {
    /// Where the gateway is.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    gateway: String,
    /// The code of an event that takes entries; `janchi up` prints one of its demo shop.
    #[arg(long)]
    code: String,
    /// The demo shop's e-mail address, and its password.
    #[arg(long)]
    login: String,
    #[arg(long)]
    password: String,
    /// Owner pages beside the home and the list, such as `/app/events/…`.
    #[arg(long = "page")]
    pages: Vec<String>,
    /// How often each page is opened.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Chromium.
    #[arg(long, default_value = "/usr/bin/chromium")]
    browser: PathBuf,
}

/// The last largest thing, in milliseconds since the page was asked for.
const LCP: &str = "new Promise(tell => new PerformanceObserver(list => \
    tell(Math.round(list.getEntries().at(-1).startTime))).observe({type: 'largest-contentful-paint', buffered: true}))";
const JOIN: u64 = 1500;
const OWNER: u64 = 2000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let browser = Browser::start(&arguments.browser).await?;
    println!("| page | LCP, median | worst | budget | bytes | of them scripts |");
    println!("|---|---|---|---|---|---|");
    for path in [format!("/e/{}", arguments.code), "/e".to_owned()] {
        measure(&browser, &arguments, &path, false).await?;
    }
    let mut owned = vec!["/app".to_owned(), "/app/events".to_owned()];
    owned.extend(arguments.pages.iter().cloned());
    for path in owned {
        measure(&browser, &arguments, &path, true).await?;
    }
    Ok(())
}

async fn measure(
    browser: &Browser,
    arguments: &Arguments,
    path: &str,
    is_owner: bool,
) -> anyhow::Result<()> {
    let (mut times, mut weights) = (Vec::new(), Weights::default());
    for _ in 0..arguments.runs.max(1) {
        let tab = browser.tab(Device::PHONE).await?;
        if is_owner {
            log_in(&tab, arguments).await?;
            tab.forget_cached().await?;
        }
        tab.slow_down().await?;
        tab.go(&format!("{}{path}", arguments.gateway)).await?;
        let shown = tab.run(LCP).await?;
        times.push(shown.as_u64().context("no largest piece")?);
        weights = tab.weights();
        tab.close().await?;
    }
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    let budget = if is_owner { OWNER } else { JOIN };
    let kept = if median <= budget { "" } else { " MISSED" };
    println!(
        "| {path} | {median} ms{kept} | {worst} ms | {budget} ms | {} | {} |",
        weights.total, weights.scripts
    );
    Ok(())
}

async fn log_in(tab: &Tab, arguments: &Arguments) -> anyhow::Result<()> {
    tab.go(&format!("{}/login", arguments.gateway)).await?;
    tab.fill("[name=loginId]", &arguments.login).await?;
    tab.fill("[name=password]", &arguments.password).await?;
    tab.follow("form[action='/login'] button").await
}
