//! The one tool: starts the whole fleet for a person at a desk, runs the tests on a throw-away stack, and does
//! what an operator needs.
//!
//! Owns: [`fleet`] (seven services, the gateway and the practice partners in one process), the demo shop, and
//! the commands of the binary `janchi`. Only this crate and the tests depend on services and gateway.
//! Calls: the servers through `janchi-stack`, the services' own entry points, and the public API for the demo.
//! Publishes and consumes nothing.

mod arguments;
mod checkout;
mod commands;
mod demo;
pub mod fleet;
pub mod openapi;
mod running;
mod terminal;

pub use arguments::Arguments;

use arguments::Command;
use std::process::ExitCode;

/// Does what the arguments say.
///
/// # Errors
/// What went wrong, for a person to read.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Up { no_demo } => commands::up::run(!no_demo).await,
        Command::Test { cargo } => commands::test::run(cargo).await,
        Command::Migrate => commands::migrate::run().await,
        Command::Doctor => commands::doctor::run().await,
        Command::Gallery { folder } => commands::gallery::run(&folder).await,
        Command::Demo { gateway } => commands::demo::run(gateway).await,
        Command::VerifyDraw { bundle } => commands::verify_draw::run(&bundle).await,
        Command::Backtest { seed, events } => commands::backtest::run(seed, events),
        Command::Admin(admin) => commands::admin::run(admin).await,
        Command::Openapi { check } => commands::openapi::run(check),
        Command::Sqlx { check } => commands::sqlx::run(check).await,
    }
}
