//! `/app/events/{id}/counter`: what stands on the counter. The code of this half minute, and a field for whoever is here.

use super::event::{self, Event, Head};
use super::qr;
use crate::api::{Api, Call};
use crate::assets;
use crate::frame::Frame;
use crate::pages::seat::{Seat, read};
use crate::parts::{Field, Notice, Tone};
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// So many visits are sent at a time.
const MOST: usize = 500;

/// The codes as the API tells them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    code: String,
    seconds_left: i64,
    day_code: String,
    day: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Synced {
    visits: Vec<Outcome>,
}

#[derive(Debug, Clone, Deserialize)]
struct Outcome {
    outcome: String,
}

#[derive(Template)]
#[template(path = "running/counter.html")]
struct Counter<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    script: &'a str,
    notice: Option<Notice>,
    code: Option<Shown>,
    bonus: Option<String>,
    number: Field,
    /// Without a script the page is either for customers, and renews itself, or for whoever types.
    is_staff: bool,
    words: String,
    path: String,
}

struct Shown {
    code: String,
    square: String,
    seconds: i64,
    day_code: String,
}

#[derive(Template)]
#[template(path = "running/daycode.html")]
struct Sheet<'a> {
    frame: &'a Frame,
    w: Words,
    store: String,
    title: String,
    day: String,
    code: String,
    square: String,
    bonus: Option<String>,
    path: String,
}

/// The page on the counter.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let w = seat.words();
    let notice = match seat.visit().asked("done").as_deref() {
        Some("MARKED") => Some((Tone::Good, "run-noted")),
        Some("ALREADY") => Some((Tone::Plain, "run-noted-already")),
        _ => None,
    };
    let notice = notice.map(|(tone, key)| Notice::new(tone, w.say(key), String::new()));
    render(seat, &event, StatusCode::OK, notice, None).await
}

