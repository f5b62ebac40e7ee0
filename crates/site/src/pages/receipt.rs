//! `/e/{code}/receipt` and what one can do from there.

use super::Desk;
use super::keepsake;
use super::message::{self, Saying};
use super::receipt_view::{OwnEntry, grouped, render};
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode, header};
use serde_json::json;

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
