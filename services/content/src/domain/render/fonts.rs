//! The typefaces and how wide their letters are.

use std::collections::HashSet;

/// A typeface a style may use. All come from the Debian package `fonts-nanum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    SquareBold,
    Square,
    RoundBold,
    Round,
    MyeongjoBold,
    Myeongjo,
}

impl Face {
    pub const ALL: [Self; 6] = [
        Self::SquareBold,
        Self::Square,
        Self::RoundBold,
        Self::Round,
        Self::MyeongjoBold,
        Self::Myeongjo,
    ];

    /// File name inside the font folder.
    pub const fn file(self) -> &'static str {
        match self {
            Self::SquareBold => "NanumSquareB.ttf",
            Self::Square => "NanumSquareR.ttf",
            Self::RoundBold => "NanumSquareRoundB.ttf",
            Self::Round => "NanumSquareRoundR.ttf",
            Self::MyeongjoBold => "NanumMyeongjoBold.ttf",
            Self::Myeongjo => "NanumMyeongjo.ttf",
        }
    }
}

/// No letter is this wide: marks a letter the face does not have.
pub const MISSING: u16 = u16::MAX;

/// Advance of every letter of the Basic Multilingual Plane, in thousandths of the font size.
pub struct Advances(pub Vec<u16>);

/// One face: how wide its letters are, and the file they are drawn from.
pub struct FaceData {
    pub advances: Advances,
    pub file: Vec<u8>,
}

/// The typeface of small colour pictures (emoji), where it is installed.
pub struct EmojiData {
    pub file: Vec<u8>,
    /// Every picture it has.
    pub letters: HashSet<char>,
}

/// Advance of an emoji, in thousandths of the font size; it is drawn one em high and wide.
pub const EMOJI_ADVANCE: u16 = 1120;

/// The faces, loaded once and shared by every picture.
pub struct Fonts {
    /// In the order of [`Face::ALL`].
    faces: Vec<FaceData>,
    emoji: Option<EmojiData>,
}

/// Where a letter is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    Face(Face),
    Emoji,
}

impl Fonts {
    /// `faces` in the order of [`Face::ALL`].
    pub fn new(faces: Vec<FaceData>, emoji: Option<EmojiData>) -> Self {
        Self { faces, emoji }
    }

    /// Whether emoji are drawn; without their typeface they are left out.
    pub const fn has_emoji(&self) -> bool {
        self.emoji.is_some()
    }

    /// The file behind an origin.
    pub(super) fn file(&self, origin: Origin) -> Option<&[u8]> {
        match origin {
            Origin::Face(face) => self.faces.get(face as usize).map(|f| f.file.as_slice()),
            Origin::Emoji => self.emoji.as_ref().map(|e| e.file.as_slice()),
        }
    }

    /// The face that has the letter, the wanted one first, and the letter's advance.
    pub(super) fn origin_of(&self, face: Face, letter: char) -> Option<(Origin, u16)> {
        let of = |face: Face| {
            let advances = &self.faces.get(face as usize)?.advances.0;
            let advance = advances.get(letter as usize).copied()?;
            (advance != MISSING).then_some((Origin::Face(face), advance))
        };
        let emoji = || {
            let known = self.emoji.as_ref()?.letters.contains(&letter);
            known.then_some((Origin::Emoji, EMOJI_ADVANCE))
        };
        of(face)
            .or_else(|| Face::ALL.into_iter().find_map(of))
            .or_else(emoji)
    }

    /// Width of a text set in one line, in the unit of `size`.
    pub fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let sum: u32 = text
            .chars()
            .filter_map(|c| self.origin_of(face, c))
            .map(|(_, advance)| u32::from(advance))
            .sum();
        sum as f32 * size / 1000.0
    }

    /// The text as it can be drawn: one line, single spaces, without control characters and without letters
    /// no face has (they would appear as empty boxes).
    pub fn drawable(&self, text: &str) -> String {
        let kept: String = text
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| {
                *c == ' '
                    || (!c.is_control()
                        && self
                            .origin_of(Face::SquareBold, *c)
                            .is_some_and(|(_, advance)| advance > 0))
            })
            .collect();
        kept.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
