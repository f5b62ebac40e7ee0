//! The gateway in front of stand-ins for the services, with a real Redis.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod attacks;
mod browsers;
mod fixture;
mod leases;
mod limits;
mod pages;
mod passing;
mod protocols;
mod tokens;
mod upstreams;
