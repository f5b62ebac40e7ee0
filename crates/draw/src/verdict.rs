use crate::bundle::{Bundle, Rank};
use crate::bytes::{Hash, commitment, final_key, leaf};
use crate::canonical::rules_hash;
use crate::pick::pick;
use crate::tree::root;
use crate::{NO_BEACON, VERSION};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    #[error("the version is not draw-v1")]
    Version,
    #[error("{field} is not lower-case hex of the right length")]
    Unreadable { field: String },
    #[error("{field} is missing although the draw is further")]
    Missing { field: String },
    #[error("{field} is there before it can be known")]
    TooEarly { field: String },
    #[error("the times are not in the order commitment, freeze, draw, forfeit")]
    Times,
    #[error("the seed does not fit the commitment")]
    Commitment,
    #[error("the rules do not fit their hash")]
    RulesHash,
    #[error("the rules say another {field}")]
    AgainstRules { field: String },
    #[error("entry {index} is out of order")]
    Unsorted { index: usize },
    #[error("entry {index} is the same as the one before")]
    Twice { index: usize },
    #[error("the list of entries does not fit its root")]
    EntriesRoot,
    #[error("the number of winners is not that of the rules")]
    WinnerCount,
    #[error("winner {rank} is not the one the numbers give")]
    Winner { rank: u32 },
    #[error("alternate {rank} is not the one the numbers give")]
    Alternate { rank: u32 },
    #[error("forfeit {index} names nobody who was drawn, or somebody twice")]
    Forfeit { index: usize },
}

/// How far a draw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// The seed is committed, entries are taken.
    Committed,
    /// The list is frozen, nothing is drawn.
    Frozen,
    /// The winners are drawn and the seed is published.
    Drawn,
}

/// What a bundle without faults proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub stage: Stage,
    pub entries: usize,
    pub winners: usize,
    pub alternates: usize,
    /// No public randomness was mixed in: who knew the seed before closing could have added entries until the
    /// result pleased. Receipts with inclusion proofs make that visible, this bundle alone does not.
    pub without_beacon: bool,
}

/// Recomputes a draw from its bundle.
///
/// # Errors
/// Every fault that was found. The signature of a beacon is not checked here, only that its value was used.
pub fn verify(bundle: &Bundle) -> Result<Verdict, Vec<Fault>> {
    let mut check = Check {
        bundle,
        faults: Vec::new(),
    };
    let stage = check.stage();
    check.rules();
    let beacon = check.beacon();
    let seed = check.seed();
    let list = check.list();
    if let (Some(seed), Some(list), Some(beacon)) = (seed, &list, beacon) {
        check.places(&seed, list, &beacon);
    }
    check.forfeits();
    if !check.faults.is_empty() {
        return Err(check.faults);
    }
    Ok(Verdict {
        stage,
        entries: list.map_or(0, |l| l.weights.len()),
        winners: bundle.winners.as_ref().map_or(0, Vec::len),
        alternates: bundle.alternates.as_ref().map_or(0, Vec::len),
        without_beacon: bundle.beacon.id == "none",
    })
}

struct List {
    root: Hash,
    weights: Vec<u32>,
}

