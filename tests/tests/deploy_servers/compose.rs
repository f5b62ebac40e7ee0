use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];

pub type Settings = BTreeMap<String, String>;

/// `docker-compose.yml` with a newly made `.env`.
pub struct Compose {
    file: Value,
    env: Settings,
}

/// A file of the checkout.
pub fn checkout(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

impl Compose {
    /// Without any `.env`.
    pub fn plain() -> Self {
        let text = fs::read_to_string(checkout("docker-compose.yml")).expect("readable");
        let mut yaml: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).expect("YAML");
        // What is merged may itself merge something.
        for _depth in 0..3 {
            yaml.apply_merge().expect("anchors that fit");
        }
        Self {
            file: serde_json::to_value(yaml).expect("plain values"),
            env: Settings::new(),
        }
    }

    /// With what `deploy/new-env.sh` makes; none where there is no openssl.
    pub fn with_new_secrets() -> Option<Self> {
        Command::new("openssl").arg("version").output().ok()?;
        let made = Command::new("sh")
            .arg(checkout("deploy/new-env.sh"))
            .output()
            .expect("sh runs");
        assert!(made.status.success(), "{made:?}");
        let text = String::from_utf8(made.stdout).expect("text");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let env = lines
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Self {
            env,
            ..Self::plain()
        })
    }

    /// One of the networks.
    pub fn network(&self, name: &str) -> &Value {
        &self.file["networks"][name]
    }

    /// All that compose starts.
    pub fn containers(&self) -> &Map<String, Value> {
        self.file["services"].as_object().expect("containers")
    }

    /// Fills in a line of `.env`.
    pub fn set(&mut self, name: &str, value: &str) {
        let known = self.env.insert(name.to_owned(), value.to_owned());
        assert!(known.is_some(), "{name} is no line of .env");
    }

    /// A line of `.env`.
    pub fn value(&self, name: &str) -> &str {
        &self.env[name]
    }

    /// The password of a service, or of the gateway, on the servers.
    pub fn password_of(&self, account: &str) -> &str {
        let name = account.to_uppercase();
        match account {
            "gateway" | "admin" => self.value(&format!("{name}_PASSWORD")),
            _ => self.value(&format!("{name}_SERVICE_PASSWORD")),
        }
    }

    /// What a container is started with.
    pub fn environment(&self, container: &str) -> Settings {
        let settings = self.file["services"][container]["environment"]
            .as_object()
            .unwrap_or_else(|| panic!("{container}"));
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        settings
            .iter()
            .map(|(name, value)| (name.clone(), self.filled(&text(value))))
            .collect()
    }

    /// `${NAME}`, `${NAME:-default}` and `${NAME:?told}` replaced, as compose does.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (inside, rest) = part.split_once('}').expect("a placeholder ends");
            let (name, otherwise) = inside.split_once(':').unwrap_or((inside, ""));
            let value = self.env.get(name).map_or("", String::as_str);
            let default = otherwise.strip_prefix('-').unwrap_or_default();
            assert!(!(value.is_empty() && otherwise.starts_with('?')), "{name}");
            filled += if value.is_empty() { default } else { value };
            filled += rest;
        }
        filled
    }
}
