//! Real people's way through the pages of a whole fleet, in a real browser.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod customer;
mod owner;
mod pages;
mod quality;
mod stage;
#[expect(dead_code, reason = "the journeys without a browser use more of it")]
#[path = "../journeys/world.rs"]
mod world;
