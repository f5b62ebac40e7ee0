//! Running the parts of a process side by side, none of them without the others.

use anyhow::anyhow;
use futures::future::{BoxFuture, FutureExt};
use std::collections::HashMap;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Something that runs until shutdown, and its name for the log.
pub(crate) struct Part {
    name: &'static str,
    task: BoxFuture<'static, anyhow::Result<()>>,
}

impl Part {
    pub fn new(
        name: &'static str,
        task: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) -> Self {
        Self {
            name,
            task: task.boxed(),
        }
    }
}

/// Runs all parts until shutdown and waits until each has finished what it had begun.
///
/// A part that fails, panics or ends before shutdown takes the others with it: it cancels `shutdown`. A process that
/// answers its probes and no longer listens to its queue would be worse than one that is started again.
///
/// # Errors
/// The first part that did not end well, by name.
pub(crate) async fn together(parts: Vec<Part>, shutdown: CancellationToken) -> anyhow::Result<()> {
    let mut running = JoinSet::new();
    let mut names = HashMap::new();
    for Part { name, task } in parts {
        names.insert(running.spawn(task).id(), name);
    }
    let mut result = Ok(());
    while let Some(joined) = running.join_next_with_id().await {
        let (id, ended) = match joined {
            Ok((_, Ok(()))) if shutdown.is_cancelled() => continue,
            Ok((id, Ok(()))) => (id, anyhow!("ended by itself")),
            Ok((id, Err(error))) => (id, error),
            Err(panic) => (panic.id(), panic.into()),
        };
        let part = names.get(&id).copied().unwrap_or_default();
        let error = ended.context(part);
        tracing::error!(error = format!("{error:#}"), "stops with all its parts");
        shutdown.cancel();
        result = result.and(Err(error));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Ends at shutdown, a little later, and tells that it got there.
    fn steady(shutdown: &CancellationToken) -> (Part, Arc<AtomicBool>) {
        let finished = Arc::new(AtomicBool::new(false));
        let (stop, told) = (shutdown.clone(), Arc::clone(&finished));
        let part = Part::new("steady", async move {
            stop.cancelled().await;
            tokio::task::yield_now().await;
            told.store(true, Ordering::Relaxed);
            Ok(())
        });
        (part, finished)
    }

    async fn beside_steady(other: Part) -> (String, bool) {
        let shutdown = CancellationToken::new();
        let (part, finished) = steady(&shutdown);
        let error = together(vec![part, other], shutdown.clone())
            .await
            .unwrap_err();
        assert!(shutdown.is_cancelled());
        (format!("{error:#}"), finished.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_part_that_fails_stops_the_others_which_finish() {
        let failing = Part::new("consumer", async { Err(anyhow!("no queue")) });
        let (error, finished) = beside_steady(failing).await;
        assert_eq!(error, "consumer: no queue");
        assert!(finished);
    }

    #[tokio::test]
    async fn a_part_that_panics_or_ends_early_does_the_same() {
        let panicking = Part::new("ticker", async { panic!("a bug") });
        let (error, finished) = beside_steady(panicking).await;
        assert!(error.starts_with("ticker: ") && error.contains("panicked"));
        assert!(finished);
        let ending = Part::new("relay", async { Ok(()) });
        let (error, finished) = beside_steady(ending).await;
        assert_eq!(error, "relay: ended by itself");
        assert!(finished);
    }

    #[tokio::test]
    async fn shutdown_is_no_error_and_a_failure_on_the_way_out_is() {
        let shutdown = CancellationToken::new();
        let (first, one) = steady(&shutdown);
        let (second, two) = steady(&shutdown);
        let running = tokio::spawn(together(vec![first, second], shutdown.clone()));
        shutdown.cancel();
        running.await.unwrap().unwrap();
        assert!(one.load(Ordering::Relaxed) && two.load(Ordering::Relaxed));

        let shutdown = CancellationToken::new();
        let (steady, finished) = steady(&shutdown);
        let stop = shutdown.clone();
        let late = Part::new("api", async move {
            stop.cancelled().await;
            Err(anyhow!("broke"))
        });
        let running = tokio::spawn(together(vec![steady, late], shutdown.clone()));
        shutdown.cancel();
        let error = running.await.unwrap().unwrap_err();
        assert_eq!(format!("{error:#}"), "api: broke");
        assert!(finished.load(Ordering::Relaxed));
    }
}
