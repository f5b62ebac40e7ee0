//! The images and the servers' accounts in deploy/: the same rights as `janchi-stack` gives at a desk, and no server
//! that starts with a password missing.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_auth::{ServiceTokens, Signer};
use janchi_crypto::{Keyring, LookupKey};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

#[test]
fn one_dockerfile_makes_all_eight_images_from_any_base() {
    let file = read("deploy/Dockerfile");
    for binary in SERVICES
        .map(|s| format!("{s}-service"))
        .iter()
        .map(String::as_str)
        .chain(["janchi-gateway"])
    {
        assert!(
            file.contains(&format!("-p {binary}")),
            "{binary} is not built"
        );
    }
    let bases: Vec<&str> = file
        .lines()
        .filter_map(|line| line.strip_prefix("FROM "))
        .collect();
    assert_eq!(bases, ["${RUST_IMAGE} AS build", "${BASE_IMAGE}"]);
    for line in file
        .lines()
        .filter(|l| l.starts_with("ARG ") && l.contains("_IMAGE="))
    {
        assert!(!line.contains('/'), "{line} names a registry");
    }
    assert!(file.contains("\nUSER 10001:10001\n") && file.contains("SQLX_OFFLINE=true"));
    assert!(read("deploy/healthcheck.sh").contains("ADMIN_ADDR"));
}

/// What follows `key` in a source text, up to `end`.
fn after<'a>(text: &'a str, key: &str, end: &str) -> &'a str {
    let rest = text.split_once(key).unwrap_or_else(|| panic!("no {key}")).1;
    rest.split_once(end)
        .unwrap_or_else(|| panic!("no {end} after {key}"))
        .0
}

/// The texts between double quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

