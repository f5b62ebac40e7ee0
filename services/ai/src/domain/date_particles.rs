//! What follows a day in a Korean sentence and says what it is: `부터`, `까지`, `~`, `마다`.

use super::date_numerals::is_range;

/// What a day is to the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    From,
    To,
    /// Joined with the next day: `금요일과 토요일`.
    And,
    Plain,
}

/// Bytes of white space at the beginning.
pub fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Whether a word ends here, or one of these particles follows.
pub fn ends(after: &str, particles: &[&str]) -> bool {
    after
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() && c != '%')
        || particles.iter().any(|p| after.starts_with(p))
}

/// Whether one of these particles follows, blanks or not, and is no part of a longer word but with `는`, `도`, `만`.
pub fn starts_particle(after: &str, particles: &[&str]) -> bool {
    particles.iter().any(|p| {
        after
            .strip_prefix(p)
            .is_some_and(|rest| ends(rest, &["는", "도", "만"]))
    })
}

/// What may follow a day that is meant as a date of the event.
const DATED: [&str; 9] = ["부터", "까지", "에", "~", "∼", "-", "하루", "동안", "이틀"];

/// Whether the day before is meant as a date of the event.
pub fn is_dated(after: &str) -> bool {
    let after = after.trim_start();
    DATED.iter().any(|p| after.starts_with(p))
}

/// `(화)` or `(화요일)` behind a date says nothing new.
pub fn weekday_in_brackets(after: &str) -> usize {
    let inside = after
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    match inside {
        Some((day, _))
            if matches!(
                day.trim_end_matches("요일"),
                "월" | "화" | "수" | "목" | "금" | "토" | "일"
            ) =>
        {
            blanks(after) + day.len() + 2
        }
        _ => 0,
    }
}

/// The role of a day by what follows it, and how many bytes of that belong to it.
pub fn role(after: &str) -> (Role, usize) {
    let blank = blanks(after);
    let text = &after[blank..];
    if let Some(mark) = text.chars().next().filter(|c| is_range(*c)) {
        return (Role::From, blank + mark.len_utf8());
    }
    for (particle, role) in [
        ("부터", Role::From),
        ("에서", Role::From),
        ("까지", Role::To),
        ("동안", Role::Plain),
        ("간", Role::Plain),
        (",", Role::And),
        ("·", Role::And),
    ] {
        if text.starts_with(particle) {
            return (role, blank + particle.len());
        }
    }
    for (particle, role) in [
        ("에는", Role::Plain),
        ("에", Role::Plain),
        ("은", Role::Plain),
        ("는", Role::Plain),
        ("하고", Role::And),
        ("와", Role::And),
        ("과", Role::And),
    ] {
        if let Some(behind) = after.strip_prefix(particle)
            && behind.chars().next().is_none_or(|c| !c.is_alphanumeric())
        {
            return (role, particle.len());
        }
    }
    (Role::Plain, 0)
}
