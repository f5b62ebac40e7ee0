//! The analytics service against real servers, with stand-ins for its neighbours.

mod counts;
mod dashboards;
mod fixture;
mod pdf;
mod reports;
mod sales;
