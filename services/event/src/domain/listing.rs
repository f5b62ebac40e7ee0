//! How a list of events is narrowed and ordered.

use crate::domain::fault::Fault;
use crate::domain::text;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a list is ordered by; events without a start come after all others in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub by_start: bool,
    pub rising: bool,
}

impl Order {
    /// Newest first, unless said otherwise.
    pub const USUAL: Self = Self {
        by_start: false,
        rising: false,
    };

    /// Reads `createdAt`, `startsAt`, and both with `-` for falling order.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let (rising, name) = match text.strip_prefix('-') {
            Some(name) => (false, name),
            None => (true, text),
        };
        match name {
            "createdAt" => Ok(Self {
                by_start: false,
                rising,
            }),
            "startsAt" => Ok(Self {
                by_start: true,
                rising,
            }),
            _ => Err(Fault::new(
                "sort",
                "UNKNOWN",
                "createdAt 또는 startsAt으로 정렬할 수 있어요.",
                "Sort by createdAt or startsAt.",
            )),
        }
    }
}

/// Where a page ended: the sort key and id of its last event, and the order they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub key: DateTime<Utc>,
    pub id: Uuid,
    pub by_start: bool,
    pub rising: bool,
}

/// A search text as a LIKE pattern that matches it literally anywhere; none for a blank one.
///
/// # Errors
/// A too long text, or one with control characters.
pub fn pattern(q: &str) -> Result<Option<String>, Fault> {
    if q.trim().is_empty() {
        return Ok(None);
    }
    let q = text::line("q", q, 100)?;
    let mut pattern = String::with_capacity(q.len() + 2);
    pattern.push('%');
    for c in q.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Ok(Some(pattern))
}

#[cfg(test)]
mod tests {
    use super::{Order, pattern};

    #[test]
    fn an_order_is_one_of_four() {
        assert_eq!(Order::parse("-createdAt"), Ok(Order::USUAL));
        assert!(Order::parse("startsAt").unwrap().by_start);
        for bad in [
            "",
            "-",
            "title",
            "--createdAt",
            "createdat",
            "created_at; drop table events",
        ] {
            assert!(Order::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn wildcards_are_searched_for_literally() {
        assert_eq!(pattern("100%_\\").unwrap().unwrap(), "%100\\%\\_\\\\%");
        assert_eq!(pattern("  ").unwrap(), None);
        assert!(pattern("a\0").is_err());
        assert!(pattern(&"가".repeat(101)).is_err());
    }
}
