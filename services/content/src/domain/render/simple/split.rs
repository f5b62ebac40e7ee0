//! A picture and words beside each other.

use super::super::card::{Canvas, SAFE};
use super::super::color::Color;
use super::super::fit::{Block, one_line, stack};
use super::super::fonts::Face;
use super::super::season::strew;
use super::super::svg::fill;
use super::{MARGIN, foot_words};
use crate::domain::design::Design;

/// A picture over the whole breadth (or the left part of a wide card), words on the paper beside it.
pub fn draw_split(canvas: &mut Canvas, design: &Design) {
    let palette = canvas.palette;
    let wide = canvas.is_wide();
    let (w, h) = if wide {
        (canvas.wide * 0.40, canvas.tall)
    } else {
        (canvas.wide, canvas.tall * 0.36)
    };
    scene(canvas, design, w, h);
    let x = if wide { w + 60.0 } else { MARGIN };
    let column = canvas.wide - MARGIN - x;
    let mut y = if wide { 84.0 } else { h + 34.0 };
    let store = one_line(
        canvas.fonts,
        &canvas.wish(Face::SquareBold, 34.0, 26.0, column - 30.0, 1),
        &canvas.texts.store,
    );
    canvas
        .svg
        .rect(x, y + 6.0, 8.0, 32.0, 4.0, &fill(palette.accent));
    y = canvas.block(
        &store,
        x + 26.0,
        y,
        column - 30.0,
        palette.ink,
        &[palette.ground],
    ) + 10.0;
    let foot = canvas.tall - 84.0 - 58.0 - 54.0;
    let (title, prize, guide) = (
        canvas.texts.title.clone(),
        canvas.texts.prize.clone(),
        canvas.texts.guide.clone(),
    );
    let items = [
        (
            canvas.title_wish(
                Face::SquareBold,
                if wide { 80.0 } else { 92.0 },
                42.0,
                column,
            ),
            title.as_str(),
        ),
        (
            canvas.list_wish(Face::SquareBold, 42.0, 29.0, column, 3),
            prize.as_str(),
        ),
        (
            canvas.wish(Face::Square, 31.0, 25.0, column, 3),
            guide.as_str(),
        ),
    ];
    // The code reaches above the line of the foot.
    let foot_end = foot - if canvas.wants_code() { 44.0 } else { 16.0 };
    let blocks = stack(canvas.fonts, &items, foot_end - y, 30.0);
    let used: f32 = blocks.iter().map(Block::height).sum::<f32>();
    let gap = ((foot_end - y - used) / 3.0).clamp(8.0, 34.0);
    for (i, block) in blocks.iter().enumerate() {
        let ink = if i == 1 { palette.accent } else { palette.ink };
        y = canvas.block(block, x, y, column, ink, &[palette.ground]) + gap;
    }
    if canvas.wants_code() {
        let side = canvas.tall - SAFE - foot + 30.0;
        let right = canvas.wide - MARGIN - side;
        canvas.code(right, foot - 30.0, side);
        foot_words(canvas, (x, foot), right - x - 30.0, 31.0, 66.0);
    } else {
        foot_words(canvas, (x, foot), column, 31.0, 66.0);
    }
}

/// The photo, or a still life of the trade: a table, a large sun or moon, the season in the air.
fn scene(canvas: &mut Canvas, design: &Design, w: f32, h: f32) {
    let palette = canvas.palette;
    canvas.svg.raw(&format!(
        r#"<clipPath id="scene"><rect x="0" y="0" width="{w:.1}" height="{h:.1}"/></clipPath>"#
    ));
    canvas
        .svg
        .rect(0.0, 0.0, w, h, 0.0, &fill(palette.ground_too));
    if canvas.photo {
        canvas.svg.photo(0.0, 0.0, w, h, Some("scene"));
        if canvas.logo {
            canvas.emblem(
                design,
                w - 168.0,
                44.0,
                116.0,
                (palette.accent, palette.ground),
                0.0,
            );
        }
        return;
    }
    let disc = h.min(w) * 0.36;
    canvas
        .svg
        .circle(w * 0.70, h * 0.44, disc, &fill(palette.season));
    let table = h * 0.80;
    let wood = if palette.ground.is_dark() {
        palette.ground.mix(Color::BLACK, 0.22)
    } else {
        palette.ground_too.mix(palette.accent, 0.30)
    };
    canvas.svg.rect(0.0, table, w, h - table, 0.0, &fill(wood));
    strew(
        &mut canvas.svg,
        design.season,
        palette.ground,
        &[
            (w * 0.05, h * 0.08, w * 0.36, h * 0.62),
            (w * 0.80, h * 0.05, w * 0.18, h * 0.5),
        ],
        3,
        (54.0, 104.0),
    );
    let side = (h * 0.66).min(w * 0.62);
    let inks = (palette.accent, palette.ground);
    canvas.emblem(
        design,
        w * 0.52 - side / 2.0,
        table + h * 0.07 - side,
        side,
        inks,
        0.0,
    );
}
