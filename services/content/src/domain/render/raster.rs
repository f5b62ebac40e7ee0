//! From a card to pixels. What is the same for many cards, the static layer, is painted by resvg once and kept;
//! each card lays its own shapes, code and letters over a copy.

use super::card::Card;
use super::encode::Format;
use super::fonts::Fonts;
use super::glyphs::{Fade, Glyphs};
use super::svg::Line;
use anyhow::Context as _;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of static layers kept at once: about eight pictures.
const KEPT_BYTES: usize = 40 << 20;
/// Pixmaps kept for the next card, so that the system need not hand out fresh memory each time.
const SPARE: usize = 3;

/// Opaque pixels, three bytes each, row by row.
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// A picture that is part of a card: a vendor's background, or the shop's own photo or logo.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The digest of its bytes.
    pub name: Arc<str>,
    pub format: Format,
    pub bytes: Arc<Vec<u8>>,
}

/// What a card may show besides its drawing.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// Behind everything.
    pub photo: Option<Asset>,
    pub logo: Option<Asset>,
}

struct Layer {
    key: [u8; 32],
    pixels: Arc<Pixmap>,
}

/// Paints cards; keeps what the next one can use. Shared by all of a process.
#[derive(Default)]
pub struct Painter {
    glyphs: Glyphs,
    layers: Mutex<VecDeque<Layer>>,
    spare: Mutex<Vec<Pixmap>>,
}

impl Painter {
    /// Paints a card at `scale` times its platform's size (1 for the picture, less for a preview). Nothing is
    /// ever fetched: the only pictures a drawing may name are those in `assets`.
    ///
    /// # Errors
    /// A drawing that is no SVG, or no memory.
    pub fn paint(
        &self,
        fonts: &Fonts,
        card: &Card,
        assets: &Assets,
        scale: f32,
    ) -> anyhow::Result<Pixels> {
        let pixmap = self.paint_rgba(fonts, card, assets, scale)?;
        let (width, height) = (pixmap.width(), pixmap.height());
        let rgb = opaque(pixmap.data());
        self.give_back(pixmap);
        Ok(Pixels { width, height, rgb })
    }

    /// As [`Painter::paint`], four bytes a pixel.
    ///
    /// # Errors
    /// As there.
    pub fn paint_rgba(
        &self,
        fonts: &Fonts,
        card: &Card,
        assets: &Assets,
        scale: f32,
    ) -> anyhow::Result<Pixmap> {
        let mut pixmap = self.paint_shapes(card, assets, scale)?;
        let per_unit = pixmap.width() as f32 / card.wide;
        let width = pixmap.width() as usize;
        for line in card.lines.iter().chain(&card.marks) {
            self.glyphs
                .lay(fonts, line, per_unit, pixmap.data_mut(), width);
        }
        Ok(pixmap)
    }

    /// Everything but the letters.
    ///
    /// # Errors
    /// As [`Painter::paint`].
    pub fn paint_shapes(&self, card: &Card, assets: &Assets, scale: f32) -> anyhow::Result<Pixmap> {
        let width = ((card.width as f32 * scale).round() as u32).max(1);
        let height = ((card.height as f32 * scale).round() as u32).max(1);
        let layer = self.layer(card, assets, width, height)?;
        let mut pixmap = self.room(width, height)?;
        pixmap.data_mut().copy_from_slice(layer.data());
        if !card.over.is_empty() {
            draw(&card.svg(&card.over), card, assets, &mut pixmap)?;
        }
        let per_unit = width as f32 / card.wide;
        if let Some(qr) = &card.qr {
            qr.lay(per_unit, pixmap.data_mut(), width as usize);
        }
        Ok(pixmap)
    }

    /// One line of letters on a picture that is there already.
    pub fn lay_line(
        &self,
        fonts: &Fonts,
        line: &Line,
        scale: f32,
        fade: Fade,
        pixmap: &mut Pixmap,
    ) {
        let width = pixmap.width() as usize;
        self.glyphs
            .lay_faded(fonts, line, scale, fade, pixmap.data_mut(), width);
    }

