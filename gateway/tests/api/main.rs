//! The gateway in front of stand-ins for the services, with a real Redis.

mod attacks;
mod browsers;
mod fixture;
mod leases;
mod limits;
mod passing;
mod protocols;
mod tokens;
mod upstreams;
