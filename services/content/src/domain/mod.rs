//! Rules without input or output: what a picture shows, how it is drawn, what may be changed in it.

pub mod announcement;
pub mod brief;
pub mod design;
pub mod edit;
pub mod file_key;
pub mod metadata;
pub mod prompt;
pub mod render;
pub mod speech;
pub mod upload;
