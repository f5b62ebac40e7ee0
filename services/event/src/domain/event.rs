//! An event as it is stored, and what can be read off it.

use chrono::{DateTime, Utc};
use janchi_contracts::ai::{Forecast, Plan, Source};
use janchi_contracts::content::ImageRef;
use janchi_contracts::event::{ChannelChoice, EventSnapshot, EventStatus, Prize, VisitBonus};
use janchi_contracts::participation::DrawPublic;
use janchi_contracts::reference::{Industry, Objective, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event with its prizes and channels. Money in KRW.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    pub id: Uuid,
    pub code: String,
    pub owner_id: Uuid,
    pub store_id: Uuid,
    pub store_name: String,
    pub industry: Industry,
    pub region: Region,
    pub store_address: String,
    pub objective: Objective,
    pub status: EventStatus,
    pub title: Option<String>,
    pub description: Option<String>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub prizes: Vec<Prize>,
    /// What the owner set; none means the sum of the prize quantities.
    pub winner_count: Option<u32>,
    pub visit_bonus: VisitBonus,
    pub budget: Option<i64>,
    pub forecast: Option<Forecast>,
    pub recommendation: Option<Recommendation>,
    pub images: Vec<ImageRef>,
    /// The owner picked the pictures: a later job does not replace them.
    pub images_chosen: bool,
    /// What the pictures were made for, see [`Event::picture_brief`].
    pub images_brief: Option<String>,
    pub channels: Vec<ChannelChoice>,
    /// Counts the approvals.
    pub run: u32,
    pub approved_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub has_entries: bool,
    pub participants: i64,
    pub draw: Option<DrawPublic>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The plan the owner chose, with where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recommendation {
    pub job_id: Uuid,
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
    #[serde(flatten)]
    pub plan: Plan,
}

/// What the creation flow needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "EventStep")]
pub enum Step {
    /// Title, prizes or period are missing: choose a plan, or fill them in.
    Recommendation,
    /// Pictures are missing.
    Content,
    /// Channels are missing.
    Channels,
    /// Ready to be approved.
    Approval,
    /// Approved: nothing is left to do.
    Done,
}

impl Step {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recommendation => "RECOMMENDATION",
            Self::Content => "CONTENT",
            Self::Channels => "CHANNELS",
            Self::Approval => "APPROVAL",
            Self::Done => "DONE",
        }
    }
}

impl Event {
    /// How many win: what the owner set, else one per prize; none while there are no prizes.
    pub fn winners(&self) -> Option<u32> {
        self.winner_count.or_else(|| match self.prize_quantity() {
            0 => None,
            sum => Some(u32::try_from(sum).unwrap_or(u32::MAX)),
        })
    }

    /// How many prizes there are in all.
    pub fn prize_quantity(&self) -> u64 {
        self.prizes
            .iter()
            .map(|prize| u64::from(prize.quantity))
            .sum()
    }

    /// KRW of all prizes and channels.
    pub fn planned_cost(&self) -> i64 {
        let prizes = self
            .prizes
            .iter()
            .map(|p| p.unit_cost.saturating_mul(i64::from(p.quantity)));
        let channels = self.channels.iter().filter_map(|c| c.budget);
        prizes.chain(channels).fold(0, i64::saturating_add)
    }

    /// Whether everything may still change: before approval, or after an approval that failed.
    pub fn is_open_to_change(&self) -> bool {
        matches!(self.status, EventStatus::Draft | EventStatus::PublishFailed)
    }

    /// The steps of the creation flow that are not done, in their order.
    pub fn missing_steps(&self) -> Vec<Step> {
        let mut missing = Vec::new();
        if self.title.is_none()
            || self.prizes.is_empty()
            || self.starts_at.is_none()
            || self.ends_at.is_none()
        {
            missing.push(Step::Recommendation);
        }
        if self.images.is_empty() {
            missing.push(Step::Content);
        }
        if self.channels.is_empty() {
            missing.push(Step::Channels);
        }
        missing
    }

    /// What the creation flow needs next.
    pub fn step(&self) -> Step {
        if !self.is_open_to_change() {
            return Step::Done;
        }
        self.missing_steps()
            .first()
            .copied()
            .unwrap_or(Step::Approval)
    }

    /// The prizes in one Korean line, for pictures.
    pub fn prize_text(&self) -> String {
        let names: Vec<String> = self
            .prizes
            .iter()
            .map(|p| format!("{} {}명", p.name, p.quantity))
            .collect();
        names.join(" · ")
    }

