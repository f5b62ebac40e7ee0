//! What would stop approval, and what an owner should know before it.

use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::limits::{ends_before_start, ends_in_the_past};
use chrono::{DateTime, Utc};
use janchi_contracts::reference::{Channel, Platform};

/// Above this value of one prize its winner owes tax, KRW.
pub const TAX_FREE: i64 = 50_000;

/// What would stop approval (`blocking`) and what would not (`warnings`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preflight {
    pub blocking: Vec<Fault>,
    pub warnings: Vec<Fault>,
}

impl Event {
    /// Looks at the event as approval would.
    pub fn preflight(&self, now: DateTime<Utc>) -> Preflight {
        let mut blocking = self.missing_fields();
        blocking.extend(self.wrong_period(now));
        Preflight {
            blocking,
            warnings: self.warnings(now),
        }
    }

    /// What is not there yet: mended by going on with the creation flow.
    pub fn missing_fields(&self) -> Vec<Fault> {
        let missing = [
            (
                self.title.is_none(),
                Fault::new(
                    "title",
                    "TITLE_MISSING",
                    "이벤트 제목을 정해 주세요.",
                    "The event has no title.",
                ),
            ),
            (
                self.prizes.is_empty(),
                Fault::new(
                    "prizes",
                    "PRIZES_MISSING",
                    "경품을 하나 이상 넣어 주세요.",
                    "The event has no prizes.",
                ),
            ),
            (
                self.starts_at.is_none(),
                Fault::new(
                    "startsAt",
                    "STARTS_AT_MISSING",
                    "시작 시각을 정해 주세요.",
                    "The event has no start.",
                ),
            ),
            (
                self.ends_at.is_none(),
                Fault::new(
                    "endsAt",
                    "ENDS_AT_MISSING",
                    "종료 시각을 정해 주세요.",
                    "The event has no end.",
                ),
            ),
            (
                self.images.is_empty(),
                Fault::new(
                    "images",
                    "IMAGES_MISSING",
                    "홍보 이미지를 만들어 주세요.",
                    "The event has no pictures.",
                ),
            ),
            (
                self.channels.is_empty(),
                Fault::new(
                    "channels",
                    "CHANNELS_MISSING",
                    "배포할 채널을 골라 주세요.",
                    "The event has no channels.",
                ),
            ),
        ];
        missing
            .into_iter()
            .filter_map(|(is, fault)| is.then_some(fault))
            .collect()
    }

    /// A period that cannot be run any more: a wrong value, not a missing step.
    pub fn wrong_period(&self, now: DateTime<Utc>) -> Option<Fault> {
        match (self.starts_at, self.ends_at) {
            (_, Some(end)) if end <= now => Some(ends_in_the_past()),
            (Some(start), Some(end)) if end <= start => Some(ends_before_start()),
            _ => None,
        }
    }

    fn warnings(&self, now: DateTime<Utc>) -> Vec<Fault> {
        let mut warnings = Vec::new();
        let quantity = self.prize_quantity();
        if quantity > 0
            && self
                .winners()
                .is_some_and(|winners| u64::from(winners) != quantity)
        {
            warnings.push(Fault::new(
                "winnerCount",
                "WINNER_COUNT_DIFFERS",
                "당첨자 수와 경품 수량의 합이 달라요.",
                "The number of winners differs from the number of prizes.",
            ));
        }
        for (i, _) in self
            .prizes
            .iter()
            .enumerate()
            .filter(|(_, p)| p.unit_cost > TAX_FREE)
        {
            warnings.push(Fault::new(
                format!("prizes[{i}].unitCost"),
                "PRIZE_TAX",
                "5만 원이 넘는 경품은 당첨자가 제세공과금(22%)을 내야 할 수 있어요.",
                "The winner of a prize above 50,000 won may owe tax (22 %).",
            ));
        }
        if self
            .budget
            .is_some_and(|budget| self.planned_cost() > budget)
        {
            warnings.push(Fault::new(
                "budget",
                "BUDGET_EXCEEDED",
                "경품과 채널 비용이 예산을 넘어요.",
                "Prizes and channels cost more than the budget.",
            ));
        }
        if self.starts_at.is_some_and(|start| start <= now) {
            warnings.push(Fault::new(
                "startsAt",
                "STARTS_AT_PAST",
                "시작 시각이 지났어요. 배포가 끝나면 바로 시작해요.",
                "The start is past: the event opens when distribution is through.",
            ));
        }
        self.warn_of_pictures(&mut warnings);
        warnings
    }

