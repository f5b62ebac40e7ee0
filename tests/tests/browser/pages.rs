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
        look("nowhere", Owner, |_| "/app/no/such/page".into()),
        look("styleguide", Stranger, |_| "/styleguide".into()),
    ]
}
