//! Fills a JSON schema: walks it generically and takes values that fit the names of the properties.

use super::amounts::{self, fraction, whole};
use super::brief::Brief;
use super::figures::Figures;
use super::spot::Spot;
use super::words;
use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

const DEEPEST: usize = 24;

/// Writes one answer.
pub struct Author<'a> {
    brief: &'a Brief,
    root: &'a Value,
    tiers: [Figures; 3],
}

impl<'a> Author<'a> {
    pub fn new(brief: &'a Brief, schema: &'a Value) -> Self {
        Self {
            brief,
            root: schema,
            tiers: [0, 1, 2].map(|tier| Figures::of(brief, tier)),
        }
    }

    /// The answer to the whole schema.
    pub fn write(&self) -> Value {
        self.value(self.root, &Spot::default())
    }

    fn figures(&self, spot: &Spot) -> &Figures {
        &self.tiers[spot.plan.min(2)]
    }

    fn value(&self, schema: &Value, spot: &Spot) -> Value {
        if spot.depth() > DEEPEST {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str() {
            return self.value(self.resolve(target), spot);
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(choices) = schema["enum"].as_array() {
            return self.choice(choices, spot);
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(variants) = schema[name].as_array() {
                return self.variant(variants, spot);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.value(&merged(schema, parts), spot);
        }
        match kind(schema) {
            (_, true) if self.is_unsaid(spot) => Value::Null,
            ("object", _) => self.object(schema, spot),
            ("array", _) => self.array(schema, spot),
            ("integer", _) => whole(self.number(spot, true), schema),
            ("number", _) => fraction(self.number(spot, false), schema),
            ("boolean", _) => {
                json!(!spot.name().contains("unsure") && !spot.name().contains("refus"))
            }
            ("null", _) => Value::Null,
            _ => Value::String(self.string(schema, spot)),
        }
    }

    fn resolve(&self, target: &str) -> &'a Value {
        target
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer))
            .unwrap_or(&Value::Null)
    }

    fn variant(&self, variants: &[Value], spot: &Spot) -> Value {
        let is_null = |schema: &Value| schema["type"] == "null";
        if self.is_unsaid(spot) && variants.iter().any(is_null) {
            return Value::Null;
        }
        match variants.iter().find(|schema| !is_null(schema)) {
            Some(schema) => self.value(schema, spot),
            None => Value::Null,
        }
    }

    /// Outside of plans, what the prompt did not say stays null where it may.
    fn is_unsaid(&self, spot: &Spot) -> bool {
        if spot.inside("plan") || spot.inside("schedule") || spot.inside("channel") {
            return false;
        }
        match spot.name() {
            "budget" => self.brief.budget.is_none(),
            name if is_moment(name) => self.brief.starts_in.is_none(),
            "note" | "notice" | "error" | "refusal" => true,
            _ => false,
        }
    }