#[test]
fn redis_accounts_may_do_the_same_as_at_a_desk() {
    let grants = read("crates/stack/src/grants.rs");
    let table = after(&grants, "REDIS_USERS: [RedisUser; 8] = [", "\n];");
    let mut expected = vec![
        "user default off".to_owned(),
        "user janchi on #@ADMIN_PASSWORD@ ~* &* +@all".to_owned(),
    ];
    for block in table.split("RedisUser {").skip(1) {
        let name = after(block, "name: \"", "\"");
        let password = match name {
            "gateway" => "GATEWAY_PASSWORD".to_owned(),
            service => format!("{}_SERVICE_PASSWORD", service.to_uppercase()),
        };
        let keys = quoted(after(block, "keys: &[", "]")).map(|k| format!(" ~{k}"));
        let channels = quoted(after(block, "channels: &[", "]")).map(|c| format!(" &{c}"));
        let places: String = keys.chain(channels).collect();
        let constant = format!("const {}: &str =", after(block, "commands: ", ","));
        let commands = quoted(after(&grants, &constant, ";")).next().unwrap();
        expected.push(format!(
            "user {name} on #@{password}@ resetkeys resetchannels{places} -@all {commands}"
        ));
    }
    assert_eq!(expected.len(), 10);
    let acl = read("deploy/redis/users.acl");
    assert_eq!(acl.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn rabbitmq_accounts_may_do_the_same_as_at_a_desk() {
    let definitions: Value =
        serde_json::from_str(&read("deploy/rabbitmq/definitions.json")).unwrap();
    let grants = read("crates/stack/src/grants.rs");
    let pattern = after(&grants, "format!(\"^(", "\")");
    let pattern = format!("^({pattern}").replace("\\\\", "\\");
    let permissions = definitions["permissions"].as_array().unwrap();
    assert_eq!(permissions.len(), SERVICES.len() + 1);
    for service in SERVICES {
        let own = pattern.replace("{service}", service);
        let expected = serde_json::json!({"user": service, "vhost": "/", "configure": own, "write": own, "read": own});
        assert!(permissions.contains(&expected), "{expected}");
        let user = definitions["users"]
            .as_array()
            .unwrap()
            .iter()
            .find(|u| u["name"] == service)
            .unwrap();
        assert_eq!(user["tags"], "");
        assert_eq!(
            user["password_hash"],
            format!("@{}_SERVICE_PASSWORD@", service.to_uppercase())
        );
    }
    let exchanges: Vec<_> = definitions["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (&e["name"], &e["type"]))
        .collect();
    assert_eq!(
        format!("{exchanges:?}"),
        r#"[(String("janchi.jobs"), String("direct")), (String("janchi.events"), String("topic"))]"#
    );
}

#[test]
fn database_roles_may_do_the_same_as_at_a_desk() {
    let (ours, theirs) = (
        read("deploy/postgres/accounts.sh"),
        read("crates/stack/src/postgres.rs"),
    );
    for right in [
        "login nosuperuser nocreatedb nocreaterole noreplication connection limit 60 password",
        "revoke all on database postgres, template1 from public",
    ] {
        assert!(ours.contains(right) && theirs.contains(right), "{right}");
    }
    assert!(ours.contains("revoke all on database :\"role\" from public"));
    assert!(ours.contains(&format!("for service in {};", SERVICES.join(" "))));
}

/// What an entrypoint prints with every password there is, or with one missing.
fn printed(script: &str, passwords: &[String], without: Option<&str>) -> Output {
    let mut command = Command::new("bash");
    command.arg(root().join(script)).arg("print");
    for name in passwords {
        command.env(name, "spring-rain-7");
    }
    without.map(|name| command.env_remove(name));
    command.output().unwrap()
}

#[test]
fn servers_start_with_every_password_or_tell_which_one_is_missing() {
    let passwords = SERVICES.map(|s| format!("{}_SERVICE_PASSWORD", s.to_uppercase()));
    let passwords = [
        &passwords[..],
        &["ADMIN_PASSWORD".to_owned(), "GATEWAY_PASSWORD".to_owned()],
    ]
    .concat();
    for script in [
        "deploy/redis/entrypoint.sh",
        "deploy/rabbitmq/entrypoint.sh",
    ] {
        let out = printed(script, &passwords, None);
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(
            out.status.success() && !text.is_empty(),
            "{script}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        assert!(
            !text.contains("_PASSWORD") && !text.contains("spring-rain"),
            "{text}"
        );
        let out = printed(script, &passwords, Some("AI_SERVICE_PASSWORD"));
        assert!(!out.status.success(), "{script}");
        assert_eq!(
            String::from_utf8(out.stderr).unwrap().trim(),
            "AI_SERVICE_PASSWORD is not set"
        );
    }
}

#[test]
fn newly_made_secrets_are_all_there_and_fit_the_code() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("no openssl here, and so no new secrets");
        return;
    }
    let out = Command::new("sh")
        .arg(root().join("deploy/new-env.sh"))
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let text = String::from_utf8(out.stdout).unwrap();
    let made: BTreeMap<&str, &str> = text.lines().filter_map(|l| l.split_once('=')).collect();
    let file = read("docker-compose.yml");
    let demanded = file.split("${").filter_map(|part| part.split_once(":?"));
    for name in demanded
        .map(|(name, _)| name)
        .filter(|name| !name.contains('}'))
    {
        assert!(!made[name].is_empty(), "{name}");
    }
    let secret = |name: &str| SecretString::from(made[name]);
    keys_in_a_file_are_not_written_over();
    Signer::from_pkcs8_base64(&secret("OWNER_SIGNING_KEY")).unwrap();
    let receipts = Signer::from_pkcs8_base64(&secret("RECEIPT_SIGNING_KEY")).unwrap();
    assert_eq!(
        Signer::jwk_of_public_key(made["RECEIPT_PUBLIC_KEY"]).unwrap(),
        receipts.public_jwk()
    );
    ServiceTokens::new("event", &secret("SERVICE_TOKEN_SECRET")).unwrap();
    for service in ["USER", "DISTRIBUTION", "PARTICIPATION"] {
        Keyring::parse(&secret(&format!("{service}_ENCRYPTION_KEYS"))).unwrap();
    }
    for service in ["USER", "PARTICIPATION", "ANALYTICS"] {
        LookupKey::parse(&secret(&format!("{service}_LOOKUP_KEY"))).unwrap();
    }
}

/// The keys of a fleet open what it has stored.
fn keys_in_a_file_are_not_written_over() {
    let file = std::env::temp_dir().join(format!("janchi-env-{}", uuid::Uuid::new_v4().simple()));
    let make = || {
        let mut script = Command::new("sh");
        script.arg(root().join("deploy/new-env.sh")).arg(&file);
        script.output().unwrap()
    };
    assert!(make().status.success());
    let first = fs::read_to_string(&file).unwrap();
    assert!(first.contains("\nSERVICE_TOKEN_SECRET=") && first.lines().count() > 100);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!make().status.success());
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    fs::remove_file(&file).unwrap();
}
