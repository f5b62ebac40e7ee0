//! The fleet's OpenAPI document, out of what the seven services' handlers say of themselves and the gateway's table.

mod sides;

pub use sides::told;

use anyhow::{Context, ensure};
use janchi_gateway::routes::{Access, Route, Service, table};
use janchi_web::openapi;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Where the document is kept: the gateway carries it.
pub const FILE: &str = "gateway/src/openapi.json";

/// Every route of the gateway's table, told by the service behind it.
///
/// # Errors
/// A route that nobody tells, or whose caller the table and the handler see differently; two types of one name; two
/// operations of one id.
pub fn document() -> anyhow::Result<Value> {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    let mut ids = BTreeSet::new();
    for service in Service::ALL {
        let told = told(service)?;
        let own = told["components"]["schemas"].as_object();
        for (name, schema) in own.into_iter().flatten() {
            let known = schemas.insert(name.clone(), schema.clone());
            ensure!(
                known.is_none_or(|known| known == *schema),
                "two different types are called {name}: rename one with #[schemars(rename = …)]"
            );
        }
        for route in table().iter().filter(|route| route.service == service) {
            let mut operation = find(&told["paths"], route).with_context(|| {
                format!(
                    "the {} service does not tell {}",
                    service.name(),
                    line(route)
                )
            })?;
            ensure!(
                callers(&operation) == wanted(route.access),
                "the table and the handler of {} see its callers differently",
                line(route)
            );
            ensure!(
                ids.insert(operation["operationId"].to_string()),
                "two operations are called {}",
                operation["operationId"]
            );
            complete(&mut operation, route);
            let path = paths
                .entry(route.pattern)
                .or_insert_with(|| Value::Object(Map::new()));
            path[route.method.as_str().to_ascii_lowercase()] = operation;
        }
    }
    let mut sections: Vec<&str> = Service::ALL.map(Service::title).to_vec();
    // Two services may share one.
    sections.dedup();
    let tags: Vec<Value> = sections
        .iter()
        .map(|name| json!({ "name": name }))
        .collect();
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "잔치 API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "동네 가게의 이벤트를 기획하고, 알리고, 응모받고, 공정하게 추첨해요.",
        },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                openapi::OWNER: {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "로그인할 때 받은 토큰",
                },
                openapi::RECEIPT: {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "응모할 때 받은 토큰",
                },
            },
        },
    }))
}

fn line(route: &Route) -> String {
    format!("{} {}", route.method, route.pattern)
}

/// The operation of a route; services may call the variables of a pattern differently.
fn find(told: &Value, route: &Route) -> Option<Value> {
    let method = route.method.as_str().to_ascii_lowercase();
    told.as_object()?
        .iter()
        .filter(|(pattern, _)| nameless(pattern) == nameless(route.pattern))
        .find_map(|(_, path)| path.get(&method))
        .cloned()
}

/// A pattern whose variables have no names.
pub fn nameless(pattern: &str) -> String {
    let parts = pattern.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn callers(operation: &Value) -> Option<&str> {
    operation["security"][0]
        .as_object()?
        .keys()
        .next()
        .map(String::as_str)
}

fn wanted(access: Access) -> Option<&'static str> {
    match access {
        Access::Public => None,
        Access::Owner { .. } => Some(openapi::OWNER),
        Access::Customer => Some(openapi::RECEIPT),
    }
}

/// Adds what the route's place in the table says: its section, and the variables of its pattern.
fn complete(operation: &mut Value, route: &Route) {
    operation["tags"] = json!([route.service.title()]);
    let variables = route.pattern.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(json!({
            "name": name, "in": "path", "required": true, "schema": { "type": "string" },
        }))
    });
    let mut parameters: Vec<Value> = variables.collect();
    if let Some(told) = operation["parameters"].as_array() {
        parameters.extend(told.iter().cloned());
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
}
