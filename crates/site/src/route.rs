//! Which page a path is.

use crate::pages::account::Account;
use crate::pages::creation::Creation;
use crate::pages::installed::Installed;
use crate::pages::passing::Passed;
use crate::pages::running::Running;
use crate::pages::wins::Win;

/// What may be sent to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// A form of fields.
    Form,
    /// A form with a photo or a logo in it.
    Upload,
}

impl Takes {
    /// Bytes of a body.
    pub fn most(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Form => 64 * 1024,
            // The file itself, and the fields around it.
            Self::Upload => 10 * 1024 * 1024 + 64 * 1024,
        }
    }

    /// Whether it takes a body of that kind.
    pub fn takes(self, kind: &str) -> bool {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let wanted = match self {
            Self::Nothing => return false,
            Self::Form => "application/x-www-form-urlencoded",
            Self::Upload => "multipart/form-data",
        };
        kind.eq_ignore_ascii_case(wanted)
    }
}

/// A page, with what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/e`: a field for a code.
    Code,
    Join(String),
    Receipt(String),
    Visited(String),
    Withdraw(String),
    Keepsake(String),
    Draw(String),
    Forgotten,
    NewPassword(String),
    Login,
    Logout,
    Signup,
    Home,
    Events,
    /// A step from a goal to a published event.
    Creation(Creation),
    /// A file or a stream of the API, for whoever is logged in by a cookie.
    Passed(Passed),
    Upload,
    Installed(Installed),
    Running(Running),
    Account(Account),
    Win(Win),
    Styleguide,
    Asset(String),
    /// Below a page's path, but nothing.
    Nothing,
}

impl Route {
    /// The page of a path; none where it is no page's.
    pub fn find(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 64
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let found = Running::find(&parts)
            .map(Self::Running)
            .or_else(|| Account::find(&parts).map(Self::Account))
            .or_else(|| Win::find(&parts).map(Self::Win))
            .or_else(|| Creation::find(&parts).map(Self::Creation));
        if found.is_some() {
            return found;
        }
        Some(match parts.as_slice() {
            ["e"] | ["e", ""] => Self::Code,
            ["e", code] if plain(code) => Self::Join((*code).to_owned()),
            ["e", code, rest @ ..] if plain(code) => match rest {
                ["receipt"] => Self::Receipt((*code).to_owned()),
                ["receipt", "visit"] => Self::Visited((*code).to_owned()),
                ["receipt", "withdraw"] => Self::Withdraw((*code).to_owned()),
                ["receipt", "file"] => Self::Keepsake((*code).to_owned()),
                _ => Self::Nothing,
            },
            ["draws", id] if plain(id) => Self::Draw((*id).to_owned()),
            ["password-resets"] => Self::Forgotten,
            ["password-resets", token] if plain(token) => Self::NewPassword((*token).to_owned()),
            ["login"] => Self::Login,
            ["logout"] => Self::Logout,
            ["signup"] => Self::Signup,
            ["app"] => Self::Home,
            ["app", "events"] => Self::Events,
            ["app", "uploads"] => Self::Upload,
            ["styleguide"] => Self::Styleguide,
            ["site", name] if plain(name) => Self::Asset((*name).to_owned()),
            ["app", name] if Installed::find(name).is_some() => {
                Installed::find(name).map_or(Self::Nothing, Self::Installed)
            }
            ["app", rest @ ..] if rest.iter().all(|part| plain(part)) => {
                Passed::find(rest).map_or(Self::Nothing, Self::Passed)
            }
            [
                "e" | "draws" | "wins" | "password-resets" | "app" | "site",
                ..,
            ] => Self::Nothing,
            _ => return None,
        })
    }

    /// As logs and meters call it: never with what somebody typed.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Code => "/e",
            Self::Join(_) => "/e/{code}",
            Self::Receipt(_) => "/e/{code}/receipt",
            Self::Visited(_) => "/e/{code}/receipt/visit",
            Self::Withdraw(_) => "/e/{code}/receipt/withdraw",
            Self::Keepsake(_) => "/e/{code}/receipt/file",
            Self::Draw(_) => "/draws/{drawId}",
            Self::Forgotten => "/password-resets",
            Self::NewPassword(_) => "/password-resets/{token}",
            Self::Login => "/login",
            Self::Logout => "/logout",
            Self::Signup => "/signup",
            Self::Home => "/app",
            Self::Events => "/app/events",
            Self::Creation(page) => page.label(),
            Self::Passed(passed) => passed.label(),
            Self::Upload => "/app/uploads",
            Self::Installed(file) => file.label(),
            Self::Running(page) => page.label(),
            Self::Account(page) => page.label(),
            Self::Win(page) => page.label(),
            Self::Styleguide => "/styleguide",
            Self::Asset(_) => "/site/{file}",
            Self::Nothing => "page",
        }
    }

    /// What may be sent there.
    pub fn takes(&self) -> Takes {
        match self {
            Self::Join(_)
            | Self::Visited(_)
            | Self::Withdraw(_)
            | Self::Forgotten
            | Self::NewPassword(_)
            | Self::Login
            | Self::Logout
            | Self::Signup => Takes::Form,
            Self::Creation(page) if page.takes_forms() => Takes::Form,
            Self::Running(page) if page.takes_forms() => Takes::Form,
            Self::Account(page) if page.takes_forms() => Takes::Form,
            Self::Win(page) if page.takes_forms() => Takes::Form,
            Self::Upload => Takes::Upload,
            _ => Takes::Nothing,
        }
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        match self {
            Self::Running(page) => return page.is_shown(),
            Self::Account(page) => return page.is_shown(),
            Self::Win(page) => return page.is_shown(),
            _ => {}
        }
        !matches!(self, Self::Visited(_) | Self::Logout | Self::Upload)
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn a_path_is_one_page_or_none() {
        assert_eq!(
            Route::find("/e/K7MD3FXA"),
            Some(Route::Join("K7MD3FXA".into()))
        );
        assert_eq!(Route::find("/e/"), Some(Route::Code));
        assert_eq!(Route::find("/e/A/receipt/x"), Some(Route::Nothing));
        for disguised in ["/e/%2e%2e", "/e/<b>", "/e/a b", "/draws/x%2fy"] {
            assert_eq!(Route::find(disguised), Some(Route::Nothing), "{disguised}");
        }
        assert_eq!(
            Route::find("/app/jobs/1/stream").map(|route| route.label()),
            Some("/app/jobs/{id}/stream")
        );
        assert_eq!(Route::find("/app/jobs/1/x"), Some(Route::Nothing));
        for others in ["/", "/api/events", "/docs", "/cdn/x.png", "/earth"] {
            assert_eq!(Route::find(others), None, "{others}");
        }
    }
}
