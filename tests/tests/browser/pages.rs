//! Every page that is looked at: one line each. A new page is a new line.

use crate::stage::Stage;

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Stranger,
    /// Has entered the open event.
    Entrant,
    Owner,
}

/// A page in a state.
pub struct Look {
    pub name: &'static str,
    pub who: Who,
    pub path: fn(&Stage) -> String,
}

fn look(name: &'static str, who: Who, path: fn(&Stage) -> String) -> Look {
    Look { name, who, path }
}

/// All of them, while an event is open and another one is being made.
#[rustfmt::skip]
pub fn all() -> Vec<Look> {
    use Who::{Entrant, Owner, Stranger};
    vec![
        look("home page", Stranger, |_| "/".into()),
        look("documents", Stranger, |_| "/docs".into()),
        look("code", Stranger, |_| "/e".into()),
        look("unknown code", Stranger, |_| "/e?code=99999".into()),
        look("join", Stranger, |s| format!("/e/{}", s.code())),
        look("join from a channel", Stranger, |s| format!("/e/{}?ch=GENIE_TV", s.code())),
        look("unknown event", Stranger, |_| "/e/NOSUCHCODE".into()),
        look("receipt of nobody", Stranger, |s| format!("/e/{}/receipt", s.code())),
        look("receipt", Entrant, |s| format!("/e/{}/receipt", s.code())),
        look("join again", Entrant, |s| format!("/e/{}", s.code())),
        look("withdraw", Entrant, |s| format!("/e/{}/receipt/withdraw", s.code())),
        look("login", Stranger, |_| "/login".into()),
        look("forgotten", Stranger, |_| "/password-resets".into()),
        look("new password", Stranger, |_| "/password-resets/t0k".into()),
        look("signup", Stranger, |_| "/signup".into()),
        look("home", Owner, |_| "/app".into()),
        look("events", Owner, |_| "/app/events".into()),
        look("events, searched", Owner, |_| "/app/events?q=%EC%97%86%EB%8A%94".into()),
        look("new event", Owner, |_| "/app/events/new".into()),
        look("plan", Owner, |s| s.draft("/plan")),
        look("by hand", Owner, |s| s.draft("/by-hand")),
        look("pictures", Owner, |s| s.draft("/pictures")),
        look("a picture", Owner, |s| s.draft(&format!("/pictures/{}", s.picture()))),
        look("channels of a draft", Owner, |s| s.draft("/channels")),
        look("approval", Owner, |s| s.draft("/approve")),
        look("progress", Owner, |s| s.event("/progress")),
        look("event", Owner, |s| s.event("")),
        look("change", Owner, |s| s.event("/edit")),
        look("end", Owner, |s| s.event("/end")),
        look("cancel", Owner, |s| s.event("/cancel")),
        look("history", Owner, |s| s.event("/history")),
        look("participants", Owner, |s| s.event("/participants")),
        look("nobody found", Owner, |s| s.event("/participants?q=ZZZZ")),
        look("export", Owner, |s| s.event("/participants/export")),
        look("counter", Owner, |s| s.event("/counter")),
        look("code of the day", Owner, |s| s.event("/counter/print")),
        look("before the draw", Owner, |s| s.event("/draw")),
        look("no winners yet", Owner, |s| s.event("/winners")),
        look("dashboard", Owner, |s| s.event("/dashboard")),
        look("sales", Owner, |s| s.event("/sales")),
        look("all results", Owner, |_| "/app/dashboard".into()),
        look("profile", Owner, |_| "/app/profile".into()),
        look("store", Owner, |_| "/app/profile/store".into()),
        look("password", Owner, |_| "/app/profile/password".into()),
        look("sessions", Owner, |_| "/app/profile/sessions".into()),
        look("leave", Owner, |_| "/app/profile/delete".into()),
        look("channels", Owner, |_| "/app/channels".into()),
        look("a channel", Owner, |_| "/app/channels/INSTAGRAM".into()),
        look("offline", Owner, |_| "/app/offline".into()),
        look("forged win", Stranger, |_| "/wins/00ff".into()),
        look("nowhere", Owner, |_| "/app/no/such/page".into()),
        look("styleguide", Stranger, |_| "/styleguide".into()),
    ]
}

/// Those that are other ones once the winners are drawn.
#[rustfmt::skip]
pub fn drawn() -> Vec<Look> {
    use Who::{Entrant, Owner, Stranger};
    vec![
        look("proof", Stranger, |s| format!("/draws/{}", s.draw_id())),
        look("join, over", Stranger, |s| format!("/e/{}", s.code())),
        look("receipt with its result", Entrant, |s| format!("/e/{}/receipt", s.code())),
        look("home afterwards", Owner, |_| "/app".into()),
        look("event, over", Owner, |s| s.event("")),
        look("draw, done", Owner, |s| s.event("/draw")),
        look("winners", Owner, |s| s.event("/winners")),
        look("dashboard, over", Owner, |s| s.event("/dashboard")),
    ]
}
