//! One typeface: how wide its letters are, and which of them a report has used.
//!
//! Every letter is one glyph: Korean syllables are composed before they are set, and Nanum has all of them.

use anyhow::Context as _;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::{FontRef, MetadataProvider as _};
use subsetter::GlyphRemapper;
use unicode_normalization::UnicodeNormalization as _;

/// PDF measures fonts in thousandths of their size.
const EM: f32 = 1000.0;

/// A letter of the embedded font: what it is for a reader who copies it, and its advance in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Letter {
    pub letter: char,
    pub advance: f32,
}

/// A typeface while a report is being set in it.
pub struct Typeface<'a> {
    file: &'a [u8],
    letters: Charmap<'a>,
    advances: GlyphMetrics<'a>,
    metrics: Metrics,
    kept: GlyphRemapper,
    /// By their number in the embedded font, from 1 on: 0 is the empty box.
    used: Vec<Letter>,
}

impl<'a> Typeface<'a> {
    /// Reads the tables of a TrueType file.
    ///
    /// # Errors
    /// It is no font, or has no letters.
    pub fn open(file: &'a [u8]) -> anyhow::Result<Self> {
        let font = FontRef::new(file).context("read a font")?;
        let letters = font.charmap();
        anyhow::ensure!(letters.map('가').is_some(), "the font has no Korean");
        let size = Size::new(EM);
        Ok(Self {
            file,
            letters,
            advances: font.glyph_metrics(size, LocationRef::default()),
            metrics: font.metrics(size, LocationRef::default()),
            kept: GlyphRemapper::new(),
            used: Vec::new(),
        })
    }

    fn glyph(&self, letter: char) -> Option<u16> {
        let glyph = self.letters.map(letter)?.to_u32();
        u16::try_from(glyph).ok().filter(|glyph| *glyph != 0)
    }

    fn advance(&self, glyph: u16) -> f32 {
        self.advances
            .advance_width(glyph.into())
            .unwrap_or_default()
    }

    /// The text as it can be shown: composed, one line, single spaces, without what this typeface has no letter for.
    pub fn showable(&self, text: &str) -> String {
        let kept: String = text
            .nfc()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control() && self.glyph(*c).is_some())
            .collect();
        kept.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Width of a text in one line, in the unit of `size`.
    pub fn width(&self, size: f32, text: &str) -> f32 {
        let glyphs = text.chars().filter_map(|letter| self.glyph(letter));
        glyphs.map(|glyph| self.advance(glyph)).sum::<f32>() * size / EM
    }

    /// The text by the numbers of the embedded font, two bytes a letter; its letters are kept from now on.
    pub fn set(&mut self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * text.len());
        for letter in text.chars() {
            let Some(glyph) = self.glyph(letter) else {
                continue;
            };
            let number = self.kept.remap(glyph);
            if usize::from(number) > self.used.len() {
                let advance = self.advance(glyph);
                self.used.push(Letter { letter, advance });
            }
            out.extend(number.to_be_bytes());
        }
        out
    }

    /// The letters in use, from number 1 on.
    pub fn used(&self) -> &[Letter] {
        &self.used
    }

    /// Heights and box, in thousandths.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The font with the letters in use alone.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn subset(&self) -> anyhow::Result<Vec<u8>> {
        subsetter::subset(self.file, 0, &self.kept).context("take the used letters out of a font")
    }
}
