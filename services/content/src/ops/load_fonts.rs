//! Reads the typefaces from their folders, once, at start.

use crate::domain::render::fonts::{Advances, EmojiData, Face, FaceData, Fonts, MISSING};
use anyhow::Context as _;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::io::ErrorKind;
use std::path::Path;

/// Loads every face. A missing one stops the start with the setting and the package that mend it. The typeface of
/// emoji is wanted but not needed: without it they are left out of pictures.
pub fn load_fonts(folder: &Path, emoji: &Path) -> anyhow::Result<Fonts> {
    let mut faces = Vec::new();
    for face in Face::ALL {
        let path = folder.join(face.file());
        let file = std::fs::read(&path).with_context(|| {
            format!(
                "font {} is missing: install the package fonts-nanum, or name the folder of its files in FONT_DIR",
                path.display()
            )
        })?;
        let advances =
            measure(&file).with_context(|| format!("read font {} (FONT_DIR)", path.display()))?;
        faces.push(FaceData { advances, file });
    }
    Ok(Fonts::new(faces, load_emoji(emoji)?))
}

fn load_emoji(path: &Path) -> anyhow::Result<Option<EmojiData>> {
    let file = match std::fs::read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            tracing::info!(
                "no typeface for emoji (package fonts-noto-color-emoji, EMOJI_FONT): pictures leave them out"
            );
            return Ok(None);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("read {} (EMOJI_FONT)", path.display()));
        }
    };
    let font =
        FontRef::new(&file).with_context(|| format!("read {} (EMOJI_FONT)", path.display()))?;
    let letters = font
        .charmap()
        .mappings()
        .filter_map(|(code, _)| char::from_u32(code))
        .filter(|letter| is_picture(*letter))
        .collect();
    Ok(Some(EmojiData { file, letters }))
}

/// Not the digits, joiners, skin tones and flag letters that only mean something in a sequence.
fn is_picture(letter: char) -> bool {
    !letter.is_ascii()
        && !matches!(
            letter as u32,
            0x80..=0x200F | 0x2028..=0x203B | 0x20E3 | 0xFE00..=0xFE0F | 0x1F1E6..=0x1F1FF
                | 0x1F3FB..=0x1F3FF | 0xE0000..
        )
}

fn measure(bytes: &[u8]) -> anyhow::Result<Advances> {
    let font = FontRef::new(bytes)?;
    let letters = font.charmap();
    // At size 1000 an advance is in thousandths of the font size.
    let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
    let advance = |code: u32| {
        let glyph = letters.map(code).filter(|g| g.to_u32() != 0)?;
        metrics.advance_width(glyph).map(|a| a.round() as u16)
    };
    Ok(Advances(
        (0..0x1_0000)
            .map(|code| advance(code).unwrap_or(MISSING))
            .collect(),
    ))
}
