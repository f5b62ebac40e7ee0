use std::fmt;

/// A Korean mobile number. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// `01012345678`
    local: String,
}

impl Phone {
    /// Takes `01012345678`, `010-1234-5678`, `+82 10-1234-5678` (also `+82 010…`), full-width digits and spaces.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let mut digits = String::with_capacity(13);
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push(char::from_digit(u32::from(c) - u32::from('０'), 10)?),
                '+' | '＋' if digits.is_empty() => digits.push('+'),
                ' '
                | '-'
                | '.'
                | '('
                | ')'
                | '\u{2010}'..='\u{2015}'
                | '－'
                | '\u{3000}'
                | '\u{a0}' => {}
                _ => return None,
            }
        }
        // Whoever dials from abroad writes +82, 0082, or leaves the plus out.
        let abroad = ["+82", "0082", "82"]
            .iter()
            .find_map(|country| digits.strip_prefix(country));
        let local = match abroad {
            Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            None => digits,
        };
        let known = local.starts_with("010") && local.len() == 11
            || ["011", "016", "017", "018", "019"]
                .iter()
                .any(|p| local.starts_with(p))
                && (10..=11).contains(&local.len());
        (known && local.bytes().all(|b| b.is_ascii_digit())).then_some(Self { local })
    }

    /// `+821012345678`
    pub fn e164(&self) -> String {
        format!("+82{}", &self.local[1..])
    }

    /// `01012345678`
    pub fn local(&self) -> &str {
        &self.local
    }

    /// `010-****-5678`
    pub fn masked(&self) -> String {
        format!(
            "{}-****-{}",
            &self.local[..3],
            &self.local[self.local.len() - 4..]
        )
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A business registration number (사업자등록번호), ten digits. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BusinessNumber {
    digits: String,
}

impl BusinessNumber {
    /// Takes ten digits, with or without dashes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 32 {
            return None;
        }
        let digits: String = text
            .trim()
            .chars()
            .filter(|c| *c != '-' && *c != ' ')
            .collect();
        (digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then_some(Self { digits })
    }

    /// Whether the tenth digit fits the first nine. A few real numbers fail, so only the tax office decides.
    pub fn checksum_ok(&self) -> bool {
        let digit: Vec<u32> = self.digits.bytes().map(|b| u32::from(b - b'0')).collect();
        let weighted: u32 = digit
            .iter()
            .zip([1, 3, 7, 1, 3, 7, 1, 3, 5])
            .map(|(d, w)| d * w)
            .sum();
        let sum = weighted + digit[8] * 5 / 10;
        (10 - sum % 10) % 10 == digit[9]
    }

    /// `1234567890`
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// `123-**-***90`
    pub fn masked(&self) -> String {
        format!("{}-**-***{}", &self.digits[..3], &self.digits[8..])
    }
}

impl fmt::Debug for BusinessNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::{BusinessNumber, Phone};

    #[test]
    fn every_way_to_write_a_number_is_the_same_number() {
        for text in [
            "01012345678",
            "010-1234-5678",
            "010 1234 5678",
            "+82 10-1234-5678",
            "+82 010-1234-5678",
            "+821012345678",
            "821012345678",
            "0082 10 1234 5678",
            "０１０-１２３４-５６７８",
            "(010) 1234.5678",
        ] {
            assert_eq!(
                Phone::parse(text).unwrap().e164(),
                "+821012345678",
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_mobile_number_is_refused() {
        for text in [
            "",
            "0101234567",
            "010123456789",
            "02-123-4567",
            "010-1234-567a",
            "+1 212 555 0100",
            "010\u{0}123",
        ] {
            assert!(Phone::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_masked() {
        let phone = Phone::parse("01012345678").unwrap();
        assert_eq!(phone.masked(), "010-****-5678");
        assert_eq!(format!("{phone:?}"), "010-****-5678");
        assert_eq!(
            Phone::parse("0111234567").unwrap().masked(),
            "011-****-4567"
        );
        assert_eq!(
            BusinessNumber::parse("123-45-67890").unwrap().masked(),
            "123-**-***90"
        );
    }

    #[test]
    fn the_check_digit_tells_typing_errors() {
        for good in ["124-81-00998", "220-81-62517", "120-81-47521"] {
            let number = BusinessNumber::parse(good).unwrap();
            assert!(number.checksum_ok(), "{good}");
            for at in 0..10 {
                let mut digits: Vec<u8> = number.digits().bytes().collect();
                digits[at] = b'0' + (digits[at] - b'0' + 1) % 10;
                let changed = BusinessNumber::parse(std::str::from_utf8(&digits).unwrap()).unwrap();
                assert!(!changed.checksum_ok(), "{good} with digit {at} changed");
            }
        }
    }
}