/// A visit that the staff noted, or many that were noted without a network.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let w = seat.words();
    let visits = visits(seat);
    if visits.is_empty() {
        let error = Some(w.say("run-note-empty"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(seat, &event, status, None, error).await;
    }
    let path = format!("/api/events/{id}/visits/sync");
    let body = json!({ "visits": visits });
    let reply = seat
        .call(Call::post(path, body, seat.desk.language()))
        .await?;
    let Some(synced) = read::<Synced>(&reply) else {
        let notice = seat.refused(&reply);
        return render(seat, &event, reply.status, Some(notice), None).await;
    };
    let refused = synced
        .visits
        .iter()
        .find(|one| !matches!(one.outcome.as_str(), "MARKED" | "ALREADY"));
    match (refused, synced.visits.as_slice()) {
        // One number that a person has just typed is told what is wrong with it; a batch was noted hours ago.
        (Some(refused), [_]) => {
            let error = crate::figures::coded(w, "run-note-", &refused.outcome);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(seat, &event, status, None, Some(error)).await
        }
        (_, visits) => {
            let all_known = visits.iter().all(|one| one.outcome == "ALREADY");
            let done = if all_known { "ALREADY" } else { "MARKED" };
            Ok(seat.go(&event.path(&format!("/counter?staff=1&done={done}"))))
        }
    }
}

/// What the form holds: a number typed just now, or triples of id, number and time kept by the script.
fn visits<A: Api>(seat: &Seat<'_, '_, A>) -> Vec<Value> {
    let visit = seat.visit();
    let all = |name: &str| -> Vec<String> {
        form_urlencoded::parse(visit.form.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    };
    let (numbers, ids, times) = (all("entryNumber"), all("visitId"), all("visitedAt"));
    numbers
        .into_iter()
        .enumerate()
        .filter(|(_, number)| !number.is_empty())
        .take(MOST)
        .map(|(at, number)| {
            let told = ids.get(at).and_then(|id| Uuid::try_parse(id).ok());
            let when = times.get(at).and_then(|text| times::parse(text));
            // The key of the form: sent twice, the visit counts once.
            let own = || Uuid::try_parse(&visit.typed("key")).unwrap_or_else(|_| Uuid::new_v4());
            json!({
                "visitId": told.unwrap_or_else(own),
                "entryNumber": number,
                "visitedAt": when.unwrap_or(visit.now).to_rfc3339(),
            })
        })
        .collect()
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    event: &Event,
    status: StatusCode,
    notice: Option<Notice>,
    error: Option<String>,
) -> Result<Page, Page> {
    let code: Option<Code> = match event.is("ONGOING") {
        true => {
            seat.maybe(&format!("/api/events/{}/visit-code", event.id))
                .await?
        }
        false => None,
    };
    let w = seat.words();
    let posts = seat.visit().is_post();
    let typed = match posts && (error.is_some() || notice.is_some()) {
        true => seat.visit().typed("entryNumber"),
        false => String::new(),
    };
    let title = w.say("run-tab-counter");
    let frame = seat.frame(&title);
    let base = &seat.visit().base;
    // Without the form the sentence about it stands above.
    let notice = notice.or_else(|| {
        let error = error.clone().filter(|_| code.is_none())?;
        Some(Notice::new(Tone::Careful, w.say("run-not-done"), error))
    });
    let template = Counter {
        frame: &frame,
        w,
        head: Head::of(seat, event, "/counter", Some(title)),
        script: &assets::COUNTER_SCRIPT.path,
        notice,
        code: code.map(|code| Shown {
            square: qr::drawing(
                &format!("{base}/e/{}?v={}", event.code, code.code),
                &w.say("run-counter-square"),
            ),
            code: spaced(&code.code),
            seconds: code.seconds_left.clamp(1, 60),
            day_code: spaced(&code.day_code),
        }),
        bonus: event
            .bonus()
            .map(|weight| w.one("run-bonus-on", "weight", weight as f64)),
        is_staff: posts || seat.visit().asked("staff").is_some() || error.is_some(),
        number: Field {
            name: "entryNumber",
            kind: "text",
            label: w.say("receipt-number"),
            hint: Some(w.say("run-note-hint")),
            value: typed,
            error,
            autocomplete: "off",
            longest: 20,
            is_code: true,
            ..Field::default()
        },
        words: script_words(w),
        path: event.path("/counter"),
    };
    Ok(seat.page(status, &frame, &template))
}

/// A sheet for the day, where no screen stands on the counter.
pub(super) async fn print<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    if !event.is("ONGOING") {
        return Ok(seat.go(&event.path("/counter")));
    }
    let code: Code = seat.get(&format!("/api/events/{id}/visit-code")).await?;
    let store: Option<Value> = seat.maybe("/api/users/me/store").await?;
    let w = seat.words();
    let frame = seat.frame(&w.say("run-sheet"));
    let base = &seat.visit().base;
    let day = times::parse(&format!("{}T12:00:00+09:00", code.day));
    let template = Sheet {
        frame: &frame,
        w,
        store: store
            .and_then(|store| store["name"].as_str().map(str::to_owned))
            .unwrap_or_default(),
        title: event.title(w),
        day: day.map_or_else(
            || code.day.clone(),
            |day| times::day(day, seat.visit().now, w.0),
        ),
        square: qr::drawing(
            &format!("{base}/e/{}?v={}", event.code, code.day_code),
            &w.say("run-counter-square"),
        ),
        code: spaced(&code.day_code),
        bonus: event
            .bonus()
            .map(|weight| w.one("run-bonus-on", "weight", weight as f64)),
        path: event.path("/counter"),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

/// `123 456`: as it is read out.
fn spaced(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let group = if letters.len() == 6 { 3 } else { 4 };
    letters
        .chunks(group)
        .map(|part| part.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

fn script_words(w: Words) -> String {
    let mut words = json!({});
    for (name, key) in [
        ("kept", "run-offline-kept"),
        ("sent", "run-offline-sent"),
        ("offline", "run-offline"),
    ] {
        words[name] = w.say(key).into();
    }
    words.to_string()
}
