//! `/app/events/{id}/pictures`: pictures as they are drawn, and the choice of a style.

use super::event::{Draft, Image, Job, Listed};
use super::pictures_view::{self, Shown};
use super::slots::{PLATFORMS, STYLES, slots};
use super::trail::{At, Trail};
use super::{Trouble, cancel_job, draft, latest_job, shown_as};
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

/// Drawing that is under way.
struct Live {
    job: String,
    percent: i64,
    sentence: String,
}

/// An upload that may stand behind the text.
struct Uploaded {
    id: String,
    text: String,
    send: String,
}

#[derive(Template)]
#[template(path = "creation/pictures.html")]
struct Pictures<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    version: i64,
    heading: String,
    lead: String,
    notice: Option<Notice>,
    live: Option<Live>,
    shown: Option<Shown>,
    uploaded: Option<Uploaded>,
    /// Words of the button that has them drawn, where there is no work under way.
    draw: Option<String>,
    /// The button is what there is to do here.
    is_first: bool,
    next: Option<String>,
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event = draft(&mut seat, id).await?;
    if !desk.visit.is_post() {
        if event.title.is_none() || event.prizes.is_empty() {
            return Ok(seat.go(&format!("/app/events/{id}/plan")));
        }
        return render(&mut seat, StatusCode::OK, &event, Trouble::default()).await;
    }
    match desk.visit.typed("do").as_str() {
        "choose" => choose(seat, event).await,
        "cancel" => {
            cancel_job(&mut seat).await?;
            Ok(seat.go(&format!("/app/events/{id}/pictures")))
        }
        _ => ask(seat, event).await,
    }
}

/// Every picture of the event, the newest first; none yet is no fault.
pub(super) async fn all<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    event: &Draft,
) -> Result<Vec<Image>, Page> {
    let path = format!("/api/content/images?eventId={}&limit=100", event.id);
    let reply = seat.call(Call::get(path, seat.words().0)).await?;
    match super::read::<Listed<Image>>(&reply) {
        Some(list) => Ok(list.items),
        None if reply.status == StatusCode::NOT_FOUND => Ok(Vec::new()),
        None => Err(seat.instead(&reply)),
    }
}

async fn ask<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let w = seat.words();
    let mut body = json!({"eventId": event.id});
    if let Ok(photo) = Uuid::try_parse(&seat.visit().typed("photo")) {
        body["photoUploadId"] = json!(photo);
    }
    let reply = seat
        .call(Call::post("/api/content/images", body, w.0))
        .await?;
    if reply.is_fine() {
        return Ok(seat.go(&format!("/app/events/{}/pictures", event.id)));
    }
    let trouble = Trouble::of(&reply, w);
    render(&mut seat, shown_as(&reply), &event, trouble).await
}

