//! `/app/events/{id}/history`: who changed what, and when.

use super::event::{self, Head};
use crate::api::Api;
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entries {
    items: Vec<Entry>,
    next_cursor: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Entry {
    at: String,
    actor: String,
    action: String,
    #[serde(default)]
    changes: Value,
}

#[derive(Template)]
#[template(path = "running/history.html")]
struct History<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    lines: Vec<Line>,
    next: Option<String>,
}

struct Line {
    what: String,
    who: String,
    when: String,
    changes: Vec<String>,
}

/// The history, the newest first.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let after = seat.visit().asked("after").unwrap_or_default();
    let path = listing(id, &after);
    let entries: Entries = seat.get(&path).await?;
    let w = seat.words();
    let lines = entries
        .items
        .iter()
        .map(|entry| Line {
            what: coded(
                w,
                "run-action-",
                entry.action.strip_prefix("event.").unwrap_or(&entry.action),
            ),
            who: coded(w, "run-actor-", &entry.actor),
            when: event::told(seat, Some(&entry.at)),
            changes: changes(entry, w),
        })
        .collect();
    let frame = seat.frame(&w.say("run-tab-history"));
    let template = History {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "/history", Some(w.say("run-history"))),
        lines,
        next: entries.next_cursor.map(|cursor| {
            let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            event.path(&format!("/history?after={cursor}"))
        }),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

/// Which fields changed; a short text with what it was and is.
fn changes(entry: &Entry, w: Words) -> Vec<String> {
    let Some(fields) = entry.changes.as_object() else {
        return Vec::new();
    };
    fields
        .iter()
        .filter(|(field, _)| w.knows(&format!("{}{field}", "run-field-")))
        .map(|(field, change)| {
            let name = coded(w, "run-field-", field);
            match (short(&change["from"], w), short(&change["to"], w)) {
                (Some(from), Some(to)) => {
                    let values = [
                        ("field", name.into()),
                        ("from", from.into()),
                        ("to", to.into()),
                    ];
                    w.with("run-changed-from-to", &values)
                }
                (None, Some(to)) => w.with(
                    "run-changed-to",
                    &[("field", name.into()), ("to", to.into())],
                ),
                _ => w.one("run-changed", "field", name),
            }
        })
        .collect()
}

fn short(value: &Value, w: Words) -> Option<String> {
    match value {
        Value::String(text) if text.chars().count() <= 80 => {
            Some(match crate::times::parse(text) {
                Some(at) => crate::times::moment(at, at, w.0),
                None => coded(w, "status-", text),
            })
        }
        Value::Number(number) => number.as_f64().map(|n| w.one("count-plain", "n", n)),
        _ => None,
    }
}

/// The next of an event's entries, after that cursor.
fn listing(id: &str, after: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", "50");
    if !after.is_empty() {
        query.append_pair("cursor", after);
    }
    format!("/api/events/{id}/history?{}", query.finish())
}
