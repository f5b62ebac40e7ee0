//! The gateway in front of stand-ins for the services, with a real Redis.

mod fixture;
mod limits;
mod passing;
mod tokens;
