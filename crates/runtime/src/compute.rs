//! Work that keeps a core busy for long.

use anyhow::Context;
use tokio::sync::oneshot;

/// How far such work gives way (Linux' niceness, 0..=19): against one ordinary busy thread it keeps a tenth of the core,
/// and a thread that wakes up for a request runs at once.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Computes on a thread of its own, to which the machine prefers all others: requests are answered while it runs, and it
/// never holds up tokio's threads. Work that has begun ends even if nobody waits for it any more.
///
/// The caller bounds how much runs at a time.
///
/// # Errors
/// The system has no thread left, or the work panics.
pub async fn compute<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (done, result) = oneshot::channel();
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            give_way();
            // Nobody may be left to hear it.
            let _ = done.send(work());
        })
        .context("start a thread")?;
    result.await.context("computing ended abnormally")
}

/// On Linux niceness is each thread's own. Elsewhere it is the whole process's, which has requests to answer.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "heavy work is not told apart from other work");
    }
}

#[cfg(test)]
mod tests {
    use super::compute;

    #[tokio::test]
    async fn a_result_comes_back() {
        assert_eq!(compute("sum", || 20 + 22).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_panic_is_the_callers_error() {
        assert!(compute("panic", || panic!("on purpose")).await.is_err());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_the_computing_thread_gives_way() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        assert_eq!(
            compute("nice", niceness).await.unwrap(),
            before + super::NICE
        );
        assert_eq!(niceness(), before);
    }
}
