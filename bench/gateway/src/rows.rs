//! What is measured against what.

use crate::check::check;
use crate::contender::{Contender, Upstream};
use crate::contest::{Plan, contest};
use crate::latency::latency;
use crate::memory::memory;
use crate::report::{self, Goal};
use crate::rig::Rig;
use crate::tokens::Algorithm;
use anyhow::Context;
use clap::ValueEnum;

/// One thing to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Row {
    /// No gateway at all, for reference.
    Direct,
    /// Against HAProxy with the cheap HS256.
    Tcp,
    /// The same with services on a Unix socket.
    Unix,
    /// Against HAProxy verifying the same ES256.
    Es256,
    /// What the gateway adds at half load.
    Latency,
    /// With a thousand idle connections.
    Memory,
}

impl Row {
    pub const ALL: [Self; 6] = [
        Self::Direct,
        Self::Tcp,
        Self::Unix,
        Self::Es256,
        Self::Latency,
        Self::Memory,
    ];
}

/// Measures and prints. `false` if something could not be measured.
pub async fn measure(rig: &Rig, wanted: &[Row], plan: Plan) -> bool {
    let mut all = true;
    let mut headed = false;
    for row in Row::ALL.into_iter().filter(|row| wanted.contains(row)) {
        let measured = match row {
            Row::Latency => measure_latency(rig, plan).await,
            Row::Memory => measure_memory(rig, plan).await,
            contest => {
                if !std::mem::replace(&mut headed, true) {
                    report::head();
                }
                measure_contest(rig, contest, plan).await
            }
        };
        if let Err(error) = measured {
            println!("{row:?}: not measured: {error:#}\n");
            all = false;
        }
    }
    all
}

async fn measure_contest(rig: &Rig, row: Row, plan: Plan) -> anyhow::Result<()> {
    let against_hs256 = |aim| Goal {
        requests: 1.15,
        aim,
        cpu: Some(0.85),
    };
    let (algorithm, goal) = match row {
        Row::Tcp => (Algorithm::Hs256, Some(against_hs256(1.3))),
        Row::Unix => (Algorithm::Hs256, Some(against_hs256(1.7))),
        Row::Es256 => (
            Algorithm::Es256,
            Some(Goal {
                requests: 4.0,
                aim: 5.0,
                cpu: None,
            }),
        ),
        Row::Direct | Row::Latency | Row::Memory => (Algorithm::Hs256, None),
    };
    let base = checked(rig, Contender::haproxy(rig, algorithm).await?)?;
    let contender = match row {
        Row::Direct => Contender::direct(rig),
        Row::Unix => Contender::gateway(rig, Upstream::UnixSocket).await?,
        _ => Contender::gateway(rig, Upstream::Tcp).await?,
    };
    let contender = checked(rig, contender)?;
    let result = contest(rig, &base, &contender, plan).await?;
    report::contest(&base.name, &contender.name, &result, goal);
    base.stop().await;
    contender.stop().await;
    Ok(())
}

async fn measure_latency(rig: &Rig, plan: Plan) -> anyhow::Result<()> {
    let gateway = checked(rig, Contender::gateway(rig, Upstream::Tcp).await?)?;
    let base = checked(rig, Contender::haproxy(rig, Algorithm::Hs256).await?)?;
    report::latency(&latency(rig, &gateway, &base, plan).await?);
    base.stop().await;
    gateway.stop().await;
    Ok(())
}

async fn measure_memory(rig: &Rig, plan: Plan) -> anyhow::Result<()> {
    let gateway = checked(rig, Contender::gateway(rig, Upstream::Tcp).await?)?;
    // A load first: what it leaves behind counts as well.
    crate::load::load(rig, &gateway, plan.connections, plan.length).await?;
    report::memory(&memory(rig, &gateway).await?);
    gateway.stop().await;
    Ok(())
}

fn checked(rig: &Rig, contender: Contender) -> anyhow::Result<Contender> {
    check(&contender, &rig.users).with_context(|| match &contender.process {
        Some(process) => format!(
            "{} fails its check (its last words: {})",
            contender.name,
            process.last_words()
        ),
        None => format!("{} fails its check", contender.name),
    })?;
    Ok(contender)
}
