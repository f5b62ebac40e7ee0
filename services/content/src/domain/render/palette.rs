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

impl Palette {
    /// The picture's colours, the owner's choice first.
    pub fn of(design: &Design) -> Self {
        let (main, companion) = hues(design.industry);
        let season = season_hue(design.season);
        let mut palette = match design.style {
            Style::Simple => Self {
                ground: Color::hsl(main, 0.38, 0.965),
                ground_too: Color::hsl(main, 0.52, 0.86),
                ink: Color::hsl(main, 0.28, 0.13),
                accent: Color::hsl(main, 0.66, 0.40),
                accent_light: Color::hsl(companion, 0.55, 0.62),
                season: Color::hsl(season, 0.62, 0.78),
            },
            Style::Fancy => Self {
                ground: Color::hsl(main, 0.66, 0.13),
                ground_too: Color::hsl(main, 0.70, 0.27),
                ink: Color::rgb(255, 246, 226),
                accent: Color::rgb(231, 190, 92),
                accent_light: Color::rgb(252, 236, 178),
                season: Color::hsl(season, 0.75, 0.70),
            },
            Style::Trendy => Self {
                ground: Color::hsl(main, 0.92, 0.66),
                ground_too: Color::hsl(companion, 0.90, 0.66),
                ink: Color::rgb(18, 17, 22),
                accent: Color::hsl(companion, 0.92, 0.64),
                accent_light: Color::rgb(255, 253, 245),
                season: Color::hsl(season, 0.90, 0.76),
            },
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
                let light = accent.mix(Color::WHITE, 0.45);
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
