//! The gateway's table against what the services serve: nothing public is missing in it, and nothing in it leads nowhere.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_gateway::routes::{Service, table};
use std::collections::BTreeSet;
use std::path::Path;

type Routes = BTreeSet<(String, String)>;

/// The routes in a service's `routes.rs`, as method and pattern.
fn served(service: Service) -> Routes {
    let file = format!("services/{}/src/routes.rs", service.name());
    let code =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&file))
            .unwrap();
    let mut routes = Routes::new();
    for route in code.split(".route(").skip(1) {
        let (_, rest) = route.split_once('"').unwrap();
        let (pattern, handlers) = rest.split_once('"').unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            let called = format!("{method}(");
            let is_called = handlers.match_indices(&called).any(|(at, _)| {
                !handlers[..at].ends_with(|before: char| {
                    before.is_alphanumeric() || matches!(before, '_' | ':')
                })
            });
            if is_called {
                routes.insert((method.to_uppercase(), nameless(pattern)));
            }
        }
    }
    assert!(!routes.is_empty(), "{file} has no routes");
    routes
}

/// A pattern whose variables have no names: gateway and service may call them differently.
fn nameless(pattern: &str) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "{}".to_owned()
        } else {
            part.to_owned()
        }
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn every_public_route_of_a_service_is_in_the_table_and_nothing_else_is() {
    for service in Service::ALL {
        let public: Routes = served(service)
            .into_iter()
            .filter(|(_, pattern)| !pattern.starts_with("/internal/"))
            .collect();
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
