//! Devices: the name of one in a list of logins, and by which token an owner's own device is told from a stranger's.

use uuid::Uuid;

/// How long a device is known after its last login, in days.
pub const KNOWN_DAYS: u32 = 365;
/// Device id, day of issue, and the keyed hash that binds both to an account.
const ID: usize = 16;
const DAY: usize = 4;
const MAC: usize = 16;

/// The token by which a device shows that its owner has logged in with it before. It opens nothing: it only keeps a
/// stranger's failed logins from counting against the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceToken {
    pub device: Uuid,
    /// Days since 1970.
    pub issued: u32,
    pub mac: [u8; MAC],
}

impl DeviceToken {
    /// What the keyed hash is made of.
    pub fn signed_text(account: Uuid, device: Uuid, issued: u32) -> String {
        format!("{account}.{device}.{issued}")
    }

    /// As hexadecimal.
    pub fn write(&self) -> String {
        let mut bytes = Vec::with_capacity(ID + DAY + MAC);
        bytes.extend_from_slice(self.device.as_bytes());
        bytes.extend_from_slice(&self.issued.to_be_bytes());
        bytes.extend_from_slice(&self.mac);
        super::vault::hex(&bytes)
    }

    /// Reads what [`DeviceToken::write`] wrote; its hash is yet to be checked.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 2 * (ID + DAY + MAC) || !text.is_ascii() {
            return None;
        }
        let bytes: Vec<u8> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
            .collect::<Option<_>>()?;
        Some(Self {
            device: Uuid::from_slice(&bytes[..ID]).ok()?,
            issued: u32::from_be_bytes(bytes[ID..ID + DAY].try_into().ok()?),
            mac: bytes[ID + DAY..].try_into().ok()?,
        })
    }

    /// Whether it is young enough; one from tomorrow is nobody's.
    pub fn is_current(&self, today: u32) -> bool {
        self.issued <= today && today - self.issued <= KNOWN_DAYS
    }
}

/// What a browser or app calls itself, made short for a list of logins: `Chrome · Android`. None where nothing is told.
pub fn device_name(user_agent: &str) -> Option<String> {
    /// More telling names come first: every browser also claims to be others.
    const PROGRAMS: [(&str, &str); 12] = [
        ("KAKAOTALK", "KakaoTalk"),
        ("NAVER(", "Naver"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("okhttp/", "Android app"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&'static str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&PROGRAMS), find(&SYSTEMS)) {
        (Some(program), Some(system)) => Some(format!("{program} · {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        // A script of the owner's: its first word without the version.
        (None, None) => user_agent
            .split(['/', ' '])
            .next()
            .filter(|word| !word.is_empty())
            .map(|word| word.chars().take(40).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_garbage_does_not() {
        let token = DeviceToken {
            device: Uuid::new_v4(),
            issued: 20_000,
            mac: [7; MAC],
        };
        let text = token.write();
        assert_eq!(DeviceToken::parse(&text), Some(token));
        for bad in [
            "",
            "x",
            &text[2..],
            &"zz".repeat(36),
            &"가".repeat(24),
            &format!("{text}00"),
        ] {
            assert_eq!(DeviceToken::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_device_is_known_for_a_year() {
        let token = DeviceToken {
            device: Uuid::nil(),
            issued: 20_000,
            mac: [0; MAC],
        };
        assert!(token.is_current(20_000) && token.is_current(20_365));
        assert!(!token.is_current(20_366) && !token.is_current(19_999));
    }

    #[test]
    fn a_login_is_named_after_its_device() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (Linux; Android 8.0.0; SM-G930S) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/9.2 Chrome/67.0 Mobile Safari/537.36",
                Some("Samsung Internet · Android"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                Some("Safari · iPhone"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                Some("Edge · Windows"),
            ),
            ("okhttp/4.12.0", Some("Android app")),
            ("curl/8.5.0", Some("curl")),
            ("", None),
        ] {
            assert_eq!(device_name(user_agent).as_deref(), name, "{user_agent}");
        }
    }
}
