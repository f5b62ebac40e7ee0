//! Before a contender is measured it must do its work: refuse what is bad, pass what is good, believe no claimed identity.

use crate::contender::{Contender, Identity};
use crate::http::{Connection, get};
use crate::rig::{BODY, PATH};
use crate::tokens::Users;
use anyhow::{Context, ensure};
use serde_json::Value;

/// Checks a gateway.
///
/// # Errors
/// What it does wrong.
pub fn check(contender: &Contender, users: &Users) -> anyhow::Result<()> {
    let tokens = users.tokens(contender.algorithm);
    let ask = |path: &str, token: Option<&str>| {
        // A new connection each: a gateway may close the one on which it refused something.
        Connection::open(contender.port)?.ask(&get(path, token))
    };
    let good = &tokens.good[0];
    let answer = ask(PATH, Some(good)).context("a good token")?;
    ensure!(
        answer.status == 200,
        "a good token is answered {}",
        answer.status
    );
    ensure!(
        answer.body == BODY.trim_end().as_bytes(),
        "the upstream's answer does not arrive as it was"
    );
    let Some(identity) = contender.identity else {
        return Ok(());
    };
    for (what, token) in [
        ("no token", None),
        ("an expired token", Some(tokens.expired.as_str())),
        ("a forged token", Some(tokens.forged.as_str())),
    ] {
        let answer = ask(PATH, token).context(what)?;
        ensure!(
            answer.status == 401,
            "{what} is answered {}, not 401",
            answer.status
        );
    }
    let answer = ask("/api/users/me", Some(good)).context("what a service sees")?;
    let seen: Value = serde_json::from_slice(&answer.body).context("what a service sees")?;
    let expected = match identity {
        Identity::Header => users.first.to_string(),
        Identity::Token => String::new(),
    };
    ensure!(
        seen["userId"] == expected,
        "a service sees x-user-id {}",
        seen["userId"]
    );
    ensure!(
        seen["authorization"] == format!("Bearer {good}"),
        "a service does not see the caller's token"
    );
    Ok(())
}