    fn layer(
        &self,
        card: &Card,
        assets: &Assets,
        width: u32,
        height: u32,
    ) -> anyhow::Result<Arc<Pixmap>> {
        let key = key_of(card, assets, width, height);
        {
            let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = layers.iter().position(|l| l.key == key)
                && let Some(found) = layers.remove(at)
            {
                let pixels = Arc::clone(&found.pixels);
                layers.push_back(found);
                return Ok(pixels);
            }
        }
        let mut pixmap = Pixmap::new(width, height).context("make room for the pixels")?;
        // A colour under everything, so that no rounding at an edge lets transparency through.
        pixmap.fill(resvg::tiny_skia::Color::WHITE);
        if let Some((ground, raised)) = &card.ground {
            draw(&card.svg(ground), card, assets, &mut pixmap)?;
            halve_steps(pixmap.data_mut(), *raised);
        }
        draw(&card.svg(&card.under), card, assets, &mut pixmap)?;
        let pixels = Arc::new(pixmap);
        let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        layers.push_back(Layer {
            key,
            pixels: Arc::clone(&pixels),
        });
        while layers.len() > 1
            && layers.iter().map(|l| l.pixels.data().len()).sum::<usize>() > KEPT_BYTES
        {
            layers.pop_front();
        }
        Ok(pixels)
    }

    fn room(&self, width: u32, height: u32) -> anyhow::Result<Pixmap> {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = spare
            .iter()
            .position(|p| (p.width(), p.height()) == (width, height));
        if let Some(at) = fits {
            return Ok(spare.swap_remove(at));
        }
        drop(spare);
        Pixmap::new(width, height).context("make room for the pixels")
    }

    /// Hands a pixmap back for the next card.
    pub fn give_back(&self, pixmap: Pixmap) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() >= SPARE {
            spare.remove(0);
        }
        spare.push(pixmap);
    }

    /// Forgets all static layers, to measure what drawing without them costs.
    pub fn forget_layers(&self) {
        self.layers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn key_of(card: &Card, assets: &Assets, width: u32, height: u32) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(width.to_le_bytes());
    digest.update(height.to_le_bytes());
    for asset in [&assets.photo, &assets.logo] {
        digest.update(asset.as_ref().map_or("", |a| &a.name).as_bytes());
        digest.update([0]);
    }
    if let Some((ground, raised)) = &card.ground {
        digest.update(ground.as_bytes());
        digest.update([u8::from(*raised)]);
    }
    digest.update(card.under.as_bytes());
    digest.finalize().into()
}

fn draw(svg: &str, card: &Card, assets: &Assets, pixmap: &mut Pixmap) -> anyhow::Result<()> {
    let known = assets.clone();
    let options = usvg::Options {
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(move |href, _| {
                let asset = match href {
                    "photo" => known.photo.as_ref(),
                    "logo" => known.logo.as_ref(),
                    _ => None,
                }?;
                let bytes = Arc::clone(&asset.bytes);
                Some(match asset.format {
                    Format::Png => usvg::ImageKind::PNG(bytes),
                    Format::Jpeg => usvg::ImageKind::JPEG(bytes),
                    Format::WebP => usvg::ImageKind::WEBP(bytes),
                })
            }),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).context("read the card's svg")?;
    let transform = Transform::from_scale(
        pixmap.width() as f32 / card.wide,
        pixmap.height() as f32 / card.tall,
    );
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    Ok(())
}

/// Takes away every other step of a run of colours, upwards or downwards.
fn halve_steps(rgba: &mut [u8], raised: bool) {
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    for [r, g, b, _] in pixels {
        for part in [r, g, b] {
            *part = if raised { *part | 1 } else { *part & !1 };
        }
    }
}

/// Drops the fourth byte of every pixel.
pub(super) fn opaque(rgba: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgba.as_chunks::<4>();
    let mut rgb = vec![0; pixels.len() * 3];
    for (to, [r, g, b, _]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
        *to = [*r, *g, *b];
    }
    rgb
}
