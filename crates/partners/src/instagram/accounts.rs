//! Containers and posts of all accounts.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// A container lives this long.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// What kind of post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Image,
    Video,
    Reel,
    Story,
    Carousel,
}

impl Kind {
    /// As `media_type` shows it.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Image | Self::Story => "IMAGE",
            Self::Video | Self::Reel => "VIDEO",
            Self::Carousel => "CAROUSEL_ALBUM",
        }
    }
}

/// What happens to a container until it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Finished as soon as somebody asks.
    Waiting,
    /// Held back by a fault.
    Stuck,
    Failed,
    Finished,
    Published,
}

/// A post in preparation.
#[derive(Debug, Clone)]
pub struct Container {
    pub owner: String,
    pub kind: Kind,
    pub caption: String,
    pub is_child: bool,
    pub created_at: DateTime<Utc>,
    pub progress: Progress,
}

impl Container {
    /// `status_code` at this time.
    pub fn status(&self, now: DateTime<Utc>) -> &'static str {
        match self.progress {
            Progress::Published => "PUBLISHED",
            Progress::Failed => "ERROR",
            _ if now - self.created_at > LIFETIME => "EXPIRED",
            Progress::Waiting | Progress::Stuck => "IN_PROGRESS",
            Progress::Finished => "FINISHED",
        }
    }
}

/// A published post.
#[derive(Debug, Clone)]
pub struct Media {
    pub id: String,
    pub owner: String,
    pub kind: Kind,
    pub caption: String,
    pub published_at: DateTime<Utc>,
}

impl Media {
    /// Where people see it.
    pub fn permalink(&self) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut rest = crate::numbers::hash(&self.id);
        let code: String = (0..11)
            .map(|_| {
                let letter = LETTERS[usize::try_from(rest % 64).unwrap_or(0)];
                rest /= 64;
                char::from(letter)
            })
            .collect();
        format!("https://www.instagram.com/p/{code}/")
    }
}

/// Everything Instagram remembers.
#[derive(Debug, Default)]
pub struct Accounts {
    pub containers: HashMap<String, Container>,
    pub media: Vec<Media>,
    /// Codes handed out by the consent page, each good for one token.
    pub codes: Vec<String>,
    /// Tokens issued here with their time; others count as old enough to be refreshed.
    pub tokens: HashMap<String, DateTime<Utc>>,
}

impl Accounts {
    /// Lets stuck containers finish or fail; gives how many.
    pub fn release(&mut self, id: Option<&str>, good: bool) -> usize {
        let stuck = self.containers.iter_mut().filter(|(own, container)| {
            container.progress == Progress::Stuck && id.is_none_or(|id| id == own.as_str())
        });
        stuck
            .map(|(_, container)| {
                container.progress = if good {
                    Progress::Waiting
                } else {
                    Progress::Failed
                }
            })
            .count()
    }

    /// Containers an account made in the last 24 hours.
    pub fn recent_containers(&self, owner: &str, now: DateTime<Utc>) -> usize {
        let recent = |container: &&Container| {
            container.owner == owner && now - container.created_at < LIFETIME
        };
        self.containers.values().filter(recent).count()
    }

    /// Posts an account published in the last 24 hours.
    pub fn recent_posts(&self, owner: &str, now: DateTime<Utc>) -> usize {
        self.media
            .iter()
            .filter(|media| media.owner == owner && now - media.published_at < LIFETIME)
            .count()
    }
}
