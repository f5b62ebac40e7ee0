//! A reported sale.

use chrono::{DateTime, Utc};

/// At most so many in one call.
pub const MOST: usize = 1_000;
/// No single receipt of a neighbourhood shop is larger, in KRW: a typing error is.
const LARGEST: i64 = 1_000_000_000;

/// A sale that can be counted; `amount` in KRW.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    pub sold_at: DateTime<Utc>,
    pub amount: i64,
    pub receipt_no: Option<String>,
}

/// What is wrong with a reported sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not between 1 and 1,000,000,000 KRW.
    Amount,
    /// Sold in the future.
    SoldAt,
    /// A receipt number of more than 64 bytes, or with control characters.
    ReceiptNo,
}

impl Sale {
    /// Checks a reported sale.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(
        sold_at: DateTime<Utc>,
        amount: i64,
        receipt_no: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        if !(1..=LARGEST).contains(&amount) {
            return Err(Fault::Amount);
        }
        // The shop's clock may be a little ahead.
        if sold_at > now + chrono::Duration::minutes(5) {
            return Err(Fault::SoldAt);
        }
        let receipt_no = receipt_no
            .map(|no| no.trim().to_owned())
            .filter(|no| !no.is_empty());
        if receipt_no
            .as_ref()
            .is_some_and(|no| no.len() > 64 || no.chars().any(char::is_control))
        {
            return Err(Fault::ReceiptNo);
        }
        Ok(Self {
            sold_at,
            amount,
            receipt_no,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Sale;
    use chrono::{Duration, Utc};

    #[test]
    fn a_sale_is_positive_past_and_has_a_short_receipt_number() {
        let now = Utc::now();
        assert!(Sale::parse(now, 1, None, now).is_ok());
        assert!(Sale::parse(now, 0, None, now).is_err());
        assert!(Sale::parse(now, -5, None, now).is_err());
        assert!(Sale::parse(now + Duration::hours(1), 5, None, now).is_err());
        assert!(Sale::parse(now, 5, Some("x".repeat(65)), now).is_err());
        assert_eq!(
            Sale::parse(now, 5, Some("  ".into()), now)
                .unwrap()
                .receipt_no,
            None
        );
    }
}
