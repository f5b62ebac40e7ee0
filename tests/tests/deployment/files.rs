//! The files, read: what each process is given and what its code reads.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

pub const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];
/// Read by every process before its own settings: what is logged, and how.
pub const LOGS: [&str; 2] = ["RUST_LOG", "JANCHI_LOG"];
/// Not for a fleet of its own with real partners, each service in a container of its own.
pub const LEFT_OUT: [&str; 3] = ["LISTEN_SOCKET", "NAMESPACE", "SANDBOX"];

pub type Names = BTreeSet<String>;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

pub fn is_name(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The variables that a process reads, each with the function that reads it.
pub fn reads(process: &str) -> BTreeMap<String, String> {
    if process == "gateway" {
        return reads_in("gateway/src/config.rs");
    }
    let mut found = reads_in(&format!("services/{process}/src/config.rs"));
    found.extend(reads_in("crates/service/src/settings.rs"));
    // Whoever sends messages by a way of the dealer's reads its settings.
    let own = read(&format!("services/{process}/src/config.rs"));
    let ways = [("TalkChannel", "MESSAGE_"), ("SmsChannel", "SMS_")];
    let dealer = reads_in("crates/dealer/src/settings.rs").into_iter();
    found.extend(dealer.filter(|(name, _)| {
        ways.iter()
            .any(|(way, start)| own.contains(way) && name.starts_with(start))
    }));
    found
}

pub fn reads_in(file: &str) -> BTreeMap<String, String> {
    let code: Vec<String> = read(file)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(str::to_owned)
        .collect();
    let code = code.join("\n");
    let mut found = BTreeMap::new();
    let mut pieces = code.split('"');
    let mut before = pieces.next().unwrap_or_default();
    while let (Some(word), Some(after)) = (pieces.next(), pieces.next()) {
        if is_name(word) {
            let call = before.trim_end().trim_end_matches('(');
            let call = call.split("::<").next().unwrap_or(call);
            let call: String = call
                .chars()
                .rev()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            found.insert(word.to_owned(), call.chars().rev().collect());
        }
        before = after;
    }
    assert!(found.len() > 4, "{file} seems to read nothing");
    found
}

/// `docker-compose.yml` with its anchors resolved and its `${…}` as they stand.
pub fn compose() -> Value {
    let mut yaml: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(&read("docker-compose.yml")).unwrap();
    // What is merged may itself merge something.
    for _depth in 0..3 {
        yaml.apply_merge().unwrap();
    }
    serde_json::to_value(yaml).unwrap()
}

pub fn environment(compose: &Value, service: &str) -> BTreeMap<String, String> {
    let settings = compose["services"][service]["environment"]
        .as_object()
        .unwrap_or_else(|| panic!("{service}"));
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    settings
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// A `${NAME…}` of the file: the name and what follows it.
pub fn placeholders(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("${").skip(1);
    parts
        .map(|part| {
            let inside = part.split_once('}').expect("a placeholder ends").0;
            inside.split_at(
                inside
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(inside.len()),
            )
        })
        .collect()
}

pub fn is_secret(name: &str) -> bool {
    ["_PASSWORD", "_SECRET", "_KEY", "_KEYS"]
        .iter()
        .any(|end| name.ends_with(end))
        // Two that only sound like it: a public key, and the name of a file.
        && !["RECEIPT_PUBLIC_KEY", "TLS_KEY"].contains(&name)
}

/// Lines of `.env.example`: the name, its value, and whether it is one to fill in (no comment).
pub fn example() -> Vec<(String, String, bool)> {
    let text = read(".env.example");
    let lines = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix('#').unwrap_or(line).split_once('=')?;
        is_name(name).then(|| (name.to_owned(), value.to_owned(), !line.starts_with('#')))
    });
    lines.collect()
}

pub fn processes() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().chain(["gateway"])
}
