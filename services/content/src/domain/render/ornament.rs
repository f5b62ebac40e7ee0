//! Festive ornaments drawn in code: silk lanterns, rays, confetti.

use super::color::Color;
use std::fmt::Write as _;

/// A red-and-blue silk lantern (청사초롱) in a 100 × 200 box, hanging from its upper edge.
pub fn lantern(gold: Color) -> String {
    let gold = gold.hex();
    format!(
        r##"<path d="M50 0v34" stroke="{gold}" stroke-width="3"/><path d="M30 44h40l6 12H24z" fill="{gold}"/><path d="M22 56h56q10 26 0 48H22q-10-22 0-48z" fill="#C8243C"/><path d="M17 82h66q1 12-5 22H22q-6-10-5-22z" fill="#2C4FA3"/><path d="M38 56q-4 24 0 48M62 56q4 24 0 48" fill="none" stroke="{gold}" stroke-width="2" stroke-opacity=".65"/><path d="M24 104h52l-6 12H30z" fill="{gold}"/><path d="M50 116v12" stroke="{gold}" stroke-width="3"/><circle cx="50" cy="132" r="6" fill="{gold}"/><path d="M44 138l-4 40M48 138l-2 44M52 138l2 44M56 138l4 40" stroke="#C8243C" stroke-width="3" stroke-linecap="round"/>"##
    )
}

/// Sun rays from (`x`, `y`): `count` wedges of `reach`, as one path.
pub fn rays(x: f32, y: f32, reach: f32, count: u32) -> String {
    let mut d = String::new();
    for i in 0..count {
        let start = std::f32::consts::TAU * i as f32 / count as f32;
        let end = start + std::f32::consts::PI / count as f32;
        let _ = write!(
            d,
            "M{x:.0} {y:.0}L{:.0} {:.0}L{:.0} {:.0}z",
            x + reach * start.cos(),
            y + reach * start.sin(),
            x + reach * end.cos(),
            y + reach * end.sin()
        );
    }
    d
}

/// A star with `points` teeth, for badges; the inner radius is `inner` (0–1) of the outer.
pub fn burst(x: f32, y: f32, radius: f32, points: u32, inner: f32) -> String {
    let mut d = String::new();
    for i in 0..points * 2 {
        let angle = std::f32::consts::PI * i as f32 / points as f32;
        let r = if i % 2 == 0 { radius } else { radius * inner };
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { 'M' } else { 'L' },
            x + r * angle.sin(),
            y - r * angle.cos()
        );
    }
    d.push('z');
    d
}

/// A small generator, so that scattered things lie the same way in every drawing of a design.
pub struct Scatter(u32);

impl Scatter {
    pub fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761) | 1)
    }

    /// 0–1.
    pub fn share(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / 16_777_216.0
    }
}
