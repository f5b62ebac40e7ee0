//! Calls to the other services.

mod ai;
mod content;
mod participation;
mod user;

pub use ai::AiClient;
pub use content::ContentClient;
pub use participation::ParticipationClient;
pub use user::UserClient;
