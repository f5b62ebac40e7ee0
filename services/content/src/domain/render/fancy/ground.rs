//! What lies under the words: photo or pattern, confetti, frame.

use super::super::card::Canvas;
use super::super::color::Color;
use super::super::ornament::{Scatter, rays};
use super::super::season::mark;
use super::super::svg::{fill, stroke, tint};
use crate::domain::design::Design;
use std::fmt::Write as _;

/// Ground and everything that lies under the text; answers the colours that may be behind a letter.
pub fn ground(canvas: &mut Canvas, design: &Design) -> Vec<Color> {
    if canvas.photo {
        photo_ground(canvas)
    } else {
        pattern_ground(canvas, design)
    }
}

pub fn photo_ground(canvas: &mut Canvas) -> Vec<Color> {
    let p = canvas.palette;
    canvas
        .svg
        .rect(0.0, 0.0, canvas.wide, canvas.tall, 0.0, &fill(p.ground));
    canvas.svg.photo(0.0, 0.0, canvas.wide, canvas.tall, None);
    canvas.svg.rect(
        0.0,
        0.0,
        canvas.wide,
        canvas.tall,
        0.0,
        &tint(p.ground, 0.30),
    );
    // What of the photo shines through the veil, were it white or black.
    let seen = |veil: f32| {
        let through = (1.0 - veil) * 0.70;
        vec![
            p.ground.mix(Color::WHITE, through),
            p.ground.mix(Color::BLACK, through),
        ]
    };
    // A ground of middle lightness has no room for that and gets a closed veil.
    let veil = if Color::carry_text(&seen(0.88)) {
        0.88
    } else {
        1.0
    };
    canvas.svg.rect(
        52.0,
        52.0,
        canvas.wide - 104.0,
        canvas.tall - 104.0,
        40.0,
        &tint(p.ground, veil),
    );
    seen(veil)
}

fn pattern_ground(canvas: &mut Canvas, design: &Design) -> Vec<Color> {
    let p = canvas.palette;
    let (cx, cy) = (canvas.wide / 2.0, canvas.tall * 0.42);
    let warm = |c: Color| c.mix(p.accent, 0.07);
    let behind = vec![p.ground, p.ground_too, warm(p.ground), warm(p.ground_too)];
    // On a ground of middle lightness glow and rays would take the text its contrast.
    if !Color::carry_text(&behind) {
        canvas
            .svg
            .rect(0.0, 0.0, canvas.wide, canvas.tall, 0.0, &fill(p.ground));
        confetti(canvas, design);
        return vec![p.ground];
    }
    canvas.ground.raw(&format!(
        r#"<radialGradient id="glow" gradientUnits="userSpaceOnUse" cx="{cx}" cy="{cy}" r="{:.0}"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></radialGradient>"#,
        canvas.tall * 0.72,
        p.ground_too.hex(),
        p.ground.hex()
    ));
    canvas.ground.rect(
        0.0,
        0.0,
        canvas.wide,
        canvas.tall,
        0.0,
        r#"fill="url(#glow)""#,
    );
    canvas
        .ground
        .path(&rays(cx, cy, 1000.0, 18), &tint(p.accent, 0.07));
    confetti(canvas, design);
    behind
}

fn confetti(canvas: &mut Canvas, design: &Design) {
    let p = canvas.palette;
    let mut scatter = Scatter::new(canvas.tall as u32);
    for i in 0..56 {
        let x = 60.0 + scatter.share() * (canvas.wide - 120.0);
        // Only in the upper band, where no text is: the few that would lie below look like dirt.
        let band = 64.0 + scatter.share() * 120.0;
        let off_middle = (x - canvas.wide / 2.0).abs();
        // Clear of the medallion in the middle, of the lanterns at the sides.
        let edge = canvas.wide / 2.0 - 230.0;
        if !(140.0..edge).contains(&off_middle) {
            continue;
        }
        let color = [p.accent, p.accent_light, p.season][i % 3];
        let size = 4.0 + scatter.share() * 7.0;
        if i % 3 == 2 {
            let side = size * 3.6;
            let art = mark(design.season, color, 0.9);
            let turn = scatter.share() * 90.0;
            canvas
                .svg
                .place(&art, x - side / 2.0, band - side / 2.0, side, turn);
        } else if i % 2 == 0 {
            canvas.svg.circle(x, band, size * 0.6, &tint(color, 0.85));
        } else {
            let turn = scatter.share() * 90.0;
            let _ = write!(
                canvas.svg.body,
                r#"<rect x="{x:.0}" y="{band:.0}" width="{size:.1}" height="{:.1}" transform="rotate({turn:.0} {x:.0} {band:.0})" {}/>"#,
                size * 1.8,
                tint(color, 0.85)
            );
        }
    }
}

/// Two gold lines with hollow corners.
pub fn frame(canvas: &mut Canvas) {
    let p = canvas.palette;
    for (inset, corner, width) in [(26.0, 44.0, 5.0), (40.0, 40.0, 1.8)] {
        let (w, h) = (canvas.wide - 2.0 * inset, canvas.tall - 2.0 * inset);
        let d = format!(
            "M{:.0} {inset}h{:.0}a{corner} {corner} 0 0 0 {corner} {corner}v{:.0}a{corner} {corner} 0 0 0 -{corner} {corner}h-{:.0}a{corner} {corner} 0 0 0 -{corner} -{corner}v-{:.0}a{corner} {corner} 0 0 0 {corner} -{corner}z",
            inset + corner,
            w - 2.0 * corner,
            h - 2.0 * corner,
            w - 2.0 * corner,
            h - 2.0 * corner
        );
        canvas.svg.path(&d, &stroke(p.accent, width));
    }
    for (x, y) in [
        (38.0, 38.0),
        (canvas.wide - 38.0, 38.0),
        (38.0, canvas.tall - 38.0),
        (canvas.wide - 38.0, canvas.tall - 38.0),
    ] {
        canvas.svg.circle(x, y, 8.0, &fill(p.accent));
    }
}
