//! Colours, and the contrast that makes text readable (WCAG 2.2).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The least contrast of any text with what lies behind it.
pub const LEAST_CONTRAST: f32 = 4.5;

/// An opaque sRGB colour; written `#RRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
}

impl Color {
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    pub const BLACK: Self = Self::rgb(0, 0, 0);

    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// Exactly `#` and six hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, r, g, b] = value.to_be_bytes();
        Some(Self { r, g, b })
    }

    /// `hue` in degrees, the others 0–1.
    pub fn hsl(hue: f32, saturation: f32, lightness: f32) -> Self {
        let hue = hue.rem_euclid(360.0) / 30.0;
        let reach = saturation * lightness.min(1.0 - lightness);
        let part = |n: f32| {
            let k = (n + hue) % 12.0;
            let value = lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
            (value * 255.0).round() as u8
        };
        Self {
            r: part(0.0),
            g: part(8.0),
            b: part(4.0),
        }
    }

    /// Hue in degrees, saturation and lightness 0–1.
    pub fn to_hsl(self) -> (f32, f32, f32) {
        let [r, g, b] = [self.r, self.g, self.b].map(|v| f32::from(v) / 255.0);
        let (high, low) = (r.max(g).max(b), r.min(g).min(b));
        let (reach, lightness) = (high - low, f32::midpoint(high, low));
        if reach < 0.004 {
            return (0.0, 0.0, lightness);
        }
        let saturation = reach / (1.0 - (2.0 * lightness - 1.0).abs()).max(0.004);
        let sixth = if high == r {
            (g - b) / reach
        } else if high == g {
            (b - r) / reach + 2.0
        } else {
            (r - g) / reach + 4.0
        };
        (
            (sixth * 60.0).rem_euclid(360.0),
            saturation.min(1.0),
            lightness,
        )
    }

    /// This colour with `share` (0–1) of the other one painted over it.
    pub fn mix(self, other: Self, share: f32) -> Self {
        let blend =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Self {
            r: blend(self.r, other.r),
            g: blend(self.g, other.g),
            b: blend(self.b, other.b),
        }
    }

    fn luminance(self) -> f32 {
        let part = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(self.r) + 0.7152 * part(self.g) + 0.0722 * part(self.b)
    }

    pub fn is_dark(self) -> bool {
        self.luminance() < 0.18
    }

    /// Contrast of the two colours, 1–21.
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, moved no further towards black or white than makes it readable on everything that may
    /// lie behind it. An owner's wish is kept in hue and mended in lightness rather than refused.
    pub fn readable_on(self, behind: &[Self]) -> Self {
        let least = |c: Self| {
            behind
                .iter()
                .map(|b| c.contrast(*b))
                .fold(f32::MAX, f32::min)
        };
        if least(self) >= LEAST_CONTRAST {
            return self;
        }
        let first = |end: Self| {
            (1..=20u8)
                .map(|i| (i, self.mix(end, f32::from(i) / 20.0)))
                .find(|(_, c)| least(*c) >= LEAST_CONTRAST)
        };
        match (first(Self::BLACK), first(Self::WHITE)) {
            (Some((i, dark)), Some((j, light))) => {
                if i <= j {
                    dark
                } else {
                    light
                }
            }
            (Some((_, c)), None) | (None, Some((_, c))) => c,
            // Behind lies both dark and light: the better of the two ends. No layout asks for this.
            (None, None) if least(Self::BLACK) >= least(Self::WHITE) => Self::BLACK,
            (None, None) => Self::WHITE,
        }
    }

    /// Whether some text could be read on all of these at once.
    pub fn carry_text(behind: &[Self]) -> bool {
        [Self::BLACK, Self::WHITE]
            .iter()
            .any(|c| behind.iter().all(|b| c.contrast(*b) >= LEAST_CONTRAST))
    }

    /// `#RRGGBB`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.r, self.g, self.b)
    }
}

impl TryFrom<String> for Color {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a colour is written #RRGGBB")
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.hex()
    }
}

impl JsonSchema for Color {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_has_the_greatest_contrast() {
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 0.01);
        assert!((Color::parse("#777777").unwrap().contrast(Color::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for wrong in [
            "#GGGGGG", "#FFF", "FFFFFF", "#FFFFFF0", "#한글", "#+FFFFF", "",
        ] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Color::parse("#0a0B0c"), Some(Color::rgb(10, 11, 12)));
    }

    #[test]
    fn text_on_its_own_colour_becomes_readable() {
        for hue in (0..360).step_by(7) {
            for lightness in [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0] {
                let color = Color::hsl(hue as f32, 0.8, lightness);
                let mended = color.readable_on(&[color]);
                assert!(
                    mended.contrast(color) >= LEAST_CONTRAST,
                    "{} on {}",
                    mended.hex(),
                    color.hex()
                );
            }
        }
    }
}
