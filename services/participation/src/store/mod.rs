//! All SQL of the service. Functions with several statements take a connection inside a transaction.

pub mod batches;
pub mod claims;
pub mod codes;
pub mod draws;
pub mod entries;
pub mod erasures;
pub mod keys;
pub mod notices;
pub mod offline;
pub mod participants;
pub mod pieces;
pub mod reviews;
pub mod rules;
pub mod summary;
pub mod winners;

use crate::error::Error;
use anyhow::anyhow;

/// A number that a column holds wider than the code does.
pub(crate) fn narrow<T: TryFrom<i64>>(number: i64) -> Result<T, Error> {
    T::try_from(number).map_err(|_| Error::Unexpected(anyhow!("a stored number is out of range")))
}

/// Bytes of a fixed length.
pub(crate) fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Error> {
    bytes
        .try_into()
        .map_err(|_| Error::Unexpected(anyhow!("stored bytes have another length")))
}
