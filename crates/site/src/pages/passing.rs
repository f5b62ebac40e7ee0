//! What a browser reads of the API through its cookies, as it is: files to keep, and streams of what happens now.

use super::{Desk, login};
use crate::api::{Api, Call};
use crate::session::Owner;
use crate::visit::Page;
use http::StatusCode;

/// A path of ours, and the path of the API whose answer is handed on there.
struct Line {
    ours: &'static [&'static str],
    label: &'static str,
    /// `{}` is the id in our path.
    theirs: &'static str,
}

/// Everything that is handed on. The query goes along.
const LINES: &[Line] = &[
    Line {
        ours: &["jobs", "", "stream"],
        label: "/app/jobs/{id}/stream",
        theirs: "/api/jobs/{}/stream",
    },
    Line {
        ours: &["events", "", "distribution", "stream"],
        label: "/app/events/{id}/distribution/stream",
        theirs: "/api/distributions/{}/stream",
    },
    Line {
        ours: &["events", "", "dashboard", "stream"],
        label: "/app/events/{id}/dashboard/stream",
        theirs: "/api/analytics/dashboard/{}/stream",
    },
    Line {
        ours: &["events", "", "dashboard", "file"],
        label: "/app/events/{id}/dashboard/file",
        theirs: "/api/analytics/dashboard/{}/report",
    },
    Line {
        ours: &["events", "", "participants", "file"],
        label: "/app/events/{id}/participants/file",
        theirs: "/api/events/{}/participants/export",
    },
    Line {
        ours: &["images", "", "file"],
        label: "/app/images/{id}/file",
        theirs: "/api/content/images/{}/download",
    },
    Line {
        ours: &["images", "", "poster"],
        label: "/app/images/{id}/poster",
        theirs: "/api/content/images/{}/poster",
    },
];

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    line: usize,
    id: String,
}

impl Passed {
    /// The line of a path below `/app/`, whose parts are plain.
    pub(crate) fn find(parts: &[&str]) -> Option<Self> {
        let fits = |line: &Line| {
            line.ours.len() == parts.len()
                && line
                    .ours
                    .iter()
                    .zip(parts)
                    .all(|(ours, part)| ours.is_empty() || ours == part)
        };
        let line = LINES.iter().position(fits)?;
        Some(Self {
            line,
            id: (*parts.get(1)?).to_owned(),
        })
    }

    pub(crate) fn label(&self) -> &'static str {
        LINES.get(self.line).map_or("page", |line| line.label)
    }

    fn theirs(&self) -> String {
        let theirs = LINES.get(self.line).map_or("/", |line| line.theirs);
        theirs.replace("{}", &self.id)
    }
}

pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>, passed: &Passed) -> Page {
    let mut path = passed.theirs();
    if !desk.visit.query.is_empty() {
        path = format!("{path}?{}", desk.visit.query);
    }
    pass(desk, Call::get(path, desk.language())).await
}

/// Calls as the owner who is logged in and hands the answer on; a refusal becomes a page.
pub(crate) async fn pass<A: Api>(desk: &Desk<'_, A>, call: Call) -> Page {
    let sessions = desk.site.sessions();
    let owner = Owner::of(sessions, desk.api, desk.visit, desk.language()).await;
    let Some(mut owner) = owner else {
        return login::first(desk);
    };
    let opened = owner.open(sessions, desk.api, desk.visit, call).await;
    let mut page = if opened.status.is_success() {
        Page::passed(opened)
    } else if opened.status == StatusCode::UNAUTHORIZED {
        return login::first(desk);
    } else {
        desk.instead(&opened.read().await)
    };
    owner.keep(desk.visit, &mut page);
    page
}
