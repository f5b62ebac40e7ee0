//! What was typed into the form of an entry.

use crate::phone;
use crate::visit::Visit;
use serde_json::{Value, json};

/// What was typed, so that nobody has to type it again.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) visit_code: String,
    pub(super) over14: bool,
    pub(super) privacy: bool,
    pub(super) marketing: bool,
    pub(super) channel: String,
    pub(super) tracking: String,
}

impl Typed {
    pub(super) fn of_link(visit: &Visit) -> Self {
        Self {
            channel: visit.asked("ch").unwrap_or_default(),
            tracking: visit.asked("t").unwrap_or_default(),
            // From the square code on the counter's screen.
            visit_code: visit.asked("v").unwrap_or_default(),
            ..Self::default()
        }
    }

    pub(super) fn of_form(visit: &Visit) -> Self {
        let ticked = |name: &str| visit.typed(name) == "yes";
        Self {
            phone: visit.typed("phone"),
            name: visit.typed("name"),
            visit_code: visit.typed("visitCode"),
            over14: ticked("over14"),
            privacy: ticked("privacy"),
            marketing: ticked("marketing"),
            channel: visit.typed("ch"),
            tracking: visit.typed("t"),
        }
    }

    pub(super) fn body(&self, code: &str) -> Value {
        let mut body = json!({
            "eventCode": code,
            "phoneNumber": phone::tidy(&self.phone),
            "consents": { "over14": self.over14, "privacy": self.privacy, "marketing": self.marketing },
        });
        let optional = [
            ("name", self.name.trim()),
            ("visitCode", self.visit_code.trim()),
            ("trackingCode", self.tracking.trim()),
            // One that nobody knows would cost the whole entry.
            ("channel", known_channel(&self.channel)),
        ];
        for (name, value) in optional {
            if !value.is_empty() {
                body[name] = value.into();
            }
        }
        body
    }

    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let tick = |on: bool| if on { "yes" } else { "" }.to_owned();
        vec![
            ("phone", self.phone.clone()),
            ("name", self.name.clone()),
            ("visitCode", self.visit_code.clone()),
            ("over14", tick(self.over14)),
            ("privacy", tick(self.privacy)),
            ("marketing", tick(self.marketing)),
            ("ch", self.channel.clone()),
            ("t", self.tracking.clone()),
        ]
    }
}

/// The code of a channel, or nothing for what is none.
pub(super) fn known_channel(text: &str) -> &str {
    const CHANNELS: [&str; 6] = [
        "URIDONGNE_TV",
        "RINGO_BIZ",
        "GENIE_TV",
        "INSTAGRAM",
        "NAVER",
        "KAKAO",
    ];
    if CHANNELS.contains(&text) { text } else { "" }
}
