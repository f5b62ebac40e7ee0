//! The painter: gradient, round lights out of focus, enlarged from a small canvas so that it is quick and soft.

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Png,
    Jpeg,
    Webp,
}

impl Format {
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "png" => Some(Self::Png),
            "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
        }
    }
}

/// A picture to paint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    pub width: u32,
    pub height: u32,
    pub seed: u64,
    pub format: Format,
    /// What a filter leaves: no lights, one grey wash.
    pub blurred: bool,
}

/// Two ends of a gradient and the colour of its lights.
const PALETTES: [[[u8; 3]; 3]; 8] = [
    [[255, 236, 210], [252, 182, 159], [255, 250, 240]],
    [[33, 42, 89], [120, 79, 150], [255, 214, 140]],
    [[214, 240, 230], [120, 190, 180], [255, 255, 255]],
    [[250, 208, 196], [255, 154, 158], [255, 244, 220]],
    [[20, 30, 48], [60, 90, 130], [255, 190, 120]],
    [[255, 245, 200], [250, 190, 90], [255, 255, 255]],
    [[224, 234, 252], [150, 175, 220], [255, 255, 255]],
    [[60, 20, 40], [150, 50, 70], [255, 200, 170]],
];
/// The canvas is this much smaller than the picture.
const SCALE: u32 = 8;

/// Paints a picture and encodes it.
pub fn paint(request: Request) -> Bytes {
    let canvas = canvas(request);
    let whole = DynamicImage::ImageRgb8(canvas).resize_exact(
        request.width,
        request.height,
        FilterType::Triangle,
    );
    let mut out = Cursor::new(Vec::new());
    let done = match request.format {
        Format::Png => whole.write_to(&mut out, ImageFormat::Png),
        Format::Webp => whole.write_to(&mut out, ImageFormat::WebP),
        Format::Jpeg => whole.write_with_encoder(JpegEncoder::new_with_quality(&mut out, 88)),
    };
    if let Err(error) = done {
        tracing::error!(%error, "could not encode a picture");
    }
    out.into_inner().into()
}

fn canvas(request: Request) -> RgbImage {
    let (width, height) = (
        (request.width / SCALE).max(8),
        (request.height / SCALE).max(8),
    );
    let palette = PALETTES[usize::try_from(request.seed % 8).unwrap_or(0)];
    let mut canvas = RgbImage::from_fn(width, height, |x, y| {
        let share = (x * 100 / width + y * 200 / height) as f32 / 300.0;
        let mut pixel = mixed(palette[0], palette[1], share);
        if request.blurred {
            let grey = (u16::from(pixel[0]) + u16::from(pixel[1]) + u16::from(pixel[2])) / 3;
            pixel = mixed(pixel, [u8::try_from(grey).unwrap_or(u8::MAX); 3], 0.8);
        }
        Rgb(pixel)
    });
    if !request.blurred {
        for light in 0..14 {
            shine(&mut canvas, request.seed, light, palette[2]);
        }
    }
    canvas
}

/// One round light; its place and size come from the seed.
fn shine(canvas: &mut RgbImage, seed: u64, light: u64, colour: [u8; 3]) {
    let place = crate::numbers::hash(&format!("{seed}/{light}"));
    let (width, height) = canvas.dimensions();
    let pick =
        |shift: u32, span: u32| u32::try_from((place >> shift) & 0xffff).unwrap_or(0) % span.max(1);
    let (cx, cy) = (pick(0, width), pick(16, height));
    let radius = 3 + pick(32, width.min(height) / 7 + 1);
    let strength = 0.15 + pick(48, 30) as f32 / 100.0;
    for y in cy.saturating_sub(radius)..(cy + radius).min(height) {
        for x in cx.saturating_sub(radius)..(cx + radius).min(width) {
            let (dx, dy) = (x.abs_diff(cx), y.abs_diff(cy));
            let distance = (dx * dx + dy * dy) as f32 / (radius * radius) as f32;
            if distance < 1.0 {
                let pixel = canvas.get_pixel_mut(x, y);
                // Brighter at the rim, as lights out of focus are.
                pixel.0 = mixed(pixel.0, colour, strength * (0.6 + 0.4 * distance));
            }
        }
    }
}

fn mixed(from: [u8; 3], to: [u8; 3], share: f32) -> [u8; 3] {
    std::array::from_fn(|i| {
        let value = f32::from(from[i]) * (1.0 - share) + f32::from(to[i]) * share;
        value.round().clamp(0.0, 255.0) as u8
    })
}
