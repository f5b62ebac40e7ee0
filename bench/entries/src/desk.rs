//! The entry desk beside pgbench, in alternating rounds on the same server.

use crate::line;
use crate::postgres::Postgres;
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const CALLERS: usize = 64;
const TABLES: &str = include_str!("../sql/tables.sql");
const NAIVE: &str = include_str!("../sql/naive.sql");
const SINGLE: &str = include_str!("../sql/single.sql");

#[derive(Debug, Clone, Copy)]
struct Figure {
    rate: f64,
    p50: f64,
    p99: f64,
}

/// Prints the ratios.
///
/// # Errors
/// Something could not be measured.
pub fn measure(
    postgres: &Postgres,
    folder: &Path,
    programs: &Path,
    rounds: usize,
    length: Duration,
) -> anyhow::Result<bool> {
    postgres.script("postgres", "create database naive")?;
    let (mut naive, mut single, mut desk) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        for (script, figures) in [(NAIVE, &mut naive), (SINGLE, &mut single)] {
            postgres.script("naive", TABLES)?;
            postgres.script("naive", "checkpoint")?;
            let (rate, p50, p99) = postgres.pgbench(folder, script, CALLERS, length.as_secs())?;
            figures.push(Figure { rate, p50, p99 });
        }
        let database = format!("desk_{round}");
        postgres.script("postgres", &format!("create database {database}"))?;
        postgres.script("postgres", "checkpoint")?;
        desk.push(hand_in(postgres, programs, &database, length)?);
    }
    println!(
        "\nentries into one hot event at {CALLERS} concurrent callers, medians of {rounds} rounds of {} s",
        length.as_secs()
    );
    let [naive, single, desk] = [naive, single, desk].map(median);
    for (name, figure) in [
        ("pgbench: insert and counter, gap-free", naive),
        ("pgbench: single-row insert, no numbers", single),
        ("the entry desk: gap-free, sealed, with outbox", desk),
    ] {
        println!(
            "{name:<52} {:>10.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms",
            figure.rate, figure.p50, figure.p99
        );
    }
    let to_naive = desk.rate / naive.rate;
    let to_single = desk.rate / single.rate;
    let mut good = line(
        "against insert and counter",
        &format!("{to_naive:.1} x"),
        "15 x, aim 25 x",
        to_naive >= 15.0,
    );
    good &= line(
        "against single-row inserts",
        &format!("{to_single:.1} x"),
        "4 x",
        to_single >= 4.0,
    );
    good &= line(
        "p99 beside insert and counter",
        &format!("{:.2} to {:.2} ms", desk.p99, naive.p99),
        "lower",
        desk.p99 < naive.p99,
    );
    Ok(good)
}

fn hand_in(
    postgres: &Postgres,
    programs: &Path,
    database: &str,
    length: Duration,
) -> anyhow::Result<Figure> {
    let output = Command::new(programs.join("examples/desk"))
        .env("PARTICIPATION_DATABASE_URL", postgres.url(database))
        .env("CALLERS", CALLERS.to_string())
        .env("SECONDS", length.as_secs().to_string())
        .output()
        .context("run the desk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "the desk: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let words: Vec<&str> = said.split_whitespace().collect();
    let number = |at: usize| -> anyhow::Result<f64> {
        words
            .get(at)
            .and_then(|w| w.parse().ok())
            .with_context(|| format!("the desk said {said}"))
    };
    // Whoever was answered is there, and the numbers have no gap.
    let counts = postgres.ask(
        database,
        "select count(*) || ' ' || count(distinct entry_no) || ' ' || max(entry_no) || ' ' ||
                (select entry_count from event_rules) || ' ' ||
                (select count(*) from outbox where name = 'participation.entered')
         from participants",
    )?;
    let counts: Vec<i64> = counts.split(' ').filter_map(|n| n.parse().ok()).collect();
    let accepted = number(0)? as i64;
    ensure!(
        counts.len() == 5 && counts[..4].iter().all(|c| *c == accepted),
        "{accepted} answered, the table says {counts:?}"
    );
    println!("  {database}: {accepted} entries in {} messages", counts[4]);
    Ok(Figure {
        rate: number(1)?,
        p50: number(2)?,
        p99: number(3)?,
    })
}

fn median(mut figures: Vec<Figure>) -> Figure {
    figures.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    figures[figures.len() / 2]
}
