//! Claiming a prize: the signed page's token, the code that proves a phone, what is told of tax.

use chrono::NaiveDate;
use janchi_contracts::event::Prize;
use janchi_crypto::{LookupKey, random};
use uuid::Uuid;

/// A code is good for so long, in minutes.
pub const CODE_MINUTES: i64 = 5;
/// So many wrong codes make it worthless.
pub const CODE_TRIES: i32 = 5;
/// So many codes are sent for one prize.
pub const CODES: i32 = 5;
/// And the next one not before so many seconds.
pub const CODE_PAUSE: i64 = 60;

/// Who won, as the signed page's address says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Win {
    pub draw_id: Uuid,
    pub participant_id: Uuid,
}

impl Win {
    fn mac(self, lookup: &LookupKey) -> [u8; 16] {
        let mac = lookup.hash(
            "winner.page",
            &format!("{}.{}", self.draw_id, self.participant_id),
        );
        let mut short = [0; 16];
        short.copy_from_slice(&mac[..16]);
        short
    }

    /// What nobody can make without our key: 96 hex digits.
    pub fn token(self, lookup: &LookupKey) -> String {
        let mut token = hex::encode(self.draw_id.as_bytes());
        token.push_str(&hex::encode(self.participant_id.as_bytes()));
        token.push_str(&hex::encode(self.mac(lookup)));
        token
    }

    /// Reads a token; none if a single letter of it was changed.
    pub fn from_token(token: &str, lookup: &LookupKey) -> Option<Self> {
        let mut bytes = [0; 48];
        hex::decode_to_slice(token, &mut bytes).ok()?;
        let win = Self {
            draw_id: Uuid::from_slice(&bytes[..16]).ok()?,
            participant_id: Uuid::from_slice(&bytes[16..32]).ok()?,
        };
        let same = win
            .mac(lookup)
            .iter()
            .zip(&bytes[32..])
            .fold(0, |differs, (a, b)| differs | (a ^ b));
        (same == 0).then_some(win)
    }

    /// What is kept of a code.
    pub fn code_hash(self, lookup: &LookupKey, code: &str) -> [u8; 32] {
        lookup.hash(
            "claim.code",
            &format!("{}.{}.{code}", self.draw_id, self.participant_id),
        )
    }
}

/// Six digits.
pub fn new_code() -> String {
    loop {
        let number = u32::from_be_bytes(random());
        // Above this multiple of a million some codes would come more often.
        if number < 4_294_000_000 {
            return format!("{:06}", number % 1_000_000);
        }
    }
}

/// What the law asks of a prize above a threshold, as it is told: a setting, because laws change.
#[derive(Debug, Clone)]
pub struct PrizeTax {
    /// In won; a prize above it is taxed.
    pub threshold: i64,
    /// Income and local tax together, in percent.
    pub percent: i64,
    pub source: String,
    /// When somebody last looked.
    pub checked_on: NaiveDate,
}

impl PrizeTax {
    pub const THRESHOLD: i64 = 50_000;
    pub const PERCENT: i64 = 22;
    pub const CHECKED_ON: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    pub const SOURCE: &str = "소득세법 제21조·제84조, 지방세법 제103조의13";

    /// As we know the law.
    pub fn usual() -> Self {
        Self {
            threshold: Self::THRESHOLD,
            percent: Self::PERCENT,
            source: Self::SOURCE.to_owned(),
            checked_on: Self::CHECKED_ON,
        }
    }

    /// The tax of a prize in won; none where there is none to pay.
    pub fn of(&self, prize: &Prize) -> Option<i64> {
        (prize.unit_cost > self.threshold).then(|| prize.unit_cost / 100 * self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::{PrizeTax, Win, new_code};
    use janchi_contracts::event::Prize;
    use janchi_crypto::LookupKey;
    use uuid::Uuid;

    #[test]
    fn a_page_cannot_be_made_up() {
        let lookup = LookupKey::parse(&"AAAA".repeat(11).into()).unwrap();
        let win = Win {
            draw_id: Uuid::now_v7(),
            participant_id: Uuid::now_v7(),
        };
        let token = win.token(&lookup);
        assert_eq!(Win::from_token(&token, &lookup), Some(win));
        for at in 0..token.len() {
            let mut bent = token.clone().into_bytes();
            bent[at] = if bent[at] == b'0' { b'1' } else { b'0' };
            let bent = String::from_utf8(bent).unwrap();
            assert_eq!(Win::from_token(&bent, &lookup), None, "letter {at}");
        }
        for bad in ["", "zz", &token[2..], &format!("{token}00")] {
            assert_eq!(Win::from_token(bad, &lookup), None);
        }
    }

    #[test]
    fn a_code_has_six_digits() {
        for _ in 0..50 {
            let code = new_code();
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        }
    }

    #[test]
    fn tax_begins_above_the_threshold() {
        let tax = PrizeTax::usual();
        let prize = |unit_cost| Prize {
            name: "경품".to_owned(),
            quantity: 1,
            unit_cost,
        };
        assert_eq!(tax.of(&prize(49_999)), None);
        assert_eq!(tax.of(&prize(50_000)), None);
        assert_eq!(tax.of(&prize(50_001)), Some(11_000));
        assert_eq!(tax.of(&prize(1_000_000)), Some(220_000));
    }
}
