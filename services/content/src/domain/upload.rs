//! What an owner's file must be to become a picture of ours: checked by content, decoded within limits,
//! written anew, so that neither metadata nor anything hidden in the file survives.

use super::render::color::Color;
use super::render::encode::Format;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Largest file taken, in bytes.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;
/// Largest side and largest area taken, in pixels.
const SIDE_LIMIT: u32 = 8000;
const AREA_LIMIT: u64 = 32_000_000;
/// Larger pictures are kept in this size.
const KEPT_SIDE: u32 = 2048;

/// What an upload is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Stands for the shop on its cards.
    Logo,
    /// May stand behind the text of a card.
    Photo,
}

impl Purpose {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Logo => "LOGO",
            Self::Photo => "PHOTO",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Logo, Self::Photo]
            .into_iter()
            .find(|p| p.code() == code)
    }
}

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not PNG, JPEG or WebP by its content.
    NotAPicture,
    TooManyPixels,
    Broken,
}

/// A picture as it will be stored.
#[derive(Debug)]
pub struct Picture {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// The strongest colour in it, if it is not all grey.
    pub color: Option<Color>,
}

/// Decodes and turns upright.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let format = image::guess_format(bytes).map_err(|_| Refusal::NotAPicture)?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP
    ) {
        return Err(Refusal::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(AREA_LIMIT * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal_of)?;
    let (width, height) = decoder.dimensions();
    // Before a single pixel is unpacked: a small file may claim a huge picture.
    if width > SIDE_LIMIT
        || height > SIDE_LIMIT
        || u64::from(width) * u64::from(height) > AREA_LIMIT
    {
        return Err(Refusal::TooManyPixels);
    }
    let turn = decoder
        .orientation()
        .unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal_of)?;
    picture.apply_orientation(turn);
    Ok(picture)
}

fn refusal_of(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Broken,
    }
}

/// An owner's logo or photo: PNG where it is see-through, else JPEG; at most 2048 pixels a side.
pub fn take_upload(bytes: &[u8]) -> Result<Picture, Refusal> {
    let mut picture = decode(bytes)?;
    if picture.width() > KEPT_SIDE || picture.height() > KEPT_SIDE {
        picture = picture.resize(KEPT_SIDE, KEPT_SIDE, image::imageops::FilterType::Triangle);
    }
    let color = main_color(&picture);
    let kept = if picture.color().has_alpha() {
        let picture = DynamicImage::ImageRgba8(picture.to_rgba8());
        write(&picture, ImageFormat::Png, Format::Png)
    } else {
        write_jpeg(&picture)
    };
    kept.map(|picture| Picture { color, ..picture })
}

/// A vendor's background: always an opaque JPEG, no larger than what is drawn from it.
pub fn take_background(bytes: &[u8]) -> Result<Picture, Refusal> {
    let mut picture = decode(bytes)?;
    if picture.width() > 1280 || picture.height() > 1280 {
        picture = picture.resize(1280, 1280, image::imageops::FilterType::Triangle);
    }
    write_jpeg(&picture)
}

/// The colour most of the coloured pixels are near to.
fn main_color(picture: &DynamicImage) -> Option<Color> {
    const HUES: usize = 24;
    // Single pixels, not means: a mean of a colour and what is beside it is a third one.
    let small = picture
        .resize_exact(64, 64, image::imageops::FilterType::Nearest)
        .to_rgba8();
    let mut weights = [0.0f32; HUES];
    let mut sums = [[0.0f32; 3]; HUES];
    for pixel in small.pixels() {
        let [r, g, b, a] = pixel.0;
        let (hue, saturation, lightness) = Color::rgb(r, g, b).to_hsl();
        if a < 128 || saturation < 0.25 || !(0.12..0.92).contains(&lightness) {
            continue;
        }
        let heap = (hue / 360.0 * HUES as f32) as usize % HUES;
        weights[heap] += saturation;
        for (sum, part) in sums[heap].iter_mut().zip([r, g, b]) {
            *sum += f32::from(part) * saturation;
        }
    }
    let (heap, weight) = weights
        .iter()
        .copied()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let [r, g, b] = sums[heap].map(|sum| (sum / weight).round() as u8);
    (weight > 8.0).then_some(Color::rgb(r, g, b))
}

fn write_jpeg(picture: &DynamicImage) -> Result<Picture, Refusal> {
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&picture.to_rgb8())
        .map_err(|_| Refusal::Broken)?;
    Ok(Picture {
        bytes,
        format: Format::Jpeg,
        width,
        height,
        color: None,
    })
}

fn write(picture: &DynamicImage, to: ImageFormat, format: Format) -> Result<Picture, Refusal> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, to)
        .map_err(|_| Refusal::Broken)?;
    Ok(Picture {
        bytes: bytes.into_inner(),
        format,
        width: picture.width(),
        height: picture.height(),
        color: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        for bytes in [
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(),
            b"<!doctype html>",
            b"GIF89a\x01\0\x01\0",
            b"",
        ] {
            assert_eq!(take_upload(bytes).unwrap_err(), Refusal::NotAPicture);
        }
        assert_eq!(
            take_upload(b"\x89PNG\r\n\x1a\n and then nothing").unwrap_err(),
            Refusal::Broken
        );
    }

    #[test]
    fn what_follows_the_picture_in_the_file_is_gone() {
        let pixels = DynamicImage::new_rgb8(9, 7);
        let mut bytes = Cursor::new(Vec::new());
        pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let mut bytes = bytes.into_inner();
        bytes.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        let taken = take_upload(&bytes).unwrap();
        assert_eq!(
            (taken.width, taken.height, taken.format),
            (9, 7, Format::Jpeg)
        );
        assert!(!taken.bytes.windows(8).any(|w| w == b"<script>"));
    }
}
