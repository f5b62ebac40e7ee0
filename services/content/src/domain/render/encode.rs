//! Pixels as files: PNG, JPEG and WebP.

use super::raster::Pixels;
use crate::domain::metadata;
use anyhow::Context as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// The formats a picture is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Png,
    Jpeg,
    WebP,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::WebP];

    /// As in a file name and in `/cdn/` addresses.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
        }
    }

    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.extension() == extension)
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

/// Encodes; `ai` adds the metadata that says a generative model took part.
pub fn encode(pixels: &Pixels, format: Format, ai: bool) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pixels.rgb.len() / 6);
    let (w, h, color) = (pixels.width, pixels.height, ExtendedColorType::Rgb8);
    match format {
        Format::Png => {
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Paeth)
                .write_image(&pixels.rgb, w, h, color)
        }
        Format::Jpeg => return write_jpeg(pixels, ai),
        Format::WebP => WebPEncoder::new_lossless(&mut bytes).write_image(&pixels.rgb, w, h, color),
    }
    .with_context(|| format!("encode {}", format.extension()))?;
    Ok(if ai {
        metadata::mark_generated(bytes, format, (w, h))
    } else {
        bytes
    })
}

fn write_jpeg(pixels: &Pixels, ai: bool) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pixels.rgb.len() / 12);
    let side = |pixels: u32| u16::try_from(pixels).context("a picture of this size is no JPEG");
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    // Coloured letters on coloured grounds fray when colour is kept at half the size.
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    encoder
        .encode(
            &pixels.rgb,
            side(pixels.width)?,
            side(pixels.height)?,
            jpeg_encoder::ColorType::Rgb,
        )
        .context("encode jpg")?;
    Ok(if ai {
        metadata::mark_generated(bytes, Format::Jpeg, (pixels.width, pixels.height))
    } else {
        bytes
    })
}
