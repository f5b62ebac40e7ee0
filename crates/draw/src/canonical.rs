use crate::bytes::{Hash, sha256};
use serde_json::Value;

/// A value that has no canonical form here: it holds a number that is not an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("rules hold a number that is not an integer")]
pub struct NotCanonical;

/// JSON with one spelling, as in RFC 8785: no spaces, keys sorted by UTF-16 code units, integers only.
///
/// # Errors
/// [`NotCanonical`]: floats are spelled differently from language to language.
pub fn canonical_json(value: &Value) -> Result<String, NotCanonical> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

/// SHA-256 of the canonical form.
///
/// # Errors
/// As [`canonical_json`].
pub fn rules_hash(rules: &Value) -> Result<Hash, NotCanonical> {
    Ok(sha256(&[canonical_json(rules)?.as_bytes()]))
}

fn write(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Number(n) if !(n.is_i64() || n.is_u64()) => return Err(NotCanonical),
        // serde_json escapes exactly what the standard escapes, in the same way.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::canonical_json;
    use serde_json::json;

    #[test]
    fn one_value_has_one_spelling() {
        let value = json!({"b": [1, true, null], "a": {"z": "줄\n", "y": -5}, "\u{20ac}": 1, "\u{1f600}": 2, "\u{fb33}": 3});
        let text = "{\"a\":{\"y\":-5,\"z\":\"줄\\n\"},\"b\":[1,true,null],\"€\":1,\"😀\":2,\"\u{fb33}\":3}";
        assert_eq!(canonical_json(&value).unwrap(), text);
    }

    #[test]
    fn a_float_has_none() {
        assert!(canonical_json(&json!({"a": 1.5})).is_err());
    }
}
