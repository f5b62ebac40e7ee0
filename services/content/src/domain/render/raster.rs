//! From SVG to pixels, by resvg.

use super::card::{Card, WIDTH};
use super::fonts::Fonts;
use anyhow::Context as _;
use resvg::{tiny_skia, usvg};
use std::sync::Arc;

/// Opaque pixels, three bytes each, row by row.
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// Paints a card at `scale` times its platform's size (1 for the picture, less for a preview). `photo` is a
/// JPEG. Nothing is ever fetched: the only picture a drawing may name is that photo.
pub fn paint(
    fonts: &Fonts,
    card: &Card,
    photo: Option<&Arc<Vec<u8>>>,
    scale: f32,
) -> anyhow::Result<Pixels> {
    let photo = photo.cloned();
    let options = usvg::Options {
        fontdb: fonts.database.clone(),
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(move |href, _| {
                (href == "background")
                    .then(|| photo.clone().map(usvg::ImageKind::JPEG))
                    .flatten()
            }),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&card.svg, &options).context("read the card's svg")?;
    let width = ((card.width as f32 * scale).round() as u32).max(1);
    let height = ((card.height as f32 * scale).round() as u32).max(1);
    let mut pixmap = tiny_skia::Pixmap::new(width, height).context("make room for the pixels")?;
    // A colour under everything, so that no rounding at an edge lets transparency through.
    pixmap.fill(tiny_skia::Color::WHITE);
    let transform =
        tiny_skia::Transform::from_scale(width as f32 / WIDTH, height as f32 / card.tall);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    let rgb = pixmap
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    Ok(Pixels { width, height, rgb })
}
