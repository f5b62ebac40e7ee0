//! Which page a path is.

use crate::pages::account::Account;
use crate::pages::running::Running;
use crate::pages::wins::Win;

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
            .or_else(|| Win::find(&parts).map(Self::Win));
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
            ["styleguide"] => Self::Styleguide,
            ["site", name] if plain(name) => Self::Asset((*name).to_owned()),
            ["e" | "draws" | "wins" | "password-resets" | "app" | "site", ..] => Self::Nothing,
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
            Self::Running(page) => page.label(),
            Self::Account(page) => page.label(),
            Self::Win(page) => page.label(),
            Self::Styleguide => "/styleguide",
            Self::Asset(_) => "/site/{file}",
            Self::Nothing => "page",
        }
    }

    /// Whether a form may be sent there.
    pub fn takes_forms(&self) -> bool {
        match self {
            Self::Running(page) => return page.takes_forms(),
            Self::Account(page) => return page.takes_forms(),
            Self::Win(page) => return page.takes_forms(),
            _ => {}
        }
        matches!(
            self,
            Self::Join(_)
                | Self::Visited(_)
                | Self::Withdraw(_)
                | Self::Forgotten
                | Self::NewPassword(_)
                | Self::Login
                | Self::Logout
                | Self::Signup
        )
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        match self {
            Self::Running(page) => return page.is_shown(),
            Self::Account(page) => return page.is_shown(),
            Self::Win(page) => return page.is_shown(),
            _ => {}
        }
        !matches!(self, Self::Visited(_) | Self::Logout)
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
        for others in ["/", "/api/events", "/docs", "/cdn/x.png", "/earth"] {
            assert_eq!(Route::find(others), None, "{others}");
        }
    }
}
