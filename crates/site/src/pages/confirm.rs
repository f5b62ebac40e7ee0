//! A question before something that cannot be taken back.

use crate::api::Api;
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice};
use crate::visit::Page;
use askama::Template;
use http::StatusCode;

/// What is asked, and what follows from a yes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    pub icon: &'static str,
    pub heading: String,
    pub lead: String,
    /// What happens then.
    pub points: Vec<String>,
    pub notice: Option<Notice>,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub send: String,
    pub is_danger: bool,
    pub back: (String, String),
}

#[derive(Template)]
#[template(path = "running/confirm.html")]
struct Asked<'a> {
    frame: &'a Frame,
    q: &'a Question,
}

/// The page of a question.
pub(crate) fn show<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    question: &Question,
) -> Page {
    let mut frame = seat.frame(&question.heading);
    frame.guard = frame.guard.with_key_of(seat.visit());
    let template = Asked {
        frame: &frame,
        q: question,
    };
    seat.page(status, &frame, &template)
}
