//! The gateway's table against what the services serve: nothing public is missing in it, and nothing in it leads nowhere.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_cli::openapi::{self, nameless};
use janchi_gateway::routes::{Service, table};
use std::collections::BTreeSet;
use std::path::Path;

type Routes = BTreeSet<(String, String)>;

/// What a service tells of itself to the outside.
fn served(service: Service) -> Routes {
    let told = openapi::told(service).unwrap();
    let mut routes = Routes::new();
    for (pattern, methods) in told["paths"].as_object().into_iter().flatten() {
        for method in methods.as_object().unwrap().keys() {
            routes.insert((method.to_uppercase(), nameless(pattern)));
        }
    }
    routes
}

/// A route that a service serves without telling of it, other than to the fleet.
fn untold(service: Service) -> Vec<String> {
    let file = format!("services/{}/src/routes.rs", service.name());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let code = std::fs::read_to_string(root.join(file)).unwrap();
    let served = code.split(".route(").skip(1).filter_map(|route| {
        let pattern = route.split('"').nth(1)?;
        (!pattern.starts_with("/internal/")).then(|| pattern.to_owned())
    });
    served.collect()
}

#[test]
fn every_public_route_of_a_service_is_in_the_table_and_nothing_else_is() {
    for service in Service::ALL {
        assert_eq!(untold(service), Vec::<String>::new());
        let public = served(service);
        let routed: Routes = table()
            .into_iter()
            .filter(|route| route.service == service)
            .map(|route| (route.method.to_string(), nameless(route.pattern)))
            .collect();
        let name = service.name();
        let missing: Vec<_> = public.difference(&routed).collect();
        assert!(
            missing.is_empty(),
            "{name} serves what the table lacks: {missing:?}"
        );
        let dangling: Vec<_> = routed.difference(&public).collect();
        assert!(
            dangling.is_empty(),
            "the table sends to {name} what it does not serve: {dangling:?}"
        );
    }
}

#[test]
fn nothing_internal_is_in_the_table() {
    assert!(
        table()
            .iter()
            .all(|route| !route.pattern.contains("internal"))
    );
}
