//! Collects files that no row names any more: of jobs that were cancelled or broke off between file and row.

use crate::domain::file_key::FileKey;
use crate::state::AppState;
use crate::store::owners::{hold_files_alone, list_unused};
use anyhow::Context as _;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A file younger than this may be waiting for its row.
pub const AGE: Duration = Duration::from_secs(24 * 3600);
const EVERY: Duration = Duration::from_secs(6 * 3600);

/// Sweeps until shutdown. Of several processes each sweeps; the second finds nothing left.
pub async fn sweep_for_ever(state: AppState, shutdown: CancellationToken) {
    while shutdown
        .run_until_cancelled(tokio::time::sleep(EVERY))
        .await
        .is_some()
    {
        match sweep(&state, AGE).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "unused picture files collected"),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "unused files stay for now"),
        }
    }
}

/// Removes files older than `age` that no row names; answers how many.
///
/// # Errors
/// The store or the database cannot be reached.
pub async fn sweep(state: &AppState, age: Duration) -> anyhow::Result<usize> {
    // The time of files is the store's, not the domain's.
    let before = chrono::Utc::now() - age;
    let removed = std::sync::atomic::AtomicUsize::new(0);
    state
        .files
        .each_older(before, async |keys| {
            let gone = remove_unused(state, &keys).await?;
            removed.fetch_add(gone, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        })
        .await?;
    let removed = removed.into_inner();
    metrics::counter!("janchi_files_collected_total").increment(removed as u64);
    Ok(removed)
}

async fn remove_unused(state: &AppState, keys: &[FileKey]) -> anyhow::Result<usize> {
    let names: Vec<String> = keys.iter().map(FileKey::to_string).collect();
    let mut tx = state.db.begin().await.context("begin")?;
    // Whoever adds a row to a file that lies there already waits until it is clear whether it stays.
    hold_files_alone(&mut tx).await.context("hold the files")?;
    let unused = list_unused(&mut tx, &names)
        .await
        .context("list unused files")?;
    for key in unused.iter().filter_map(|name| FileKey::parse(name)) {
        state.files.remove(&key).await?;
    }
    tx.commit().await.context("let go of the files")?;
    Ok(unused.len())
}
