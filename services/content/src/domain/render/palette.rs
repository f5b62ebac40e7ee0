//! Colours by trade, season and style, unless the owner chose others.

use super::color::Color;
use crate::domain::brief::Season;
use crate::domain::design::Design;
use janchi_contracts::reference::{Industry, Style};

/// The colours one picture is made of.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// The large area.
    pub ground: Color,
    /// A second tone of the ground, for gradients and tinted areas.
    pub ground_too: Color,
    /// Running text.
    pub ink: Color,
    /// What catches the eye.
    pub accent: Color,
    /// A light companion of the accent.
    pub accent_light: Color,
    /// The season's colour, for ornaments.
    pub season: Color,
}

/// Main and companion hue of a trade, in degrees.
const fn hues(industry: Industry) -> (f32, f32) {
    match industry {
        Industry::Restaurant => (8.0, 42.0),
        Industry::Cafe => (24.0, 168.0),
        Industry::Bakery => (36.0, 14.0),
        Industry::Bar => (44.0, 226.0),
        Industry::Beauty => (334.0, 276.0),
        Industry::Fitness => (214.0, 74.0),
        Industry::Retail => (14.0, 200.0),
        Industry::Fashion => (266.0, 334.0),
        Industry::Flower => (344.0, 140.0),
        Industry::Pet => (28.0, 190.0),
        Industry::Academy => (224.0, 46.0),
        Industry::Clinic => (184.0, 152.0),
        Industry::Lodging => (238.0, 34.0),
        Industry::Laundry => (202.0, 178.0),
        Industry::Convenience => (148.0, 46.0),
        Industry::Other => (256.0, 44.0),
    }
}

const fn season_hue(season: Season) -> f32 {
    match season {
        Season::Spring => 346.0,
        Season::Summer => 186.0,
        Season::Autumn => 26.0,
        Season::Winter => 212.0,
    }
}

/// Red of lacquer and seals.
const LACQUER: Color = Color::rgb(158, 32, 38);

impl Palette {
    /// The picture's colours, the owner's choice first. Each style has three schemes, in turn over trades and
    /// seasons; the shop's own colour takes the place of its trade's.
    pub fn of(design: &Design) -> Self {
        let (trade, companion) = hues(design.industry);
        let (main, strength) = match design.brand.map(Color::to_hsl) {
            Some((hue, saturation, _)) => (hue, (saturation * 1.15).clamp(0.12, 1.0)),
            None => (trade, 1.0),
        };
        let season = season_hue(design.season);
        let (trade_place, year_place) = (design.industry as usize, design.season as usize);
        let scheme =
            (trade_place * 7 + trade_place / 3 + year_place * 5 + design.style as usize * 11) % 3;
        let mut palette = match design.style {
            Style::Simple => simple(scheme, main, companion, season, strength),
            Style::Fancy => fancy(scheme, main, companion, season, strength),
            Style::Trendy => trendy(scheme, main, companion, season, strength),
        };
        palette.follow(design);
        palette
    }

    /// Lays the owner's colours over the palette and derives their companions.
    fn follow(&mut self, design: &Design) {
        if let Some(ground) = design.colors.background {
            self.ground = ground;
            let end = if ground.is_dark() {
                Color::WHITE
            } else {
                Color::BLACK
            };
            self.ground_too = ground.mix(end, 0.12);
        }
        if let Some(accent) = design.colors.accent {
            self.accent = accent;
            if design.style != Style::Trendy {
                let light =
                    accent.mix(Color::WHITE, if self.ground.is_dark() { 0.45 } else { 0.2 });
                // Text lies on a gradient of the two: both must carry it.
                self.accent_light = if Color::carry_text(&[accent, light]) {
                    light
                } else {
                    accent
                };
            }
        }
        if let Some(ink) = design.colors.text {
            self.ink = ink;
        }
    }
}

/// Tinted paper, white with one colour, or a deep wall with light letters.
fn simple(scheme: usize, main: f32, companion: f32, season: f32, strength: f32) -> Palette {
    let tone = |saturation: f32, lightness: f32| Color::hsl(main, saturation * strength, lightness);
    match scheme {
        0 => Palette {
            ground: tone(0.38, 0.965),
            ground_too: tone(0.52, 0.86),
            ink: tone(0.28, 0.13),
            accent: tone(0.66, 0.40),
            accent_light: Color::hsl(companion, 0.55, 0.62),
            season: Color::hsl(season, 0.62, 0.78),
        },
        1 => Palette {
            ground: Color::rgb(254, 253, 250),
            ground_too: Color::hsl(season, 0.56, 0.88),
            ink: tone(0.20, 0.14),
            accent: tone(0.74, 0.38),
            accent_light: Color::hsl(companion, 0.60, 0.60),
            season: tone(0.62, 0.76),
        },
        _ => Palette {
            ground: tone(0.46, 0.19),
            ground_too: tone(0.38, 0.30),
            ink: Color::rgb(253, 247, 234),
            accent: Color::hsl(companion, 0.74, 0.76),
            accent_light: Color::hsl(companion, 0.60, 0.84),
            season: Color::hsl(season, 0.48, 0.62),
        },
    }
}

/// A night in the trade's colour, a night in its companion's, or paper with lacquer and gold.
fn fancy(scheme: usize, main: f32, companion: f32, season: f32, strength: f32) -> Palette {
    let night = |hue: f32, saturation: f32| Palette {
        ground: Color::hsl(hue, 0.66 * saturation, 0.13),
        ground_too: Color::hsl(hue, 0.70 * saturation, 0.26),
        ink: Color::rgb(255, 246, 226),
        accent: Color::rgb(231, 190, 92),
        accent_light: Color::rgb(252, 236, 178),
        season: Color::hsl(season, 0.75, 0.72),
    };
    match scheme {
        0 => night(main, strength),
        1 => Palette {
            ground: Color::rgb(250, 243, 228),
            ground_too: Color::rgb(244, 230, 203),
            ink: Color::hsl(main, 0.58 * strength, 0.15),
            accent: LACQUER,
            accent_light: Color::rgb(190, 52, 54),
            season: Color::hsl(season, 0.52, 0.62),
        },
        _ => night(companion, 0.95),
    }
}

/// Loud and warm, soft and sweet, or electric; the card itself stays light.
fn trendy(scheme: usize, main: f32, companion: f32, season: f32, strength: f32) -> Palette {
    let (ink, card) = (Color::rgb(18, 17, 22), Color::rgb(255, 253, 245));
    match scheme {
        0 => Palette {
            ground: Color::hsl(main, 0.92 * strength, 0.66),
            ground_too: Color::hsl(companion, 0.90, 0.66),
            ink,
            accent: Color::hsl(companion, 0.92, 0.64),
            accent_light: card,
            season: Color::hsl(season, 0.90, 0.76),
        },
        1 => Palette {
            ground: Color::hsl(main, 0.82 * strength, 0.82),
            ground_too: Color::rgb(255, 222, 89),
            ink,
            accent: Color::hsl(main + 150.0, 0.72, 0.70),
            accent_light: card,
            season: Color::hsl(season, 0.85, 0.80),
        },
        _ => Palette {
            ground: Color::hsl(companion, 0.80, 0.58),
            ground_too: Color::hsl(main, 0.95 * strength, 0.72),
            ink,
            accent: Color::rgb(221, 255, 84),
            accent_light: card,
            season: Color::hsl(season, 0.88, 0.78),
        },
    }
}
