//! One small drawing per season, in a 100 × 100 box and one colour: blossom, sun, ginkgo leaf, snowflake.

use super::color::Color;
use super::ornament::{Scatter, burst};
use super::svg::Svg;
use crate::domain::brief::Season;
use std::fmt::Write as _;

/// Markup of the season's mark. `share` (0–1) is how opaque it is.
pub fn mark(season: Season, color: Color, share: f32) -> String {
    let paint = format!(r#"fill="{}" fill-opacity="{share:.2}""#, color.hex());
    match season {
        Season::Spring => blossom(&paint),
        Season::Summer => sun(&paint),
        Season::Autumn => ginkgo(&paint),
        Season::Winter => snowflake(color, share),
    }
}

/// Five notched petals.
fn blossom(paint: &str) -> String {
    let mut d = String::new();
    for i in 0..5 {
        let turn = std::f32::consts::TAU * i as f32 / 5.0;
        let at = |x: f32, y: f32| {
            (
                50.0 + x * turn.cos() - y * turn.sin(),
                50.0 + x * turn.sin() + y * turn.cos(),
            )
        };
        // A petal that points up from the middle.
        let points = [
            at(0.0, -7.0),
            at(-26.0, -20.0),
            at(-20.0, -46.0),
            at(-6.0, -46.0),
            at(0.0, -40.0),
            at(6.0, -46.0),
            at(20.0, -46.0),
            at(26.0, -20.0),
            at(0.0, -7.0),
        ];
        // Writing to a string cannot fail; so below.
        let _ = write!(d, "M{:.1} {:.1}", points[0].0, points[0].1);
        let _ = write!(
            d,
            "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}",
            points[1].0,
            points[1].1,
            points[2].0,
            points[2].1,
            points[3].0,
            points[3].1,
            points[4].0,
            points[4].1,
            points[5].0,
            points[5].1
        );
        let _ = write!(
            d,
            "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}z",
            points[6].0, points[6].1, points[7].0, points[7].1, points[8].0, points[8].1
        );
    }
    format!(r#"<path d="{d}" {paint}/>"#)
}

fn sun(paint: &str) -> String {
    let mut rays = String::new();
    for i in 0..12 {
        let angle = std::f32::consts::TAU * i as f32 / 12.0;
        let (reach, half) = (if i % 2 == 0 { 48.0 } else { 42.0 }, 0.115);
        let _ = write!(
            rays,
            "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z",
            50.0 + 31.0 * (angle - half).cos(),
            50.0 + 31.0 * (angle - half).sin(),
            50.0 + reach * angle.cos(),
            50.0 + reach * angle.sin(),
            50.0 + 31.0 * (angle + half).cos(),
            50.0 + 31.0 * (angle + half).sin()
        );
    }
    format!(r#"<circle cx="50" cy="50" r="25" {paint}/><path d="{rays}" {paint}/>"#)
}

fn ginkgo(paint: &str) -> String {
    format!(
        r#"<path d="M50 62C38 54 16 50 6 42 8 24 22 12 34 14q9 1 13 10 1 3 3 14 2-11 3-14 4-9 13-10C78 12 92 24 94 42 84 50 62 54 50 62z" {paint}/><path d="M48 58q3 18-8 38l6 2Q58 78 52 58z" {paint}/>"#
    )
}

fn snowflake(color: Color, share: f32) -> String {
    let mut d = String::new();
    for i in 0..6 {
        let angle = std::f32::consts::FRAC_PI_3 * i as f32;
        let at = |r: f32, off: f32| {
            (
                50.0 + r * (angle + off).cos(),
                50.0 + r * (angle + off).sin(),
            )
        };
        let (end, inner, outer) = (at(46.0, 0.0), at(18.0, 0.0), at(30.0, 0.0));
        let _ = write!(d, "M50 50L{:.1} {:.1}", end.0, end.1);
        for (root, reach, off) in [(inner, 28.0, 0.42), (outer, 41.0, 0.28)] {
            let (a, b) = (at(reach, -off), at(reach, off));
            let _ = write!(
                d,
                "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}",
                a.0, a.1, root.0, root.1, b.0, b.1
            );
        }
    }
    format!(
        r#"<path d="{d}" fill="none" stroke="{}" stroke-opacity="{share:.2}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>"#,
        color.hex()
    )
}

/// Strews the season's marks over boxes (`x`, `y`, `w`, `h`), `count` in each, the same way every time.
pub fn strew(
    svg: &mut Svg,
    season: Season,
    color: Color,
    boxes: &[(f32, f32, f32, f32)],
    count: usize,
    sizes: (f32, f32),
) {
    let mut scatter = Scatter::new(boxes.len() as u32 * 77 + 5);
    for (x, y, w, h) in boxes {
        for i in 0..count {
            let side = sizes.0 + (sizes.1 - sizes.0) * scatter.share();
            // One after the other along the longer side, so that they do not lie on each other.
            let slot = (i as f32 + 0.8 * scatter.share()) / count as f32;
            let (along, across) = if w > h { (w, h) } else { (h, w) };
            let (along, across) = (
                slot * (along - side * 0.6).max(0.0),
                scatter.share() * (across - side).max(0.0),
            );
            let (left, top) = if w > h {
                (x + along, y + across)
            } else {
                (x + across, y + along)
            };
            let turn = scatter.share() * 120.0 - 60.0;
            let share = 0.55 + 0.4 * scatter.share();
            svg.place(&mark(season, color, share), left, top, side, turn);
        }
    }
}

/// A four-pointed glint.
pub fn glint(x: f32, y: f32, radius: f32) -> String {
    burst(x, y, radius, 4, 0.32)
}
