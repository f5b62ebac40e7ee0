//! What becomes of those who were drawn.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// As what an entry was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Winner,
    Alternate,
}

impl Kind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Winner => "WINNER",
            Self::Alternate => "ALTERNATE",
        }
    }
}

/// A step after the draw, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Contacted,
    Claimed,
    /// The prize is in the winner's hands.
    HandedOver,
    Forfeited,
    /// An alternate takes a forfeited place.
    Promoted,
}

impl Step {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contacted => "CONTACTED",
            Self::Claimed => "CLAIMED",
            Self::HandedOver => "HANDED_OVER",
            Self::Forfeited => "FORFEITED",
            Self::Promoted => "PROMOTED",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Contacted,
            Self::Claimed,
            Self::HandedOver,
            Self::Forfeited,
            Self::Promoted,
        ]
        .into_iter()
        .find(|s| s.code() == code)
    }
}

/// One step with its time; `rank` is the place an alternate took, `reason` why a place was forfeited.
#[derive(Debug, Clone)]
pub struct Taken {
    pub step: Step,
    pub rank: Option<u32>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// A drawn entry with everything that happened to it since.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub participant_id: Uuid,
    pub tag: Vec<u8>,
    pub kind: Kind,
    /// Its rank among its kind, from 1.
    pub rank: u32,
    pub steps: Vec<Taken>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not a winner, or not yet.
    NotAWinner,
    AlreadyForfeited,
    AlreadyClaimed,
    /// Handed over is only what was claimed.
    NotClaimed,
}

impl Drawn {
    fn taken(&self, step: Step) -> Option<&Taken> {
        self.steps.iter().find(|t| t.step == step)
    }

    /// The prize's rank this entry holds or held: its own, or the one it moved up to. None for a waiting alternate.
    pub fn place(&self) -> Option<u32> {
        match self.kind {
            Kind::Winner => Some(self.rank),
            Kind::Alternate => self.taken(Step::Promoted).and_then(|t| t.rank),
        }
    }

    /// Why the place was given on, if it was.
    pub fn forfeit(&self) -> Option<&Taken> {
        self.taken(Step::Forfeited)
    }

    /// Holds a place now.
    pub fn is_winner(&self) -> bool {
        self.place().is_some() && self.forfeit().is_none()
    }

    /// Still waits for a place.
    pub fn is_waiting(&self) -> bool {
        self.kind == Kind::Alternate && self.place().is_none() && self.forfeit().is_none()
    }

    /// `DRAWN`, `CONTACTED`, `CLAIMED`, `HANDED_OVER`, `FORFEITED`, or `WAITING` for an alternate.
    pub fn state(&self) -> &'static str {
        let last = [
            Step::Forfeited,
            Step::HandedOver,
            Step::Claimed,
            Step::Contacted,
        ]
        .into_iter()
        .find(|s| self.taken(*s).is_some());
        match last {
            Some(step) => step.code(),
            None if self.place().is_some() => "DRAWN",
            None => "WAITING",
        }
    }

    /// Whether this step is new (`true`) or was taken before (`false`).
    ///
    /// # Errors
    /// The step does not fit: see [`Refused`].
    pub fn allows(&self, step: Step) -> Result<bool, Refused> {
        if self.place().is_none() {
            return Err(Refused::NotAWinner);
        }
        if self.taken(step).is_some() {
            return Ok(false);
        }
        match (self.forfeit(), self.taken(Step::Claimed), step) {
            (Some(_), _, _) => Err(Refused::AlreadyForfeited),
            (None, Some(_), Step::HandedOver) => Ok(true),
            (None, None, Step::HandedOver) => Err(Refused::NotClaimed),
            (None, Some(_), _) => Err(Refused::AlreadyClaimed),
            (None, None, _) => Ok(true),
        }
    }
}

/// Who moves up when a place becomes free: the first alternate in order who still waits.
pub fn next_alternate(drawn: &[Drawn]) -> Option<&Drawn> {
    drawn
        .iter()
        .filter(|d| d.is_waiting())
        .min_by_key(|d| d.rank)
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Kind, Refused, Step, Taken, next_alternate};
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    fn drawn(kind: Kind, rank: u32, steps: &[Step]) -> Drawn {
        let step = |step: &Step| Taken {
            step: *step,
            rank: (*step == Step::Promoted).then_some(1),
            reason: None,
            at: DateTime::<Utc>::default(),
        };
        Drawn {
            participant_id: Uuid::nil(),
            tag: vec![],
            kind,
            rank,
            steps: steps.iter().map(step).collect(),
        }
    }

    #[test]
    fn a_claimed_prize_is_not_forfeited_and_a_forfeited_one_not_claimed() {
        use Step::{Claimed, Contacted, Forfeited, HandedOver};
        let winner = |steps: &[Step]| drawn(Kind::Winner, 1, steps);
        assert_eq!(winner(&[]).allows(Claimed), Ok(true));
        assert_eq!(winner(&[Contacted]).allows(Contacted), Ok(false));
        assert_eq!(
            winner(&[Contacted]).allows(HandedOver),
            Err(Refused::NotClaimed)
        );
        assert_eq!(winner(&[Claimed]).allows(HandedOver), Ok(true));
        assert_eq!(winner(&[Claimed, HandedOver]).state(), "HANDED_OVER");
        assert_eq!(
            winner(&[Claimed]).allows(Forfeited),
            Err(Refused::AlreadyClaimed)
        );
        assert_eq!(
            winner(&[Forfeited]).allows(Claimed),
            Err(Refused::AlreadyForfeited)
        );
        assert_eq!(
            drawn(Kind::Alternate, 1, &[]).allows(Contacted),
            Err(Refused::NotAWinner)
        );
        assert_eq!(
            drawn(Kind::Alternate, 1, &[Step::Promoted]).allows(Contacted),
            Ok(true)
        );
    }

    #[test]
    fn the_first_waiting_alternate_moves_up() {
        let list = [
            drawn(Kind::Winner, 1, &[Step::Forfeited]),
            drawn(Kind::Alternate, 3, &[]),
            drawn(Kind::Alternate, 2, &[]),
            drawn(Kind::Alternate, 1, &[Step::Promoted]),
        ];
        assert_eq!(next_alternate(&list).unwrap().rank, 2);
        assert!(list[3].is_winner() && !list[0].is_winner());
        assert_eq!(list[1].state(), "WAITING");
    }
}
