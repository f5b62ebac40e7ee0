//! What a Kakao message says, and when it may be sent.

use super::assignment::Assignment;
use crate::domain::material;
use chrono::{DateTime, NaiveTime, Utc};
use janchi_runtime::seoul;
use serde_json::{Value, json};

/// Longest text of a message.
const LIMIT: usize = 1300;

/// Who sends it to whom.
pub struct Sender {
    pub key: String,
    /// None: all friends of the channel.
    pub receivers: Vec<String>,
    /// The free number that refuses more.
    pub opt_out: String,
}

/// The body of the sending call; `at`: not before this time.
pub fn message(work: &Assignment, sender: &Sender, at: Option<DateTime<Utc>>) -> Value {
    let group = work.journal.steps().series.simple().to_string();
    let tail = format!("\n\n무료수신거부 {}", sender.opt_out);
    let head = format!("(광고) {}\n", work.event.store_name);
    let room = LIMIT.saturating_sub(head.chars().count() + tail.chars().count());
    let bare = janchi_contracts::event::EventSnapshot {
        description: String::new(),
        ..work.event.clone()
    };
    let mut text = material::post(&work.event, &work.tracking_url);
    if text.chars().count() > room {
        text = material::post(&bare, &work.tracking_url)
            .chars()
            .take(room)
            .collect();
    }
    let mut receivers: Vec<Value> = sender
        .receivers
        .iter()
        .map(|number| json!({"recipientNo": number, "targeting": "I", "recipientGroupingKey": group}))
        .collect();
    if receivers.is_empty() {
        receivers.push(json!({"targeting": "F", "recipientGroupingKey": group}));
    }
    let mut body = json!({
        "senderKey": sender.key,
        "chatBubbleType": "TEXT",
        "content": format!("{head}{text}{tail}"),
        "buttons": [{"ordering": 1, "type": "WL", "name": "응모하기",
                     "linkMo": work.tracking_url, "linkPc": work.tracking_url}],
        "unsubscribeNo": sender.opt_out,
        "senderGroupingKey": group,
        "recipientList": receivers,
    });
    if let Some(at) = at {
        body["requestDate"] = json!(seoul::local(at).format("%Y-%m-%d %H:%M").to_string());
    }
    body
}

/// None: now. Advertising is not delivered from 20:50 to 08:00; a little before and after is kept free too.
pub fn sending_time(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (begin, end) = (
        NaiveTime::from_hms_opt(8, 10, 0)?,
        NaiveTime::from_hms_opt(20, 40, 0)?,
    );
    let time = seoul::local(now).time();
    if (begin..end).contains(&time) {
        return None;
    }
    let day = if time < begin {
        seoul::day(now)
    } else {
        seoul::day(now).succ_opt()?
    };
    Some(seoul::instant(day, begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn advertising_waits_for_the_morning() {
        let at = |h, m| {
            seoul::instant(
                seoul::day(Utc::now()),
                NaiveTime::from_hms_opt(h, m, 0).unwrap(),
            )
        };
        assert_eq!(sending_time(at(12, 0)), None);
        assert_eq!(sending_time(at(3, 0)), Some(at(8, 10)));
        assert_eq!(sending_time(at(23, 0)), Some(at(8, 10) + Duration::days(1)));
    }
}
