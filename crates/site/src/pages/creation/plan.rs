//! `/app/events/{id}/plan`: three plans, as they are made, and the choice among them.

use super::details::Details;
use super::event::{Draft, Job};
use super::plan_cards::{self, PlanCard, Result3};
use super::trail::{At, Input, Trail};
use super::{Trouble, cancel_job, dates, draft, latest_job, money, shown_as};
use crate::api::{Api, Call};
use crate::figures::{coded, won};
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

const STAGES: [&str; 4] = ["TREND", "PLANNING", "FITTING", "FORECAST"];
/// Characters of a wish that the API takes.
const NOTE: u16 = 500;

/// One stage of the work, as the page marks it.
struct Stage {
    name: String,
    is_done: bool,
    is_now: bool,
}

/// Work that is under way.
struct Live {
    job: String,
    percent: i64,
    stages: Vec<Stage>,
    sentence: String,
}

/// To ask, or to ask again.
struct Ask {
    budget: Input,
    note: Input,
    send: String,
}

/// Three plans and what they rest on.
struct Shown {
    job: String,
    source: String,
    notices: Vec<Notice>,
    cards: Vec<PlanCard>,
    trends: Vec<plan_cards::TrendGroup>,
}

#[derive(Template)]
#[template(path = "creation/plan.html")]
struct PlanPage<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    event: &'a Draft,
    heading: String,
    lead: String,
    notice: Option<Notice>,
    /// How the wishes were understood.
    wishes: Vec<String>,
    live: Option<Live>,
    ask: Option<Ask>,
    shown: Option<Shown>,
    /// Where to go on if a plan was chosen before.
    next: Option<String>,
    by_hand: String,
}

/// What was typed into the card of a plan that was not taken.
struct Typed {
    plan: String,
    details: Details,
    trouble: Trouble,
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event = draft(&mut seat, id).await?;
    if !desk.visit.is_post() {
        return render(&mut seat, StatusCode::OK, &event, None, None).await;
    }
    match desk.visit.typed("do").as_str() {
        "choose" => choose(seat, event).await,
        "cancel" => {
            cancel_job(&mut seat).await?;
            Ok(seat.go(&format!("/app/events/{id}/plan")))
        }
        _ => ask(seat, event).await,
    }
}

/// Asks for plans, again or for the first time.
async fn ask<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let (w, visit) = (seat.words(), seat.visit());
    let mut body = json!({"eventId": event.id});
    let typed = visit.typed("budget");
    if !typed.trim().is_empty() {
        let budget = money::read_budget(&typed, w.0 == Language::Korean);
        let Some(budget) = budget.filter(|won| *won > 0) else {
            let mut refusal = Refusal::default();
            refusal.add("budget", w.say("make-budget-wrong"));
            let trouble = Trouble::ours(refusal, w);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return render(&mut seat, status, &event, Some(trouble), None).await;
        };
        body["budget"] = budget.into();
    }
    let note = visit.typed("note");
    if !note.trim().is_empty() {
        body["note"] = note.trim().into();
    }
    let reply = seat
        .call(Call::post("/api/ai/recommendations", body, w.0))
        .await?;
    if reply.is_fine() {
        return Ok(seat.go(&format!("/app/events/{}/plan", event.id)));
    }
    let trouble = Trouble::of(&reply, w);
    render(&mut seat, shown_as(&reply), &event, Some(trouble), None).await
}

