//! Numbers that look alive and are the same every time: drawn from an id, not from chance.

use chrono::{DateTime, Utc};

/// A well mixed number from text (FNV-1a with a finaliser).
pub fn hash(text: &str) -> u64 {
    let mut h = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| {
        (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^= h >> 33;
    h = h.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

/// A number in `low..=high` that belongs to this id and subject.
pub fn between(id: &str, subject: &str, low: i64, high: i64) -> i64 {
    let span = u64::try_from(high - low).unwrap_or(0) + 1;
    low + i64::try_from(hash(&format!("{id}/{subject}")) % span).unwrap_or(0)
}

/// Grows from 0 towards `ceiling`: half of it after six hours, never falling.
pub fn grown(ceiling: i64, since: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let seconds = (now - since).num_seconds().max(0);
    // Half-life in seconds; a ceiling of at most some millions keeps this inside i64.
    ceiling * seconds / (seconds + 6 * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn growth_never_falls_and_stays_under_its_ceiling() {
        let start = Utc::now();
        let mut last = 0;
        for minutes in 0..5000 {
            let now = grown(3000, start, start + TimeDelta::minutes(minutes));
            assert!(now >= last && now < 3000);
            last = now;
        }
        assert_eq!(grown(3000, start, start + TimeDelta::hours(6)), 1500);
        assert_eq!(between("a", "b", 5, 9), between("a", "b", 5, 9));
    }
}
