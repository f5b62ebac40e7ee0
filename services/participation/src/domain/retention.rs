//! How long what is personal is kept.

use crate::domain::claim::PrizeTax;
use crate::domain::prize;
use crate::domain::rules::EventRules;
use crate::domain::winner::Drawn;
use chrono::{DateTime, Duration, Utc};
use janchi_contracts::event::Prize;
use uuid::Uuid;

/// How long after the real closing of an event what is personal is kept: of those who won nothing, of winners, and of
/// winners whose prize is taxed, for which the law wants papers kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    pub entrants: Duration,
    pub winners: Duration,
    pub taxed_winners: Duration,
}

/// How many ends there are: after the last one nothing personal is left.
pub const STAGES: i16 = 3;

impl Retention {
    /// In days. Winners are kept no shorter than everybody.
    pub fn of_days(entrants: u32, winners: u32, taxed_winners: u32) -> Self {
        let winners = winners.max(entrants);
        Self {
            entrants: Duration::days(entrants.into()),
            winners: Duration::days(winners.into()),
            taxed_winners: Duration::days(taxed_winners.max(winners).into()),
        }
    }

    /// The same, in whole days.
    pub fn days(self) -> [i32; 3] {
        [self.entrants, self.winners, self.taxed_winners]
            .map(|time| i32::try_from(time.num_days()).unwrap_or(i32::MAX))
    }

    /// How long whoever is told today that they won something is kept, by what can be won.
    pub fn of_any_winner(self, prizes: &[Prize], tax: &PrizeTax) -> Duration {
        if prizes.iter().any(|prize| tax.of(prize).is_some()) {
            self.taxed_winners
        } else {
            self.winners
        }
    }

    /// The day on which an entry's personal data is destroyed if it wins nothing; counted from now where the event has
    /// no end.
    pub fn destroy_at(self, ends_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        ends_at.unwrap_or(now) + self.entrants
    }

    /// The same as it is known now: from the real closing on, an early one included, as it was promised.
    pub fn ends(self, rules: &EventRules, destroy_at: DateTime<Utc>) -> DateTime<Utc> {
        let promised = rules.retention.unwrap_or(self);
        rules
            .closed_at
            .or(rules.ends_at)
            .map_or(destroy_at, |closed| closed + promised.entrants)
    }

    /// How many of the ends have passed.
    pub fn stage(self, closed: DateTime<Utc>, now: DateTime<Utc>) -> i16 {
        [self.entrants, self.winners, self.taxed_winners]
            .into_iter()
            .map(|time| i16::from(closed + time <= now))
            .sum()
    }

    /// How long one who was drawn is kept.
    pub fn of(self, rules: &EventRules, drawn: &Drawn, tax: &PrizeTax) -> Duration {
        if !drawn.is_winner() {
            return self.entrants;
        }
        let won = drawn
            .place()
            .and_then(|place| prize::of_rank(&rules.prizes, place));
        match won {
            Some(prize) if tax.of(prize).is_some() => self.taxed_winners,
            _ => self.winners,
        }
    }

    /// Those who are kept beyond this moment.
    pub fn kept(
        self,
        rules: &EventRules,
        drawn: &[Drawn],
        tax: &PrizeTax,
        since_closing: Duration,
    ) -> Vec<Uuid> {
        drawn
            .iter()
            .filter(|d| d.is_winner() && self.of(rules, d, tax) > since_closing)
            .map(|d| d.participant_id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Retention;
    use crate::domain::claim::PrizeTax;
    use chrono::{DateTime, TimeDelta, Utc};
    use janchi_contracts::event::Prize;

    #[test]
    fn ends_pass_one_after_the_other() {
        let kept = Retention::of_days(60, 180, 1826);
        let closed = DateTime::<Utc>::default();
        let stage = |days| kept.stage(closed, closed + TimeDelta::days(days));
        assert_eq!(
            [59, 60, 179, 180, 1825, 1826].map(stage),
            [0, 1, 1, 2, 2, 3]
        );
    }

    #[test]
    fn winners_are_kept_no_shorter_than_others() {
        let kept = Retention::of_days(60, 7, 30);
        assert_eq!(kept.days(), [60, 60, 60]);
    }

    #[test]
    fn a_taxed_prize_keeps_its_winner_longer() {
        let kept = Retention::of_days(60, 180, 1826);
        let prize = |unit_cost| Prize {
            name: "경품".to_owned(),
            quantity: 1,
            unit_cost,
        };
        let of = |prizes: &[Prize]| kept.of_any_winner(prizes, &PrizeTax::usual()).num_days();
        assert_eq!(of(&[prize(50_000)]), 180);
        assert_eq!(of(&[prize(4_000), prize(50_001)]), 1826);
    }
}
