//! The code on the shop's counter: six digits that change every half minute.

use chrono::{DateTime, Utc};
use janchi_draw::Numbers;

/// How long one code is shown, in seconds.
const SHOWN: i64 = 30;

/// The code of the half minute in which `at` falls.
pub fn code_at(secret: &[u8; 32], at: DateTime<Utc>) -> String {
    code(secret, half_minute(at))
}

/// When the code of `at` is replaced.
pub fn replaced_at(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = (half_minute(at) + 1) * SHOWN;
    DateTime::from_timestamp(seconds, 0).unwrap_or(at)
}

/// Whether `typed` is the code of now or of the half minute before, which the entrant may still be typing.
pub fn accepts(secret: &[u8; 32], typed: &str, now: DateTime<Utc>) -> bool {
    let typed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let current = half_minute(now);
    let fits = |moment| constant_time_eq(code(secret, moment).as_bytes(), typed.as_bytes());
    fits(current) | fits(current - 1)
}

fn half_minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SHOWN)
}

fn code(secret: &[u8; 32], moment: i64) -> String {
    let key = janchi_draw::final_key(
        secret,
        "visit-code",
        0,
        &[0; 32],
        moment.unsigned_abs(),
        &[0; 32],
    );
    format!("{:06}", Numbers::new(&key).below(1_000_000))
}

fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::{accepts, code_at, replaced_at};
    use chrono::{DateTime, Utc};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_the_next() {
        let secret = [4; 32];
        let shown = code_at(&secret, at(3));
        assert_eq!(shown.len(), 6);
        for second in [0, 29, 30, 59] {
            assert!(accepts(&secret, &shown, at(second)), "after {second} s");
        }
        for second in [-1, 60, 3600] {
            assert!(!accepts(&secret, &shown, at(second)), "after {second} s");
        }
        assert!(accepts(
            &secret,
            &format!("{} {}", &shown[..3], &shown[3..]),
            at(3)
        ));
        assert!(
            !accepts(&[5; 32], &shown, at(3)),
            "the code of another shop"
        );
        assert!(!accepts(&secret, "", at(3)));
        assert_eq!(replaced_at(at(3)), at(30));
    }
}
