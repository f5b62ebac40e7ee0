//! What is kept: rows in PostgreSQL, pictures as files, finished sets in Redis.

pub mod backgrounds;
pub mod files;
pub mod images;
pub mod owners;
pub mod sets;
pub mod spots;
pub mod uploads;