/// Takes one style in every size.
async fn choose<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let w = seat.words();
    let style = seat.visit().typed("style");
    let job = latest_job(&mut seat, &event.id, "IMAGE_GENERATION").await?;
    let images = all(&mut seat, &event).await?;
    let slots = slots(&event, job.as_ref(), &images);
    let ids: Vec<&str> = slots
        .iter()
        .filter(|slot| slot.style == style)
        .filter_map(|slot| Some(slot.current?.image_id.as_str()))
        .collect();
    if ids.is_empty() {
        let trouble = Trouble::told(super::conflict(w));
        return render(&mut seat, StatusCode::CONFLICT, &event, trouble).await;
    }
    let path = format!("/api/events/{}/images", event.id);
    let version: i64 = seat
        .visit()
        .typed("version")
        .parse()
        .unwrap_or(event.version);
    let call = Call::new(Method::PUT, path, w.0).body(json!({"imageIds": ids}));
    let reply = seat.call(call.over(format!("\"{version}\""))).await?;
    if reply.is_fine() {
        return Ok(seat.go(&format!("/app/events/{}/channels", event.id)));
    }
    let trouble = Trouble::of(&reply, w);
    let event = draft(&mut seat, Uuid::try_parse(&event.id).unwrap_or_default()).await?;
    render(&mut seat, shown_as(&reply), &event, trouble).await
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    trouble: Trouble,
) -> Result<Page, Page> {
    let w = seat.words();
    let job = latest_job(seat, &event.id, "IMAGE_GENERATION").await?;
    let event = &super::after(seat, event, job.as_ref()).await?;
    let images = all(seat, event).await?;
    let slots = slots(event, job.as_ref(), &images);
    let live = job.as_ref().filter(|job| job.is_live());
    let drawn = slots.iter().filter(|slot| slot.current.is_some()).count();
    let asked = seat.visit().asked("size").unwrap_or_default();
    let platform = PLATFORMS.into_iter().find(|p| *p == asked);
    let (heading, lead) = match (live, drawn) {
        (Some(_), _) => ("make-pictures-working", "make-pictures-working-text"),
        (None, 0) => ("make-pictures-none", "make-pictures-none-text"),
        _ => ("make-pictures-choose", "make-pictures-choose-text"),
    };
    let frame = seat.frame(&w.say(heading));
    let template = Pictures {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Pictures, Some(event), w),
        path: format!("/app/events/{}/pictures", event.id),
        version: event.version,
        heading: w.say(heading),
        lead: w.say(lead),
        notice: trouble.notice.or_else(|| ended(job.as_ref(), w)),
        live: live.map(|job| Live {
            job: job.id.clone(),
            percent: job.progress.clamp(0, 100),
            sentence: w.with(
                "make-pictures-count",
                &[
                    ("n", (drawn as f64).into()),
                    ("all", ((STYLES.len() * PLATFORMS.len()) as f64).into()),
                ],
            ),
        }),
        shown: (live.is_some() || drawn > 0).then(|| {
            let platform = platform.unwrap_or(PLATFORMS[0]);
            pictures_view::shown(event, &slots, platform, live.is_some(), w)
        }),
        uploaded: uploaded(seat, w),
        draw: live.is_none().then(|| match (drawn, &job) {
            (0, None) => w.say("make-pictures-draw"),
            (0, Some(_)) => w.say("make-again"),
            _ => w.say("make-pictures-redraw"),
        }),
        is_first: drawn == 0,
        next: event
            .has_one_style()
            .then(|| format!("/app/events/{}/channels", event.id)),
        frame: &frame,
    };
    Ok(seat.page(status, &frame, &template))
}

/// How the last drawing ended, if not well.
fn ended(job: Option<&Job>, w: Words) -> Option<Notice> {
    let job = job?;
    match job.status.as_str() {
        "FAILED" => {
            let text = job.error.as_ref().map(|error| error.message.clone());
            let text = text.filter(|_| w.0 == Language::Korean);
            Some(Notice::new(
                Tone::Bad,
                w.say("make-pictures-failed"),
                text.unwrap_or_else(|| w.say("make-pictures-failed-text")),
            ))
        }
        "CANCELLED" => Some(Notice::new(
            Tone::Plain,
            w.say("make-pictures-cancelled"),
            w.say("make-pictures-cancelled-text"),
        )),
        _ => None,
    }
}

/// What was uploaded a moment ago waits for its use.
fn uploaded<A: Api>(seat: &Seat<'_, '_, A>, w: Words) -> Option<Uploaded> {
    let id = Uuid::try_parse(&seat.visit().asked("upload")?).ok()?;
    let (id, text, send) = match seat.visit().asked("kind")?.as_str() {
        "PHOTO" => (id.to_string(), "make-photo-here", "make-photo-use"),
        // The latest logo is on every picture that is drawn from now on.
        "LOGO" => (String::new(), "make-logo-here", "make-logo-use"),
        _ => return None,
    };
    Some(Uploaded {
        id,
        text: w.say(text),
        send: w.say(send),
    })
}
