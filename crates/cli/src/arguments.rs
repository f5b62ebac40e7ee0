use clap::{Parser, Subcommand};
use url::Url;
use uuid::Uuid;

/// What the binary `janchi` understands.
#[derive(Debug, Parser)]
#[command(
    name = "janchi",
    about = "Janchi (잔치): run it, test it, look after it",
    version,
    disable_help_subcommand = true
)]
pub struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start everything and print where to click; Ctrl-C takes it all down
    Up {
        /// Leave out the demo shop
        #[arg(long)]
        no_demo: bool,
    },
    /// Run the whole test suite on throw-away servers
    Test {
        /// Passed on to `cargo test`
        #[arg(last = true)]
        cargo: Vec<String>,
    },
    /// Bring the seven databases to this version
    Migrate,
    /// Check programs, ports, keys and a running fleet
    Doctor,
    /// Seed the demo shop through the public API
    Demo {
        /// The gateway; that of the running `janchi up` unless named
        #[arg(long)]
        gateway: Option<Url>,
    },
    /// Recompute a published draw from its bundle
    VerifyDraw {
        /// A file, or an address such as `http://127.0.0.1:8080/api/public/draws/…/bundle`
        bundle: String,
    },
    /// What an operator does by hand
    #[command(subcommand)]
    Admin(Admin),
    /// Renew (or check) the services' caches of SQL statements
    Sqlx {
        /// Only tell whether they are up to date
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Messages that failed for good
    #[command(subcommand)]
    DeadLetters(DeadLetters),
    /// Shops whose business number waits for a person's decision
    Reviews {
        /// Accept this shop (its own or its owner's id)
        #[arg(long, conflicts_with = "refuse")]
        accept: Option<Uuid>,
        /// Refuse this shop (its own or its owner's id)
        #[arg(long)]
        refuse: Option<Uuid>,
    },
    /// Make a single-use link with which an owner sets a new password
    ResetLink {
        /// The owner's phone number or e-mail address
        login_id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// Show them, without taking them out
    List {
        /// Only this queue; otherwise all
        #[arg(long)]
        queue: Option<String>,
    },
    /// Put them back into their queue
    Replay {
        /// The queue they failed in
        queue: String,
        /// Only this message
        #[arg(long)]
        id: Option<Uuid>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn everything_after_the_dashes_is_for_cargo() {
        let arguments = Arguments::parse_from([
            "janchi",
            "test",
            "--",
            "-p",
            "event-service",
            "--",
            "--nocapture",
        ]);
        let Command::Test { cargo } = arguments.command else {
            panic!("another command")
        };
        assert_eq!(cargo, ["-p", "event-service", "--", "--nocapture"]);
    }
}
