//! All SQL of this service. One statement takes any executor; what needs several takes a connection.

pub mod breakers;
pub mod connections;
pub mod distributions;
pub mod erasure;
pub mod films;
pub mod logs;
pub mod statistics;
pub mod tasks;

/// A stored value this version does not know, as a database error: it was written by a newer one or by hand.
pub(crate) fn unreadable(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown {what}").into())
}
