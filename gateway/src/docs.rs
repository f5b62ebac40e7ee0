//! `/docs`: the fleet's OpenAPI document as a page that needs no script.

use askama::Template;
use serde_json::Value;

/// The document itself, made of the services' code by `cargo janchi openapi`.
pub const OPENAPI: &str = include_str!("openapi.json");

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    sections: Vec<Section>,
    types: Vec<Type>,
}

struct Section {
    title: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    purpose: String,
    callers: &'static str,
    parameters: Vec<Field>,
    body: Option<Shape>,
    answers: Vec<Answer>,
}

struct Answer {
    status: String,
    media: String,
    shape: Shape,
}

struct Type {
    name: String,
    text: String,
    fields: Vec<Field>,
    /// What it is when it is no object.
    shape: Shape,
}

struct Field {
    name: String,
    /// `path`, `query` or `header`; nothing in a body.
    place: String,
    is_required: bool,
    shape: Shape,
    text: String,
}

/// How a value looks: words, some of which name a type of the document.
#[derive(Default)]
struct Shape(Vec<Word>);

struct Word {
    text: String,
    is_type: bool,
}

/// The page.
///
/// # Errors
/// The document is not what [`OPENAPI`] should be.
pub fn page() -> anyhow::Result<String> {
    let document: Value = serde_json::from_str(OPENAPI)?;
    let titles = document["tags"].as_array().into_iter().flatten();
    let sections = titles.map(|tag| Section {
        title: text(&tag["name"]),
        operations: operations(&document, &tag["name"]),
    });
    let schemas = document["components"]["schemas"].as_object();
    let types = schemas.into_iter().flatten().map(|(name, schema)| Type {
        name: name.clone(),
        text: text(&schema["description"]),
        fields: fields(schema),
        shape: shape(schema),
    });
    let page = Page {
        sections: sections.collect(),
        types: types.collect(),
    };
    Ok(page.render()?)
}

fn operations(document: &Value, tag: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, told)| (path, method, told))
        })
        .filter(|(_, _, told)| told["tags"][0] == *tag)
        .map(|(path, method, told)| Operation {
            id: text(&told["operationId"]),
            method: method.to_uppercase(),
            path: path.clone(),
            purpose: text(&told["summary"]),
            callers: callers(told),
            parameters: parameters(told),
            body: content(&told["requestBody"]).map(|(_, shape)| shape),
            answers: answers(told),
        })
        .collect()
}

fn callers(told: &Value) -> &'static str {
    match told["security"][0]
        .as_object()
        .and_then(|s| s.keys().next())
    {
        None => "누구나",
        Some(token) if token == "owner" => "사장님",
        Some(_) => "손님",
    }
}

fn parameters(told: &Value) -> Vec<Field> {
    let told = told["parameters"].as_array().into_iter().flatten();
    told.map(|parameter| Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        is_required: parameter["required"] == true,
        shape: shape(&parameter["schema"]),
        text: text(&parameter["description"]),
    })
    .collect()
}

fn answers(told: &Value) -> Vec<Answer> {
    let told = told["responses"].as_object().into_iter().flatten();
    told.map(|(status, answer)| {
        let (media, shape) = content(answer).unwrap_or_default();
        let status = if status == "default" {
            "4xx·5xx".to_owned()
        } else {
            status.clone()
        };
        Answer {
            status,
            media,
            shape,
        }
    })
    .collect()
}

fn content(told: &Value) -> Option<(String, Shape)> {
    let (media, content) = told["content"].as_object()?.iter().next()?;
    Some((media.clone(), shape(&content["schema"])))
}

fn fields(schema: &Value) -> Vec<Field> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| Field {
            name: name.clone(),
            place: String::new(),
            is_required: is_required(name),
            shape: shape(schema),
            text: text(&schema["description"]),
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn shape(schema: &Value) -> Shape {
    let mut shape = Shape::default();
    shape.add(schema);
    shape
}

impl Shape {
    fn say(&mut self, text: &str) {
        self.0.push(Word {
            text: text.to_owned(),
            is_type: false,
        });
    }

    fn add(&mut self, schema: &Value) {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            self.0.push(Word {
                text: name.to_owned(),
                is_type: true,
            });
        } else if let Some(values) = schema["enum"].as_array() {
            let values: Vec<String> = values.iter().map(plain).collect();
            self.say(&values.join(" · "));
        } else if !schema["const"].is_null() {
            self.say(&plain(&schema["const"]));
        } else if let Some(choices) = choices(schema) {
            for (n, choice) in choices.iter().enumerate() {
                if n > 0 {
                    self.say(" · ");
                }
                self.add(choice);
            }
        } else if schema["type"] == "array" {
            self.add(&schema["items"]);
            self.say("[]");
        } else {
            let kinds = match &schema["type"] {
                Value::Array(kinds) => kinds.iter().map(plain).collect::<Vec<_>>().join(" · "),
                Value::String(kind) => kind.clone(),
                _ => "any".to_owned(),
            };
            self.say(&kinds);
            if let Some(format) = schema["format"].as_str() {
                self.say(&format!(" ({format})"));
            }
        }
    }
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    ["anyOf", "oneOf", "allOf"]
        .iter()
        .find_map(|key| schema[*key].as_array())
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{page, shape};
    use serde_json::json;

    fn said(schema: serde_json::Value) -> String {
        shape(&schema)
            .0
            .iter()
            .map(|word| word.text.as_str())
            .collect()
    }

    #[test]
    fn shapes_read_as_words() {
        assert_eq!(
            said(json!({"type": "string", "format": "date-time"})),
            "string (date-time)"
        );
        assert_eq!(said(json!({"type": ["string", "null"]})), "string · null");
        assert_eq!(said(json!({"enum": ["A", "B"]})), "A · B");
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Prize"}});
        assert_eq!(said(list), "Prize[]");
        let perhaps = json!({"anyOf": [{"$ref": "#/components/schemas/Draw"}, {"type": "null"}]});
        assert_eq!(said(perhaps), "Draw · null");
    }

    #[test]
    fn the_page_tells_every_route() {
        let page = page().unwrap();
        for route in crate::routes::table() {
            assert!(page.contains(route.pattern), "{}", route.pattern);
        }
    }
}
