//! Letters as masks: each is traced and filled once per size and quarter of a pixel, then only laid on.

use super::color::Color;
use super::fonts::{Fonts, Origin};
use super::svg::Line;
use resvg::tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};
use skrifa::bitmap::BitmapData;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of masks kept at once; a card of usual length needs about half a megabyte.
const KEPT_BYTES: usize = 20 << 20;

/// Parts a pixel is divided into, for where a letter begins.
const PARTS: f32 = 4.0;

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Key {
    origin: Origin,
    letter: char,
    /// The size in 32nds of a pixel.
    size: u32,
    /// The part of a pixel it begins at.
    part: u8,
}

/// A letter's pixels; `left` and `top` from where it begins on the baseline.
struct Glyph {
    left: i32,
    top: i32,
    width: usize,
    ink: Ink,
}

enum Ink {
    /// How much of each pixel is covered.
    Cover(Vec<u8>),
    /// Colours of their own, not premultiplied.
    Colours(Vec<[u8; 4]>),
}

/// How far a line has come into view.
#[derive(Debug, Clone, Copy)]
pub struct Fade {
    /// 0 is not to be seen, 255 is there.
    pub share: u8,
    /// Pixels below its place.
    pub down: i32,
}

impl Fade {
    pub const NONE: Self = Self {
        share: 255,
        down: 0,
    };
}

/// Letters drawn before. Cheap to share; what is lost is drawn again.
#[derive(Default)]
pub struct Glyphs(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    masks: HashMap<Key, Option<Arc<Glyph>>>,
    bytes: usize,
}

impl Glyphs {
    /// Lays a line of text on opaque pixels of four bytes. `scale` is pixels per unit of the card.
    pub fn lay(&self, fonts: &Fonts, line: &Line, scale: f32, pixels: &mut [u8], width: usize) {
        self.lay_faded(fonts, line, scale, Fade::NONE, pixels, width);
    }

    /// As [`Glyphs::lay`], while the line still comes into view.
    pub fn lay_faded(
        &self,
        fonts: &Fonts,
        line: &Line,
        scale: f32,
        fade: Fade,
        pixels: &mut [u8],
        width: usize,
    ) {
        if fade.share == 0 {
            return;
        }
        let size = line.size * scale;
        let units = (size * 32.0).round() as u32;
        let baseline = (line.y * scale).round() as i32 + fade.down;
        let mut pen = line.x * scale;
        for letter in line.text.chars() {
            let Some((origin, advance)) = fonts.origin_of(line.face, letter) else {
                continue;
            };
            if letter != ' ' {
                let quarters = (pen * PARTS).round() as i32;
                let key = Key {
                    origin,
                    letter,
                    size: units,
                    part: quarters.rem_euclid(PARTS as i32) as u8,
                };
                if let Some(glyph) = self.glyph(fonts, key) {
                    let x = quarters.div_euclid(PARTS as i32);
                    glyph.blend((line.fill, fade.share), (x, baseline), pixels, width);
                }
            }
            pen += f32::from(advance) * size / 1000.0;
        }
    }

    fn glyph(&self, fonts: &Fonts, key: Key) -> Option<Arc<Glyph>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.masks.get(&key) {
            return found.clone();
        }
        drop(kept);
        let drawn = draw(fonts, key).map(Arc::new);
        kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes >= KEPT_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += drawn.as_ref().map_or(0, |glyph| glyph.bytes()) + size_of::<Key>();
        kept.masks.insert(key, drawn.clone());
        drawn
    }
}

fn draw(fonts: &Fonts, key: Key) -> Option<Glyph> {
    let size = key.size as f32 / 32.0;
    match key.origin {
        Origin::Face(_) => {
            let path = outline(fonts, key.origin, key.letter, size)?;
            fill(&path, f32::from(key.part) / PARTS)
        }
        Origin::Emoji => picture(fonts.file(key.origin)?, key.letter, size),
    }
}

/// A letter's outline with its origin on the baseline, y downwards.
pub fn outline(fonts: &Fonts, origin: Origin, letter: char, size: f32) -> Option<Path> {
    let font = FontRef::new(fonts.file(origin)?).ok()?;
    let id = font.charmap().map(letter)?;
    let glyph = font.outline_glyphs().get(id)?;
    let mut pen = Pen(PathBuilder::new());
    let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
    glyph.draw(settings, &mut pen).ok()?;
    pen.0.finish()
}

