//! `/app/events/{id}/pictures/{imageId}`: other words, colours and places in a picture. Every version stays: to undo is
//! to choose an older one.

use super::editor_view::{Edits, render};
use super::event::{Draft, Image, Job};
use super::slots::{Slot, replaced, slots};
use super::{Trouble, draft, latest_job, pictures, shown_as};
use crate::api::{Api, Call};
use crate::pages::seat::Seat;
use crate::pages::{Desk, message, passing};
use crate::parts::{Notice, Tone};
use crate::visit::Page;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// Everything the page and its forms look at.
pub(super) struct Bench {
    pub event: Draft,
    pub images: Vec<Image>,
    pub job: Option<Job>,
}

impl Bench {
    async fn of<A: Api>(seat: &mut Seat<'_, '_, A>, id: Uuid) -> Result<Self, Page> {
        let event = draft(seat, id).await?;
        let images = pictures::all(seat, &event).await?;
        let job = latest_job(seat, &event.id, "IMAGE_GENERATION").await?;
        Ok(Self { event, images, job })
    }

    pub(super) fn slots(&self) -> Vec<Slot<'_>> {
        slots(&self.event, self.job.as_ref(), &self.images)
    }

    fn find(&self, picture: Uuid) -> Option<&Image> {
        let id = picture.to_string();
        self.images.iter().find(|image| image.image_id == id)
    }
}

pub(super) async fn answer<A: Api>(
    desk: &Desk<'_, A>,
    id: Uuid,
    picture: Uuid,
) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let bench = Bench::of(&mut seat, id).await?;
    let Some(image) = bench.find(picture).cloned() else {
        return Err(message::not_found(desk));
    };
    if !desk.visit.is_post() {
        let w = desk.words;
        let trouble = match desk.visit.asked("saved").as_deref() {
            Some("all") => told(Tone::Good, "make-saved", "make-saved-all", w),
            Some("one") => told(Tone::Good, "make-saved", "make-saved-one", w),
            Some("part") => told(Tone::Careful, "make-saved", "make-saved-part", w),
            Some("old") => told(Tone::Good, "make-undone", "make-undone-text", w),
            _ => Trouble::default(),
        };
        let edits = Edits::of(&image);
        return Ok(render(
            &seat,
            StatusCode::OK,
            &bench,
            &image,
            &edits,
            false,
            trouble,
        ));
    }
    match desk.visit.typed("do").as_str() {
        "look" => look(seat, bench, image).await,
        "use" => undo(seat, bench).await,
        _ => save(seat, bench, image).await,
    }
}

fn told(tone: Tone, title: &str, text: &str, w: crate::words::Words) -> Trouble {
    Trouble::told(Notice::new(tone, w.say(title), w.say(text)))
}

/// Shows what was typed, and keeps nothing.
async fn look<A: Api>(mut seat: Seat<'_, '_, A>, bench: Bench, image: Image) -> Result<Page, Page> {
    let (w, edits) = (seat.words(), Edits::typed(seat.visit()));
    let changes = edits.changes(&image);
    if changes.as_object().is_some_and(|fields| fields.is_empty()) {
        let none = Trouble::default();
        return Ok(render(
            &seat,
            StatusCode::OK,
            &bench,
            &image,
            &edits,
            false,
            none,
        ));
    }
    let path = format!("/api/content/images/{}/preview", image.image_id);
    let reply = seat.call(Call::post(path, changes, w.0)).await?;
    let (status, trouble) = match reply.is_fine() {
        true => (StatusCode::OK, Trouble::default()),
        false => (shown_as(&reply), Trouble::of(&reply, w)),
    };
    let is_fine = reply.is_fine();
    Ok(render(
        &seat, status, &bench, &image, &edits, is_fine, trouble,
    ))
}