    fn warn_of_pictures(&self, warnings: &mut Vec<Fault>) {
        if self.images.is_empty() {
            return;
        }
        if self
            .images_brief
            .as_ref()
            .is_some_and(|brief| *brief != self.picture_brief())
        {
            warnings.push(Fault::new(
                "images",
                "IMAGES_OUTDATED",
                "이미지를 만든 뒤 제목이나 경품이 바뀌었어요. 이미지를 확인해 주세요.",
                "Title or prizes changed after the pictures were made.",
            ));
        }
        for (i, choice) in self.channels.iter().enumerate() {
            let has_material = match picture_for(choice.channel) {
                Some(platform) => self.images.iter().any(|image| image.platform == platform),
                None => true,
            };
            if !has_material {
                warnings.push(Fault::new(
                    format!("channels[{i}]"),
                    "CHANNEL_MATERIAL_MISSING",
                    "이 채널에 맞는 크기의 이미지가 없어서 직접 올려야 할 수 있어요.",
                    "No picture has this channel's size: you may have to post it yourself.",
                ));
            }
        }
    }
}

/// The picture a channel needs. TV and ring-back material is made from whatever there is.
fn picture_for(channel: Channel) -> Option<Platform> {
    match channel {
        Channel::Instagram => Some(Platform::Instagram),
        Channel::Naver => Some(Platform::Naver),
        Channel::Kakao => Some(Platform::Kakao),
        Channel::UridongneTv | Channel::RingoBiz | Channel::GenieTv => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::event::{Event, example::draft};
    use chrono::{DateTime, Utc};

    fn now() -> DateTime<Utc> {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    fn blocking(event: &Event) -> Vec<&'static str> {
        event
            .preflight(now())
            .blocking
            .iter()
            .map(|f| f.code)
            .collect()
    }

    fn warnings(event: &Event) -> Vec<&'static str> {
        event
            .preflight(now())
            .warnings
            .iter()
            .map(|f| f.code)
            .collect()
    }

    #[test]
    fn a_complete_event_has_nothing_to_mend() {
        assert_eq!(draft().preflight(now()), super::Preflight::default());
    }

    #[test]
    fn whatever_is_missing_stops_approval() {
        let mut event = draft();
        event.title = None;
        event.prizes.clear();
        event.starts_at = None;
        event.ends_at = None;
        event.images.clear();
        event.channels.clear();
        assert_eq!(
            blocking(&event),
            [
                "TITLE_MISSING",
                "PRIZES_MISSING",
                "STARTS_AT_MISSING",
                "ENDS_AT_MISSING",
                "IMAGES_MISSING",
                "CHANNELS_MISSING"
            ]
        );
    }

    #[test]
    fn a_period_that_is_over_stops_approval() {
        let mut event = draft();
        event.starts_at = Some("2026-11-01T00:00:00Z".parse().unwrap());
        event.ends_at = Some(now());
        assert_eq!(blocking(&event), ["IN_THE_PAST"]);
    }

    #[test]
    fn prizes_are_taxed_above_fifty_thousand_won() {
        let mut event = draft();
        event.budget = None;
        event.prizes[0].unit_cost = 50_000;
        assert!(warnings(&event).is_empty());
        event.prizes[0].unit_cost = 50_001;
        assert_eq!(warnings(&event), ["PRIZE_TAX"]);
    }

    #[test]
    fn differing_counts_a_past_start_and_a_small_budget_are_warned_of() {
        let mut event = draft();
        event.winner_count = Some(2);
        event.budget = Some(64_999);
        event.starts_at = Some(now());
        assert_eq!(
            warnings(&event),
            ["WINNER_COUNT_DIFFERS", "BUDGET_EXCEEDED", "STARTS_AT_PAST"]
        );
        assert!(blocking(&event).is_empty());
    }

    #[test]
    fn a_channel_without_its_picture_is_warned_of() {
        let mut event = draft();
        event.channels[0].channel = janchi_contracts::reference::Channel::Naver;
        assert_eq!(warnings(&event), ["CHANNEL_MATERIAL_MISSING"]);
        event.channels[0].channel = janchi_contracts::reference::Channel::GenieTv;
        assert!(warnings(&event).is_empty());
    }

    #[test]
    fn pictures_of_another_title_are_warned_of() {
        let mut event = draft();
        event.title = Some("봄 잔치".into());
        assert_eq!(warnings(&event), ["IMAGES_OUTDATED"]);
    }
}
