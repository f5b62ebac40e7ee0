//! From a goal to a published event in six steps.
//!
//! Everything is kept by the API, as the draft and its jobs: a page can be left at any moment and gone on with on
//! another device. Every page is complete without a script; with one it shows what happens as it happens.

mod approve;
mod approve_view;
mod channel_rows;
mod channels;
mod dates;
mod details;
mod edit;
mod editor;
mod editor_view;
mod event;
mod money;
mod pictures;
mod pictures_view;
mod place;
mod plan;
mod plan_cards;
mod progress;
mod progress_rows;
mod rules;
mod slots;
mod start;
mod trail;
mod wish;

use super::Desk;
use super::seat::{Seat, read};
use crate::api::{Api, Call, Reply};
use crate::parts::{Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use event::{Draft, Job, Listed};
use http::StatusCode;
pub use place::Creation;
use serde_json::Value;
use uuid::Uuid;

/// The page of a place in the flow.
pub(crate) async fn answer<A: Api>(desk: &Desk<'_, A>, place: Creation) -> Page {
    let done = match place {
        Creation::New => start::answer(desk).await,
        Creation::Plan(id) => plan::answer(desk, id).await,
        Creation::Edit(id) => edit::answer(desk, id).await,
        Creation::Pictures(id) => pictures::answer(desk, id).await,
        Creation::Picture(id, picture) => editor::answer(desk, id, picture).await,
        Creation::Preview(_, picture) => return editor::preview(desk, picture).await,
        Creation::Channels(id) => channels::answer(desk, id).await,
        Creation::Approve(id) => approve::answer(desk, id).await,
        Creation::Progress(id) => progress::answer(desk, id).await,
    };
    done.unwrap_or_else(|page| page)
}

/// Where an event that is not published yet goes on; none where there is nothing left to make.
pub(crate) fn step(event: &Value) -> Option<String> {
    let draft: Draft = serde_json::from_value(event.clone()).ok()?;
    let step = match draft.status.as_str() {
        "PUBLISHING" => "progress",
        "PUBLISH_FAILED" => "approve",
        "DRAFT" => match event["step"].as_str()? {
            "RECOMMENDATION" => "plan",
            "CONTENT" => "pictures",
            // A finished job gives the event all styles; the owner picks one.
            _ if !draft.has_one_style() => "pictures",
            "CHANNELS" => "channels",
            _ => "approve",
        },
        _ => return None,
    };
    Some(format!("/app/events/{}/{step}", draft.id))
}

/// The draft; whatever is published already is shown where it is being put up.
async fn draft<A: Api>(seat: &mut Seat<'_, '_, A>, id: Uuid) -> Result<Draft, Page> {
    let draft: Draft = seat.get(&format!("/api/events/{id}")).await?;
    if draft.is_open() {
        return Ok(draft);
    }
    Err(seat.go(&format!("/app/events/{id}/progress")))
}

/// The draft as it is once this job is known: one that has ended since the draft was read has changed it, and a form with
/// the version of before would be refused.
async fn after<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    event: &Draft,
    job: Option<&Job>,
) -> Result<Draft, Page> {
    match job {
        Some(job) if !job.is_live() => {
            draft(seat, Uuid::try_parse(&event.id).unwrap_or_default()).await
        }
        _ => Ok(event.clone()),
    }
}

/// The latest job of a type, with its result if it has one.
async fn latest_job<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    kind: &str,
) -> Result<Option<Job>, Page> {
    let path = format!("/api/events/{id}/jobs?type={kind}&limit=1");
    let list: Listed<Job> = seat.get(&path).await?;
    let Some(mut job) = list.items.into_iter().next() else {
        return Ok(None);
    };
    if job.status == "SUCCEEDED" {
        let whole: Value = seat.get(&format!("/api/jobs/{}", job.id)).await?;
        job.result = Some(whole["result"].clone());
    }
    Ok(Some(job))
}

