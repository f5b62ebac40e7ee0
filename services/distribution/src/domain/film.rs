//! The film a television channel shows, and how long it is waited for.

use super::material::image_for;
use super::task::Task;
use chrono::{DateTime, Utc};
use janchi_contracts::content::{FilmRef, FilmSpot};
use janchi_contracts::event::EventSnapshot;
use janchi_contracts::reference::Channel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where the order for a film stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FilmStatus {
    /// The content service makes it; the channel waits.
    Ordered,
    Ready,
    /// It could not be made: the channel shows the picture.
    Failed,
    /// It was waited for in vain: the channel shows the picture.
    Late,
}

impl FilmStatus {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ordered => "ORDERED",
            Self::Ready => "READY",
            Self::Failed => "FAILED",
            Self::Late => "LATE",
        }
    }

    /// The status with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ordered, Self::Ready, Self::Failed, Self::Late]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// The film of one channel task.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    pub task_id: Uuid,
    /// With the number: what was ordered.
    pub image_id: Uuid,
    pub spoken_code: Option<String>,
    pub status: FilmStatus,
    pub film: Option<FilmRef>,
    /// Real time.
    pub wait_until: DateTime<Utc>,
}

impl Film {
    /// The film this task's channel is to show, if it is television and the event has a picture to make one of.
    pub fn wanted(task: &Task, event: &EventSnapshot, wait_until: DateTime<Utc>) -> Option<Self> {
        let television = matches!(task.channel, Channel::UridongneTv | Channel::GenieTv);
        let image = image_for(event, task.channel).filter(|_| television)?;
        Some(Self {
            task_id: task.id,
            image_id: image.image_id,
            spoken_code: task.spoken_code.clone(),
            status: FilmStatus::Ordered,
            film: None,
            wait_until,
        })
    }

    /// The order as the content service takes it.
    pub fn order(&self, owner_id: Uuid) -> FilmSpot {
        FilmSpot {
            image_id: self.image_id,
            owner_id,
            spoken_code: self.spoken_code.clone(),
        }
    }

    /// Whether it was waited for in vain.
    pub fn is_late(&self) -> bool {
        self.status == FilmStatus::Late
    }

    /// Until when the task has nothing to do but wait. Whose material is at the platform already waits for nothing.
    pub fn holds(&self, task: &Task, real: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let begun = task.steps.material_id.is_some() || task.steps.may_be_up();
        let waits = self.status == FilmStatus::Ordered && !begun && real < self.wait_until;
        waits.then_some(self.wait_until)
    }
}
