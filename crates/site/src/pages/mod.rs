//! One file per page or pair of pages.

pub(crate) mod account;
mod code;
mod confirm;
pub(crate) mod creation;
mod draw;
mod event_card;
mod home;
pub(crate) mod installed;
mod join;
mod join_form;
mod join_view;
mod keepsake;
mod login;
mod message;
pub(crate) mod passing;
mod public_event;
mod receipt;
mod receipt_view;
mod reset;
pub(crate) mod running;
mod seat;
mod signup;
mod signup_answers;
mod signup_fields;
mod styleguide;
#[cfg(test)]
pub(crate) mod tests_support;
mod uploads;
pub(crate) mod wins;

use crate::api::{Api, Reply};
use crate::cookies::{self, Cookie};
use crate::frame::Frame;
use crate::route::{Route, Takes};
use crate::visit::{Page, Visit};
use crate::words::{Language, Words};
use crate::{Site, assets};
use askama::Template;
use http::{Method, StatusCode, header};

const LANGUAGE: &str = "lang";
const YEAR: u32 = 365 * 24 * 3600;

/// The page of a route.
pub(crate) async fn answer<A: Api>(site: &Site, api: &A, visit: Visit, route: Route) -> Page {
    let (language, asked) = language(&visit);
    let desk = Desk {
        site,
        api,
        visit: &visit,
        words: Words(language),
    };
    let mut page = match refuse_method(&desk, &route) {
        Some(refusal) => refusal,
        None => show(&desk, route).await,
    };
    if asked {
        let cookie = Cookie {
            name: LANGUAGE,
            value: language.tag(),
            path: "/",
            life: Some(YEAR),
        };
        page.cookie(&cookie.text(&visit));
    }
    page
}

/// The page for a visit that was refused before it came here.
pub(crate) fn refuse<A: Api>(site: &Site, api: &A, visit: &Visit, status: StatusCode) -> Page {
    let desk = Desk {
        site,
        api,
        visit,
        words: Words(language(visit).0),
    };
    message::refused(&desk, status)
}

/// The visitor's language, and whether this very visit asks for it.
fn language(visit: &Visit) -> (Language, bool) {
    let asked = visit.asked("lang").and_then(|tag| Language::of_tag(&tag));
    let kept = || cookies::read(visit, LANGUAGE, "/").and_then(|tag| Language::of_tag(&tag));
    let language = asked
        .or_else(kept)
        .unwrap_or_else(|| Language::wished(&visit.accept_language));
    (language, asked.is_some())
}

/// What a page is made with.
pub(crate) struct Desk<'a, A> {
    pub site: &'a Site,
    pub api: &'a A,
    pub visit: &'a Visit,
    pub words: Words,
}

impl<A: Api> Desk<'_, A> {
    pub(crate) fn language(&self) -> Language {
        self.words.0
    }

    pub(crate) fn frame(&self, title: &str) -> Frame {
        let brand = self.words.say("brand");
        Frame::new(self.visit, self.words, format!("{title} · {brand}"))
    }

    /// A rendered page, with the cookie its forms need.
    pub(crate) fn page(&self, status: StatusCode, frame: &Frame, template: &impl Template) -> Page {
        // Rendering into a string cannot fail; if it did, an empty page is no lie.
        let html = template.render().unwrap_or_default();
        let mut page = Page::html(status, html, self.language());
        frame.guard.keep(self.visit, &mut page);
        page
    }

    /// The page for whatever the API answered instead of the thing itself.
    pub(crate) fn instead(&self, reply: &Reply) -> Page {
        match reply.status {
            StatusCode::NOT_FOUND => message::not_found(self),
            _ => message::away(self, reply, None),
        }
    }
}

fn refuse_method<A: Api>(desk: &Desk<'_, A>, route: &Route) -> Option<Page> {
    let reads = desk.visit.method == Method::GET || desk.visit.method == Method::HEAD;
    let takes = route.takes() != Takes::Nothing;
    let fits = (reads && route.is_shown()) || (desk.visit.is_post() && takes);
    if fits || *route == Route::Nothing {
        return None;
    }
    let mut page = message::wrong_method(desk);
    let methods = match (route.is_shown(), takes) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        (false, _) => "POST",
    };
    page.put(header::ALLOW, methods);
    Some(page)
}

async fn show<A: Api>(desk: &Desk<'_, A>, route: Route) -> Page {
    let posts = desk.visit.is_post();
    match route {
        Route::Code => code::show(desk).await,
        Route::Join(code) if posts => join::send(desk, &code).await,
        Route::Join(code) => join::show(desk, &code).await,
        Route::Receipt(code) => receipt::show(desk, &code).await,
        Route::Visited(code) => receipt::visited(desk, &code).await,
        Route::Withdraw(code) if posts => receipt::withdraw(desk, &code).await,
        Route::Withdraw(code) => receipt::ask_withdraw(desk, &code).await,
        Route::Keepsake(code) => receipt::file(desk, &code).await,
        Route::Draw(id) => draw::show(desk, &id).await,
        Route::Forgotten if posts => reset::ask(desk).await,
        Route::Forgotten => reset::show_ask(desk),
        Route::NewPassword(token) if posts => reset::choose(desk, &token).await,
        Route::NewPassword(_) => reset::show_choose(desk),
        Route::Login if posts => login::send(desk).await,
        Route::Login => login::show(desk).await,
        Route::Logout => login::leave(desk).await,
        Route::Signup if posts => signup::send(desk).await,
        Route::Signup => signup::show(desk).await,
        Route::Home => home::show(desk).await,
        Route::Events => home::list(desk).await,
        Route::Creation(place) => creation::answer(desk, place).await,
        Route::Passed(passed) => passing::show(desk, &passed).await,
        Route::Installed(file) => installed::show(desk, file),
        Route::Upload => uploads::send(desk).await,
        Route::Running(page) => running::answer(desk, page).await,
        Route::Account(page) => account::answer(desk, page).await,
        Route::Win(page) => wins::answer(desk, page).await,
        Route::Styleguide => styleguide::show(desk),
        Route::Asset(file) => assets::find(&file).unwrap_or_else(|| message::not_found(desk)),
        Route::Nothing => message::not_found(desk),
    }
}
