//! Entries in a burst and draws of a million, beside what everybody writes first: one insert and one counter per entry.
//! Every server is started by this program, on loopback, and gone at its end; PostgreSQL has its default durability.

#[expect(dead_code, reason = "the gateway's benchmark uses all of it")]
#[path = "../../gateway/src/process.rs"]
mod process;

mod crash;
mod desk;
mod draw;
mod fleet;
mod load;
mod postgres;
mod stub;

use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use fleet::Fleet;
use postgres::Postgres;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Row {
    /// Entries beside pgbench, inside the service.
    Desk,
    /// Entries over HTTP.
    Http,
    /// Entries through the gateway.
    Gateway,
    /// A million entries drawn, verified, exported.
    Draw,
    /// PostgreSQL and the service killed in the middle of a burst.
    Crash,
}

#[derive(Debug, Parser)]
#[command(name = "entries-bench", about = "Measures entries and draws.")]
struct Arguments {
    /// What to measure; everything if not said.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Row>,
    /// Rounds beside pgbench.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of a round.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Seconds through the gateway.
    #[arg(long, default_value_t = 60)]
    gateway_seconds: u64,
    /// Where the released programs are; else beside this one.
    #[arg(long)]
    programs: Option<PathBuf>,
}

// One thread: the kernel ends a server when the thread that started it ends, and this one stays.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let stop = janchi_runtime::shutdown();
    tokio::select! {
        done = measure(arguments) => done,
        () = stop.cancelled() => bail!("stopped"),
    }
}

async fn measure(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("entries-bench-")
        .tempdir()
        .context("make a temporary folder")?;
    let programs = match arguments.programs {
        Some(named) => named,
        None => std::env::current_exe()?
            .parent()
            .context("find this program's folder")?
            .to_owned(),
    };
    let wants = |row: Row| arguments.only.is_empty() || arguments.only.contains(&row);
    let postgres = Postgres::start(folder.path())?;
    println!(
        "PostgreSQL {}: fsync {}, synchronous_commit {}, full_page_writes {}",
        postgres.ask("postgres", "show server_version")?,
        postgres.ask("postgres", "show fsync")?,
        postgres.ask("postgres", "show synchronous_commit")?,
        postgres.ask("postgres", "show full_page_writes")?
    );
    let mut good = true;
    if wants(Row::Desk) {
        let length = Duration::from_secs(arguments.seconds);
        good &= desk::measure(
            &postgres,
            folder.path(),
            &programs,
            arguments.rounds,
            length,
        )?;
    }
    if [Row::Http, Row::Gateway, Row::Crash, Row::Draw]
        .into_iter()
        .any(wants)
    {
        let mut fleet = Fleet::start(&postgres, folder.path(), &programs).await?;
        if wants(Row::Http) {
            good &= fleet.over_http(Duration::from_secs(10)).await?;
        }
        if wants(Row::Gateway) {
            let length = Duration::from_secs(arguments.gateway_seconds);
            good &= fleet.through_the_gateway(length).await?;
        }
        if wants(Row::Crash) {
            good &= crash::measure(&mut fleet, &postgres).await?;
        }
        if wants(Row::Draw) {
            good &= draw::measure(&mut fleet, &postgres, folder.path(), &programs).await?;
        }
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        println!("a goal is missed");
        ExitCode::FAILURE
    })
}

/// A figure beside its goal, and whether it is met.
fn line(what: &str, figure: &str, goal: &str, met: bool) -> bool {
    let mark = if met { "ok" } else { "MISSED" };
    println!("{what:<52} {figure:>24}   {goal:<22} {mark}");
    met
}
