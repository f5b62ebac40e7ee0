//! What is taken from the queues.

pub mod film_spots;
pub mod generate_images;
pub mod owner_events;
