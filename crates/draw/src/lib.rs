//! draw-v1: a prize draw that a stranger can recompute.
//!
//! A seed is committed when an event opens, every entrant gets a tag and the nonce it was made with, the list of
//! tags and weights is frozen under a Merkle root, and the winners follow from seed, root and (if there is one) a
//! public beacon. Nothing here does I/O, reads a clock or uses a float: the same input gives the same bytes in any
//! language. [`verify`] takes a published [`Bundle`] and names everything that is wrong with it.

mod bundle;
mod bytes;
mod canonical;
mod numbers;
mod pick;
mod tree;
mod verdict;

pub use bundle::{Beacon, Bundle, Entry, Forfeit, Mode, Rank};
pub use bytes::{Hash, commitment, final_key, leaf, tag};
pub use canonical::{NotCanonical, canonical_json, rules_hash};
pub use numbers::Numbers;
pub use pick::pick;
pub use tree::{PIECE, includes, inclusion_path, inclusion_path_by_pieces, root};
pub use verdict::{Fault, Stage, Verdict, verify};

/// The version every bundle names.
pub const VERSION: &str = "draw-v1";

/// The beacon of an event that uses none.
pub const NO_BEACON: [u8; 32] = [0; 32];
