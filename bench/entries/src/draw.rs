//! A million entries: frozen, drawn, verified by the command; and a list of 100,000 rows as a file.

use crate::fleet::{Fleet, peak};
use crate::line;
use crate::postgres::Postgres;
use anyhow::{Context, ensure};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;

const MILLION: u32 = 1_000_000;

/// Fills the event up and draws it.
///
/// # Errors
/// Something could not be measured.
pub async fn measure(
    fleet: &mut Fleet,
    postgres: &Postgres,
    folder: &Path,
    programs: &Path,
) -> anyhow::Result<bool> {
    println!();
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .context("build a client")?;
    // The event is opened by its first entry; a thousand real ones are in the list too.
    crate::load::closed(fleet.port, &fleet.code, 16, Duration::from_millis(500)).await?;
    fill(postgres, fleet, 100_000)?;
    let mut good = exports(fleet, &http).await?;
    fill(postgres, fleet, MILLION)?;
    restart(fleet).await?;
    let before = memory(fleet);
    fleet.stub.change(|event| {
        event["status"] = json!("ENDED");
        event["closedAt"] = json!(chrono::Utc::now());
    });
    let base = format!("http://127.0.0.1:{}", fleet.port);
    let began = Instant::now();
    let drawn = http
        .post(format!("{base}/api/events/{}/draws", fleet.event_id))
        .bearer_auth(&fleet.owner_token)
        .json(&json!({}))
        .send()
        .await
        .context("draw")?;
    let took = began.elapsed();
    let status = drawn.status();
    let drawn: serde_json::Value = drawn.json().await.context("read a draw")?;
    ensure!(status == 201, "the draw answered {status}: {drawn}");
    let most = memory(fleet);
    good &= line(
        "1,000,000 entries frozen and drawn",
        &format!("{:.2} s", took.as_secs_f64()),
        "under 5 s",
        took < Duration::from_secs(5),
    );
    good &= line(
        "memory of the service meanwhile, at most",
        &format!("{most} MB, before {before} MB"),
        "under 300 MB",
        most < 300,
    );
    let bundle = folder.join("bundle.json");
    let id = drawn["drawId"].as_str().context("a draw has an id")?;
    let began = Instant::now();
    let size = download(
        &http,
        &format!("{base}/api/public/draws/{id}/bundle"),
        None,
        &bundle,
    )
    .await?;
    println!(
        "  bundle of {} MB in {:.2} s; service at most {} MB",
        size / 1_000_000,
        began.elapsed().as_secs_f64(),
        memory(fleet)
    );
    let began = Instant::now();
    let output = Command::new(programs.join("janchi"))
        .arg("verify-draw")
        .arg(&bundle)
        .output()
        .context("verify the draw")?;
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "the draw does not hold: {said}");
    good &= line(
        "janchi verify-draw of its bundle",
        &format!("{:.2} s", took.as_secs_f64()),
        "under 5 s",
        took < Duration::from_secs(5),
    );
    Ok(good)
}

/// Copies of the first entry under other tags, until there are so many.
fn fill(postgres: &Postgres, fleet: &Fleet, count: u32) -> anyhow::Result<()> {
    let id = fleet.event_id;
    postgres.script(
        "entries",
        &format!(
            "insert into participants (id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, sealed, channel, tag,
                weight, visited, consent_version, consent_marketing, consented_at, entered_at, destroy_at)
             select gen_random_uuid(), '{id}', r.entry_count + i, 'X' || r.entry_count + i,
                sha256(('p' || r.entry_count + i)::text::bytea), sha256('t'), null, 'NAVER',
                sha256(('tag' || r.entry_count + i)::text::bytea), 1 + 2 * (i % 2), i % 2 = 1, 'x', false, now(), now(),
                now() + interval '60 days'
             from event_rules r, generate_series(1, {count} - r.entry_count) i where r.event_id = '{id}';
             update event_rules set entry_count = greatest(entry_count, {count}) where event_id = '{id}';
             vacuum analyze participants"
        )
        .replace("vacuum analyze participants", "analyze participants"),
    )
}

async fn exports(fleet: &mut Fleet, http: &reqwest::Client) -> anyhow::Result<bool> {
    let mut good = true;
    for format in ["csv", "xlsx"] {
        restart(fleet).await?;
        let before = memory(fleet);
        let url = format!(
            "http://127.0.0.1:{}/api/events/{}/participants/export?format={format}",
            fleet.port, fleet.event_id
        );
        let file =
            std::env::temp_dir().join(format!("entries-bench-{}.{format}", std::process::id()));
        let began = Instant::now();
        let size = download(http, &url, Some(&fleet.owner_token), &file).await?;
        let took = began.elapsed();
        std::fs::remove_file(&file).context("remove the file")?;
        let grown = memory(fleet).saturating_sub(before);
        good &= line(
            &format!("100,000 rows as {format} ({} MB)", size / 1_000_000),
            &format!("{:.2} s, {grown} MB more", took.as_secs_f64()),
            "constant memory",
            grown < 40,
        );
    }
    Ok(good)
}

/// A new process: the most memory it ever held is then of one piece of work.
async fn restart(fleet: &mut Fleet) -> anyhow::Result<()> {
    if let Some(process) = fleet.participation.take() {
        process.stop().await;
    }
    fleet.serve().await
}

fn memory(fleet: &Fleet) -> u64 {
    fleet.participation.as_ref().map_or(0, |p| peak(p.pid()))
}

async fn download(
    http: &reqwest::Client,
    url: &str,
    token: Option<&str>,
    to: &Path,
) -> anyhow::Result<u64> {
    let mut request = http.get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let mut answer = request.send().await.context("ask for a file")?;
    ensure!(
        answer.status().is_success(),
        "{url} answered {}",
        answer.status()
    );
    let mut file = tokio::fs::File::create(to).await.context("make a file")?;
    let mut size = 0;
    while let Some(chunk) = answer.chunk().await.context("read a file")? {
        size += chunk.len() as u64;
        file.write_all(&chunk).await.context("write a file")?;
    }
    file.flush().await.context("write a file")?;
    Ok(size)
}
