//! From a design to pixels: text is measured and placed by our own rules, shapes and text are written as
//! SVG, and resvg paints them. Nothing here reads a file or asks a server.

pub mod card;
pub mod color;
pub mod encode;
pub mod fancy;
pub mod fit;
pub mod fonts;

pub mod motif;
pub mod ornament;
pub mod palette;
pub mod raster;
pub mod simple;
pub mod svg;
pub mod trendy;
