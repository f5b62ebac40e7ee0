//! Writes SVG. No text enters it: letters are laid over the painted shapes, so nothing an owner writes can
//! become markup.

use super::color::Color;
use super::fonts::Face;
use std::fmt::Write as _;

/// A drawing under construction, in the card's own unit.
#[derive(Default)]
pub struct Svg {
    pub body: String,
}

/// One line of text at its place. `x` is its left end, `y` its baseline.
#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    pub face: Face,
    pub size: f32,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub fill: Color,
    /// Every colour that may lie behind it.
    pub behind: Vec<Color>,
}

impl Svg {
    /// Appends ready-made markup that holds no outside text.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    pub fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, radius: f32, paint: &str) {
        // Writing to a string cannot fail; so in the methods below.
        let _ = write!(
            self.body,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" rx="{radius:.1}" {paint}/>"#
        );
    }

    pub fn circle(&mut self, x: f32, y: f32, radius: f32, paint: &str) {
        let _ = write!(
            self.body,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" {paint}/>"#
        );
    }

    pub fn path(&mut self, d: &str, paint: &str) {
        let _ = write!(self.body, r#"<path d="{d}" {paint}/>"#);
    }

    /// Places markup drawn in a 100 × 100 box at (`x`, `y`) with `side` as its side, turned by `degrees`.
    pub fn place(&mut self, markup: &str, x: f32, y: f32, side: f32, degrees: f32) {
        let scale = side / 100.0;
        let _ = write!(
            self.body,
            r#"<g transform="translate({x:.1} {y:.1}) rotate({degrees:.1} {half:.1} {half:.1}) scale({scale:.4})">{markup}</g>"#,
            half = side / 2.0
        );
    }

    /// The shop's logo, whole, in the middle of the given area.
    pub fn logo(&mut self, x: f32, y: f32, w: f32, h: f32) {
        let _ = write!(
            self.body,
            r#"<image href="logo" x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" preserveAspectRatio="xMidYMid meet"/>"#
        );
    }

    /// The picture behind the card over the given area, cut by the clip path `clip` (its id) if there is one.
    pub fn photo(&mut self, x: f32, y: f32, w: f32, h: f32, clip: Option<&str>) {
        let clip = clip
            .map(|id| format!(r#" clip-path="url(#{id})""#))
            .unwrap_or_default();
        let _ = write!(
            self.body,
            r#"<g{clip}><image href="photo" x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" preserveAspectRatio="xMidYMid slice"/></g>"#
        );
    }
}

/// `fill="#RRGGBB"`.
pub fn fill(color: Color) -> String {
    format!(r#"fill="{}""#, color.hex())
}

/// A fill that lets `share` (0–1) through.
pub fn tint(color: Color, share: f32) -> String {
    format!(r#"fill="{}" fill-opacity="{share:.2}""#, color.hex())
}

/// An outline without filling.
pub fn stroke(color: Color, width: f32) -> String {
    format!(
        r#"fill="none" stroke="{}" stroke-width="{width:.1}" stroke-linecap="round" stroke-linejoin="round""#,
        color.hex()
    )
}
