//! What the message vendors have sent, readable for tests and for the one who tries things out.

use crate::fault::Vendor;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

const KEPT: usize = 2000;

/// How a message travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// 알림톡: an approved template.
    Alimtalk,
    /// 브랜드메시지: advertising.
    Brand,
    Sms,
    Lms,
    /// To the owner's own chat.
    Memo,
}

/// A message as its receiver would get it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: String,
    pub at: DateTime<Utc>,
    pub vendor: Vendor,
    pub kind: Kind,
    pub to: String,
    pub template: Option<String>,
    /// Text with its variables filled in, or, where only the dealer knows the template, the variables' values in order.
    pub text: String,
    pub parameters: Value,
    pub grouping_key: Option<String>,
    pub delivered: bool,
}

/// All messages since the start or the last reset.
#[derive(Debug, Default)]
pub struct MessageBook(Vec<Message>);

impl MessageBook {
    /// Keeps a message.
    pub fn add(&mut self, message: Message) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push(message);
    }

    /// Messages in order, to one receiver or all; numbers are compared by their digits.
    pub fn list(&self, to: Option<&str>) -> Vec<Message> {
        let to = to.map(national);
        self.0
            .iter()
            .filter(|message| to.as_ref().is_none_or(|to| national(&message.to) == *to))
            .cloned()
            .collect()
    }

    /// Forgets all messages.
    pub fn reset(&mut self) {
        self.0.clear();
    }
}

/// Digits of a Korean number as it is dialled at home; other addresses stay as they are.
fn national(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("82") {
        Some(rest) if !digits.is_empty() => format!("0{}", rest.trim_start_matches('0')),
        _ if digits.is_empty() => number.to_owned(),
        _ => digits,
    }
}
