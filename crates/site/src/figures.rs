//! Amounts and shares as people say them.

use crate::words::{Language, Words};

/// `12만 3,400원`, `3,500원`; in English the plain number with its currency.
pub(crate) fn won(amount: i64, w: Words) -> String {
    let (tens, rest) = (amount / 10_000, amount % 10_000);
    match (w.0, tens, rest) {
        (Language::English, ..) | (_, 0, _) => w.one("won", "n", amount as f64),
        (_, _, 0) => w.one("won-ten-thousands", "n", tens as f64),
        _ => w.with(
            "run-won-mixed",
            &[
                ("tens", (tens as f64).into()),
                ("rest", (rest.abs() as f64).into()),
            ],
        ),
    }
}

/// So many people.
pub(crate) fn people(count: i64, w: Words) -> String {
    w.one("people", "n", count as f64)
}

/// A share in percent, with one digit behind the point where it is small.
pub(crate) fn percent(share: f64) -> String {
    if share >= 10.0 || share.fract().abs() < 0.05 {
        format!("{share:.0}%")
    } else {
        format!("{share:.1}%")
    }
}

/// The name of a code of the API; the code itself where it is new to us.
pub(crate) fn coded(w: Words, family: &str, code: &str) -> String {
    let key = format!("{family}{code}");
    if w.knows(&key) {
        w.say(&key)
    } else {
        code.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, won};
    use crate::words::{Language, Words};

    #[test]
    fn money_is_said_in_ten_thousands() {
        let (ko, en) = (Words(Language::Korean), Words(Language::English));
        for (amount, said) in [
            (0, "0원"),
            (3_500, "3,500원"),
            (120_000, "12만 원"),
            (123_400, "12만 3,400원"),
            (-123_400, "-12만 3,400원"),
            (125_000_000, "12,500만 원"),
        ] {
            assert_eq!(won(amount, ko), said);
        }
        assert_eq!(won(123_400, en), "KRW 123,400");
    }

    #[test]
    fn small_shares_keep_a_digit() {
        assert_eq!(percent(0.52), "0.5%");
        assert_eq!(percent(3.0), "3%");
        assert_eq!(percent(31.4), "31%");
    }
}