    fn choice(&self, choices: &[Value], spot: &Spot) -> Value {
        let index = |at: usize| {
            choices
                .get(at % choices.len().max(1))
                .cloned()
                .unwrap_or(Value::Null)
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_ascii_uppercase();
        let name = spot.name();
        if name.contains("tier") || name.contains("level") || name.contains("costtype") {
            let word = ["LOW", "MID", "HIGH"][spot.plan.min(2)];
            let found = choices.iter().find(|choice| text(choice).contains(word));
            return found.cloned().unwrap_or_else(|| index(spot.plan));
        }
        if spot.inside("channel") {
            let channels = &self.figures(spot).channels;
            let wanted = channels.get(spot.item).map_or("", |(channel, _)| *channel);
            let found = choices.iter().find(|choice| text(choice) == wanted);
            return found.cloned().unwrap_or_else(|| index(spot.item));
        }
        if name.contains("objective") || name.contains("goal") || name.contains("purpose") {
            let meant = objective(&self.brief.text);
            let found = choices
                .iter()
                .find(|choice| meant.is_some_and(|meant| text(choice) == meant));
            if let Some(found) = found {
                return found.clone();
            }
        }
        let said: Vec<&Value> = choices
            .iter()
            .filter(|choice| {
                choice.as_str().is_some_and(|word| {
                    word.len() > 2 && self.brief.text.contains(&format!("\"{word}\""))
                })
            })
            .collect();
        // Plans differ from each other in whatever there is a choice of.
        let turn = if spot.inside("plan") { spot.plan } else { 0 };
        match said.get(turn % said.len().max(1)) {
            Some(choice) => (*choice).clone(),
            None => index(if spot.inside("plan") {
                spot.plan
            } else {
                spot.item
            }),
        }
    }

    fn object(&self, schema: &Value, spot: &Spot) -> Value {
        let mut object = Map::new();
        if let Some(properties) = schema["properties"].as_object() {
            for (name, inner) in properties {
                object.insert(name.clone(), self.value(inner, &spot.at(name)));
            }
        }
        Value::Object(object)
    }

    fn array(&self, schema: &Value, spot: &Spot) -> Value {
        let items = &schema["items"];
        let name = spot.name();
        let is_plan = ["plan", "recommend", "proposal", "option", "tier"]
            .iter()
            .any(|word| name.contains(word))
            || self.shape(items)["properties"].get("tier").is_some();
        let figures = self.figures(spot);
        let wanted = match name {
            _ if is_plan => 3,
            _ if name.contains("prize") => figures.prizes.len(),
            _ if name.contains("channel") => figures.channels.len().min(self.distinct(items)),
            _ if name.contains("hashtag") || name.contains("tag") => 4,
            // One for each of trade, place and season.
            _ if name.contains("trend") => 3,
            _ => 2,
        };
        let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap_or(0);
        let most = schema["maxItems"]
            .as_u64()
            .and_then(|most| usize::try_from(most).ok());
        let count = wanted.max(least).min(most.unwrap_or(usize::MAX));
        (0..count)
            .map(|item| self.value(items, &spot.nth(item, is_plan)))
            .collect()
    }

    fn shape<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'a: 's,
    {
        match schema["$ref"].as_str() {
            Some(target) => self.resolve(target),
            None => schema,
        }
    }

    /// How many different channels a list can name.
    fn distinct(&self, items: &Value) -> usize {
        let shape = self.shape(items);
        let direct = shape["enum"].as_array();
        let named = shape["properties"]["channel"]["enum"].as_array();
        direct.or(named).map_or(usize::MAX, Vec::len)
    }
    fn number(&self, spot: &Spot, whole: bool) -> f64 {
        amounts::number(spot, self.brief, self.figures(spot), whole)
    }

    fn string(&self, schema: &Value, spot: &Spot) -> String {
        let name = spot.name();
        let format = schema["format"].as_str().unwrap_or_default();
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        let as_date = format == "date"
            || name.contains("date") && format.is_empty()
            || pattern.contains("\\d{4}-\\d{2}-\\d{2}$");
        if format == "date-time" || as_date || is_moment(name) {
            return self.moment(spot, as_date);
        }
        match format {
            "email" => return "owner@example.com".to_owned(),
            "uri" => return "https://example.com/".to_owned(),
            "uuid" => return uuid::Uuid::now_v7().to_string(),
            "time" => return "18:00:00".to_owned(),
            _ => {}
        }
        let number_like = ["cost", "budget", "revenue", "roi"].contains(&name);
        if number_like {
            return format!("{}", self.number(spot, true));
        }
        let mut text = words::text(name, spot, self.brief, self.figures(spot));
        if let Some(most) = schema["maxLength"]
            .as_u64()
            .and_then(|most| usize::try_from(most).ok())
        {
            text = text.chars().take(most).collect();
        }
        text
    }

    fn moment(&self, spot: &Spot, as_date: bool) -> String {
        let name = spot.name();
        let first = self.brief.first_day();
        let is_end = ["end", "until", "finish", "close", "to"]
            .iter()
            .any(|word| name.starts_with(word))
            || name.contains("enddate");
        let length = u64::try_from(self.figures(spot).days).unwrap_or(7);
        let day: NaiveDate = if is_end {
            first + Days::new(length - 1)
        } else {
            first
        };
        match (as_date, is_end) {
            (true, _) => day.to_string(),
            (false, true) => format!("{day}T21:00:00+09:00"),
            (false, false) => format!("{day}T09:00:00+09:00"),
        }
    }
}

fn is_moment(name: &str) -> bool {
    matches!(
        name,
        "startsat"
            | "endsat"
            | "startat"
            | "endat"
            | "startdate"
            | "enddate"
            | "start"
            | "end"
            | "drawat"
    )
}

/// The type asked for and whether null is allowed too.
fn kind(schema: &Value) -> (&str, bool) {
    match &schema["type"] {
        Value::String(name) => (name, false),
        Value::Array(names) => {
            let name = names
                .iter()
                .filter_map(Value::as_str)
                .find(|name| *name != "null");
            (
                name.unwrap_or("null"),
                names.iter().any(|name| name == "null"),
            )
        }
        _ if schema["properties"].is_object() => ("object", false),
        _ if schema["items"].is_object() => ("array", false),
        _ => ("string", false),
    }
}

fn merged(schema: &Value, parts: &[Value]) -> Value {
    let mut whole = Map::new();
    let mut properties = Map::new();
    for part in parts.iter().chain([schema]) {
        for (name, value) in part
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "allOf")
        {
            whole.insert(name.clone(), value.clone());
        }
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    if !properties.is_empty() {
        whole.insert("properties".to_owned(), Value::Object(properties));
    }
    Value::Object(whole)
}

/// What the owner wants, by the words used.
fn objective(text: &str) -> Option<&'static str> {
    let code = ["NEW_CUSTOMERS", "REVISIT", "SALES", "AWARENESS"]
        .into_iter()
        .find(|code| text.contains(&format!("\"{code}\"")));
    let words = [
        ("신규", "NEW_CUSTOMERS"),
        ("새 손님", "NEW_CUSTOMERS"),
        ("새로운 손님", "NEW_CUSTOMERS"),
        ("단골", "REVISIT"),
        ("재방문", "REVISIT"),
        ("다시 오", "REVISIT"),
        ("매출", "SALES"),
        ("많이 팔", "SALES"),
        ("인지도", "AWARENESS"),
        ("홍보", "AWARENESS"),
        ("알리", "AWARENESS"),
    ];
    let last = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(text);
    let by_word = |text: &str| {
        words
            .into_iter()
            .find(|(word, _)| text.contains(word))
            .map(|(_, code)| code)
    };
    by_word(last).or(code).or_else(|| by_word(text))
}