/// Makes the new picture, in the other sizes of its style as well if that is wished.
async fn save<A: Api>(mut seat: Seat<'_, '_, A>, bench: Bench, image: Image) -> Result<Page, Page> {
    let (w, edits) = (seat.words(), Edits::typed(seat.visit()));
    let changes = edits.changes(&image);
    let back = format!(
        "/app/events/{}/pictures?size={}",
        bench.event.id, image.platform
    );
    if changes.as_object().is_some_and(|fields| fields.is_empty()) {
        return Ok(seat.go(&back));
    }
    let path = format!("/api/content/images/{}/edits", image.image_id);
    let reply = seat.call(Call::post(path, changes.clone(), w.0)).await?;
    let Some(made) = reply.json["imageId"].as_str().filter(|_| reply.is_fine()) else {
        let trouble = Trouble::of(&reply, w);
        let status = shown_as(&reply);
        return Ok(render(
            &seat, status, &bench, &image, &edits, false, trouble,
        ));
    };
    let mut new = vec![(image.style.clone(), image.platform.clone(), made.to_owned())];
    let mut is_whole = true;
    if edits.everywhere {
        let siblings = bench.slots();
        let others = siblings
            .iter()
            .filter(|slot| slot.style == image.style && slot.platform != image.platform)
            .filter_map(|slot| slot.current);
        for other in others {
            let path = format!("/api/content/images/{}/edits", other.image_id);
            let reply = seat.call(Call::post(path, changes.clone(), w.0)).await?;
            match reply.json["imageId"].as_str().filter(|_| reply.is_fine()) {
                Some(id) => new.push((other.style.clone(), other.platform.clone(), id.to_owned())),
                None => is_whole = false,
            }
        }
    }
    let id = Uuid::try_parse(&bench.event.id).unwrap_or_default();
    is_whole &= take(&mut seat, id, &new).await?;
    let saved = match (is_whole, edits.everywhere) {
        (false, _) => "part",
        (true, true) => "all",
        (true, false) => "one",
    };
    let made = &new[0].2;
    Ok(seat.go(&format!("/app/events/{id}/pictures/{made}?saved={saved}")))
}

/// Puts new pictures in the place of the event's of the same style and size; whether that was done. Somebody else's
/// change between reading and writing is read again, once: it is about other things.
async fn take<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: Uuid,
    new: &[(String, String, String)],
) -> Result<bool, Page> {
    for _ in 0..2 {
        let event = draft(seat, id).await?;
        if event.images.is_empty() {
            return Ok(true);
        }
        let body = json!({"imageIds": replaced(&event, new)});
        let path = format!("/api/events/{id}/images");
        let call = Call::new(Method::PUT, path, seat.words().0).body(body);
        let reply = seat.call(call.over(event.tag())).await?;
        if reply.status != StatusCode::PRECONDITION_FAILED {
            return Ok(reply.is_fine());
        }
    }
    Ok(false)
}

/// Goes back to an older version.
async fn undo<A: Api>(mut seat: Seat<'_, '_, A>, bench: Bench) -> Result<Page, Page> {
    let id = Uuid::try_parse(&bench.event.id).unwrap_or_default();
    let wanted = Uuid::try_parse(&seat.visit().typed("image")).unwrap_or_default();
    let Some(image) = bench.find(wanted) else {
        return Err(message::not_found(seat.desk));
    };
    let new = [(
        image.style.clone(),
        image.platform.clone(),
        image.image_id.clone(),
    )];
    let saved = if take(&mut seat, id, &new).await? {
        "old"
    } else {
        "part"
    };
    Ok(seat.go(&format!("/app/events/{id}/pictures/{wanted}?saved={saved}")))
}

/// The picture as it would be with what the query says, as an image: for a page without a script, and for one with.
pub(super) async fn preview<A: Api>(desk: &Desk<'_, A>, picture: Uuid) -> Page {
    let fields = Edits::asked(desk.visit);
    let path = format!("/api/content/images/{picture}/preview");
    passing::pass(
        desk,
        Call::post(path, Value::Object(fields), desk.language()),
    )
    .await
}
