use crate::terminal::say;
use ai_service::backtest;
use std::process::ExitCode;

/// Replays a history and prints its report; fails where the forecast does not keep what it promises.
pub(crate) fn run(seed: u64, events: u32) -> anyhow::Result<ExitCode> {
    let report = backtest::run(seed, usize::try_from(events)?);
    say(&report.to_string());
    say("");
    let faults = report.faults();
    if faults.is_empty() {
        say("  ✓ the ranges hold, and the error has fallen");
        return Ok(ExitCode::SUCCESS);
    }
    for fault in faults {
        say(&format!("  ✗ {fault}"));
    }
    Ok(ExitCode::FAILURE)
}