/// Fills the draft from a plan, with what was worded otherwise, and has its pictures drawn.
async fn choose<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let (w, visit) = (seat.words(), seat.visit());
    let (job, plan) = (visit.typed("job"), visit.typed("plan"));
    let details = Details::typed(visit);
    let known = match latest_job(&mut seat, &event.id, "AI_RECOMMENDATION").await? {
        Some(found) if found.id == job => Result3::of(found.result.as_ref()),
        _ => None,
    };
    let known = known.and_then(|result| result.plans.into_iter().find(|p| p.plan_id == plan));
    let Some(known) = known else {
        // Other plans were made meanwhile, in another tab.
        let trouble = Trouble::told(super::conflict(w));
        return render(&mut seat, StatusCode::CONFLICT, &event, Some(trouble), None).await;
    };
    let mut refusal = Refusal::default();
    let as_planned = Details::of_plan(
        &known.title,
        &known.prizes,
        &known.schedule.starts_at,
        &known.schedule.ends_at,
    );
    let overrides = details.changes(
        &as_planned,
        event.starts_at.as_deref(),
        event.ends_at.as_deref(),
        &mut refusal,
        w,
    );
    if refusal.has_fields() {
        let typed = Typed {
            plan,
            details,
            trouble: Trouble::ours(refusal, w),
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return render(&mut seat, status, &event, None, Some(typed)).await;
    }
    let body = json!({"jobId": job, "planId": plan, "overrides": overrides});
    let path = format!("/api/events/{}/recommendation", event.id);
    let version: i64 = visit.typed("version").parse().unwrap_or(event.version);
    let call = Call::new(Method::PUT, path, w.0).body(body);
    let reply = seat.call(call.over(format!("\"{version}\""))).await?;
    if !reply.is_fine() {
        let typed = Typed {
            plan,
            details,
            trouble: Trouble::of(&reply, w),
        };
        return render(&mut seat, shown_as(&reply), &event, None, Some(typed)).await;
    }
    // The next page shows them come, or asks again where this was lost.
    let ask = json!({"eventId": event.id});
    seat.call(Call::post("/api/content/images", ask, w.0))
        .await?;
    Ok(seat.go(&format!("/app/events/{}/pictures", event.id)))
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    trouble: Option<Trouble>,
    typed: Option<Typed>,
) -> Result<Page, Page> {
    let w = seat.words();
    let job = latest_job(seat, &event.id, "AI_RECOMMENDATION").await?;
    let event = &super::after(seat, event, job.as_ref()).await?;
    let trouble = trouble.unwrap_or_default();
    let mut notice = trouble.notice.clone();
    let live = job.as_ref().filter(|job| job.is_live());
    let done = job.as_ref().filter(|job| job.status == "SUCCEEDED");
    let result = done.and_then(|job| Result3::of(job.result.as_ref()));
    if let Some(typed) = &typed {
        notice.clone_from(&typed.trouble.notice);
    } else if notice.is_none() {
        notice = ended(job.as_ref(), w);
    }
    let (heading, lead) = match (live, &result) {
        (Some(_), _) => ("make-plan-working", "make-plan-working-text"),
        (_, Some(_)) => ("make-plan-choose", "make-plan-choose-text"),
        _ => ("make-plan-ask", "make-plan-ask-text"),
    };
    let today = dates::today(seat.visit().now);
    let frame = seat.frame(&w.say(heading));
    let is_asked = live.is_none() && result.is_none();
    let template = PlanPage {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Plan, Some(event), w),
        path: format!("/app/events/{}/plan", event.id),
        heading: w.say(heading),
        lead: w.say(lead),
        wishes: wishes(event, job.as_ref(), seat.visit().now, w),
        live: live.map(|job| working(job, w)),
        ask: is_asked.then(|| asking(seat, event, job.as_ref(), &trouble, w)),
        shown: result.zip(done).map(|(result, job)| {
            let typed = typed
                .as_ref()
                .map(|typed| (typed.plan.as_str(), &typed.details, &typed.trouble.refusal));
            Shown {
                job: job.id.clone(),
                source: coded(w, "make-source-", &result.source),
                notices: told(&result, w),
                trends: plan_cards::trends(&result, w),
                cards: plan_cards::cards(&result, event, typed, &today, seat.visit().now, w),
            }
        }),
        next: event
            .recommendation
            .as_ref()
            .map(|_| format!("/app/events/{}/pictures", event.id)),
        by_hand: format!("/app/events/{}/by-hand", event.id),
        notice,
        event,
        frame: &frame,
    };
    Ok(seat.page(status, &frame, &template))
}

/// How the last try ended, if not well.
fn ended(job: Option<&Job>, w: Words) -> Option<Notice> {
    let job = job?;
    match job.status.as_str() {
        "FAILED" => {
            let text = job.error.as_ref().map(|error| error.message.clone());
            let text = text.filter(|_| w.0 == Language::Korean);
            Some(Notice::new(
                Tone::Bad,
                w.say("make-plan-failed"),
                text.unwrap_or_else(|| w.say("make-plan-failed-text")),
            ))
        }
        "CANCELLED" => Some(Notice::new(
            Tone::Plain,
            w.say("make-plan-cancelled"),
            w.say("make-plan-cancelled-text"),
        )),
        _ => None,
    }
}

