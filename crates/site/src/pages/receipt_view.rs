//! How a receipt looks.

use super::Desk;
use super::keepsake::{self, Proof};
use super::public_event::PublicEvent;
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::parts::{Field, Notice, Tone};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

/// An entry as the API tells it to its entrant.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnEntry {
    pub(super) entry_number: String,
    pub(super) event_title: String,
    pub(super) store_name: String,
    pub(super) weight: u32,
    pub(super) visited: bool,
    pub(super) entered_at: String,
    pub(super) draw_id: String,
    pub(super) result: String,
    pub(super) prize: Option<String>,
    pub(super) claim: Option<Claim>,
    pub(super) destroyed_at: String,
}

/// The way to a winner's own page.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claim {
    token: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt<'a> {
    frame: &'a Frame,
    w: Words,
    code: &'a str,
    entry: &'a OwnEntry,
    heading: String,
    notices: Vec<Notice>,
    tone: &'static str,
    number: String,
    spoken: String,
    entered: String,
    weight: String,
    result: String,
    visit: Option<Field>,
    place: Option<String>,
    kept: Option<Proof>,
    destroyed: String,
    can_withdraw: bool,
}

/// The receipt in the state that the entry is in.
pub(super) async fn render<A: Api>(
    desk: &Desk<'_, A>,
    code: &str,
    token: &str,
    entry: &OwnEntry,
    status: StatusCode,
    notice: Option<Notice>,
    typed: Option<(String, Refusal)>,
) -> Page {
    let (w, now) = (desk.words, desk.visit.now);
    let is_pending = entry.result == "PENDING";
    let frame = desk.frame(&w.say("receipt-title"));
    let moment =
        |text: &str| times::parse(text).map_or_else(String::new, |t| times::moment(t, now, w.0));
    let bonus = match is_pending && !entry.visited {
        true => bonus(desk, code).await,
        false => None,
    };
    let mut notices: Vec<Notice> = outcome(entry, w)
        .map(|notice| match &entry.claim {
            Some(claim) => notice.link(format!("/wins/{}", claim.token), w.say("acc-win-claim")),
            None => notice,
        })
        .into_iter()
        .collect();
    notices.extend(notice);
    let template = Receipt {
        frame: &frame,
        w,
        code,
        entry,
        heading: w.say(match entry.result.as_str() {
            "WON" => "receipt-won",
            "ALTERNATE" => "receipt-alternate",
            "LOST" => "receipt-lost",
            _ => "receipt-entered-title",
        }),
        notices,
        tone: if entry.result == "WON" { "won" } else { "" },
        number: grouped(&entry.entry_number),
        spoken: spoken(&entry.entry_number, w.0),
        entered: moment(&entry.entered_at),
        weight: w.one("receipt-times", "n", entry.weight),
        result: w.say(match entry.result.as_str() {
            "WON" => "receipt-result-won",
            "ALTERNATE" => "receipt-result-alternate",
            "LOST" => "receipt-result-lost",
            _ => "receipt-result-pending",
        }),
        visit: bonus.map(|weight| Field {
            name: "visitCode",
            kind: "text",
            label: w.say("join-visit"),
            hint: Some(w.one("join-visit-hint", "weight", weight)),
            value: typed
                .as_ref()
                .map_or_else(String::new, |(typed, _)| typed.clone()),
            error: typed
                .as_ref()
                .and_then(|(_, refusal)| refusal.about("visitCode")),
            autocomplete: "off",
            inputmode: "numeric",
            longest: 12,
            is_code: true,
            ..Field::default()
        }),
        place: place(desk, token, is_pending).await,
        kept: keepsake::proof(desk.visit, code),
        destroyed: times::parse(&entry.destroyed_at).map_or_else(String::new, |time| {
            w.one("receipt-destroyed", "day", times::day(time, now, w.0))
        }),
        can_withdraw: is_pending,
    };
    desk.page(status, &frame, &template)
}

/// What a visit counts in this event while it is open; none where it counts nothing, or that cannot be told just now.
async fn bonus<A: Api>(desk: &Desk<'_, A>, code: &str) -> Option<u32> {
    let path = format!("/api/public/events/{code}");
    let reply = desk.api.call(Call::get(path, desk.language())).await;
    let event: PublicEvent = serde_json::from_value(reply.json).ok()?;
    event.bonus().filter(|_| event.status == "ONGOING")
}

/// The place in the frozen list, once there is one.
async fn place<A: Api>(desk: &Desk<'_, A>, token: &str, is_pending: bool) -> Option<String> {
    if is_pending {
        return None;
    }
    let call = Call::get("/api/participations/me/proof", desk.language()).bearer(token);
    let reply = desk.api.call(call).await;
    let (index, count) = (reply.json["index"].as_u64()?, reply.json["count"].as_u64()?);
    let values = [
        ("place", ((index + 1) as f64).into()),
        ("count", (count as f64).into()),
    ];
    Some(desk.words.with("receipt-place", &values))
}

fn outcome(entry: &OwnEntry, w: Words) -> Option<Notice> {
    match (entry.result.as_str(), &entry.prize) {
        ("WON", Some(prize)) => Some(Notice::new(
            Tone::Good,
            w.one("receipt-won-prize", "prize", prize.as_str()),
            w.one("receipt-won-text", "store", entry.store_name.as_str()),
        )),
        ("WON", None) => Some(Notice::new(
            Tone::Good,
            w.say("receipt-won-plain"),
            w.one("receipt-won-text", "store", entry.store_name.as_str()),
        )),
        ("ALTERNATE", _) => Some(Notice::new(
            Tone::Plain,
            w.say("receipt-alternate-note"),
            w.say("receipt-alternate-text"),
        )),
        ("LOST", _) => Some(Notice::new(
            Tone::Plain,
            w.say("receipt-lost-note"),
            w.say("receipt-lost-text"),
        )),
        _ => None,
    }
}

/// In groups of four, as it is printed and read out.
pub(super) fn grouped(number: &str) -> String {
    let plain: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    plain
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The number as one says it: letter by letter, with a breath between the groups.
fn spoken(number: &str, language: Language) -> String {
    let plain: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let said = |c: &char| match language {
        Language::Korean => korean_letter(*c).map_or_else(|| c.to_string(), str::to_owned),
        Language::English => c.to_string(),
    };
    plain
        .chunks(4)
        .map(|group| group.iter().map(said).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

fn korean_letter(c: char) -> Option<&'static str> {
    const DIGITS: [&str; 10] = ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
    const LETTERS: [&str; 26] = [
        "에이",
        "비",
        "씨",
        "디",
        "이",
        "에프",
        "지",
        "에이치",
        "아이",
        "제이",
        "케이",
        "엘",
        "엠",
        "엔",
        "오",
        "피",
        "큐",
        "알",
        "에스",
        "티",
        "유",
        "브이",
        "더블유",
        "엑스",
        "와이",
        "제트",
    ];
    match c {
        '0'..='9' => DIGITS.get(c as usize - '0' as usize).copied(),
        'A'..='Z' => LETTERS.get(c as usize - 'A' as usize).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, spoken};
    use crate::words::Language;

    #[test]
    fn a_number_is_shown_and_said_in_groups() {
        assert_eq!(grouped("K7MD-3FXA"), "K7MD 3FXA");
        assert_eq!(
            spoken("K7MD-3FXA", Language::Korean),
            "케이 칠 엠 디, 삼 에프 엑스 에이"
        );
        assert_eq!(spoken("K7MD-3FXA", Language::English), "K 7 M D, 3 F X A");
    }
}
