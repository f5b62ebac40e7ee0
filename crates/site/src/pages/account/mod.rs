//! The owner's own pages: who they are, their shop, their logins, their channels, and the way out.

mod channels;
mod leave;
mod password;
mod profile;
mod seen;
mod sessions;
mod store;

use crate::api::Api;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::visit::Page;

/// One of these pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    Profile,
    Store,
    Password,
    Sessions,
    /// By the login's id.
    EndSession(String),
    Channels,
    /// By the channel's code.
    Channel(String),
    Disconnect(String),
    Leave,
}

impl Account {
    /// The page of a path's parts, if it is one of these.
    pub fn find(parts: &[&str]) -> Option<Self> {
        let is_id = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
        let is_channel = |text: &str| channels::CODES.contains(&text);
        Some(match parts {
            ["app", "profile"] => Self::Profile,
            ["app", "profile", "store"] => Self::Store,
            ["app", "profile", "password"] => Self::Password,
            ["app", "profile", "sessions"] => Self::Sessions,
            ["app", "profile", "sessions", id] if is_id(id) => Self::EndSession((*id).to_owned()),
            ["app", "profile", "delete"] => Self::Leave,
            ["app", "channels"] => Self::Channels,
            ["app", "channels", code] if is_channel(code) => Self::Channel((*code).to_owned()),
            ["app", "channels", code, "disconnect"] if is_channel(code) => {
                Self::Disconnect((*code).to_owned())
            }
            _ => return None,
        })
    }

    /// As logs and meters call it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Profile => "/app/profile",
            Self::Store => "/app/profile/store",
            Self::Password => "/app/profile/password",
            Self::Sessions => "/app/profile/sessions",
            Self::EndSession(_) => "/app/profile/sessions/{id}",
            Self::Channels => "/app/channels",
            Self::Channel(_) => "/app/channels/{channel}",
            Self::Disconnect(_) => "/app/channels/{channel}/disconnect",
            Self::Leave => "/app/profile/delete",
        }
    }

    /// Whether a form may be sent there.
    pub fn takes_forms(&self) -> bool {
        !matches!(self, Self::Sessions | Self::Channels)
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        !matches!(self, Self::EndSession(_))
    }
}

/// The page.
pub(crate) async fn answer<A: Api>(desk: &Desk<'_, A>, page: Account) -> Page {
    match seated(desk, page).await {
        Ok(page) | Err(page) => page,
    }
}

async fn seated<A: Api>(desk: &Desk<'_, A>, page: Account) -> Result<Page, Page> {
    let posts = desk.visit.is_post();
    let mut taken = Seat::take(desk).await?;
    let seat = &mut taken;
    match page {
        Account::Profile if posts => profile::send_person(seat).await,
        Account::Profile => profile::show(seat).await,
        Account::Store if posts => store::send(seat).await,
        Account::Store => store::show(seat).await,
        Account::Password if posts => password::send(seat).await,
        Account::Password => Ok(password::show(seat)),
        Account::Sessions => sessions::show(seat).await,
        Account::EndSession(id) => sessions::end(seat, &id).await,
        Account::Channels => channels::show(seat).await,
        Account::Channel(code) if posts => channels::connect(seat, &code).await,
        Account::Channel(code) => channels::ask(seat, &code).await,
        Account::Disconnect(code) => channels::disconnect(seat, &code).await,
        Account::Leave => leave::answer(seat).await,
    }
}
