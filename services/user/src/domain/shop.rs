use super::fault::Refusal;
use janchi_contracts::reference::{Code, Industry, Region};
use janchi_crypto::BusinessNumber;

/// Signs that never belong into a line of text: controls, and those that turn the reading direction around.
fn is_foul(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn line(text: &str, max: usize, refusal: Refusal) -> Result<String, Refusal> {
    let text = text.trim();
    let fine = !text.is_empty() && text.chars().count() <= max && !text.chars().any(is_foul);
    if fine {
        Ok(text.to_owned())
    } else {
        Err(refusal)
    }
}

/// A shop's name, 1–100 signs.
///
/// # Errors
/// Empty, too long, or with control characters.
pub fn parse_shop_name(text: &str) -> Result<String, Refusal> {
    line(
        text,
        100,
        Refusal::new(
            "INVALID_STORE_NAME",
            "매장 이름은 1~100자로 적어 주세요.",
            "A shop's name has 1 to 100 characters.",
        ),
    )
}

/// A shop's address, 1–200 signs.
///
/// # Errors
/// Empty, too long, or with control characters.
pub fn parse_address(text: &str) -> Result<String, Refusal> {
    line(
        text,
        200,
        Refusal::new(
            "INVALID_ADDRESS",
            "주소는 1~200자로 적어 주세요.",
            "An address has 1 to 200 characters.",
        ),
    )
}

/// Opening hours as free text, up to 300 signs; lines may be broken. Blank means none.
///
/// # Errors
/// Too long, or with control characters.
pub fn parse_business_hours(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > 300 || text.chars().any(|c| c != '\n' && is_foul(c)) {
        return Err(Refusal::new(
            "INVALID_BUSINESS_HOURS",
            "영업시간은 300자까지 적을 수 있어요.",
            "Opening hours have up to 300 characters.",
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A shop's phone, mobile or not, as digits with dashes. Blank means none.
///
/// # Errors
/// Fewer than 8 or more than 12 digits, or other signs.
pub fn parse_shop_phone(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fine = text.len() <= 20
        && (8..=12).contains(&digits)
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "-+ ()".contains(c));
    if fine {
        Ok(Some(text.to_owned()))
    } else {
        Err(Refusal::new(
            "INVALID_PHONE_NUMBER",
            "매장 전화번호를 확인해 주세요. 예: 02-123-4567",
            "Check the shop's phone number, for example 02-123-4567.",
        ))
    }
}

/// How a shop's phone is shown: its first three digits at most, and the last four.
pub fn mask_shop_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let head = if digits.starts_with("02") { 2 } else { 3 };
    match (
        digits.get(..head),
        digits.get(digits.len().saturating_sub(4)..),
    ) {
        (Some(head), Some(tail)) => format!("{head}-****-{tail}"),
        _ => "****".to_owned(),
    }
}

/// What the shop does, by code.
///
/// # Errors
/// An unknown code.
pub fn parse_industry(text: &str) -> Result<Industry, Refusal> {
    Industry::from_code(text).ok_or(Refusal::new(
        "UNKNOWN_INDUSTRY",
        "업종을 목록에서 골라 주세요.",
        "Choose an industry from the list.",
    ))
}

/// Where the shop is, by code; the older codes of Gwangju and Jeonnam mean the merged region.
///
/// # Errors
/// An unknown code.
pub fn parse_region(text: &str) -> Result<Region, Refusal> {
    Region::from_code(text).ok_or(Refusal::new(
        "UNKNOWN_REGION",
        "지역을 목록에서 골라 주세요.",
        "Choose a region from the list.",
    ))
}

/// Ten digits, with or without dashes. The check digit is judged together with the tax office's answer.
///
/// # Errors
/// Anything else.
pub fn parse_business_number(text: &str) -> Result<BusinessNumber, Refusal> {
    BusinessNumber::parse(text).ok_or(Refusal::new(
        "INVALID_BUSINESS_NUMBER",
        "사업자등록번호는 숫자 10자리예요.",
        "A business registration number has ten digits.",
    ))
}

/// The tenth digit does not fit, and the tax office does not know the number either: a typing error.
pub const WRONG_CHECK_DIGIT: Refusal = Refusal::new(
    "WRONG_CHECK_DIGIT",
    "사업자등록번호를 다시 확인해 주세요. 잘못 입력한 숫자가 있어요.",
    "Check the business registration number: a digit is wrong.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_codes_mean_the_merged_region() {
        assert_eq!(parse_region("GWANGJU").unwrap(), Region::JeonnamGwangju);
        assert_eq!(parse_region("JEONNAM").unwrap(), Region::JeonnamGwangju);
        assert_eq!(
            parse_region("JEONNAM_GWANGJU").unwrap().code(),
            "JEONNAM_GWANGJU"
        );
        assert!(parse_region("seoul").is_err());
        assert!(parse_industry("CASINO").is_err());
    }

    #[test]
    fn text_is_trimmed_bounded_and_clean() {
        assert_eq!(parse_shop_name("  행복한 빵집 ").unwrap(), "행복한 빵집");
        for bad in ["", "   ", "빵\u{0}집", "빵\u{202e}집", &"빵".repeat(101)] {
            assert!(parse_shop_name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            parse_business_hours("평일 09:00-18:00\n주말 휴무")
                .unwrap()
                .as_deref(),
            Some("평일 09:00-18:00\n주말 휴무")
        );
        assert_eq!(parse_business_hours(" ").unwrap(), None);
        assert!(parse_address(&"가".repeat(201)).is_err());
    }

    #[test]
    fn a_shop_phone_is_shown_masked() {
        assert_eq!(
            mask_shop_phone(&parse_shop_phone("02-123-4567").unwrap().unwrap()),
            "02-****-4567"
        );
        assert_eq!(mask_shop_phone("031-123-4567"), "031-****-4567");
        assert!(parse_shop_phone("call me").is_err());
        assert!(parse_shop_phone("123").is_err());
    }

    #[test]
    fn a_business_number_is_ten_digits() {
        assert!(parse_business_number("124-81-00998").is_ok());
        for bad in ["", "124-81-0099", "124-81-009988", "12481O0998"] {
            assert!(parse_business_number(bad).is_err(), "{bad}");
        }
    }
}
