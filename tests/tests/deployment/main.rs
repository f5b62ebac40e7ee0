//! What docker-compose.yml and .env.example say, against what the code reads. Needs no Docker; where there is one, it
//! has its say too.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod files;

use files::{
    LEFT_OUT, LOGS, Names, SERVICES, compose, environment, example, is_secret, placeholders,
    processes, read, reads, root,
};
use std::process::Command;

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
