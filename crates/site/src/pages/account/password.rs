//! `/app/profile/password`: another password, which ends every other login.

use crate::api::{Api, Call};
use crate::pages::confirm::{self, Question};
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice};
use crate::problem::Refusal;
use crate::visit::Page;
use http::{Method, StatusCode};
use serde_json::json;

/// The form.
pub(super) fn show<A: Api>(seat: &Seat<'_, '_, A>) -> Page {
    render(seat, StatusCode::OK, None, &Refusal::default())
}

/// Changes it.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let visit = seat.visit();
    let body = json!({
        "currentPassword": visit.typed("currentPassword"),
        "newPassword": visit.typed("newPassword"),
    });
    let path = "/api/users/me/password";
    let call = Call::new(Method::PUT, path, seat.desk.language()).body(body);
    let reply = seat.call(call).await?;
    if reply.is_fine() {
        return Ok(seat.go("/app/profile?done=password"));
    }
    let refusal = Refusal::of(&reply, seat.words());
    let notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
    Ok(render(seat, reply.status, notice, &refusal))
}

fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: &Refusal,
) -> Page {
    let w = seat.words();
    let field = |name, label: &str, autocomplete, hint: Option<String>| Field {
        name,
        kind: "password",
        label: w.say(label),
        hint,
        error: refusal.about(name),
        autocomplete,
        longest: 200,
        ..Field::default()
    };
    let question = Question {
        icon: "lock",
        heading: w.say("acc-password"),
        lead: w.say("acc-password-lead"),
        notice,
        action: "/app/profile/password".to_owned(),
        fields: vec![
            field("currentPassword", "acc-current", "current-password", None),
            field(
                "newPassword",
                "reset-new",
                "new-password",
                Some(w.say("password-hint")),
            ),
        ],
        send: w.say("reset-new-send"),
        back: ("/app/profile".to_owned(), w.say("run-back")),
        ..Question::default()
    };
    confirm::show(seat, status, &question)
}
