//! The typefaces and how wide their letters are.

use resvg::usvg::fontdb;
use std::sync::Arc;

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

    /// The name the drawing refers to it by; given by us at loading, since the files name bold cuts in
    /// different ways.
    pub const fn family(self) -> &'static str {
        match self {
            Self::SquareBold => "janchi-square-bold",
            Self::Square => "janchi-square",
            Self::RoundBold => "janchi-round-bold",
            Self::Round => "janchi-round",
            Self::MyeongjoBold => "janchi-myeongjo-bold",
            Self::Myeongjo => "janchi-myeongjo",
        }
    }
}

/// No letter is this wide: marks a letter the face does not have.
pub const MISSING: u16 = u16::MAX;

/// Advance of every letter of the Basic Multilingual Plane, in thousandths of the font size.
pub struct Advances(pub Vec<u16>);

/// The faces, loaded once and shared by every picture.
pub struct Fonts {
    pub database: Arc<fontdb::Database>,
    /// In the order of [`Face::ALL`].
    advances: Vec<Advances>,
}

impl Fonts {
    /// `advances` in the order of [`Face::ALL`].
    pub fn new(database: fontdb::Database, advances: Vec<Advances>) -> Self {
        Self {
            database: Arc::new(database),
            advances,
        }
    }

    fn advance_of(&self, face: Face, letter: char) -> Option<u16> {
        let own = self.advances.get(face as usize)?;
        let of = |table: &Advances| {
            table
                .0
                .get(letter as usize)
                .copied()
                .filter(|a| *a != MISSING)
        };
        of(own).or_else(|| self.advances.iter().find_map(of))
    }

    /// Width of a text set in one line, in the unit of `size`.
    pub fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let sum: u32 = text
            .chars()
            .filter_map(|c| self.advance_of(face, c))
            .map(u32::from)
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
                        && self.advance_of(Face::SquareBold, *c).is_some_and(|a| a > 0))
            })
            .collect();
        kept.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
