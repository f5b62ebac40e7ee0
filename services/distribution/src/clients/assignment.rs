//! What an adapter is given for one try.

use crate::domain::connection::Credentials;
use crate::domain::film::{Film, FilmStatus};
use crate::domain::material;
use crate::ops::journal::Journal;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use janchi_contracts::content::{FilmRef, ImageRef};
use janchi_contracts::event::{ChannelChoice, EventSnapshot};
use janchi_contracts::reference::Channel;

/// One channel of one event, with the owner's account if there is one.
#[derive(Debug)]
pub struct Assignment {
    pub channel: Channel,
    pub event: EventSnapshot,
    pub tracking_url: String,
    pub spoken_code: Option<String>,
    pub credentials: Option<Credentials>,
    /// KRW.
    pub budget: i64,
    pub external_id: Option<String>,
    pub external_url: Option<String>,
    /// The fleet's time.
    pub now: DateTime<Utc>,
    pub journal: Journal,
    /// The order for the channel's film, where it shows one.
    pub film: Option<Film>,
}

impl Assignment {
    /// What the owner wished for this channel.
    pub fn choice(&self) -> Option<&ChannelChoice> {
        self.event
            .channels
            .iter()
            .find(|choice| choice.channel == self.channel)
    }

    /// One of the owner's options by name.
    pub fn option(&self, name: &str) -> Option<&serde_json::Value> {
        self.choice()?.options.as_ref()?.get(name)
    }

    /// The picture that suits this channel.
    pub fn image(&self) -> Option<&ImageRef> {
        material::image_for(&self.event, self.channel)
    }

    /// The film that the channel shows instead of the picture, once it is there.
    pub fn film(&self) -> Option<&FilmRef> {
        self.film.as_ref()?.film.as_ref()
    }

    /// The channel's time: its own, else the event's, else two weeks from when it was first tried. Never begins before
    /// that.
    pub fn schedule(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let choice = self.choice();
        let begun = self.journal.steps().begun_at.unwrap_or(self.now);
        let start = choice
            .and_then(|c| c.starts_at)
            .or(self.event.starts_at)
            .unwrap_or(begun)
            .max(begun);
        let end = choice
            .and_then(|c| c.ends_at)
            .or(self.event.ends_at)
            .unwrap_or(start + Duration::days(14));
        (start, end.max(start + Duration::hours(1)))
    }

    /// The steps by which the owner does it by hand.
    pub fn manual_steps(&self) -> Vec<String> {
        let mut steps = material::manual_steps(
            &self.event,
            self.channel,
            &self.tracking_url,
            self.spoken_code.as_deref(),
        );
        if let Some(film) = &self.film {
            let told = match (film.status, &film.film) {
                (FilmStatus::Ready, Some(film)) => Some(format!("15초 영상: {}", film.url)),
                (FilmStatus::Ordered, _) => Some(
                    "15초 영상을 만들고 있어요. 다 되면 이 채널에 영상 링크를 보여 드릴게요."
                        .to_owned(),
                ),
                _ => None,
            };
            // Before the last step, which says what to do when it is up.
            let at = steps.len().saturating_sub(1);
            steps.splice(at..at, told);
        }
        steps
    }
}

/// As platforms in Korea write a time: with `+09:00`.
pub fn korean_time(at: DateTime<Utc>) -> String {
    janchi_runtime::seoul::local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
