use chrono::{DateTime, Duration, Utc};

/// When a signing key does what. Everything else follows from these, on every replica alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// From then on it signs, until a younger key does.
    pub signs_from: DateTime<Utc>,
    /// Then it leaves the JWKS, and tokens with it are no longer taken.
    pub leaves_at: Option<DateTime<Utc>>,
}

/// What a signing key is for at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyState {
    /// It signs.
    Current,
    /// Published, so that every verifier can have it before the first token that it signs.
    Next,
    /// Published until the last token that it signed has ended.
    Retired,
    /// In no JWKS any more.
    Gone,
}

impl KeyState {
    /// As it is shown to an operator.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::Next => "NEXT",
            Self::Retired => "RETIRED",
            Self::Gone => "GONE",
        }
    }

    /// Whether the JWKS holds it.
    pub const fn is_published(self) -> bool {
        !matches!(self, Self::Gone)
    }
}

/// What each of the keys is at `now`, in their order. At most one is [`KeyState::Current`].
pub fn states(keys: &[KeyTimes], now: DateTime<Utc>) -> Vec<KeyState> {
    let gone = |key: &KeyTimes| key.leaves_at.is_some_and(|at| at <= now);
    let there = || keys.iter().enumerate().filter(|(_, key)| !gone(key));
    let current = there()
        .filter(|(_, key)| key.signs_from <= now)
        .max_by_key(|(_, key)| key.signs_from)
        // On a machine whose clock is behind, the first key of all has yet to begin: better early than none.
        .or_else(|| there().min_by_key(|(_, key)| key.signs_from))
        .map(|(at, _)| at);
    let state = |(at, key): (usize, &KeyTimes)| {
        if gone(key) {
            KeyState::Gone
        } else if Some(at) == current {
            KeyState::Current
        } else if key.signs_from > now {
            KeyState::Next
        } else {
            KeyState::Retired
        }
    };
    keys.iter().enumerate().map(state).collect()
}

/// How a key is exchanged for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// How long the new key is published before it signs.
    pub published_before: Duration,
    /// How long the old key stays published after it signed last.
    pub published_after: Duration,
}

impl Rotation {
    /// The usual exchange, which nobody notices. A verifier asks for an unknown key at most once in 10 s, so whoever
    /// asked just before the new key was published may ask again, or has long seen it, when its first token comes. The
    /// old key stays for the 15 minutes of its last token and one more, for clocks that differ.
    pub const fn usual() -> Self {
        Self {
            published_before: Duration::seconds(30),
            published_after: Duration::minutes(16),
        }
    }

    /// For a key that was stolen: the new one signs and the old one leaves now. Access tokens of before are refused;
    /// clients refresh them, because logins do not hang on the key.
    pub const fn at_once() -> Self {
        Self {
            published_before: Duration::zero(),
            published_after: Duration::zero(),
        }
    }

    /// The times of the new key, and when all others leave.
    pub fn begin(self, now: DateTime<Utc>) -> (KeyTimes, DateTime<Utc>) {
        let signs_from = now + self.published_before;
        let new = KeyTimes {
            signs_from,
            leaves_at: None,
        };
        (new, signs_from + self.published_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyState::{Current, Gone, Next, Retired};

    fn after_rotation(rotation: Rotation) -> (DateTime<Utc>, Vec<KeyTimes>) {
        let now = Utc::now();
        let (new, others_leave) = rotation.begin(now);
        let old = KeyTimes {
            signs_from: now - Duration::days(90),
            leaves_at: Some(others_leave),
        };
        (now, vec![old, new])
    }

    #[test]
    fn a_new_key_is_published_then_signs_then_the_old_one_leaves() {
        let (now, keys) = after_rotation(Rotation::usual());
        let at = |seconds: i64| states(&keys, now + Duration::seconds(seconds));
        assert_eq!(at(0), [Current, Next]);
        assert_eq!(at(29), [Current, Next]);
        assert_eq!(at(30), [Retired, Current]);
        // The last token of the old key ends 15 min after it signed last, and 5 s are forgiven.
        assert_eq!(at(30 + 15 * 60 + 5), [Retired, Current]);
        assert_eq!(at(30 + 16 * 60), [Gone, Current]);
    }

    #[test]
    fn a_stolen_key_leaves_at_once() {
        let (now, keys) = after_rotation(Rotation::at_once());
        assert_eq!(states(&keys, now), [Gone, Current]);
    }

    #[test]
    fn one_key_at_most_signs() {
        let now = Utc::now();
        assert!(states(&[], now).is_empty());
        let first = Rotation::at_once().begin(now + Duration::seconds(1)).0;
        assert_eq!(states(&[first], now), [Current], "a clock behind");
        let key = |days: i64| KeyTimes {
            signs_from: now - Duration::days(days),
            leaves_at: Some(now + Duration::days(1)),
        };
        assert_eq!(
            states(&[key(3), key(1), key(2)], now),
            [Retired, Current, Retired]
        );
    }
}
