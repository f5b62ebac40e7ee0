//! A reported sale.

use chrono::{DateTime, Utc};
use janchi_web::Problem;

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

impl Sale {
    /// Checks the sale at this place of the list.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn parse(
        at: usize,
        sold_at: DateTime<Utc>,
        amount: i64,
        receipt_no: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let field = |name: &str| format!("sales[{at}].{name}");
        if !(1..=LARGEST).contains(&amount) {
            return Err(Problem::validation().field(
                &field("amount"),
                "OUT_OF_RANGE",
                "금액은 1원부터 10억 원까지 넣을 수 있어요.",
                "The amount must be between 1 and 1,000,000,000 KRW.",
            ));
        }
        if sold_at > now + chrono::Duration::minutes(5) {
            return Err(Problem::validation().field(
                &field("soldAt"),
                "IN_THE_FUTURE",
                "아직 오지 않은 시각이에요.",
                "The time lies in the future.",
            ));
        }
        let receipt_no = receipt_no
            .map(|no| no.trim().to_owned())
            .filter(|no| !no.is_empty());
        if receipt_no
            .as_ref()
            .is_some_and(|no| no.len() > 64 || no.chars().any(char::is_control))
        {
            return Err(Problem::validation().field(
                &field("receiptNo"),
                "INVALID",
                "영수증 번호는 64자 이내로 넣어 주세요.",
                "The receipt number must have at most 64 characters.",
            ));
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
        assert!(Sale::parse(0, now, 1, None, now).is_ok());
        assert!(Sale::parse(0, now, 0, None, now).is_err());
        assert!(Sale::parse(0, now, -5, None, now).is_err());
        assert!(Sale::parse(0, now + Duration::hours(1), 5, None, now).is_err());
        assert!(Sale::parse(0, now, 5, Some("x".repeat(65)), now).is_err());
        assert_eq!(
            Sale::parse(0, now, 5, Some("  ".into()), now)
                .unwrap()
                .receipt_no,
            None
        );
    }
}
