//! Calls to the other services.

mod ai;
mod content;
mod distribution;
mod participation;
mod user;

pub use ai::AiClient;
pub use content::ContentClient;
pub use distribution::DistributionClient;
pub use participation::ParticipationClient;
pub use user::UserClient;
