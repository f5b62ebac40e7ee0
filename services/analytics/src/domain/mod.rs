//! Pure rules: what the numbers come to, and how they are shown.

pub mod attachment;
pub mod channels;
pub mod compose;
pub mod dashboard;
pub mod figures;
pub mod money;
pub mod participants;
pub mod report;
pub mod sale;
pub mod sentence;
pub mod sources;
pub mod spreadsheet;
pub mod wording;
