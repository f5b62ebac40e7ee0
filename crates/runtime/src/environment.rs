use anyhow::{Context, anyhow};
use secrecy::SecretString;
use std::str::FromStr;

fn read(name: &str) -> anyhow::Result<Option<String>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(anyhow!("{name} is not valid text")),
    }
}

fn parse<T: FromStr>(name: &str, value: &str) -> anyhow::Result<T> {
    // The value may be a secret, and a parser's message may quote it: only the name is told.
    value.parse().map_err(|_| {
        anyhow!(
            "{name} is malformed: expected {}",
            std::any::type_name::<T>()
        )
    })
}

/// A setting that may be absent (empty counts as absent).
///
/// # Errors
/// A malformed value, naming the variable and never the value.
pub fn optional<T: FromStr>(name: &str) -> anyhow::Result<Option<T>> {
    read(name)?.map(|value| parse(name, &value)).transpose()
}

/// A setting that must be there.
///
/// # Errors
/// An absent or malformed value, naming the variable.
pub fn required<T: FromStr>(name: &str) -> anyhow::Result<T> {
    optional(name)?.with_context(|| format!("{name} is not set"))
}

/// A setting with a harmless default.
///
/// # Errors
/// A malformed value, naming the variable.
pub fn or_default<T: FromStr>(name: &str, default: T) -> anyhow::Result<T> {
    Ok(optional(name)?.unwrap_or(default))
}

/// A secret that must be there.
///
/// # Errors
/// An absent value, naming the variable.
pub fn secret(name: &str) -> anyhow::Result<SecretString> {
    optional_secret(name)?.with_context(|| format!("{name} is not set"))
}

/// A secret that may be absent. One whose name ends in `_URL` must be an address: whoever connects with it does so
/// later, when a typing error would look like a server that is down.
///
/// # Errors
/// A malformed value, naming the variable and never the value.
pub fn optional_secret(name: &str) -> anyhow::Result<Option<SecretString>> {
    let Some(value) = read(name)? else {
        return Ok(None);
    };
    if name.ends_with("_URL") {
        parse::<url::Url>(name, &value)?;
    }
    Ok(Some(SecretString::from(value)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_bad_value_is_named_but_never_shown() {
        let error = super::parse::<u16>("LISTEN_PORT", "hunter2")
            .unwrap_err()
            .to_string();
        assert!(error.contains("LISTEN_PORT"));
        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn an_absent_setting_is_named() {
        let error = super::required::<u16>("JANCHI_NOT_SET_ANYWHERE")
            .unwrap_err()
            .to_string();
        assert_eq!(error, "JANCHI_NOT_SET_ANYWHERE is not set");
    }
}