    /// What a picture of this event says: a picture made for another brief is out of date.
    pub fn picture_brief(&self) -> String {
        format!(
            "{}\n{}",
            self.title.as_deref().unwrap_or_default(),
            self.prize_text()
        )
    }

    /// The event as other services see it.
    pub fn snapshot(&self) -> EventSnapshot {
        EventSnapshot {
            event_id: self.id,
            code: self.code.clone(),
            owner_id: self.owner_id,
            store_id: self.store_id,
            store_name: self.store_name.clone(),
            industry: self.industry,
            region: self.region,
            objective: self.objective,
            status: self.status,
            title: self.title.clone().unwrap_or_default(),
            description: self.description.clone().unwrap_or_default(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            prizes: self.prizes.clone(),
            winner_count: self.winners().unwrap_or(0),
            visit_bonus: self.visit_bonus,
            budget: self.budget,
            forecast: self.forecast.clone(),
            tier: self
                .recommendation
                .as_ref()
                .map(|r| r.plan.tier.code().to_owned()),
            channels: self.channels.clone(),
            images: self.images.clone(),
            version: self.version,
        }
    }
}

#[cfg(test)]
pub mod example {
    //! A complete draft for the tests of the rules.

    use super::Event;
    use serde_json::json;

    /// Runs from 2 to 9 December 2026, one prize of three, one picture and one channel.
    pub fn draft() -> Event {
        serde_json::from_value(json!({
            "id": "019a0000-0000-7000-8000-000000000001", "code": "BCDF2345",
            "owner_id": "019a0000-0000-7000-8000-000000000002",
            "store_id": "019a0000-0000-7000-8000-000000000003",
            "store_name": "봄날 카페", "industry": "CAFE", "region": "SEOUL", "store_address": "서울 종로구",
            "objective": "NEW_CUSTOMERS", "status": "DRAFT", "title": "가을 잔치", "description": "오세요",
            "starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-09T00:00:00Z",
            "prizes": [{"name": "커피", "quantity": 3, "unitCost": 5000}],
            "winner_count": null, "visit_bonus": {"enabled": true, "weight": 3}, "budget": 100_000,
            "forecast": null, "recommendation": null,
            "images": [{
                "imageId": "019a0000-0000-7000-8000-000000000004", "style": "SIMPLE", "platform": "INSTAGRAM",
                "url": "http://localhost/cdn/a.png",
                "variants": {"png": "http://localhost/cdn/a.png", "jpeg": "http://localhost/cdn/a.jpg",
                    "webp": "http://localhost/cdn/a.webp"},
                "width": 1080, "height": 1080, "altText": "가을 잔치", "source": "TEMPLATE", "aiGenerated": false
            }],
            "images_chosen": false, "images_brief": "가을 잔치\n커피 3명",
            "channels": [{"channel": "INSTAGRAM", "budget": 50_000}],
            "run": 0, "approved_at": null, "opened_at": null, "closed_at": null,
            "has_entries": false, "participants": 0, "draw": null, "version": 1,
            "created_at": "2026-11-22T00:00:00Z", "updated_at": "2026-11-22T00:00:00Z"
        }))
        .expect("the example has every field")
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, example::draft};
    use janchi_contracts::event::EventStatus;

    #[test]
    fn as_many_win_as_there_are_prizes_unless_set() {
        let mut event = draft();
        assert_eq!(event.winners(), Some(3));
        event.winner_count = Some(2);
        assert_eq!(event.winners(), Some(2));
        event.winner_count = None;
        event.prizes.clear();
        assert_eq!(event.winners(), None);
    }

    #[test]
    fn the_cost_is_prizes_and_channels() {
        assert_eq!(draft().planned_cost(), 65_000);
    }

    #[test]
    fn the_flow_asks_for_what_is_missing_in_order() {
        let mut event = draft();
        assert_eq!(event.step(), Step::Approval);
        event.channels.clear();
        assert_eq!(event.step(), Step::Channels);
        event.images.clear();
        assert_eq!(event.step(), Step::Content);
        event.title = None;
        assert_eq!(event.step(), Step::Recommendation);
        assert_eq!(
            event.missing_steps(),
            [Step::Recommendation, Step::Content, Step::Channels]
        );
        event.status = EventStatus::Ongoing;
        assert_eq!(event.step(), Step::Done);
    }

    #[test]
    fn another_title_or_prize_asks_for_other_pictures() {
        let mut event = draft();
        assert_eq!(Some(event.picture_brief()), event.images_brief);
        event.prizes[0].quantity = 4;
        assert_ne!(Some(event.picture_brief()), event.images_brief);
    }
}
