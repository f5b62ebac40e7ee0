//! `/e/{code}/receipt` and what one can do from there.

use super::Desk;
use super::keepsake::{self, Proof};
use super::message::{self, Saying};
use super::public_event::PublicEvent;
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Field, Notice, Tone};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::{Method, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnEntry {
    entry_number: String,
    event_title: String,
    store_name: String,
    weight: u32,
    visited: bool,
    entered_at: String,
    draw_id: String,
    result: String,
    prize: Option<String>,
    destroyed_at: String,
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

#[derive(Template)]
#[template(path = "withdraw.html")]
struct Withdraw<'a> {
    frame: &'a Frame,
    w: Words,
    code: &'a str,
    number: String,
    notice: Option<Notice>,
}

/// The receipt.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let w = desk.words;
    let token = match keepsake::token(desk.visit, code) {
        Some(token) => token,
        None => return none_here(desk, code),
    };
    let entry = match own(desk, code, &token).await {
        Ok(entry) => entry,
        Err(page) => return page,
    };
    let notice = desk.visit.asked("visited").map(|_| {
        Notice::new(
            Tone::Good,
            w.say("receipt-visited"),
            w.one("receipt-visited-text", "weight", entry.weight),
        )
    });
    render(desk, code, &token, &entry, StatusCode::OK, notice, None).await
}

/// The counter's code, typed in by whoever stands there.
pub(crate) async fn visited<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let back = format!("/e/{code}/receipt");
    let Some(token) = keepsake::token(desk.visit, code) else {
        return none_here(desk, code);
    };
    if !Guard::of(desk.visit).allows(desk.visit) {
        return message::forged(desk, &back);
    }
    let typed = desk.visit.typed("visitCode");
    let body = json!({ "visitCode": typed.trim() });
    let call = Call::post("/api/participations/me/visit", body, desk.language()).bearer(&token);
    let reply = desk.api.call(call).await;
    if reply.is_fine() {
        return Page::see_other(&format!("{back}?visited=1"));
    }
    if reply.status == StatusCode::UNAUTHORIZED {
        return ended(desk, code);
    }
    let entry = match own(desk, code, &token).await {
        Ok(entry) => entry,
        Err(page) => return page,
    };
    let refusal = Refusal::of(&reply, desk.words);
    let notice = (!refusal.has_fields()).then(|| {
        Notice::new(
            Tone::Careful,
            desk.words.say("receipt-visit-refused"),
            refusal.text.clone(),
        )
    });
    render(
        desk,
        code,
        &token,
        &entry,
        reply.status,
        notice,
        Some((typed, refusal)),
    )
    .await
}

/// Asks before deleting.
pub(crate) async fn ask_withdraw<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let Some(token) = keepsake::token(desk.visit, code) else {
        return none_here(desk, code);
    };
    match own(desk, code, &token).await {
        Ok(entry) => confirm(desk, code, &entry, StatusCode::OK, None),
        Err(page) => page,
    }
}

/// Deletes the entry.
pub(crate) async fn withdraw<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let Some(token) = keepsake::token(desk.visit, code) else {
        return none_here(desk, code);
    };
    if !Guard::of(desk.visit).allows(desk.visit) {
        return message::forged(desk, &format!("/e/{code}/receipt/withdraw"));
    }
    let call = Call::new(Method::DELETE, "/api/participations/me", desk.language()).bearer(&token);
    let reply = desk.api.call(call).await;
    if reply.is_fine() {
        let mut page = Page::see_other(&format!("/e/{code}?left=1"));
        keepsake::forget(desk.visit, &mut page, code);
        return page;
    }
    if reply.status == StatusCode::UNAUTHORIZED {
        return ended(desk, code);
    }
    match own(desk, code, &token).await {
        Ok(entry) => {
            let text = Refusal::of(&reply, desk.words).text;
            let notice = Notice::new(Tone::Bad, desk.words.say("withdraw-refused"), text);
            confirm(desk, code, &entry, reply.status, Some(notice))
        }
        Err(page) => page,
    }
}

/// Everything that proves the entry, as a file.
pub(crate) async fn file<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let (Some(token), Some(proof)) = (
        keepsake::token(desk.visit, code),
        keepsake::proof(desk.visit, code),
    ) else {
        return none_here(desk, code);
    };
    let entry = match own(desk, code, &token).await {
        Ok(entry) => entry,
        Err(page) => return page,
    };
    let content = json!({
        "eventCode": code,
        "eventTitle": entry.event_title,
        "storeName": entry.store_name,
        "entryNumber": entry.entry_number,
        "enteredAt": entry.entered_at,
        "drawPage": format!("{}/draws/{}", desk.visit.base, entry.draw_id),
        "tag": proof.tag,
        "nonce": proof.nonce,
        "commitment": proof.commitment,
    });
    let text = serde_json::to_string_pretty(&content).unwrap_or_default();
    let mut page = Page::bytes(StatusCode::OK, "application/json", text.into_bytes());
    page.put(header::CACHE_CONTROL, "private, no-store");
    let plain: String = entry
        .entry_number
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    page.put(
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename=\"janchi-{plain}.json\""),
    );
    page
}

async fn own<A: Api>(desk: &Desk<'_, A>, code: &str, token: &str) -> Result<OwnEntry, Page> {
    let call = Call::get("/api/participations/me", desk.language()).bearer(token);
    let reply = desk.api.call(call).await;
    match reply.status {
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => Err(ended(desk, code)),
        _ if !reply.is_fine() => Err(desk.instead(&reply)),
        _ => serde_json::from_value(reply.json.clone()).map_err(|_| desk.instead(&broken(reply))),
    }
}

/// An answer that is not what was asked for.
fn broken(mut reply: Reply) -> Reply {
    reply.status = StatusCode::BAD_GATEWAY;
    reply.json = serde_json::Value::Null;
    reply
}

fn none_here<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let w = desk.words;
    message::show(
        desk,
        Saying {
            status: StatusCode::NOT_FOUND,
            icon: "ticket",
            heading: w.say("receipt-none"),
            text: w.say("receipt-none-text"),
            again: None,
            links: vec![(format!("/e/{code}"), w.say("receipt-to-event"))],
        },
    )
}

/// The entry is destroyed or withdrawn, here or on another device: the cookies have nothing to prove any more.
fn ended<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let w = desk.words;
    let mut page = message::show(
        desk,
        Saying {
            status: StatusCode::NOT_FOUND,
            icon: "trash",
            heading: w.say("receipt-ended"),
            text: w.say("receipt-ended-text"),
            again: None,
            links: vec![(format!("/e/{code}"), w.say("receipt-to-event"))],
        },
    );
    keepsake::forget(desk.visit, &mut page, code);
    page
}

fn confirm<A: Api>(
    desk: &Desk<'_, A>,
    code: &str,
    entry: &OwnEntry,
    status: StatusCode,
    notice: Option<Notice>,
) -> Page {
    let frame = desk.frame(&desk.words.say("withdraw-title"));
    let template = Withdraw {
        frame: &frame,
        w: desk.words,
        code,
        number: grouped(&entry.entry_number),
        notice,
    };
    desk.page(status, &frame, &template)
}

async fn render<A: Api>(
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
    let mut notices: Vec<Notice> = outcome(entry, w).into_iter().collect();
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
fn grouped(number: &str) -> String {
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