fn fill(path: &Path, part: f32) -> Option<Glyph> {
    let bounds = path.bounds();
    let (left, top) = (
        bounds.left().floor() as i32 - 1,
        bounds.top().floor() as i32 - 1,
    );
    let width = (bounds.right().ceil() as i32 - left + 2).max(1) as u32;
    let height = (bounds.bottom().ceil() as i32 - top + 2).max(1) as u32;
    let mut mask = Mask::new(width, height)?;
    let transform = Transform::from_translate(part - left as f32, -top as f32);
    mask.fill_path(path, FillRule::Winding, true, transform);
    Some(Glyph {
        left,
        top,
        width: width as usize,
        ink: Ink::Cover(mask.take()),
    })
}

/// An emoji, one em high and wide.
fn picture(file: &[u8], letter: char, size: f32) -> Option<Glyph> {
    let font = FontRef::new(file).ok()?;
    let id = font.charmap().map(letter)?;
    let strikes = font.bitmap_strikes();
    let found = strikes.glyph_for_size(Size::new(size), id)?;
    let BitmapData::Png(bytes) = found.data else {
        return None;
    };
    let decoded = image::load_from_memory_with_format(bytes, image::ImageFormat::Png)
        .ok()?
        .to_rgba8();
    let side = (size * 1.04).round().max(1.0) as u32;
    let small =
        image::imageops::resize(&decoded, side, side, image::imageops::FilterType::Triangle);
    Some(Glyph {
        left: (size * 0.04).round() as i32,
        top: -(size * 0.88).round() as i32,
        width: side as usize,
        ink: Ink::Colours(small.pixels().map(|p| p.0).collect()),
    })
}

impl Glyph {
    fn bytes(&self) -> usize {
        match &self.ink {
            Ink::Cover(cover) => cover.len(),
            Ink::Colours(colours) => colours.len() * 4,
        }
    }

    fn blend(
        &self,
        (ink, share): (Color, u8),
        (x, baseline): (i32, i32),
        pixels: &mut [u8],
        width: usize,
    ) {
        let (left, top) = (x + self.left, baseline + self.top);
        // Columns of the mask that lie on the picture.
        let skip = usize::try_from(-left).unwrap_or(0);
        let from = usize::try_from(left).unwrap_or(0);
        let take = self
            .width
            .saturating_sub(skip)
            .min(width.saturating_sub(from));
        if take == 0 {
            return;
        }
        let rows = match &self.ink {
            Ink::Cover(cover) => cover.len() / self.width,
            Ink::Colours(colours) => colours.len() / self.width,
        };
        for row in 0..rows {
            let Ok(y) = usize::try_from(top + row as i32) else {
                continue;
            };
            let start = (y * width + from) * 4;
            let Some(under) = pixels.get_mut(start..start + take * 4) else {
                continue;
            };
            let (under, _) = under.as_chunks_mut::<4>();
            let first = row * self.width + skip;
            match &self.ink {
                Ink::Cover(cover) => {
                    for (pixel, cover) in under.iter_mut().zip(&cover[first..first + take]) {
                        if *cover != 0 {
                            mix(pixel, [ink.r, ink.g, ink.b], part(*cover, share));
                        }
                    }
                }
                Ink::Colours(colours) => {
                    for (pixel, [r, g, b, a]) in under.iter_mut().zip(&colours[first..first + take])
                    {
                        mix(pixel, [*r, *g, *b], part(*a, share));
                    }
                }
            }
        }
    }
}

fn part(cover: u8, share: u8) -> u8 {
    ((u16::from(cover) * u16::from(share) + 127) / 255) as u8
}

fn mix(pixel: &mut [u8; 4], ink: [u8; 3], cover: u8) {
    let cover = i32::from(cover);
    for (under, over) in pixel.iter_mut().zip(ink) {
        let way = (i32::from(over) - i32::from(*under)) * cover;
        // Divides by 255, rounded.
        *under = (i32::from(*under) + ((way + 128 + (way >> 8)) >> 8)) as u8;
    }
}

struct Pen(PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, -cy, x, -y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.cubic_to(cx0, -cy0, cx1, -cy1, x, -y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
