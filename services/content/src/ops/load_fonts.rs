//! Reads the typefaces from their folder, once, at start.

use crate::domain::render::fonts::{Advances, Face, Fonts, MISSING};
use anyhow::Context as _;
use resvg::usvg::fontdb;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::path::{Path, PathBuf};

/// Loads every face. A missing one stops the start with the setting and the package that mend it.
pub fn load_fonts(folder: &Path) -> anyhow::Result<Fonts> {
    let mut database = fontdb::Database::new();
    let mut advances = Vec::new();
    for face in Face::ALL {
        let path = folder.join(face.file());
        let bytes = std::fs::read(&path).with_context(|| {
            format!(
                "font {} is missing: install the package fonts-nanum, or name the folder of its files in FONT_DIR",
                path.display()
            )
        })?;
        advances.push(
            measure(&bytes).with_context(|| format!("read font {} (FONT_DIR)", path.display()))?,
        );
        add(&mut database, face, path)?;
    }
    Ok(Fonts::new(database, advances))
}

/// Adds a face under our own family name. The file is mapped when it is drawn with, not kept in memory.
fn add(database: &mut fontdb::Database, face: Face, path: PathBuf) -> anyhow::Result<()> {
    database
        .load_font_file(&path)
        .with_context(|| format!("load font {} (FONT_DIR)", path.display()))?;
    let loaded = database
        .faces()
        .last()
        .cloned()
        .with_context(|| format!("no face in {}", path.display()))?;
    database.remove_face(loaded.id);
    let families = vec![(
        face.family().to_owned(),
        fontdb::Language::English_UnitedStates,
    )];
    database.push_face_info(fontdb::FaceInfo {
        families,
        weight: fontdb::Weight::NORMAL,
        style: fontdb::Style::Normal,
        ..loaded
    });
    Ok(())
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
