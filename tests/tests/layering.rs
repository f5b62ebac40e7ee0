//! The rules that keep seven services apart, and alike inside: who may depend on whom, and which folder may do what.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use std::fs;
use std::path::{Path, PathBuf};

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

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap()
}

/// What of a dependency counts here: from, to, and whether only for tests.
struct Edge {
    from: String,
    to: String,
    for_tests: bool,
}

/// The edges between members of the workspace.
fn edges(metadata: &Metadata) -> Vec<Edge> {
    let edges = metadata.packages.iter().flat_map(|package| {
        package
            .dependencies
            .iter()
            .filter(|d| d.path.is_some())
            .map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                for_tests: dependency.kind == DependencyKind::Development,
            })
    });
    edges.collect()
}

fn is_service(package: &str) -> bool {
    package
        .strip_suffix("-service")
        .is_some_and(|name| SERVICES.contains(&name))
}

/// Why an edge must not be, if so.
fn fault(edge: &Edge) -> Option<&'static str> {
    let Edge {
        from,
        to,
        for_tests,
    } = edge;
    let above = matches!(from.as_str(), "janchi-cli" | "janchi-tests");
    match to.as_str() {
        to if is_service(to) || to == "janchi-gateway" => {
            (!above).then_some("only janchi-cli and janchi-tests know services and gateway")
        }
        "janchi-cli" => {
            (from != "janchi-tests").then_some("nothing is above janchi-cli but the tests")
        }
        "janchi-service" => (!is_service(from) && !above && from != "janchi-testkit")
            .then_some("janchi-service is the shape of the seven services alone"),
        "janchi-testkit" => (!for_tests).then_some("janchi-testkit is for tests alone"),
        "janchi-partners" => (!for_tests && from != "janchi-cli")
            .then_some("janchi-partners is for janchi-cli and tests alone"),
        _ => None,
    }
}

#[test]
fn nothing_depends_on_what_is_above_it() {
    let metadata = metadata();
    let edges = edges(&metadata);
    // The test itself must see what it judges.
    for service in SERVICES {
        let name = format!("{service}-service");
        assert!(
            edges.iter().any(|e| e.from == name),
            "{name} is not a member"
        );
        assert!(
            edges.iter().any(|e| e.from == "janchi-cli" && e.to == name),
            "janchi-cli does not run {name}"
        );
    }
    let faults: Vec<String> = edges
        .iter()
        .filter_map(|e| fault(e).map(|why| format!("{} -> {}: {why}", e.from, e.to)))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_forbidden_edge_would_be_seen() {
    let edge = |from: &str, to: &str, for_tests| Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        for_tests,
    };
    assert!(fault(&edge("event-service", "user-service", true)).is_some());
    assert!(fault(&edge("janchi-gateway", "user-service", false)).is_some());
    assert!(fault(&edge("janchi-web", "janchi-gateway", false)).is_some());
    assert!(fault(&edge("janchi-gateway", "janchi-service", false)).is_some());
    assert!(fault(&edge("janchi-web", "janchi-service", false)).is_some());
    assert!(fault(&edge("event-service", "janchi-testkit", false)).is_some());
    assert!(fault(&edge("user-service", "janchi-partners", false)).is_some());
    assert!(fault(&edge("user-service", "janchi-partners", true)).is_none());
    assert!(fault(&edge("janchi-cli", "user-service", false)).is_none());
    assert!(fault(&edge("event-service", "janchi-web", false)).is_none());
}

#[test]
fn the_gateway_has_no_database_and_no_queue() {
    let metadata = metadata();
    let gateway = metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == "janchi-gateway")
        .unwrap();
    for dependency in &gateway.dependencies {
        let name = dependency.name.as_str();
        assert!(
            !matches!(
                name,
                "sqlx" | "janchi-db" | "janchi-queue" | "janchi-service" | "lapin"
            ),
            "{name}"
        );
    }
}

#[test]
fn members_take_versions_and_features_from_the_workspace() {
    let metadata = metadata();
    for package in &metadata.packages {
        let manifest: toml::Table = fs::read_to_string(&package.manifest_path)
            .unwrap()
            .parse()
            .unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(list) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, wanted) in list {
                let inherited =
                    wanted.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(inherited, "{}: {name} names its own version", package.name);
            }
        }
    }
}

/// A file of a service's or another member's sources.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Its lines of code with their numbers, without comments and without the tests at its end.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = self
            .text
            .split("\n#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default();
        let lines = code.lines().enumerate();
        lines
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(n, line)| (n + 1, line))
    }

    /// Whether one of these folders is on its path.
    fn is_in(&self, folders: &[&str]) -> bool {
        self.path.split('/').any(|part| folders.contains(&part))
    }
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut sources);
    }
    assert!(!sources.is_empty());
    sources
}

