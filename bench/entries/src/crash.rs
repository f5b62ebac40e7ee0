//! PostgreSQL, then the service, killed in the middle of a burst: nothing acknowledged is lost, nothing lost is
//! acknowledged.

use crate::fleet::Fleet;
use crate::line;
use crate::load::{Connection, NEXT, entry};
use crate::postgres::Postgres;
use anyhow::{Context, ensure};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const CALLERS: usize = 128;

type Told = Arc<Mutex<HashMap<u32, Option<String>>>>;

/// Kills each in turn.
///
/// # Errors
/// Something does not come back.
pub async fn measure(fleet: &mut Fleet, postgres: &Postgres) -> anyhow::Result<bool> {
    println!();
    let mut good = true;
    for victim in ["PostgreSQL", "the service"] {
        let (told, stop) = (Told::default(), Arc::new(AtomicBool::new(false)));
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(call(
                fleet.port,
                fleet.code.clone(),
                told.clone(),
                stop.clone(),
            ));
        }
        tokio::time::sleep(Duration::from_millis(1500)).await;
        if victim == "PostgreSQL" {
            postgres.crash()?;
            tokio::time::sleep(Duration::from_millis(500)).await;
            postgres.up()?;
            postgres.answers()?;
        } else if let Some(process) = fleet.participation.take() {
            // By SIGKILL.
            process.stop().await;
            fleet.serve().await?;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.store(true, Ordering::Relaxed);
        while let Some(caller) = callers.join_next().await {
            caller.context("a caller")?;
        }
        let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
        let (mut acknowledged, mut unknown, mut lost) = (0, 0, 0);
        let mut connection = Connection::open(fleet.port).await?;
        for (n, id) in told {
            // The same tap again: whoever has an entry is answered with it.
            let answer = connection.ask(&entry(&fleet.code, n, true)).await?;
            ensure!(
                answer.status == 201,
                "{} to a repeated entry",
                answer.status
            );
            let body: Value = serde_json::from_slice(&answer.body).context("read a receipt")?;
            match id {
                Some(id) => {
                    acknowledged += 1;
                    lost += usize::from(body["participantId"] != id);
                }
                None => unknown += 1,
            }
        }
        let holes = postgres.ask(
            "entries",
            "select max(entry_no) - count(*) || ' ' || max(entry_no) - (select entry_count from event_rules) from participants",
        )?;
        good &= line(
            &format!("{victim} killed in the middle of a burst"),
            &format!("{lost} of {acknowledged} lost"),
            &format!("none; {unknown} retried"),
            lost == 0 && holes == "0 0" && acknowledged > 0,
        );
    }
    Ok(good)
}

async fn call(port: u16, code: String, told: Told, stop: Arc<AtomicBool>) {
    let mut connection = None;
    while !stop.load(Ordering::Relaxed) {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let asked = async {
            let mut open = match connection.take() {
                Some(open) => open,
                None => Connection::open(port).await?,
            };
            let answer = open.ask(&entry(&code, n, true)).await?;
            connection = Some(open);
            anyhow::Ok(answer)
        };
        let answered = tokio::time::timeout(Duration::from_secs(10), asked).await;
        let id = match answered {
            Ok(Ok(answer)) if answer.status == 201 => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                body["participantId"].as_str().map(str::to_owned)
            }
            _ => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                None
            }
        };
        told.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(n, id);
    }
}
