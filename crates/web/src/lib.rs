//! HTTP in and out, the same in every service: problem answers, extractors that refuse with them, pages of lists,
//! health, and the server around the routes.
//!
//! No routes and no domain words live here.

mod body;
mod health;
mod identity;
mod kept;
mod list;
mod middleware;
pub mod openapi;
mod parts;
mod problem;
mod server;

pub use body::{Empty, Json, OrDefault};
pub use health::Health;
pub use identity::{Entrant, IdempotencyKey, Owner, Peer, bearer};
pub use kept::{Kept, Tag};
pub use list::{Cursor, List, PageRequest};
pub use middleware::dress;
pub use parts::{IfMatch, Path, Query, etag};
pub use problem::{Language, Problem};
pub use server::{Listeners, Near, serve, serve_admin};
