//! The OpenAPI document that the gateway serves is what the code says.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_cli::openapi::{FILE, document};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn kept() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, told)| (format!("{} {path}", method.to_uppercase()), told))
    });
    operations.collect()
}

#[test]
fn the_document_is_what_the_code_says() {
    assert!(
        kept() == document().unwrap(),
        "{FILE} is old; run: cargo janchi openapi"
    );
}

#[test]
fn every_operation_tells_its_purpose_and_its_answers() {
    for (line, told) in operations(&kept()) {
        assert!(
            told["summary"].as_str().is_some_and(|s| !s.is_empty()),
            "{line}"
        );
        let answers = told["responses"].as_object().unwrap();
        let succeeds = answers
            .iter()
            .any(|(status, answer)| status.starts_with('2') && !answer["description"].is_null());
        assert!(succeeds, "{line} tells no success");
        let writes = !line.starts_with("GET ") && !line.starts_with("DELETE ");
        let fails = answers.contains_key("default");
        assert!(fails || !writes, "{line} tells no failure");
    }
}

#[test]
fn every_name_that_is_referred_to_is_there() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.insert(reference.clone());
                }
                members
                    .values()
                    .for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = kept();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
