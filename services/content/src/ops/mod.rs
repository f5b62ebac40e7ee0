//! What handlers and jobs share.

pub mod draw_set;
pub mod load_fonts;
pub mod paint_background;
pub mod progress;
pub mod studio;
pub mod sweep;
pub mod view;
