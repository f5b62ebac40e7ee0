//! What docker-compose.yml and .env.example say, against what the code reads. Needs no Docker; where there is one, it
//! has its say too.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];
/// Read by every process before its own settings: what is logged, and how.
const LOGS: [&str; 2] = ["RUST_LOG", "JANCHI_LOG"];
/// Not for a fleet of its own with real partners, each service in a container of its own.
const LEFT_OUT: [&str; 3] = ["LISTEN_SOCKET", "NAMESPACE", "SANDBOX"];

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn is_name(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The variables that a process reads, each with the function that reads it.
fn reads(process: &str) -> BTreeMap<String, String> {
    if process == "gateway" {
        return reads_in("gateway/src/config.rs");
    }
    let mut found = reads_in(&format!("services/{process}/src/config.rs"));
    found.extend(reads_in("crates/service/src/settings.rs"));
    found
}

fn reads_in(file: &str) -> BTreeMap<String, String> {
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
fn compose() -> Value {
    let mut yaml: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(&read("docker-compose.yml")).unwrap();
    // What is merged may itself merge something.
    for _depth in 0..3 {
        yaml.apply_merge().unwrap();
    }
    serde_json::to_value(yaml).unwrap()
}

fn environment(compose: &Value, service: &str) -> BTreeMap<String, String> {
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
fn placeholders(text: &str) -> Vec<(&str, &str)> {
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

fn is_secret(name: &str) -> bool {
    ["_PASSWORD", "_SECRET", "_KEY", "_KEYS"]
        .iter()
        .any(|end| name.ends_with(end))
        // Two that only sound like it: a public key, and the name of a file.
        && !["RECEIPT_PUBLIC_KEY", "TLS_KEY"].contains(&name)
}

/// Lines of `.env.example`: the name, its value, and whether it is one to fill in (no comment).
fn example() -> Vec<(String, String, bool)> {
    let text = read(".env.example");
    let lines = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix('#').unwrap_or(line).split_once('=')?;
        is_name(name).then(|| (name.to_owned(), value.to_owned(), !line.starts_with('#')))
    });
    lines.collect()
}

fn processes() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().chain(["gateway"])
}

#[test]
fn each_process_is_given_what_it_reads_and_nothing_else() {
    let compose = compose();
    for process in processes() {
        let reads = reads(process);
        let set: Names = environment(&compose, process).into_keys().collect();
        for (name, call) in &reads {
            let wanted = !LEFT_OUT.contains(&name.as_str());
            assert_eq!(
                set.contains(name),
                wanted,
                "{process}: {name}, which is {call}"
            );
        }
        for name in &set {
            assert!(
                reads.contains_key(name) || LOGS.contains(&name.as_str()),
                "{process} does not read {name}"
            );
        }
    }
}

/// Of a way to send messages, which may be absent as a whole.
fn is_of_a_channel(name: &str) -> bool {
    name.starts_with("MESSAGE_") || name.starts_with("SMS_")
}

#[test]
fn what_the_code_requires_cannot_be_left_empty() {
    let compose = compose();
    for process in processes() {
        let (reads, set) = (reads(process), environment(&compose, process));
        let required = reads.iter().filter(|(name, call)| {
            matches!(call.as_str(), "required" | "secret") && !is_of_a_channel(name)
        });
        for (name, _) in required {
            let value = &set[name];
            assert!(!value.is_empty(), "{process}: {name}");
            for (variable, rest) in placeholders(value) {
                assert!(
                    rest.starts_with(":?"),
                    "{process}: {name} may be without {variable}"
                );
            }
        }
    }
}

#[test]
fn a_migration_is_given_the_same_settings_and_goes_first() {
    let compose = compose();
    for service in SERVICES {
        let name = format!("migrate-{service}");
        assert_eq!(environment(&compose, &name), environment(&compose, service));
        let services = &compose["services"];
        assert_eq!(services[&name]["command"], serde_json::json!(["migrate"]));
        assert_eq!(services[&name]["image"], services[service]["image"]);
        assert_eq!(
            services[&name]["depends_on"]["accounts"]["condition"],
            "service_completed_successfully"
        );
        let waits = &services[service]["depends_on"];
        assert_eq!(waits[&name]["condition"], "service_completed_successfully");
        assert_eq!(waits["redis"]["condition"], "service_healthy");
        assert_eq!(waits["rabbitmq"]["condition"], "service_healthy");
        assert_eq!(
            services["gateway"]["depends_on"][service]["condition"],
            "service_healthy"
        );
        assert_eq!(
            services[service]["build"]["args"]["SERVICE"],
            format!("{service}-service")
        );
    }
}

#[test]
fn every_variable_has_a_line_in_the_example_and_every_line_a_reader() {
    let example = example();
    let to_fill: Names = example
        .iter()
        .filter(|l| l.2)
        .map(|l| l.0.clone())
        .collect();
    let lines: Names = example.iter().map(|l| l.0.clone()).collect();
    assert_eq!(lines.len(), example.len(), "a variable has two lines");

    let file = read("docker-compose.yml");
    let asked: Names = placeholders(&file)
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(
        asked, to_fill,
        "compose asks for what is to fill in, and for nothing else"
    );

    let read: Names = processes().flat_map(|p| reads(p).into_keys()).collect();
    let missing: Vec<_> = read.difference(&lines).collect();
    assert!(missing.is_empty(), "no line for {missing:?}");
    let unknown: Vec<_> = lines
        .iter()
        .filter(|l| !read.contains(*l) && !asked.contains(*l))
        .collect();
    assert!(unknown.is_empty(), "nobody reads {unknown:?}");
}

#[test]
fn no_secret_has_a_default_value() {
    let file = read("docker-compose.yml");
    let vendors: Names = SERVICES
        .iter()
        .flat_map(|s| reads(s))
        .filter(|(_, call)| !matches!(call.as_str(), "required" | "secret"))
        .map(|(name, _)| name)
        .collect();
    for (name, rest) in placeholders(&file)
        .into_iter()
        .filter(|(name, _)| is_secret(name))
    {
        let optional = vendors.contains(name) || is_of_a_channel(name);
        assert!(
            rest.starts_with(":?") || (optional && rest == ":-"),
            "{name}{rest}"
        );
    }
    for (service, settings) in compose()["services"].as_object().unwrap() {
        let settings = settings["environment"].as_object();
        for (name, value) in settings.into_iter().flatten() {
            let value = value.as_str().unwrap();
            let holds_secret = is_secret(name) || value.contains('@');
            assert!(
                !holds_secret || value.contains("${"),
                "{service}: {name} is written out"
            );
        }
    }
    for (name, value, _) in example().iter().filter(|l| is_secret(&l.0)) {
        assert_eq!(value, "", "{name}");
    }
}

#[test]
fn practice_partners_are_not_part_of_the_fleet() {
    let file = read("docker-compose.yml").to_lowercase();
    assert!(!file.contains("partners") && !file.contains("sandbox"));
}

#[test]
fn everybody_is_where_the_others_look() {
    let compose = compose();
    let port = |address: &str| address.rsplit_once(':').unwrap().1.to_owned();
    for process in processes() {
        let set = environment(&compose, process);
        for (name, value) in &set {
            let peer = name.strip_suffix("_SERVICE_URL").map(str::to_lowercase);
            let peer = peer.or_else(|| (name == "JWKS_URL").then(|| "user".to_owned()));
            if let Some(peer) = peer {
                let listens = port(&environment(&compose, &peer)["LISTEN_ADDR"]);
                let expected = format!("http://{peer}:{listens}");
                assert_eq!(
                    value.trim_end_matches("/.well-known/jwks.json"),
                    expected,
                    "{process}: {name}"
                );
            }
        }
        let (account, secret) = match process {
            "gateway" => ("gateway", "GATEWAY_PASSWORD".to_owned()),
            service => (
                service,
                format!("{}_SERVICE_PASSWORD", service.to_uppercase()),
            ),
        };
        let password = format!("${{{secret}:?see .env.example}}");
        assert_eq!(
            set["REDIS_URL"],
            format!("redis://{account}:{password}@redis:6379/")
        );
        if process != "gateway" {
            assert_eq!(
                set["AMQP_URL"],
                format!("amqp://{account}:{password}@rabbitmq:5672/%2f")
            );
            let database = &set[&format!("{}_DATABASE_URL", process.to_uppercase())];
            let role = format!("{account}_service");
            assert_eq!(
                *database,
                format!("postgres://{role}:{password}@postgres:5432/{role}")
            );
        }
    }
    let gateway = port(&environment(&compose, "gateway")["LISTEN_ADDR"]);
    let published = compose["services"]["gateway"]["ports"].as_array().unwrap();
    assert_eq!(published.len(), 1);
    assert!(
        published[0]
            .as_str()
            .unwrap()
            .ends_with(&format!(":{gateway}"))
    );
    let others = compose["services"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "gateway");
    assert!(
        others
            .into_iter()
            .all(|(_, service)| service["ports"].is_null()),
        "only the gateway has a port"
    );
    let admin = port(&environment(&compose, "gateway")["ADMIN_ADDR"]);
    assert!(read("deploy/Dockerfile").contains(&format!("EXPOSE {gateway} {admin}")));
}

#[test]
fn compose_itself_takes_the_file_and_misses_each_secret() {
    let known = [&["docker", "compose"][..], &["docker-compose"]];
    let works = |words: &&[&str]| {
        let version = Command::new(words[0])
            .args(&words[1..])
            .arg("version")
            .output();
        version.is_ok_and(|out| out.status.success())
    };
    let Some(compose) = known.into_iter().find(works) else {
        eprintln!("no docker compose here: the file was only read by the other tests");
        return;
    };
    let file = read("docker-compose.yml");
    let demanded: Names = placeholders(&file)
        .into_iter()
        .filter(|(_, rest)| rest.starts_with(":?"))
        .map(|(name, _)| name.to_owned())
        .collect();
    let config = |without: Option<&str>| {
        let mut command = Command::new(compose[0]);
        command
            .args(&compose[1..])
            .args(["--env-file", ".env.example", "config", "--quiet"])
            .current_dir(root());
        for name in &demanded {
            command.env(name, "x");
        }
        without.map(|name| command.env_remove(name));
        command.output().unwrap()
    };
    let whole = config(None);
    assert!(
        whole.status.success(),
        "{}",
        String::from_utf8_lossy(&whole.stderr)
    );
    assert!(!config(Some("SERVICE_TOKEN_SECRET")).status.success());
    assert!(!config(Some("ADMIN_PASSWORD")).status.success());
}