struct Check<'a> {
    bundle: &'a Bundle,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn hex<const N: usize>(&mut self, field: impl Into<String>, text: &str) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
        if lower && hex::decode_to_slice(text, &mut bytes).is_ok() {
            return Some(bytes);
        }
        self.faults.push(Fault::Unreadable {
            field: field.into(),
        });
        None
    }

    /// The stage follows from the times; what belongs to it must be there, what comes later must not.
    fn stage(&mut self) -> Stage {
        let b = self.bundle;
        if b.version != VERSION {
            self.faults.push(Fault::Version);
        }
        let frozen = [
            ("entries", b.entries.is_some()),
            ("entriesRoot", b.entries_root.is_some()),
        ];
        let drawn = [
            ("seed", b.seed.is_some()),
            ("winners", b.winners.is_some()),
            ("alternates", b.alternates.is_some()),
        ];
        let stage = match (b.frozen_at, b.drawn_at) {
            (_, Some(_)) => Stage::Drawn,
            (Some(_), None) => Stage::Frozen,
            (None, None) => Stage::Committed,
        };
        if stage == Stage::Drawn && b.frozen_at.is_none() {
            self.faults.push(Fault::Missing {
                field: "frozenAt".to_owned(),
            });
        }
        for (fields, due) in [
            (&frozen[..], stage != Stage::Committed),
            (&drawn[..], stage == Stage::Drawn),
        ] {
            for (field, there) in fields {
                match (due, there) {
                    (true, false) => self.faults.push(Fault::Missing {
                        field: (*field).to_owned(),
                    }),
                    (false, true) => self.faults.push(Fault::TooEarly {
                        field: (*field).to_owned(),
                    }),
                    _ => {}
                }
            }
        }
        let mut times = vec![Some(b.committed_at), b.frozen_at, b.drawn_at];
        times.retain(Option::is_some);
        let after_draw = |at| b.drawn_at.is_some_and(|drawn| drawn <= at);
        if !times.is_sorted() || !b.forfeits.iter().all(|f| after_draw(f.at)) {
            self.faults.push(Fault::Times);
        }
        stage
    }

    /// The hash of the rules, and whatever in them this bundle repeats.
    fn rules(&mut self) {
        let b = self.bundle;
        let said = self.hex::<32>("rulesHash", &b.rules_hash);
        if said.is_some() && said != rules_hash(&b.rules).ok() {
            self.faults.push(Fault::RulesHash);
        }
        let own = [
            ("eventId", Value::from(b.event_id.as_str())),
            ("drawId", Value::from(b.draw_id.as_str())),
            ("drawNo", Value::from(b.draw_no)),
            ("mode", Value::from(b.mode.code())),
        ];
        for (field, value) in own {
            if b.rules.get(field).is_some_and(|rule| *rule != value) {
                self.faults.push(Fault::AgainstRules {
                    field: field.to_owned(),
                });
            }
        }
        if let Some(beacon) = b.rules.get("beacon") {
            let round = b.beacon.round.map_or(Value::Null, Value::from);
            let fits = beacon.get("id").and_then(Value::as_str) == Some(b.beacon.id.as_str())
                && beacon.get("round").unwrap_or(&Value::Null) == &round;
            if !fits {
                self.faults.push(Fault::AgainstRules {
                    field: "beacon".to_owned(),
                });
            }
        }
    }

    fn beacon(&mut self) -> Option<[u8; 32]> {
        let beacon = &self.bundle.beacon;
        match (&*beacon.id, &beacon.value) {
            ("none", None) => Some(NO_BEACON),
            ("none", Some(_)) => {
                self.faults.push(Fault::TooEarly {
                    field: "beacon.value".to_owned(),
                });
                None
            }
            (_, Some(value)) => self.hex("beacon.value", value),
            (_, None) => {
                if self.bundle.drawn_at.is_some() {
                    self.faults.push(Fault::Missing {
                        field: "beacon.value".to_owned(),
                    });
                }
                None
            }
        }
    }

    fn seed(&mut self) -> Option<[u8; 32]> {
        let committed = self.hex::<32>("commitment", &self.bundle.commitment);
        let seed = self.hex::<32>("seed", self.bundle.seed.as_ref()?)?;
        if committed.is_some() && committed != Some(commitment(&self.bundle.event_id, &seed)) {
            self.faults.push(Fault::Commitment);
        }
        Some(seed)
    }

    /// The list sorted, without repetition, and under its root.
    fn list(&mut self) -> Option<List> {
        let b = self.bundle;
        let entries = b.entries.as_ref()?;
        let mut leaves = Vec::with_capacity(entries.len());
        let mut weights = Vec::with_capacity(entries.len());
        let mut before: Option<Hash> = None;
        for (index, entry) in entries.iter().enumerate() {
            let tag = self.hex::<32>(format!("entries[{index}].tag"), &entry.tag)?;
            match before {
                Some(other) if other == tag => self.faults.push(Fault::Twice { index }),
                Some(other) if other > tag => self.faults.push(Fault::Unsorted { index }),
                _ => {}
            }
            before = Some(tag);
            leaves.push(leaf(&b.event_id, &tag, entry.weight));
            weights.push(entry.weight);
        }
        let said = self.hex::<32>("entriesRoot", b.entries_root.as_ref()?)?;
        if said != root(&leaves) {
            self.faults.push(Fault::EntriesRoot);
        }
        Some(List {
            root: said,
            weights,
        })
    }

    fn places(&mut self, seed: &[u8; 32], list: &List, beacon: &[u8; 32]) {
        let b = self.bundle;
        let (Some(entries), Some(winners), Some(alternates)) =
            (&b.entries, &b.winners, &b.alternates)
        else {
            return;
        };
        if let Some(rule) = b.rules.get("winnerCount").and_then(Value::as_u64)
            && winners.len() as u64 != rule.min(entries.len() as u64)
        {
            self.faults.push(Fault::WinnerCount);
        }
        let count = entries.len() as u64;
        let key = final_key(seed, &b.event_id, b.draw_no, &list.root, count, beacon);
        let picked = pick(
            b.mode,
            &list.weights,
            &key,
            winners.len() + alternates.len(),
        );
        let expected = |at: usize| picked.get(at).map(|place| entries[*place].tag.as_str());
        let fits = |(i, place): (usize, &Rank), from: usize| {
            place.rank as usize == i + 1 && expected(from + i) == Some(place.tag.as_str())
        };
        for place in winners.iter().enumerate() {
            if !fits(place, 0) {
                self.faults.push(Fault::Winner {
                    rank: place.0 as u32 + 1,
                });
            }
        }
        for place in alternates.iter().enumerate() {
            if !fits(place, winners.len()) {
                self.faults.push(Fault::Alternate {
                    rank: place.0 as u32 + 1,
                });
            }
        }
    }

    fn forfeits(&mut self) {
        let b = self.bundle;
        let mut drawn: HashSet<&str> = [&b.winners, &b.alternates]
            .into_iter()
            .flatten()
            .flatten()
            .map(|place| place.tag.as_str())
            .collect();
        for (index, forfeit) in b.forfeits.iter().enumerate() {
            if !drawn.remove(forfeit.tag.as_str()) {
                self.faults.push(Fault::Forfeit { index });
            }
        }
    }
}