/// Stops a job. One that has just ended is as good as stopped: the page shows which.
async fn cancel_job<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Reply, Page> {
    let job = seat.visit().typed("job");
    let id = Uuid::try_parse(&job).unwrap_or_default();
    let path = format!("/api/jobs/{id}/cancel");
    let call = Call::post(path, serde_json::json!({}), seat.words().0);
    let reply = seat.call(call).await?;
    Ok(reply)
}

/// What is shown over a form that was not taken.
#[derive(Debug, Default)]
struct Trouble {
    notice: Option<Notice>,
    refusal: Refusal,
    /// The same try may be sent again: it may have had its effect unheard.
    same_try: bool,
}

impl Trouble {
    /// A refusal of the API. One that is about single fields keeps what was typed.
    fn of(reply: &Reply, w: Words) -> Self {
        let refusal = Refusal::of(reply, w);
        let notice = match reply.status {
            StatusCode::PRECONDITION_FAILED => conflict(w),
            _ if crate::problem::is_passing(reply) => {
                Notice::new(Tone::Careful, w.say("make-not-now"), refusal.text.clone())
            }
            _ => Notice::new(Tone::Bad, w.say("make-check"), refusal.text.clone()),
        };
        Self {
            notice: Some(notice),
            same_try: crate::problem::is_passing(reply),
            refusal,
        }
    }

    /// Faults that we found ourselves.
    fn ours(refusal: Refusal, w: Words) -> Self {
        let notice = Notice::new(Tone::Bad, w.say("make-check"), w.say("make-check-text"));
        Self {
            notice: Some(notice),
            refusal,
            same_try: false,
        }
    }

    fn told(notice: Notice) -> Self {
        Self {
            notice: Some(notice),
            ..Self::default()
        }
    }
}

/// Somebody else, or another tab, was quicker.
fn conflict(w: Words) -> Notice {
    Notice::new(
        Tone::Careful,
        w.say("make-conflict"),
        w.say("make-conflict-text"),
    )
}

/// The status of a page that shows why something was not done.
fn shown_as(reply: &Reply) -> StatusCode {
    match reply.status {
        status if status.is_client_error() => status,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The name of a channel.
fn channel_name(code: &str, w: Words) -> String {
    crate::figures::coded(w, "make-channel-", code)
}

#[cfg(test)]
mod tests {
    use super::step;
    use serde_json::json;

    #[test]
    fn a_draft_goes_on_where_it_stands() {
        let image = |style: &str| {
            json!({"imageId": "i", "style": style, "platform": "KAKAO", "variants": {"jpeg": "", "webp": ""},
                "width": 1, "height": 1, "altText": "", "aiGenerated": false})
        };
        let event = |status: &str, step: &str, images: serde_json::Value| {
            json!({"id": "e", "code": "C", "objective": "SALES", "status": status, "title": null, "description": null,
                "startsAt": null, "endsAt": null, "winnerCount": null, "visitBonus": {"enabled": false, "weight": 3},
                "budget": null, "forecast": null, "recommendation": null, "version": 1, "step": step, "images": images})
        };
        let (all, one) = (
            json!([image("SIMPLE"), image("FANCY")]),
            json!([image("SIMPLE"), image("SIMPLE")]),
        );
        for (status, at, images, leads) in [
            ("DRAFT", "RECOMMENDATION", json!([]), Some("plan")),
            ("DRAFT", "CONTENT", json!([]), Some("pictures")),
            ("DRAFT", "APPROVAL", all, Some("pictures")),
            ("DRAFT", "APPROVAL", one.clone(), Some("approve")),
            ("DRAFT", "CHANNELS", one.clone(), Some("channels")),
            ("PUBLISHING", "DONE", one.clone(), Some("progress")),
            ("PUBLISH_FAILED", "APPROVAL", one.clone(), Some("approve")),
            ("ONGOING", "DONE", one, None),
        ] {
            let found = step(&event(status, at, images));
            assert_eq!(found, leads.map(|leads| format!("/app/events/e/{leads}")));
        }
    }
}
