use super::fault::Refusal;
use janchi_crypto::Phone;
use std::fmt;

/// A person's name: 2–50 letters, with single spaces, dots, hyphens or apostrophes between them.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// # Errors
    /// Too few or too many letters, or anything that is no letter.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        const REFUSED: Refusal = Refusal::new(
            "INVALID_NAME",
            "이름은 글자 2~50자로 적어 주세요.",
            "A name has 2 to 50 letters.",
        );
        let text = text.trim();
        let mut letters = 0;
        // A separator may only stand after a letter, so neither "--" nor "'A" gets through.
        let mut after_letter = false;
        for c in text.chars() {
            if c.is_alphabetic() {
                letters += 1;
                after_letter = true;
            } else if matches!(c, ' ' | '-' | '\'' | '’' | '·') && after_letter {
                after_letter = false;
            } else if c == '.' && after_letter {
                // "A. Kim": a dot may be followed by a space.
            } else {
                return Err(REFUSED);
            }
            if letters > 50 {
                return Err(REFUSED);
            }
        }
        if letters < 2 || text.chars().count() > 80 {
            Err(REFUSED)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address, lower-cased, because people do not tell cases apart when they log in.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// Anything a mail server would not take as `local@domain`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        const REFUSED: Refusal = Refusal::new(
            "INVALID_EMAIL",
            "이메일 주소를 확인해 주세요. 예: owner@example.com",
            "Check the e-mail address, for example owner@example.com.",
        );
        let text = text.trim();
        if text.len() > 254 || !text.is_ascii() {
            return Err(REFUSED);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(REFUSED)?;
        let local_fine = (1..=64).contains(&local.len())
            && local.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
            });
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_fine = labels.len() >= 2
            && labels.iter().all(|label| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            })
            && labels
                .last()
                .is_some_and(|top| top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit()));
        if local_fine && domain_fine {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(REFUSED)
        }
    }

    /// The address, lower-cased.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be chosen. Never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// bcrypt reads no further than this many bytes; a longer password would be cut in silence.
pub const PASSWORD_MAX_BYTES: usize = 72;

impl Password {
    /// 8–72 bytes with at least one letter, one digit and one symbol.
    ///
    /// # Errors
    /// What is missing, the length first.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if !(8..=PASSWORD_MAX_BYTES).contains(&text.len()) {
            return Err(Refusal::new(
                "INVALID_LENGTH",
                "비밀번호는 8~72바이트로 정해 주세요. 한글은 한 글자가 3바이트예요.",
                "A password has 8 to 72 bytes; a Korean letter counts three.",
            ));
        }
        let letter = text.chars().any(char::is_alphabetic);
        let digit = text.chars().any(|c| c.is_ascii_digit());
        let symbol = text
            .chars()
            .any(|c| !c.is_alphanumeric() && !c.is_whitespace());
        // A NUL would end the password for bcrypt, and no keyboard types control characters.
        let typeable = !text.chars().any(char::is_control);
        if letter && digit && symbol && typeable {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(
                "TOO_SIMPLE",
                "비밀번호에는 글자, 숫자, 기호가 하나 이상씩 들어가야 해요.",
                "A password needs at least one letter, one digit and one symbol.",
            ))
        }
    }

    /// The text to hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A mobile number in any of its written forms.
///
/// # Errors
/// What is no Korean mobile number.
pub fn parse_phone(text: &str) -> Result<Phone, Refusal> {
    Phone::parse(text).ok_or(Refusal::new(
        "INVALID_PHONE_NUMBER",
        "휴대폰 번호를 확인해 주세요. 예: 010-1234-5678",
        "Check the mobile number, for example 010-1234-5678.",
    ))
}

/// What somebody typed to log in: an e-mail address, a phone number, or neither.
#[derive(Clone, PartialEq, Eq)]
pub enum LoginId {
    Email(Email),
    Phone(Phone),
    /// Nobody's; still treated like an unknown account, so that the answer tells nothing.
    Neither(String),
}

impl LoginId {
    /// Never refuses.
    pub fn parse(text: &str) -> Self {
        if let Ok(email) = Email::parse(text) {
            Self::Email(email)
        } else if let Some(phone) = Phone::parse(text) {
            Self::Phone(phone)
        } else {
            Self::Neither(text.trim().to_lowercase())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, LoginId, Name, Password};

    #[test]
    fn a_name_is_made_of_letters() {
        for good in [
            "홍길동",
            "김수",
            "John Smith",
            "O'Neil",
            "Anne-Marie",
            "A. Kim",
            &"가".repeat(50),
        ] {
            assert!(Name::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "김",
            "홍길동1",
            "<b>홍길동</b>",
            "홍\u{0}길동",
            "홍\n길동",
            "--",
            " ",
            "😀😀",
            &"가".repeat(51),
        ] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_is_lower_cased_and_has_a_domain() {
        assert_eq!(
            Email::parse(" Owner@Example.COM ").unwrap().as_str(),
            "owner@example.com"
        );
        assert!(Email::parse("first.last+shop@mail.example.co.kr").is_ok());
        for bad in [
            "",
            "a",
            "a@b",
            "@example.com",
            "a@",
            "a b@example.com",
            "a@exa mple.com",
            "a@@example.com",
            "a@-x.com",
            "a@x..com",
            ".a@x.com",
            "a@x.com\r\nBcc: b@x.com",
            "a@1.2.3.4",
            "한글@example.com",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
    }

    #[test]
    fn a_password_has_length_and_three_kinds_of_signs() {
        for good in ["abcd123!", "비밀번호1!", &format!("{}1!", "a".repeat(70))] {
            assert!(Password::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "abc12!",
            "abcdefg1",
            "abcdefg!",
            "1234567!",
            "abcd123\0",
            "abcd 1234",
            "abc123!\n",
        ] {
            assert!(Password::parse(bad).is_err(), "{bad:?}");
        }
        let too_long = format!("{}1!", "a".repeat(71));
        assert_eq!(
            Password::parse(&too_long).unwrap_err().code,
            "INVALID_LENGTH"
        );
        assert_eq!(
            Password::parse(&format!("{}1!", "가".repeat(24)))
                .unwrap_err()
                .code,
            "INVALID_LENGTH"
        );
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(
            format!("{:?}", Password::parse("abcd123!").unwrap()),
            "Password"
        );
    }

    #[test]
    fn one_logs_in_by_phone_or_address() {
        assert!(
            matches!(LoginId::parse("010-1234-5678"), LoginId::Phone(p) if p.e164() == "+821012345678")
        );
        assert!(matches!(LoginId::parse("A@B.kr"), LoginId::Email(e) if e.as_str() == "a@b.kr"));
        assert!(matches!(LoginId::parse("nobody"), LoginId::Neither(_)));
    }
}
