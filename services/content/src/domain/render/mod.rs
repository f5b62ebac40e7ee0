//! From a design to pixels: text is measured and placed by our own rules, shapes are written as SVG and
//! painted by resvg, letters are laid over them. Nothing here reads a file or asks a server.

pub mod card;
pub mod color;
pub mod encode;
pub mod end_card;
pub mod fancy;
pub mod fit;
pub mod fonts;
pub mod glyphs;
pub mod motif;
pub mod mp4;
pub mod ornament;
pub mod palette;
pub mod poster;
pub mod qr;
pub mod raster;
pub mod season;
pub mod simple;
pub mod spot;
pub mod svg;
pub mod trendy;
