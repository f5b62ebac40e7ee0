//! The moon over hills.

use super::super::card::Canvas;
use super::super::color::Color;
use super::super::fit::{Block, one_line};
use super::super::fonts::Face;
use super::super::motif::motif;
use super::super::ornament::lantern;
use super::super::season::strew;
use super::super::svg::{Svg, fill, stroke, tint};
use super::ground::photo_ground;
use super::{body, foot_line};
use crate::domain::design::{Design, Layout};
use std::fmt::Write as _;

/// A night (or a paper) with a full moon, hills and a string of lanterns; the trade's seal beside the name.
pub fn draw_moon(canvas: &mut Canvas, design: &Design) {
    let p = canvas.palette;
    let wide = canvas.is_wide();
    let (w, tall) = (canvas.wide, canvas.tall);
    let far = p.ground_too.mix(p.season, 0.14);
    let near = p
        .ground
        .mix(Color::BLACK, if p.ground.is_dark() { 0.30 } else { 0.10 });
    let moon = p.ground_too.mix(p.accent_light, 0.13);
    let behind = if canvas.photo {
        photo_ground(canvas)
    } else {
        canvas.ground.raw(&format!(
            r#"<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></linearGradient>"#,
            p.ground.hex(),
            p.ground_too.hex()
        ));
        canvas
            .ground
            .rect(0.0, 0.0, w, tall, 0.0, r#"fill="url(#sky)""#);
        let all = vec![p.ground, p.ground_too, moon, far, near];
        if Color::carry_text(&all) {
            let r = tall * 0.37;
            canvas
                .svg
                .circle(w / 2.0, tall * 0.45, r * 1.10, &tint(moon, 0.35));
            canvas.svg.circle(w / 2.0, tall * 0.45, r, &fill(moon));
            hills(canvas, far, tall * 0.80, tall * 0.10, 0.9);
            hills(canvas, near, tall * 0.88, tall * 0.07, 2.6);
            clouds(canvas);
            all
        } else {
            // On a ground of middle lightness moon and hills would take the text its contrast.
            canvas.svg.rect(0.0, 0.0, w, tall, 0.0, &fill(p.ground));
            vec![p.ground]
        }
    };
    let drop = if wide { 66.0 } else { 92.0 };
    lantern_string(canvas, drop);
    strew(
        &mut canvas.svg,
        design.season,
        p.season,
        &[
            (20.0, 230.0, 66.0, tall * 0.46),
            (w - 86.0, 230.0, 66.0, tall * 0.46),
        ],
        4,
        (22.0, 44.0),
    );
    let mut y = if wide { 128.0 } else { 196.0 };
    let store = one_line(
        canvas.fonts,
        &canvas.wish(Face::MyeongjoBold, 38.0, 28.0, 520.0, 1),
        &canvas.texts.store,
    );
    let light = if p.ground.is_dark() {
        p.accent_light
    } else {
        p.ink
    };
    y = seal_and_name(canvas, design, &store, y, light, &behind) + if wide { 2.0 } else { 16.0 };
    let foot = tall - if wide { 176.0 } else { 196.0 };
    body(canvas, &behind, y, foot);
    foot_line(canvas, &behind, foot);
}

/// The red seal with the motif and the shop's name right of it, the pair in the middle.
fn seal_and_name(
    canvas: &mut Canvas,
    design: &Design,
    store: &Block,
    y: f32,
    ink: Color,
    behind: &[Color],
) -> f32 {
    const SEAL: f32 = 64.0;
    let text = store
        .lines
        .iter()
        .map(|l| canvas.fonts.width(Face::MyeongjoBold, store.size, l))
        .fold(0.0, f32::max);
    let x = (canvas.wide - SEAL - 20.0 - text) / 2.0;
    let art = if canvas.logo {
        let mut drawn = Svg::default();
        drawn.circle(50.0, 50.0, 54.0, &fill(Color::WHITE));
        drawn.logo(12.0, 12.0, 76.0, 76.0);
        drawn.body
    } else {
        let paper = Color::rgb(255, 246, 232);
        format!(
            r##"<rect width="100" height="100" rx="18" fill="#B3272D"/><rect x="7" y="7" width="86" height="86" rx="12" fill="none" stroke="{}" stroke-width="3"/><g transform="translate(22 22) scale(.56)">{}</g>"##,
            paper.hex(),
            motif(design.industry, paper, Color::rgb(179, 39, 45))
        )
    };
    let middle = y + store.height() / 2.0;
    canvas.over.place(&art, x, middle - SEAL / 2.0, SEAL, 0.0);
    let layout = std::mem::replace(&mut canvas.layout, Layout::Left);
    let end = canvas.block(store, x + SEAL + 20.0, y, text, ink, behind);
    canvas.layout = layout;
    end + 8.0
}

/// One range of hills from edge to edge.
fn hills(canvas: &mut Canvas, color: Color, y: f32, height: f32, phase: f32) {
    let (w, tall) = (canvas.wide, canvas.tall);
    let mut d = format!("M0 {tall:.0}");
    for i in 0..=36u8 {
        let at = f32::from(i) / 36.0;
        let wave = (at * 7.1 + phase).sin() * 0.6 + (at * 15.7 + phase * 2.0).sin() * 0.3;
        let _ = write!(d, "L{:.1} {:.1}", at * w, y - wave * height);
    }
    let _ = write!(d, "L{w:.0} {tall:.0}z");
    canvas.svg.path(&d, &fill(color));
}

/// Flat banks of cloud left and right of the moon.
fn clouds(canvas: &mut Canvas) {
    let (w, tall) = (canvas.wide, canvas.tall);
    let line = stroke(canvas.palette.accent, 3.0);
    for (x, y, side) in [(-12.0, tall * 0.76, 1.0), (w + 12.0, tall * 0.70, -1.0f32)] {
        let d = format!(
            "M{x:.0} {y:.0}h{:.0}q{:.0} -4 {:.0} -22q{:.0} -16 {:.0} -4q{:.0} -34 {:.0} -16",
            side * 104.0,
            side * 18.0,
            side * 7.0,
            -side * 14.0,
            -side * 30.0,
            -side * 8.0,
            -side * 46.0
        );
        canvas.svg.path(&d, &line);
    }
}

/// Five lanterns on a slack string.
fn lantern_string(canvas: &mut Canvas, side: f32) {
    let p = canvas.palette;
    let w = canvas.wide;
    let sag = side * 0.75;
    canvas.svg.path(
        &format!(
            "M-10 18Q{:.0} {:.0} {:.0} 18",
            w / 2.0,
            18.0 + 2.0 * sag,
            w + 10.0
        ),
        &stroke(p.accent, 2.5),
    );
    let art = lantern(p.accent);
    for i in 0..5u8 {
        let at = (f32::from(i) + 0.5) / 5.0;
        let y = 18.0 + 4.0 * sag * at * (1.0 - at) - side * 0.04;
        let size = if i % 2 == 0 { side } else { side * 0.8 };
        // In the middle the name needs the room.
        let size = if i == 2 { side * 0.62 } else { size };
        canvas.svg.place(&art, at * w - size / 2.0, y, size, 0.0);
    }
}
