use super::cargo;
use crate::checkout::{Checkout, named_servers, path};
use crate::terminal::{progress, say, seconds};
use janchi_stack::{Keys, Kind, Options, Stack, Wanted};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// What the test binaries reported, added up.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Hears `test result: ok. 4 passed; 0 failed; 1 ignored; …`.
    fn hear(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let counts = counts.split_once(". ").map_or("", |(_, rest)| rest);
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((n, "passed")) => self.passed += n.parse::<u64>().unwrap_or(0),
                Some((n, "failed")) => self.failed += n.parse::<u64>().unwrap_or(0),
                Some((n, "ignored")) => self.ignored += n.parse::<u64>().unwrap_or(0),
                _ => {}
            }
        }
    }
}

/// Runs the suite on throw-away servers. The last line tells how many tests passed and failed; the exit code is that
/// of `cargo test`.
pub(crate) async fn run(arguments: Vec<String>) -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find()?;
    let shutdown = janchi_runtime::shutdown();
    let begun = Instant::now();
    let progress = progress();
    let options = Options {
        folder: std::env::temp_dir(),
        kind: Kind::ThrowAway,
        needed: Wanted::TESTS,
        named: named_servers()?,
        path: path()?,
    };
    let stack = Stack::start(options, &Keys::generate()?, &progress, &shutdown).await?;
    let tested = async {
        progress
            .during("start RabbitMQ", stack.broker_ready())
            .await?;
        test(&checkout, &stack, arguments, &shutdown).await
    }
    .await;
    let stopped = stack.stop().await;
    let (code, tally) = tested?;
    stopped?;
    let Tally {
        passed,
        failed,
        ignored,
    } = tally;
    say(&format!(
        "the whole suite took {}",
        seconds(begun.elapsed())
    ));
    say(&format!(
        "{passed} passed, {failed} failed, {ignored} skipped"
    ));
    Ok(code)
}

async fn test(
    checkout: &Checkout,
    stack: &Stack,
    arguments: Vec<String>,
    shutdown: &CancellationToken,
) -> anyhow::Result<(ExitCode, Tally)> {
    // Tests that start real binaries look for them beside their own.
    let mut build = cargo::command(checkout)?;
    build.args(["build", "--workspace", "--bins"]);
    let built = cargo::run(build, shutdown, |_| ()).await?;
    anyhow::ensure!(built.success(), "the binaries do not build");
    let mut command = cargo::command(checkout)?;
    command.arg("test");
    let chosen = arguments
        .iter()
        .take_while(|a| *a != "--")
        .any(|a| a == "-p" || a.starts_with("--package") || a.starts_with("-p="));
    if !chosen {
        command.arg("--workspace");
    }
    if !arguments.iter().any(|a| a == "--no-fail-fast") {
        command.arg("--no-fail-fast");
    }
    command.args(arguments);
    let urls = stack.urls();
    command.env("DATABASE_URL", urls.database.expose_secret());
    command.env("REDIS_URL", urls.redis.expose_secret());
    command.env("AMQP_URL", urls.amqp.expose_secret());
    let mut tally = Tally::default();
    let status = cargo::run(command, shutdown, |line| tally.hear(line)).await?;
    let code = status
        .code()
        .and_then(|c| u8::try_from(c).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from);
    Ok((code, tally))
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_of_all_binaries_are_added_up() {
        let mut tally = Tally::default();
        tally.hear("running 5 tests");
        tally.hear("test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 24.11s");
        tally.hear("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        assert_eq!(
            tally,
            Tally {
                passed: 7,
                failed: 2,
                ignored: 1
            }
        );
    }
}
