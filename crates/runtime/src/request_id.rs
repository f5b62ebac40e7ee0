//! The request id: made at the edge, carried by every call and message, shown in every log line and problem.

use std::future::Future;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request or message being worked on; empty outside of one.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs `work` under this id.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// A fresh id.
pub fn fresh() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Whether an id from outside may be taken over: short, and nothing that could forge a log line.
pub fn is_sane(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_from_outside_cannot_forge_a_log_line() {
        assert!(super::is_sane("0192f0c1-aaaa"));
        assert!(!super::is_sane("a\nlevel=ERROR"));
        assert!(!super::is_sane("short"));
        assert!(!super::is_sane(&"x".repeat(65)));
    }
}
