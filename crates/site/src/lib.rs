//! The web pages, made on the server: the customer's way from a code to a receipt, the public page of a draw, and the
//! owner's way in.
//!
//! Owns: templates, words (Korean and English), one stylesheet, one small script. Calls: the public API alone, through
//! [`Api`], with the same rights as any client. Keeps: nothing; what a visitor needs from page to page is in cookies that
//! no script can read. No sockets here: a [`Visit`] goes in, a [`Page`] comes out, and the gateway does the rest.
//!
//! Every page is complete without a script. No page loads anything from anybody else.

mod api;
mod assets;
mod cookies;
mod figures;
mod form;
mod frame;
mod josa;
mod pages;
mod parts;
mod phone;
mod problem;
mod route;
mod session;
mod times;
mod upload;
mod visit;
mod words;

pub use api::{Api, Call, Flow, Opened, Reply};
pub use route::{Route, Takes};
pub use session::Sessions;
pub use upload::File;
pub use visit::{Page, Visit};
pub use words::Language;

use http::StatusCode;

/// The pages and what is remembered between two visits in the same moment.
#[derive(Debug, Default)]
pub struct Site {
    sessions: Sessions,
}

impl Site {
    /// The pages.
    pub fn new() -> Self {
        Self::default()
    }

    /// The page for a visit; none where the path is no page's.
    pub async fn answer<A: Api>(&self, api: &A, visit: Visit) -> Option<Page> {
        let route = Route::find(&visit.path)?;
        Some(pages::answer(self, api, visit, route).await)
    }

    /// The page for a visit whose body was refused with this status before anybody read it.
    pub fn refuse<A: Api>(&self, api: &A, visit: Visit, status: StatusCode) -> Page {
        pages::refuse(self, api, &visit, status)
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }
}
