use crate::checkout::Checkout;
use crate::openapi::{FILE, document};
use crate::terminal::say;
use anyhow::Context;
use std::process::ExitCode;

/// Renews or checks the fleet's OpenAPI document.
pub(crate) fn run(check: bool) -> anyhow::Result<ExitCode> {
    let file = Checkout::find()?.root().join(FILE);
    let mut text = serde_json::to_string_pretty(&document()?)?;
    text.push('\n');
    if std::fs::read_to_string(&file).is_ok_and(|kept| kept == text) {
        say("the OpenAPI document is up to date");
    } else if check {
        say("the OpenAPI document is not what the code says; run: cargo janchi openapi");
        return Ok(ExitCode::FAILURE);
    } else {
        std::fs::write(&file, text).with_context(|| format!("write {FILE}"))?;
        say("the OpenAPI document is renewed");
    }
    Ok(ExitCode::SUCCESS)
}
