//! What one finished event teaches: how far it was from what the formula alone expected, as a whole and per channel.

use janchi_contracts::ai::Tier;
use janchi_contracts::analytics::Outcome;
use janchi_contracts::reference::Channel;

/// Farther from the formula than three times or a third is not believed of one event: it counts as that much.
const WILDEST: f64 = 1.1;
/// The same for a channel, of which single entries are counted: five times or a fifth.
const WILDEST_CHANNEL: f64 = 1.6;

/// One comparison of what was with what the formula expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// None: the event as a whole.
    pub channel: Option<Channel>,
    /// ln((entries + 1) ÷ (expected + 1)), within bounds.
    pub deviation: f64,
    /// Share of the event's people that were expected of this channel; 1 for the whole.
    pub share: f64,
    /// Variance of the deviation that comes from counting whole people alone.
    pub blur: f64,
}

/// The tier of the chosen plan and the lessons: one for the whole, one per channel that can be judged. `None` for an
/// event without a plan's forecast.
///
/// The formula's own numbers are compared, never the corrected ones: what was corrected once would be learned again
/// otherwise. A forecast of before these were told had no correction.
pub fn of(outcome: &Outcome) -> Option<(Tier, Vec<Lesson>)> {
    let code = outcome.tier.as_deref()?;
    let tier = Tier::ALL.into_iter().find(|tier| tier.code() == code)?;
    let expected = match &outcome.model {
        Some(model) => model.participants,
        None => outcome.expected_participants? as f64,
    };
    let planned = outcome
        .model
        .as_ref()
        .map_or(&[][..], |model| &model.channels);
    let entries = |channel: Channel| {
        let told = outcome.channels.iter().find(|c| c.channel == channel)?;
        // Neither money nor people: the owner left it out, or it never went up.
        (told.participants > 0 || told.cost > 0).then_some(told.participants)
    };
    let ran: Vec<_> = planned
        .iter()
        .filter_map(|c| Some((c, entries(c.channel)?)))
        .collect();
    let left_out: f64 = planned
        .iter()
        .filter(|c| entries(c.channel).is_none())
        .map(|c| c.participants)
        .sum();
    // An event of which no channel is known at all is compared as it was planned.
    let expected = if ran.is_empty() {
        expected
    } else {
        expected - left_out
    };
    if !expected.is_finite() || expected < 1.0 {
        return None;
    }
    let whole = Lesson {
        channel: None,
        deviation: deviation(outcome.participants, expected, WILDEST),
        share: 1.0,
        blur: 1.0 / (expected + 1.0),
    };
    let each = ran.into_iter().map(|(model, entries)| Lesson {
        channel: Some(model.channel),
        deviation: deviation(entries, model.participants, WILDEST_CHANNEL),
        share: (model.participants / expected).clamp(0.0, 1.0),
        blur: 1.0 / (model.participants.max(0.0) + 1.0),
    });
    Some((tier, std::iter::once(whole).chain(each).collect()))
}

/// The one more on both sides keeps nothing from being infinitely far, and says little of small numbers.
fn deviation(entries: i64, expected: f64, wildest: f64) -> f64 {
    let (entries, expected) = (entries.max(0) as f64, expected.max(0.0));
    ((entries + 1.0) / (expected + 1.0))
        .ln()
        .clamp(-wildest, wildest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use janchi_contracts::ai::{ChannelModel, ForecastModel};
    use janchi_contracts::analytics::ChannelOutcome;
    use janchi_contracts::reference::{Industry, Objective, Region};
    use uuid::Uuid;

    fn outcome(participants: i64, channels: &[(Channel, i64, i64)]) -> Outcome {
        Outcome {
            event_id: Uuid::nil(),
            owner_id: Uuid::nil(),
            industry: Industry::Cafe,
            region: Region::Seoul,
            objective: Objective::Sales,
            tier: Some("LOW_COST".into()),
            expected_participants: Some(50),
            expected_range: None,
            model: Some(ForecastModel {
                participants: 99.0,
                channels: vec![
                    ChannelModel {
                        channel: Channel::Naver,
                        participants: 49.0,
                    },
                    ChannelModel {
                        channel: Channel::GenieTv,
                        participants: 30.0,
                    },
                ],
            }),
            participants,
            visited: 0,
            cost: 0,
            revenue: None,
            channels: channels
                .iter()
                .map(|&(channel, participants, cost)| ChannelOutcome {
                    channel,
                    participants,
                    cost,
                })
                .collect(),
            ended_at: "2026-11-20T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_formulas_own_number_is_compared_not_the_corrected_one() {
        let ran = [(Channel::Naver, 49, 1), (Channel::GenieTv, 30, 1)];
        let (tier, lessons) = of(&outcome(99, &ran)).unwrap();
        assert_eq!(tier, Tier::LowCost);
        assert_eq!(lessons.len(), 3);
        assert!(lessons.iter().all(|lesson| lesson.deviation == 0.0));
        assert_eq!((lessons[0].share, lessons[0].blur), (1.0, 0.01));
    }

    #[test]
    fn a_channel_that_never_ran_is_not_held_against_the_event() {
        let ran = [(Channel::Naver, 49, 0), (Channel::GenieTv, 0, 0)];
        let (_, lessons) = of(&outcome(69, &ran)).unwrap();
        assert_eq!(lessons.len(), 2);
        assert_eq!(lessons[0].deviation, 0.0);
        assert_eq!(lessons[1].channel, Some(Channel::Naver));
        // It was paid for and brought nobody: that is a lesson.
        let paid = [(Channel::Naver, 49, 0), (Channel::GenieTv, 0, 150_000)];
        let (_, lessons) = of(&outcome(69, &paid)).unwrap();
        assert_eq!(lessons[2].deviation, -WILDEST_CHANNEL);
        // Nothing is known of any channel: as planned.
        let (_, lessons) = of(&outcome(99, &[])).unwrap();
        assert_eq!((lessons.len(), lessons[0].deviation), (1, 0.0));
    }

    #[test]
    fn a_wild_event_counts_as_three_times_at_most() {
        let (_, lessons) = of(&outcome(1_000_000, &[])).unwrap();
        assert_eq!(lessons[0].deviation, WILDEST);
        let (_, lessons) = of(&outcome(-3, &[])).unwrap();
        assert_eq!(lessons[0].deviation, -WILDEST);
    }

    #[test]
    fn without_a_forecast_there_is_nothing_to_learn() {
        let no_tier = Outcome {
            tier: None,
            ..outcome(10, &[])
        };
        assert!(of(&no_tier).is_none());
        let none = Outcome {
            model: None,
            expected_participants: None,
            ..outcome(10, &[])
        };
        assert!(of(&none).is_none());
        let old = Outcome {
            model: None,
            ..outcome(50, &[])
        };
        assert_eq!(of(&old).unwrap().1[0].deviation, 0.0);
    }
}
