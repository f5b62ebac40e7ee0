//! The binary `janchi`; see the library of the same crate.

use clap::Parser;
use janchi_cli::Arguments;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match janchi_cli::run(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("janchi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
