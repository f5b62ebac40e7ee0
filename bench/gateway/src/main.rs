//! The gateway beside HAProxy: the same load through both in alternating bursts, each gateway alone on one core.

mod check;
mod contender;
mod contest;
mod http;
mod latency;
mod load;
mod machine;
mod memory;
mod pace;
mod process;
mod programs;
mod report;
mod rig;
mod rows;
mod tokens;

use anyhow::{Context, bail};
use clap::Parser;
use contest::Plan;
use programs::Programs;
use rig::{Cpus, LIMIT, Rig};
use rows::Row;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

#[derive(Debug, Parser)]
#[command(name = "gateway-bench", about = "Measures the gateway beside HAProxy.")]
struct Arguments {
    /// The gateway under test; else the one that was built together with this program.
    #[arg(long)]
    gateway: Option<PathBuf>,
    /// Installs HAProxy, nginx, wrk and Redis where they are missing: as root on Debian or Ubuntu.
    #[arg(long)]
    install: bool,
    /// What to measure; everything if not said.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Row>,
    /// Bursts of each side.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    bursts: u16,
    /// Seconds of a burst.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Connections that wrk keeps busy.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// Cores of the gateways, as `taskset` reads them.
    #[arg(long, default_value = "0")]
    gateway_cpus: String,
    /// Cores of the load, the upstream and Redis.
    #[arg(long, default_value = "1")]
    load_cpus: String,
}

// One thread: the kernel ends a server when the thread that started it ends, and this one stays.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let stop = janchi_runtime::shutdown();
    // Whatever is dropped here ends its servers and removes its files.
    tokio::select! {
        done = measure(arguments) => done,
        () = stop.cancelled() => bail!("stopped"),
    }
}

async fn measure(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("gateway-bench-")
        .tempdir()
        .context("make a temporary folder")?;
    let log = folder.path().join("install.log");
    let programs = Programs::find(arguments.gateway, arguments.install, &log).await?;
    settle(&arguments.load_cpus)?;
    let plan = Plan {
        bursts: arguments.bursts.into(),
        length: Duration::from_secs(arguments.seconds),
        connections: arguments.connections,
    };
    let cpus = Cpus {
        gateway: arguments.gateway_cpus,
        load: arguments.load_cpus,
    };
    println!("{}; {}", machine::processor(), programs.versions());
    println!("gateway under test: {}", programs.gateway.display());
    println!(
        "gateways on core {} with one thread; load, upstream and Redis on core {}; {} connections, {} alternating bursts of {} s",
        cpus.gateway, cpus.load, plan.connections, plan.bursts, arguments.seconds
    );
    println!(
        "LIMIT_USER={LIMIT}, so that every request is counted and none refused; leases from Redis grow with it\n"
    );
    let rig = Rig::start(programs, cpus, folder).await?;
    let wanted = if arguments.only.is_empty() {
        Row::ALL.to_vec()
    } else {
        arguments.only
    };
    let all_measured = rows::measure(&rig, &wanted, plan).await;
    Ok(if all_measured {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Puts this process beside the load, away from the gateways, and lets it and its servers open enough files.
fn settle(cpus: &str) -> anyhow::Result<()> {
    let own = std::process::id().to_string();
    for (program, arguments) in [
        ("taskset", ["--cpu-list", "--pid", cpus, &own].as_slice()),
        ("prlimit", ["--pid", &own, "--nofile=8192:"].as_slice()),
    ] {
        let status = Command::new(program)
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .with_context(|| format!("run {program}"))?;
        if !status.success() {
            bail!("{program} {} failed", arguments.join(" "));
        }
    }
    Ok(())
}
