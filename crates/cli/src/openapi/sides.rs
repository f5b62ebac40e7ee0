//! The two readings of a type: a field that may be left out when it is sent is there, though null, when it is answered.
//! So each service's document is made twice, and what clients send is taken from one, what they get from the other.

use janchi_gateway::routes::Service;
use janchi_web::openapi::{self, Side};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const SCHEMAS: &str = "#/components/schemas/";
/// What an operation takes.
const SENT: [&str; 2] = ["parameters", "requestBody"];

/// A service's operations and types, with what is sent and what is answered each as it is read.
///
/// # Errors
/// The document is no JSON.
pub fn told(service: Service) -> anyhow::Result<Value> {
    let mut answered = one_side(service, Side::Answered)?;
    let mut sent = one_side(service, Side::Sent)?;
    drop_null_defaults(&mut sent);
    let mut schemas = used(&answered, |key| !SENT.contains(&key));
    let mut asked = used(&sent, |key| SENT.contains(&key));
    let differing: Vec<String> = asked
        .iter()
        .filter(|(name, schema)| schemas.get(*name).is_some_and(|other| other != *schema))
        .map(|(name, _)| name.clone())
        .collect();
    for name in &differing {
        let input = format!("{name}Input");
        let (from, to) = (format!("{SCHEMAS}{name}"), format!("{SCHEMAS}{input}"));
        asked
            .values_mut()
            .for_each(|schema| refer(schema, &from, &to));
        refer(&mut sent["paths"], &from, &to);
        if let Some(schema) = asked.remove(name) {
            asked.insert(input, schema);
        }
    }
    schemas.append(&mut asked);
    for (pattern, operations) in answered["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            for part in SENT {
                match sent["paths"][pattern][method].get(part) {
                    Some(taken) => operation[part] = taken.clone(),
                    None => drop(operation.as_object_mut().and_then(|all| all.remove(part))),
                }
            }
        }
    }
    answered["components"]["schemas"] = schemas.into();
    Ok(answered)
}

fn one_side(service: Service, side: Side) -> serde_json::Result<Value> {
    serde_json::to_value(match service {
        Service::User => openapi::document(side, user_service::routes::routes),
        Service::Event => openapi::document(side, event_service::routes::routes),
        Service::Ai => openapi::document(side, ai_service::routes::routes),
        Service::Content => openapi::document(side, content_service::routes::routes),
        Service::Distribution => openapi::document(side, distribution_service::routes::routes),
        Service::Participation => openapi::document(side, participation_service::routes::routes),
        Service::Analytics => openapi::document(side, analytics_service::routes::routes),
    })
}

/// The types that these parts of the operations need, and those that they need in turn.
fn used(document: &Value, part: impl Fn(&str) -> bool) -> Map<String, Value> {
    let operations = document["paths"].as_object().into_iter().flatten();
    let operations = operations.filter_map(|(_, methods)| methods.as_object());
    let parts = operations
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flatten()
        .filter(|(key, _)| part(key));
    let mut names = BTreeSet::new();
    let mut new: Vec<&Value> = parts.map(|(_, value)| value).collect();
    let schemas = &document["components"]["schemas"];
    while let Some(value) = new.pop() {
        for name in references(value) {
            if names.insert(name) {
                new.push(&schemas[name]);
            }
        }
    }
    let schema = |name: &str| (name.to_owned(), schemas[name].clone());
    names.into_iter().map(schema).collect()
}

/// The names of the types that are referred to in a value.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|reference| reference.strip_prefix(SCHEMAS));
            let inner = members.values().flat_map(references);
            own.into_iter().chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Lets references to one type lead to another.
fn refer(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get_mut("$ref")
                && reference == from
            {
                *reference = to.into();
            }
            members
                .values_mut()
                .for_each(|inner| refer(inner, from, to));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, from, to)),
        _ => {}
    }
}

/// `default: null` reads as if an absent field were emptied; in a `PATCH` it stays as it is.
fn drop_null_defaults(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("default").is_some_and(Value::is_null) {
                members.remove("default");
            }
            members.values_mut().for_each(drop_null_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_null_defaults),
        _ => {}
    }
}
