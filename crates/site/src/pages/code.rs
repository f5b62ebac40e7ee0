//! `/e`: for whoever heard or read a code.

use super::Desk;
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::parts::Field;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use unicode_normalization::UnicodeNormalization;

#[derive(Template)]
#[template(path = "code.html")]
struct Code<'a> {
    frame: &'a Frame,
    w: Words,
    code: Field,
}

/// The field, or the way to the event of the code that was typed.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>) -> Page {
    let Some(typed) = desk.visit.asked("code") else {
        return field(desk, StatusCode::OK, String::new(), None);
    };
    let code = plain(&typed);
    let w = desk.words;
    if code.is_empty() {
        let error = w.say("code-empty");
        return field(desk, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(error));
    }
    // What is said aloud has digits alone, and says which channel it was heard on.
    let spoken = code.bytes().all(|b| b.is_ascii_digit());
    let path = if spoken {
        format!("/api/public/codes/{code}")
    } else {
        format!("/api/public/events/{code}")
    };
    let reply = desk.api.call(Call::get(path, desk.language())).await;
    let found = |name: &str| reply.json[name].as_str().map(str::to_owned);
    match (reply.is_fine(), spoken) {
        (true, true) => {
            let (event, channel) = (found("eventCode"), found("channel"));
            let to = event
                .map(|event| format!("/e/{event}?ch={}&t={code}", channel.unwrap_or_default()));
            to.map_or_else(
                || super::message::not_found(desk),
                |to| Page::see_other(&to),
            )
        }
        (true, false) => Page::see_other(&format!("/e/{}", found("code").unwrap_or(code))),
        _ if reply.status == StatusCode::NOT_FOUND => {
            let error = w.say("code-unknown");
            field(desk, StatusCode::NOT_FOUND, typed, Some(error))
        }
        _ => desk.instead(&reply),
    }
}

/// Letters and digits, however they were typed: full-width, small, with spaces or dashes between.
fn plain(typed: &str) -> String {
    typed
        .nfkc()
        .filter(char::is_ascii_alphanumeric)
        .take(32)
        .collect::<String>()
        .to_ascii_uppercase()
}

fn field<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    typed: String,
    error: Option<String>,
) -> Page {
    let w = desk.words;
    let mut frame = desk.frame(&w.say("code-title"));
    frame.is_public = true;
    let template = Code {
        frame: &frame,
        w,
        code: Field {
            name: "code",
            kind: "text",
            label: w.say("code-label"),
            hint: Some(w.say("code-hint")),
            value: typed,
            error,
            autocomplete: "off",
            longest: 40,
            is_code: true,
            ..Field::default()
        },
    };
    desk.page(status, &frame, &template)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        assert_eq!(plain(" k7md-3fxa "), "K7MD3FXA");
        assert_eq!(plain("３５２ 9 8 0"), "352980");
        assert_eq!(plain("../../x"), "X");
    }
}
