//! What changed between two versions of an event, as its history tells it.

use crate::domain::event::Event;
use serde_json::{Map, Value, json};

/// Who changed an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Owner,
    /// Start or end has come.
    Clock,
    /// The outcome of publishing.
    Distribution,
    /// Pictures were finished.
    Content,
}

impl Actor {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Clock => "CLOCK",
            Self::Distribution => "DISTRIBUTION",
            Self::Content => "CONTENT",
        }
    }
}

/// The fields that differ, each with `from` and `to`.
pub fn changes(before: &Event, after: &Event) -> Map<String, Value> {
    let (old, new) = (fields(before), fields(after));
    old.into_iter()
        .zip(new)
        .filter(|((_, from), (_, to))| from != to)
        .map(|((name, from), (_, to))| (name.to_owned(), json!({ "from": from, "to": to })))
        .collect()
}

fn fields(event: &Event) -> [(&'static str, Value); 13] {
    let image_ids: Vec<_> = event.images.iter().map(|image| image.image_id).collect();
    let plan = event.recommendation.as_ref().map(|r| r.plan.plan_id);
    [
        ("status", json!(event.status)),
        ("title", json!(event.title)),
        ("description", json!(event.description)),
        ("startsAt", json!(event.starts_at)),
        ("endsAt", json!(event.ends_at)),
        ("closedAt", json!(event.closed_at)),
        ("prizes", json!(event.prizes)),
        ("winnerCount", json!(event.winners())),
        ("visitBonus", json!(event.visit_bonus)),
        ("budget", json!(event.budget)),
        ("channels", json!(event.channels)),
        ("imageIds", json!(image_ids)),
        ("planId", json!(plan)),
    ]
}

#[cfg(test)]
mod tests {
    use crate::domain::event::example::draft;

    #[test]
    fn only_what_differs_is_told() {
        let before = draft();
        let mut after = before.clone();
        assert!(super::changes(&before, &after).is_empty());
        after.title = Some("겨울 잔치".into());
        after.prizes[0].quantity = 5;
        let changes = super::changes(&before, &after);
        // The winner count follows the prizes.
        let mut names: Vec<_> = changes.keys().collect();
        names.sort();
        assert_eq!(names, ["prizes", "title", "winnerCount"]);
        assert_eq!(changes["title"]["from"], "가을 잔치");
        assert_eq!(changes["title"]["to"], "겨울 잔치");
    }
}