fn working(job: &Job, w: Words) -> Live {
    let at = STAGES.iter().position(|stage| *stage == job.stage);
    let stages = STAGES.iter().enumerate().map(|(i, stage)| Stage {
        name: w.say(&format!("{}{stage}", "make-stage-")),
        is_done: at.is_some_and(|at| i < at),
        is_now: at == Some(i),
    });
    let sentence = match at.and_then(|at| STAGES.get(at)) {
        Some(stage) => w.say(&format!("{}{stage}", "make-stage-")),
        None => w.say("make-stage-QUEUED"),
    };
    Live {
        job: job.id.clone(),
        percent: job.progress.clamp(0, 100),
        stages: stages.collect(),
        sentence,
    }
}

fn asking<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Draft,
    job: Option<&Job>,
    trouble: &Trouble,
    w: Words,
) -> Ask {
    let visit = seat.visit();
    let wish = job.map(|job| job.wish.clone()).unwrap_or_default();
    let typed = |name: &str| visit.is_post().then(|| visit.typed(name));
    let budget = wish.budget.or(event.budget);
    let known = budget.map(|won| won.to_string()).unwrap_or_default();
    let note = wish.note.or_else(|| visit.asked("note"));
    Ask {
        budget: Input {
            id: "f-budget".to_owned(),
            name: "budget",
            label: w.say("make-budget"),
            hint: Some(w.say("make-budget-hint")),
            value: typed("budget").unwrap_or(known),
            error: trouble.refusal.about("budget"),
            longest: 20,
            ..Input::default()
        },
        note: Input {
            id: "f-note".to_owned(),
            name: "note",
            label: w.say("make-note"),
            hint: Some(w.say("make-note-hint")),
            value: typed("note").or(note).unwrap_or_default(),
            error: trouble.refusal.about("note"),
            kind: "area",
            longest: NOTE,
            ..Input::default()
        },
        send: w.say(match job {
            Some(_) => "make-plan-again",
            None => "make-plan-send",
        }),
    }
}

/// Goal, budget, days and note, as they were understood.
fn wishes(
    event: &Draft,
    job: Option<&Job>,
    now: chrono::DateTime<chrono::Utc>,
    w: Words,
) -> Vec<String> {
    let mut wishes = vec![coded(w, "make-goal-", &event.objective)];
    let wish = job.map(|job| job.wish.clone()).unwrap_or_default();
    if let Some(budget) = wish.budget {
        wishes.push(w.one("make-wish-budget", "won", won(budget, w)));
    }
    if event.recommendation.is_none() {
        let day = |time: &Option<String>| {
            let time = time.as_deref().and_then(crate::times::parse);
            time.map(|time| crate::times::day(time, now, w.0))
        };
        match (day(&event.starts_at), day(&event.ends_at)) {
            (Some(from), Some(to)) => {
                wishes.push(w.with("join-from-to", &[("from", from.into()), ("to", to.into())]));
            }
            (Some(from), None) => wishes.push(w.one("join-from", "from", from)),
            (None, Some(to)) => wishes.push(w.one("join-until", "to", to)),
            (None, None) => {}
        }
    }
    wishes.extend(wish.note.map(|note| format!("“{note}”")));
    wishes
}

/// What an owner should know of where the plans come from.
fn told(result: &Result3, w: Words) -> Vec<Notice> {
    let mut told = Vec::new();
    if let Some(notice) = result.notice.clone().filter(|_| w.0 == Language::Korean) {
        told.push(Notice::new(Tone::Plain, w.say("make-notice"), notice));
    } else if result.source == "PLANNER" {
        told.push(Notice::new(
            Tone::Plain,
            w.say("make-notice"),
            w.say("make-planner"),
        ));
    }
    if result.sandbox {
        told.push(Notice::new(
            Tone::Careful,
            w.say("make-practice"),
            w.say("make-practice-plan"),
        ));
    }
    told
}

/// The result of a job is read where it is needed.
pub(super) fn of_value<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}
