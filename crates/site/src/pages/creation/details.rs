//! What an owner may word otherwise than a plan: title, prizes and days, as typed and as the API takes them.

use super::dates;
use super::event::{Draft, Prize};
use super::money;
use super::trail::Input;
use crate::problem::Refusal;
use crate::visit::Visit;
use crate::words::Words;
use serde_json::{Map, Value, json};

/// Kinds of prizes an event may have.
const MOST_PRIZES: usize = 20;
/// Empty rows to add prizes in, without a script.
const SPARE: usize = 2;

/// As it stands in the fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub title: String,
    pub starts_on: String,
    pub ends_on: String,
    pub prizes: Vec<Row>,
}

/// A prize as it stands in the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub name: String,
    pub quantity: String,
    pub cost: String,
}

impl Row {
    fn of(prize: &Prize) -> Self {
        Self {
            name: prize.name.clone(),
            quantity: prize.quantity.to_string(),
            cost: prize.unit_cost.to_string(),
        }
    }
}

/// The fields as a page shows them.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub title: Input,
    pub starts_on: Input,
    pub ends_on: Input,
    pub prizes: Vec<[Input; 3]>,
    pub fault: Option<String>,
}

impl Details {
    pub(super) fn of_plan(title: &str, prizes: &[Prize], from: &str, to: &str) -> Self {
        Self {
            title: title.to_owned(),
            starts_on: dates::day_of(Some(from)),
            ends_on: dates::day_of(Some(to)),
            prizes: prizes.iter().map(Row::of).collect(),
        }
    }

    pub(super) fn of_event(draft: &Draft) -> Self {
        Self {
            title: draft.title.clone().unwrap_or_default(),
            starts_on: dates::day_of(draft.starts_at.as_deref()),
            ends_on: dates::day_of(draft.ends_at.as_deref()),
            prizes: draft.prizes.iter().map(Row::of).collect(),
        }
    }

    /// As it was typed. A row without a name is none.
    pub(super) fn typed(visit: &Visit) -> Self {
        let all = |name: &str| -> Vec<String> {
            form_urlencoded::parse(visit.form.as_bytes())
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.trim().to_owned())
                .collect()
        };
        let (quantities, costs) = (all("prizeQuantity"), all("prizeCost"));
        let prizes = all("prizeName")
            .into_iter()
            .enumerate()
            .map(|(i, name)| Row {
                name,
                quantity: quantities.get(i).cloned().unwrap_or_default(),
                cost: costs.get(i).cloned().unwrap_or_default(),
            });
        Self {
            title: visit.typed("title").trim().to_owned(),
            starts_on: visit.typed("startsOn"),
            ends_on: visit.typed("endsOn"),
            prizes: prizes.filter(|row| !row.name.is_empty()).collect(),
        }
    }

    /// What differs from `known`, in the API's words. `from` and `to` are the instants behind its days.
    pub(super) fn changes(
        &self,
        known: &Self,
        from: Option<&str>,
        to: Option<&str>,
        refusal: &mut Refusal,
        w: Words,
    ) -> Map<String, Value> {
        let mut changes = Map::new();
        if self.title.is_empty() {
            refusal.add("title", w.say("make-title-missing"));
        } else if self.title != known.title {
            changes.insert("title".to_owned(), json!(self.title));
        }
        for (name, typed, before) in [
            ("startsAt", &self.starts_on, &known.starts_on),
            ("endsAt", &self.ends_on, &known.ends_on),
        ] {
            if typed == before && !typed.is_empty() {
                continue;
            }
            match (dates::read(typed), name) {
                (Some(day), "startsAt") => {
                    changes.insert(name.to_owned(), json!(dates::start(day, from)));
                }
                (Some(day), _) => {
                    changes.insert(name.to_owned(), json!(dates::end(day, to)));
                }
                (None, _) => refusal.add(name, w.say("make-day-missing")),
            }
        }
        if self.ends_on < self.starts_on {
            refusal.add("endsAt", w.say("make-days-turned"));
        }
        if self.prizes.is_empty() {
            refusal.add("prizes", w.say("make-prizes-missing"));
        } else if self.prizes != known.prizes {
            changes.insert("prizes".to_owned(), self.prizes(refusal, w));
        }
        changes
    }

    fn prizes(&self, refusal: &mut Refusal, w: Words) -> Value {
        let rows = self.prizes.iter().enumerate();
        rows.map(|(i, row)| {
            let quantity = money::read_count(&row.quantity).filter(|n| *n > 0);
            let cost = money::read(&row.cost);
            if quantity.is_none() {
                refusal.add(&format!("prizes[{i}].quantity"), w.say("make-count-wrong"));
            }
            if cost.is_none() {
                refusal.add(&format!("prizes[{i}].unitCost"), w.say("make-cost-wrong"));
            }
            json!({"name": row.name, "quantity": quantity, "unitCost": cost})
        })
        .collect()
    }

    /// The fields, whose ids begin with `prefix`.
    pub(super) fn fields(
        &self,
        prefix: &str,
        today: &str,
        refusal: Option<&Refusal>,
        w: Words,
    ) -> Fields {
        let about = |name: &str| {
            let refusal = refusal?;
            let nested = || refusal.about(&format!("overrides.{name}"));
            refusal.about(name).or_else(nested)
        };
        let day = |name: &'static str, key: &str, value: &str, error: &str| Input {
            id: format!("{prefix}-{name}"),
            name,
            label: w.say(key),
            value: value.to_owned(),
            error: about(error),
            kind: "date",
            least: today.to_owned(),
            is_required: true,
            ..Input::default()
        };
        let spare = std::iter::repeat_n(Row::default(), SPARE);
        let rows = self.prizes.iter().cloned().chain(spare);
        Fields {
            title: Input {
                id: format!("{prefix}-title"),
                name: "title",
                label: w.say("make-title"),
                value: self.title.clone(),
                error: about("title"),
                longest: 100,
                is_required: true,
                ..Input::default()
            },
            // A start that is past is no mistake: the event then opens at once.
            starts_on: Input {
                least: String::new(),
                ..day("startsOn", "make-starts-on", &self.starts_on, "startsAt")
            },
            ends_on: day("endsOn", "make-ends-on", &self.ends_on, "endsAt"),
            prizes: rows
                .take(MOST_PRIZES)
                .enumerate()
                .map(|(i, row)| row.fields(prefix, i, &about, w))
                .collect(),
            fault: about("prizes"),
        }
    }
}

impl Row {
    fn fields(
        &self,
        prefix: &str,
        i: usize,
        about: &impl Fn(&str) -> Option<String>,
        w: Words,
    ) -> [Input; 3] {
        let n = (i + 1) as f64;
        let field = |name: &'static str, key: &str, value: &str, error: &str| Input {
            short: w.say(&key.replace("make-prize-", "make-prize-head-")),
            id: format!("{prefix}-{name}-{i}"),
            name,
            label: w.one(key, "n", n),
            value: value.to_owned(),
            error: about(&format!("prizes[{i}].{error}")),
            is_label_unseen: true,
            longest: 20,
            inputmode: "numeric",
            ..Input::default()
        };
        [
            Input {
                longest: 100,
                inputmode: "",
                ..field("prizeName", "make-prize-name", &self.name, "name")
            },
            field(
                "prizeQuantity",
                "make-prize-quantity",
                &self.quantity,
                "quantity",
            ),
            field("prizeCost", "make-prize-cost", &self.cost, "unitCost"),
        ]
    }
}
