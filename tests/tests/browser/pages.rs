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

/// All of them.
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
        look("event", Owner, |s| format!("/app/events/{}", s.id())),
        look("change an event", Owner, |s| format!("/app/events/{}/change", s.id())),
        look("end an event", Owner, |s| format!("/app/events/{}/end", s.id())),
        look("cancel an event", Owner, |s| format!("/app/events/{}/cancel", s.id())),
        look("history", Owner, |s| format!("/app/events/{}/history", s.id())),
        look("participants", Owner, |s| format!("/app/events/{}/participants", s.id())),
        look("participants, none found", Owner, |s| format!("/app/events/{}/participants?q=ZZZZZZ", s.id())),
        look("export", Owner, |s| format!("/app/events/{}/participants/export", s.id())),
        look("counter", Owner, |s| format!("/app/events/{}/counter", s.id())),
        look("day's code", Owner, |s| format!("/app/events/{}/counter/print", s.id())),
        look("draw before the end", Owner, |s| format!("/app/events/{}/draw", s.id())),
        look("winners, none yet", Owner, |s| format!("/app/events/{}/winners", s.id())),
        look("dashboard", Owner, |s| format!("/app/events/{}/dashboard", s.id())),
        look("sales", Owner, |s| format!("/app/events/{}/sales", s.id())),
        look("all results", Owner, |_| "/app/dashboard".into()),
        look("profile", Owner, |_| "/app/profile".into()),
        look("shop", Owner, |_| "/app/profile/store".into()),
        look("password", Owner, |_| "/app/profile/password".into()),
        look("devices", Owner, |_| "/app/profile/sessions".into()),
        look("channels", Owner, |_| "/app/channels".into()),
        look("connect a channel", Owner, |_| "/app/channels/NAVER".into()),
        look("delete the account", Owner, |_| "/app/profile/delete".into()),
        look("forged win", Stranger, |_| "/wins/00ff".into()),
        look("nowhere", Owner, |_| "/app/no/such/page".into()),
        look("styleguide", Stranger, |_| "/styleguide".into()),
    ]
}
