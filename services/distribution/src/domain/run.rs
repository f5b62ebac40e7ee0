//! What the states of the channels make of the whole run.

use janchi_contracts::distribution::{ChannelStatus, RunStatus};

/// Whether a channel is still being brought up by this service.
pub const fn is_moving(status: ChannelStatus) -> bool {
    matches!(status, ChannelStatus::Queued | ChannelStatus::Publishing)
}

/// Whether a channel counts as done: up, under review, or in the owner's hands.
pub const fn is_carried(status: ChannelStatus) -> bool {
    matches!(
        status,
        ChannelStatus::Published
            | ChannelStatus::PendingReview
            | ChannelStatus::ManualActionRequired
    )
}

/// The state of a run: running while a channel moves, then by how many channels are carried.
pub fn status_of(channels: impl IntoIterator<Item = ChannelStatus>) -> RunStatus {
    let (mut all, mut any) = (true, false);
    for status in channels {
        if is_moving(status) {
            return RunStatus::Running;
        }
        all &= is_carried(status);
        any |= is_carried(status);
    }
    match (any, all) {
        (true, true) => RunStatus::Completed,
        (true, false) => RunStatus::Partial,
        (false, _) => RunStatus::Failed,
    }
}

/// The code of a run's state as it is stored.
pub const fn code(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Running => "RUNNING",
        RunStatus::Completed => "COMPLETED",
        RunStatus::Partial => "PARTIAL",
        RunStatus::Failed => "FAILED",
    }
}

/// The state with this code.
pub fn from_code(code: &str) -> Option<RunStatus> {
    match code {
        "RUNNING" => Some(RunStatus::Running),
        "COMPLETED" => Some(RunStatus::Completed),
        "PARTIAL" => Some(RunStatus::Partial),
        "FAILED" => Some(RunStatus::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChannelStatus::*;

    #[test]
    fn a_run_is_running_while_one_channel_moves() {
        assert_eq!(status_of([Published, Queued]), RunStatus::Running);
        assert_eq!(status_of([Failed, Publishing]), RunStatus::Running);
    }

    #[test]
    fn a_run_is_complete_when_every_channel_is_up_in_review_or_with_the_owner() {
        assert_eq!(
            status_of([Published, PendingReview, ManualActionRequired]),
            RunStatus::Completed
        );
    }

    #[test]
    fn one_carried_channel_makes_a_run_partial() {
        assert_eq!(status_of([Failed, Skipped, Published]), RunStatus::Partial);
        assert_eq!(
            status_of([Unknown, ManualActionRequired]),
            RunStatus::Partial
        );
    }

    #[test]
    fn a_run_without_a_carried_channel_has_failed() {
        assert_eq!(
            status_of([Failed, Skipped, Unknown, Cancelled]),
            RunStatus::Failed
        );
        assert_eq!(status_of([]), RunStatus::Failed);
    }

    #[test]
    fn every_state_has_its_code() {
        for status in [
            RunStatus::Running,
            RunStatus::Completed,
            RunStatus::Partial,
            RunStatus::Failed,
        ] {
            assert_eq!(from_code(code(status)), Some(status));
        }
        assert_eq!(from_code("DONE"), None);
    }
}
