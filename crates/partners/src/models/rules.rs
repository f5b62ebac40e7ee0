//! What the vendors accept as a schema for structured answers. Each refuses with 400 and says why.

use serde_json::Value;

/// Which vendor's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Anthropic,
    OpenAiStrict,
}

const UNKNOWN_TO_ANTHROPIC: [&str; 8] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
];
const MOST_OPTIONAL: usize = 24;
const MOST_UNIONS: usize = 16;
const DEEPEST: usize = 10;

/// Checks a schema; the error is the vendor's reason in English.
pub fn check(schema: &Value, dialect: Dialect) -> Result<(), String> {
    if schema["type"] != "object" {
        return Err("schema must be a JSON Schema of 'type: \"object\"'".to_owned());
    }
    let mut seen = Seen::default();
    visit(schema, schema, dialect, 1, "", &mut seen)?;
    if dialect == Dialect::Anthropic && seen.optional > MOST_OPTIONAL {
        return Err(format!(
            "Schema is too complex: more than {MOST_OPTIONAL} optional parameters"
        ));
    }
    if dialect == Dialect::Anthropic && seen.unions > MOST_UNIONS {
        return Err(format!(
            "Schema is too complex: more than {MOST_UNIONS} union-typed parameters"
        ));
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    optional: usize,
    unions: usize,
}

fn visit(
    root: &Value,
    schema: &Value,
    dialect: Dialect,
    depth: usize,
    at: &str,
    seen: &mut Seen,
) -> Result<(), String> {
    let place = if at.is_empty() { "the root" } else { at };
    if depth > 4 * DEEPEST {
        return Err(format!("recursive schemas are not supported (at {place})"));
    }
    if let Some(target) = schema["$ref"].as_str() {
        let Some(inner) = target
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer))
        else {
            return Err(format!(
                "external or unknown $ref '{target}' is not supported (at {place})"
            ));
        };
        return visit(root, inner, dialect, depth + 1, at, seen);
    }
    words(schema, dialect, place)?;
    if schema["type"].is_array() || schema["anyOf"].is_array() {
        seen.unions += 1;
    }
    for name in ["anyOf", "oneOf", "allOf"] {
        for variant in schema[name].as_array().into_iter().flatten() {
            visit(root, variant, dialect, depth + 1, at, seen)?;
        }
    }
    if schema["items"].is_object() {
        visit(
            root,
            &schema["items"],
            dialect,
            depth + 1,
            &format!("{at}[]"),
            seen,
        )?;
    }
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    if schema["additionalProperties"] != false {
        return Err(format!(
            "'additionalProperties' is required to be supplied and to be false (at {place})"
        ));
    }
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, inner) in properties {
        if !required.contains(&name.as_str()) {
            if dialect == Dialect::OpenAiStrict {
                return Err(format!(
                    "'required' is required to be supplied and to be an array including every key in properties. Missing '{name}' (at {place})"
                ));
            }
            seen.optional += 1;
        }
        visit(
            root,
            inner,
            dialect,
            depth + 1,
            &format!("{at}.{name}"),
            seen,
        )?;
    }
    match required
        .iter()
        .find(|name| !properties.contains_key(**name))
    {
        Some(name) => Err(format!(
            "'required' names '{name}', which is not in properties (at {place})"
        )),
        None => Ok(()),
    }
}

/// Single keywords the vendor does not know.
fn words(schema: &Value, dialect: Dialect, place: &str) -> Result<(), String> {
    let has = |name: &&str| schema.get(*name).is_some();
    match dialect {
        Dialect::Anthropic => {
            if let Some(name) = UNKNOWN_TO_ANTHROPIC.iter().find(|name| has(name)) {
                return Err(format!("property '{name}' is not supported (at {place})"));
            }
            if schema["minItems"].as_u64().is_some_and(|least| least > 1) {
                return Err(format!("'minItems' must be 0 or 1 (at {place})"));
            }
        }
        Dialect::OpenAiStrict => {
            if let Some(name) = ["default", "oneOf", "allOf"].iter().find(|name| has(name)) {
                return Err(format!("'{name}' is not permitted (at {place})"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_vendor_has_its_own_rules() {
        let open = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] });
        assert!(check(&open, Dialect::Anthropic).is_err());
        let optional = json!({ "type": "object", "additionalProperties": false, "properties": { "a": { "type": "string" } } });
        assert!(check(&optional, Dialect::Anthropic).is_ok());
        assert!(check(&optional, Dialect::OpenAiStrict).is_err());
        let bounded = json!({ "type": "object", "additionalProperties": false, "required": ["a"],
            "properties": { "a": { "type": "integer", "minimum": 1 } } });
        assert!(check(&bounded, Dialect::Anthropic).is_err());
        assert!(check(&bounded, Dialect::OpenAiStrict).is_ok());
        let recursive = json!({ "type": "object", "additionalProperties": false, "required": ["a"],
            "properties": { "a": { "$ref": "#" } } });
        assert!(check(&recursive, Dialect::Anthropic).is_err());
    }
}
