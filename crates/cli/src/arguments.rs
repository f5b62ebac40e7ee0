use clap::{Parser, Subcommand};
use std::path::PathBuf;
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
    /// Photograph every page in every state, narrow and wide, by day and night
    Gallery {
        /// Where the pictures go, with an `index.html` to look at them
        #[arg(default_value = "target/gallery")]
        folder: PathBuf,
    },
    /// Recompute a published draw from its bundle
    VerifyDraw {
        /// A file, or an address such as `http://127.0.0.1:8080/api/public/draws/…/bundle`
        bundle: String,
    },
    /// Replay a made-up history through the forecast and print how good it was
    Backtest {
        /// Which history
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many events it has
        #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=200_000))]
        events: u32,
    },
    /// What an operator does by hand
    #[command(subcommand)]
    Admin(Admin),
    /// Renew (or check) the fleet's OpenAPI document, which the gateway serves
    Openapi {
        /// Only tell whether it is what the code says
        #[arg(long)]
        check: bool,
    },
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
    /// Shops whose business number waits for a person's decision; without a word they are listed
    Reviews {
        #[command(subcommand)]
        decision: Option<Reviews>,
    },
    /// Exchange the key that signs access tokens, without a restart and without a logout
    RotateKeys {
        /// The old key was stolen: refuse what it signed from now on. Owners stay logged in; their clients refresh
        #[arg(long)]
        compromised: bool,
    },
    /// Show the keys that sign access tokens
    Keys,
    /// Make a single-use link with which an owner sets a new password
    ResetLink {
        /// The owner's phone number or e-mail address
        login_id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Reviews {
    /// Show the shops that wait, longest first
    List,
    /// Accept a shop
    Approve {
        /// Its own or its owner's id
        id: Uuid,
    },
    /// Refuse a shop
    Reject {
        /// Its own or its owner's id
        id: Uuid,
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
    fn reviews_are_listed_unless_one_is_decided() {
        let said = |words: &[&str]| {
            let words = ["janchi", "admin"].iter().chain(words);
            Arguments::try_parse_from(words).map(|arguments| arguments.command)
        };
        assert!(matches!(
            said(&["reviews"]),
            Ok(Command::Admin(Admin::Reviews { decision: None }))
        ));
        let id = Uuid::now_v7().to_string();
        assert!(said(&["reviews", "approve", &id]).is_ok());
        assert!(said(&["reviews", "reject"]).is_err());
        assert!(matches!(
            said(&["rotate-keys"]),
            Ok(Command::Admin(Admin::RotateKeys { compromised: false }))
        ));
    }

    #[test]
    fn a_backtest_has_a_seed_and_a_size() {
        let said = |words: &[&str]| {
            let words = ["janchi", "backtest"].iter().chain(words);
            Arguments::try_parse_from(words).map(|arguments| arguments.command)
        };
        assert!(matches!(
            said(&[]),
            Ok(Command::Backtest {
                seed: 1,
                events: 2_000
            })
        ));
        assert!(said(&["--seed", "7", "--events", "500"]).is_ok());
        assert!(said(&["--events", "3"]).is_err());
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
