use janchi_stack::{Progress, Step};
use std::io::Write;
use std::time::Duration;

/// Progress as lines for a person: what begins, what is through and how long it took.
pub(crate) fn progress() -> Progress {
    Progress::new(|step| match step {
        Step::Begun(what) => say(&format!("  … {what}")),
        Step::Done(what, took) => say(&format!("  ✓ {what} ({})", seconds(took))),
        Step::Note(text) => say(&format!("  · {text}")),
    })
}

/// One line, at once. A closed terminal is no reason to stop.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}

/// `0.4 s`, or `75 s` where tenths mean nothing.
pub(crate) fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds < 20.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    }
}
