//! `/app/events/{id}/sales`: what the event earned, as the shop's till says.

use super::event::{self, Event, Head};
use crate::api::{Api, Call};
use crate::form::Guard;
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde_json::{Value, json};

/// So many sales are taken at a time.
const MOST: usize = 1000;

#[derive(Template)]
#[template(path = "running/sales.html")]
struct Sales<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    notice: Option<Notice>,
    day: Field,
    amount: Field,
    lines: &'a str,
    lines_error: Option<String>,
    path: String,
}

/// The form.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    Ok(render(
        seat,
        &event,
        StatusCode::OK,
        None,
        Refusal::default(),
    ))
}

/// Sends one day's sum, or the lines of a till. Sent twice, they count once.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let sales = match read(seat) {
        Ok(sales) => sales,
        Err(refusal) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(render(seat, &event, status, None, refusal));
        }
    };
    let body = json!({ "eventId": id, "sales": sales });
    let mut call = Call::post("/api/analytics/pos-sales", body, seat.desk.language());
    if let Some(key) = Guard::sent_key(seat.visit()) {
        call = call.key(key);
    }
    let reply = seat.call(call).await?;
    if reply.is_fine() {
        let count = |name: &str| reply.json[name].as_u64().unwrap_or(0);
        let (n, known) = (count("accepted"), count("duplicates"));
        return Ok(seat.go(&event.path(&format!("/dashboard?done=sales&n={n}&known={known}"))));
    }
    let refusal = Refusal::of(&reply, seat.words());
    let notice = seat.refused(&reply);
    Ok(render(seat, &event, reply.status, Some(notice), refusal))
}

/// The sales of the form, or what is wrong with it.
fn read<A: Api>(seat: &Seat<'_, '_, A>) -> Result<Vec<Value>, Refusal> {
    let (w, visit) = (seat.words(), seat.visit());
    let mut refusal = Refusal::default();
    let lines = visit.typed("lines");
    if !lines.trim().is_empty() {
        let mut sales = Vec::new();
        for (at, line) in lines.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match read_line(line) {
                Some(sale) => sales.push(sale),
                None => {
                    refusal.add("lines", w.one("run-sales-line", "n", (at + 1) as f64));
                    return Err(refusal);
                }
            }
        }
        if sales.len() > MOST {
            refusal.add("lines", w.one("run-sales-many", "n", MOST as f64));
            return Err(refusal);
        }
        return Ok(sales);
    }
    let day = times::read_typed(&format!("{}T12:00", visit.typed("day").trim()));
    let amount = read_amount(&visit.typed("amount"));
    if day.is_none() {
        refusal.add("day", w.say("run-sales-day-wrong"));
    }
    if amount.is_none() {
        refusal.add("amount", w.say("run-sales-amount-wrong"));
    }
    match (day, amount) {
        (Some(day), Some(amount)) => {
            // Noon of a day that has not come so far is now.
            let at = day.min(visit.now);
            let sum = json!({
                "soldAt": at.to_rfc3339(), "amount": amount,
                "receiptNo": format!("day-{}", visit.typed("day").trim()),
            });
            Ok(vec![sum])
        }
        _ => Err(refusal),
    }
}

/// `2026-11-22 18:30, 32000, 0007`: when, how much, and the receipt's number if there is one.
fn read_line(line: &str) -> Option<Value> {
    let mut parts = line.split([',', '\t', ';']).map(str::trim);
    let when = parts.next()?.replace(' ', "T");
    let when = match when.contains('T') {
        true => times::read_typed(&when)?,
        false => times::read_typed(&format!("{when}T12:00"))?,
    };
    let amount = read_amount(parts.next()?)?;
    let mut sale = json!({ "soldAt": when.to_rfc3339(), "amount": amount });
    if let Some(number) = parts.next().filter(|number| !number.is_empty()) {
        sale["receiptNo"] = number.into();
    }
    parts.next().is_none().then_some(sale)
}

/// `32,000원` as well as `32000`.
fn read_amount(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('원').replace([',', ' '], "");
    text.parse().ok().filter(|amount| *amount > 0)
}

fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Event,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: Refusal,
) -> Page {
    let (w, visit) = (seat.words(), seat.visit());
    let mut frame = seat.frame(&w.say("run-sales"));
    frame.guard = frame.guard.with_key_of(visit);
    let lines = visit.typed("lines");
    let template = Sales {
        frame: &frame,
        w,
        head: Head::of(seat, event, "/dashboard", Some(w.say("run-sales"))),
        notice,
        day: Field {
            name: "day",
            kind: "date",
            label: w.say("run-sales-day"),
            value: match visit.is_post() {
                true => visit.typed("day"),
                false => times::typed(visit.now).chars().take(10).collect(),
            },
            error: refusal.about("day"),
            optional: Some(String::new()),
            ..Field::default()
        },
        amount: Field {
            name: "amount",
            kind: "text",
            label: w.say("run-sales-amount"),
            hint: Some(w.say("run-sales-amount-hint")),
            value: visit.typed("amount"),
            error: refusal.about("amount"),
            inputmode: "numeric",
            autocomplete: "off",
            longest: 20,
            optional: Some(String::new()),
            ..Field::default()
        },
        lines: &lines,
        lines_error: refusal.about("lines"),
        path: event.path(""),
    };
    seat.page(status, &frame, &template)
}

#[cfg(test)]
mod tests {
    use super::{read_amount, read_line};
    use serde_json::json;

    #[test]
    fn a_line_of_a_till_is_read() {
        assert_eq!(
            read_line("2026-11-22 18:30, 32000, 0007"),
            Some(
                json!({"soldAt": "2026-11-22T09:30:00+00:00", "amount": 32_000, "receiptNo": "0007"})
            )
        );
        assert_eq!(
            read_line("2026-11-22\t9000원"),
            Some(json!({"soldAt": "2026-11-22T03:00:00+00:00", "amount": 9_000}))
        );
        for bad in [
            "",
            "x",
            "2026-11-22",
            "2026-11-22, -5",
            "2026-13-01, 5",
            "a,1,2,3",
        ] {
            assert_eq!(read_line(bad), None, "{bad}");
        }
    }

    #[test]
    fn money_is_read_as_people_type_it() {
        assert_eq!(read_amount(" 32,000원 "), Some(32_000));
        for bad in ["", "0", "-3", "1.5", "만 원", "99999999999999999999"] {
            assert_eq!(read_amount(bad), None, "{bad}");
        }
    }
}