fn collect(folder: &Path, into: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            into.push(Source { path, text });
        }
    }
}

/// Lines that use one of `words` in files for which `forbidden` holds.
fn uses(sources: &[Source], words: &[&str], forbidden: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|s| forbidden(s)) {
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

const SQL: [&str; 8] = [
    "query!(",
    "query_as!(",
    "query_scalar!(",
    "query_file",
    "sqlx::query(",
    "sqlx::query_as",
    "sqlx::query_scalar",
    "raw_sql",
];

fn service_sources() -> Vec<Source> {
    sources(
        &SERVICES
            .map(|s| format!("services/{s}/src"))
            .each_ref()
            .map(String::as_str),
    )
}

#[test]
fn a_service_speaks_sql_only_in_its_store() {
    let services = service_sources();
    assert!(
        services
            .iter()
            .any(|s| s.is_in(&["store"]) && s.text.contains("query!("))
    );
    let found = uses(&services, &SQL, |s| !s.is_in(&["store"]));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn shared_crates_speak_sql_only_where_tables_or_servers_are_theirs() {
    // `db` and `queue` own the tables that every service has; `stack` and `cli` make databases and roles.
    let found = uses(&sources(&["crates", "gateway/src"]), &SQL, |s| {
        !s.is_in(&["db", "queue", "testkit", "stack", "tests"])
            && !s.path.starts_with("crates/cli/src/fleet/")
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn inner_layers_know_nothing_of_http_frameworks() {
    let found = uses(
        &service_sources(),
        &["axum::", "axum_", "tower::", "tower_http"],
        |s| s.is_in(&["domain", "store", "jobs", "ops"]),
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_service_calls_out_only_from_its_clients() {
    let found = uses(&service_sources(), &["reqwest::"], |s| {
        !s.is_in(&["clients"])
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn domain_does_no_input_or_output() {
    let io = [
        "async ",
        ".await",
        "tokio::",
        "std::fs",
        "std::net",
        "Utc::now",
        "SystemTime::now",
        "Instant::now",
    ];
    let found = uses(&service_sources(), &io, |s| s.is_in(&["domain"]));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nothing_but_runtime_reads_the_environment() {
    let found = uses(
        &sources(&["crates", "gateway/src", "services"]),
        &["env::var", "env::vars"],
        |s| !s.path.starts_with("crates/runtime/") && !s.is_in(&["tests"]),
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn settings_of_a_service_are_read_in_one_place() {
    let readers = [
        "required",
        "optional",
        "optional_secret",
        "or_default",
        "secret",
    ];
    let mut files = service_sources();
    files.extend(sources(&["gateway/src"]));
    let outside = files.iter().filter(|s| !s.path.ends_with("src/config.rs"));
    for source in outside {
        for (number, line) in source
            .code()
            .filter(|(_, line)| line.contains("janchi_runtime::"))
        {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let read = words.into_iter().any(|word| readers.contains(&word));
            assert!(!read, "{}:{number}: {line}", source.path);
        }
    }
}

#[test]
fn every_service_has_the_same_files() {
    for service in SERVICES {
        let folder = root().join("services").join(service);
        for file in [
            "src/main.rs",
            "src/lib.rs",
            "src/config.rs",
            "src/state.rs",
            "src/routes.rs",
            "src/error.rs",
            "tests/api/main.rs",
        ] {
            assert!(
                folder.join(file).is_file(),
                "services/{service} has no {file}"
            );
        }
        for layer in ["domain", "handlers", "store", "jobs"] {
            assert!(
                folder.join("src").join(layer).is_dir(),
                "services/{service} has no {layer}/"
            );
        }
    }
}

#[test]
fn every_service_starts_in_the_same_way() {
    let read = |service: &str, file: &str| {
        fs::read_to_string(root().join(format!("services/{service}/src/{file}"))).unwrap()
    };
    // Sorted, since rustfmt orders imports by the name.
    let main = |service: &str| {
        let text = read(service, "main.rs")
            .replace(&format!("{service}_service"), "_service")
            .replace(&format!("The {service} service"), "The service");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for service in SERVICES {
        assert_eq!(main(service), main("user"), "main.rs of {service}");
        let lib = read(service, "lib.rs");
        assert!(lib.contains(&format!("pub const NAME: &str = \"{service}\";")));
        let functions: Vec<_> = lib.lines().filter(|line| line.contains("fn ")).collect();
        assert_eq!(functions, ["pub fn assemble("], "lib.rs of {service}");
    }
}
