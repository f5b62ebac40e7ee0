//! SIMPLE: paper, air, one colour. Words lead; the motif or photo stands in an arch.

mod split;

use super::card::{Canvas, SAFE};
use super::fit::{Block, one_line, stack};
use super::fonts::Face;
use super::season::strew;
use super::svg::{fill, stroke, tint};
use crate::domain::design::{Design, Layout};

const MARGIN: f32 = 84.0;

pub fn draw(canvas: &mut Canvas, design: &Design) {
    let ground = canvas.palette.ground;
    canvas
        .svg
        .rect(0.0, 0.0, canvas.wide, canvas.tall, 0.0, &fill(ground));
    match canvas.layout {
        Layout::Left => draw_left(canvas, design),
        Layout::Center => draw_center(canvas, design),
        Layout::Split => split::draw_split(canvas, design),
    }
}

fn draw_left(canvas: &mut Canvas, design: &Design) {
    let palette = canvas.palette;
    let wide = canvas.is_wide();
    let behind = [palette.ground];
    let right = canvas.wide - 40.0;
    strew(
        &mut canvas.svg,
        design.season,
        palette.ground_too,
        &[(right - 330.0, 36.0, 330.0, if wide { 150.0 } else { 110.0 })],
        3,
        (46.0, 84.0),
    );
    let indent = if canvas.logo {
        canvas.svg.logo(MARGIN, 70.0, 72.0, 72.0);
        90.0
    } else {
        canvas
            .svg
            .rect(MARGIN, 84.0, 10.0, 44.0, 5.0, &fill(palette.accent));
        32.0
    };
    let store = one_line(
        canvas.fonts,
        &canvas.wish(Face::SquareBold, 38.0, 28.0, 540.0, 1),
        &canvas.texts.store,
    );
    canvas.block(&store, MARGIN + indent, 82.0, 540.0, palette.ink, &behind);

    let (title, prize, guide) = (
        canvas.texts.title.clone(),
        canvas.texts.prize.clone(),
        canvas.texts.guide.clone(),
    );
    if wide {
        let x = canvas.wide - 364.0;
        arch(canvas, design, x, 190.0, 292.0);
        let column = x - MARGIN - 52.0;
        let title_wish = canvas.title_wish(Face::SquareBold, 84.0, 42.0, column);
        let items = [
            (title_wish, title.as_str()),
            (
                canvas.list_wish(Face::SquareBold, 40.0, 29.0, column, 3),
                prize.as_str(),
            ),
            (
                canvas.wish(Face::Square, 31.0, 26.0, column, 3),
                guide.as_str(),
            ),
        ];
        let foot = canvas.tall - 84.0 - 58.0 - 62.0;
        let blocks = stack(canvas.fonts, &items, foot - 158.0 - 20.0, 30.0 + 18.0);
        let mut y = 158.0;
        for (i, block) in blocks.iter().enumerate() {
            let ink = if i == 1 { palette.accent } else { palette.ink };
            y = canvas.block(block, MARGIN, y, column, ink, &behind)
                + if i == 0 { 30.0 } else { 18.0 };
        }
        foot_left(canvas, foot, column);
    } else {
        let title_wish =
            canvas.title_wish(Face::SquareBold, 112.0, 50.0, canvas.wide - 2.0 * MARGIN);
        let head = stack(canvas.fonts, &[(title_wish, title.as_str())], 360.0, 0.0);
        let mut y = 178.0;
        for block in &head {
            y = canvas.block(
                block,
                MARGIN,
                y,
                canvas.wide - 2.0 * MARGIN,
                palette.ink,
                &behind,
            );
        }
        let top = (y + 36.0).max(392.0);
        arch(canvas, design, 640.0, 432.0, 356.0);
        let column = 540.0;
        let items = [
            (
                canvas.list_wish(Face::SquareBold, 48.0, 30.0, column, 4),
                prize.as_str(),
            ),
            (
                canvas.wish(Face::Square, 34.0, 26.0, column, 4),
                guide.as_str(),
            ),
        ];
        let foot = canvas.tall - 84.0 - 62.0 - 68.0;
        let blocks = stack(canvas.fonts, &items, foot - top - 30.0, 50.0);
        canvas
            .over
            .rect(MARGIN, top + 4.0, 72.0, 6.0, 3.0, &fill(palette.accent));
        y = top + 34.0;
        for (i, block) in blocks.iter().enumerate() {
            let ink = if i == 0 { palette.accent } else { palette.ink };
            y = canvas.block(block, MARGIN, y, column, ink, &behind) + 16.0;
        }
        foot_left(canvas, foot, column);
    }
}

/// Period and link, one under the other, beside the code where there is one.
fn foot_left(canvas: &mut Canvas, y: f32, column: f32) {
    let palette = canvas.palette;
    let indent = if canvas.wants_code() {
        let side = canvas.tall - SAFE - y + 4.0;
        canvas.code(MARGIN, y - 4.0, side);
        side + 24.0
    } else {
        0.0
    };
    let (x, column) = (MARGIN + indent, column - indent);
    let period = one_line(
        canvas.fonts,
        &canvas.wish(Face::Square, 32.0, 22.0, column, 1),
        &canvas.texts.period,
    );
    canvas.block(&period, x, y, column, palette.ink, &[palette.ground]);
    link_pill(canvas, x, canvas.tall - 84.0 - 58.0, column);
}

fn link_pill(canvas: &mut Canvas, x: f32, y: f32, column: f32) {
    if canvas.texts.link.is_empty() {
        return;
    }
    let palette = canvas.palette;
    let link = one_line(
        canvas.fonts,
        &canvas.wish(Face::SquareBold, 32.0, 20.0, column - 56.0, 1),
        &canvas.texts.link,
    );
    let width = link
        .lines
        .iter()
        .map(|l| canvas.fonts.width(Face::SquareBold, link.size, l))
        .fold(0.0, f32::max);
    let left = match canvas.layout {
        Layout::Left | Layout::Split => x,
        Layout::Center => x + (column - width - 56.0) / 2.0,
    };
    canvas
        .over
        .rect(left, y, width + 56.0, 62.0, 31.0, &fill(palette.accent));
    let ink = palette.ground;
    canvas.block(
        &link,
        left + 28.0,
        y + 31.0 - link.height() / 2.0,
        width,
        ink,
        &[palette.accent],
    );
}

/// The arch that runs out of the lower edge, with photo or motif in it.
fn arch(canvas: &mut Canvas, design: &Design, x: f32, y: f32, w: f32) {
    let palette = canvas.palette;
    let (r, foot) = (w / 2.0, canvas.tall);
    canvas
        .svg
        .circle(x + w - 6.0, y + 26.0, w * 0.24, &fill(palette.season));
    let d = format!(
        "M{x:.1} {foot:.1}V{:.1}a{r:.1} {r:.1} 0 0 1 {w:.1} 0V{foot:.1}z",
        y + r
    );
    canvas.svg.raw(&format!(
        r#"<clipPath id="arch"><path d="{d}"/></clipPath>"#
    ));
    canvas.svg.path(&d, &fill(palette.ground_too));
    if canvas.photo {
        canvas.svg.photo(x, y, w, foot - y, Some("arch"));
    } else {
        let floor = (foot - y) * 0.26;
        canvas.svg.raw(&format!(
            r#"<g clip-path="url(#arch)"><rect x="{x:.1}" y="{:.1}" width="{w:.1}" height="{floor:.1}" {}/></g>"#,
            foot - floor,
            tint(palette.accent, 0.22)
        ));
        let side = (w * 0.62).min((foot - y) * 0.5);
        canvas.emblem(
            design,
            x + (w - side) / 2.0,
            foot - floor * 0.72 - side,
            side,
            (palette.accent, palette.ground),
            0.0,
        );
    }
    let inner = w - 36.0;
    let rr = inner / 2.0;
    let line = format!(
        "M{:.1} {foot:.1}V{:.1}a{rr:.1} {rr:.1} 0 0 1 {inner:.1} 0V{foot:.1}",
        x + 18.0,
        y + r
    );
    canvas.svg.path(&line, &stroke(palette.ground, 3.0));
}

fn draw_center(canvas: &mut Canvas, design: &Design) {
    let palette = canvas.palette;
    let behind = [palette.ground];
    let r = if canvas.is_wide() { 84.0 } else { 142.0 };
    let (cx, cy) = (canvas.wide / 2.0, SAFE + r);
    canvas
        .svg
        .circle(cx + r * 0.86, cy - r * 0.6, r * 0.34, &fill(palette.season));
    canvas.svg.raw(&format!(
        r#"<clipPath id="round"><circle cx="{cx}" cy="{cy}" r="{r}"/></clipPath>"#
    ));
    canvas.svg.circle(cx, cy, r, &fill(palette.ground_too));
    if canvas.photo {
        canvas
            .svg
            .photo(cx - r, cy - r, 2.0 * r, 2.0 * r, Some("round"));
    } else {
        let inks = (palette.accent, palette.ground);
        canvas.emblem(design, cx - r * 0.6, cy - r * 0.6, r * 1.2, inks, 0.0);
    }
    let side = (canvas.wide - 2.0 * r) / 2.0 - 150.0;
    strew(
        &mut canvas.svg,
        design.season,
        palette.ground_too,
        &[
            (60.0, 56.0, side, r * 1.7),
            (canvas.wide - 60.0 - side, 56.0, side, r * 1.7),
        ],
        3,
        (44.0, 88.0),
    );
    let column = canvas.wide - 2.0 * MARGIN;
    let mut y = cy + r + 20.0;
    let store = one_line(
        canvas.fonts,
        &canvas.wish(Face::SquareBold, 36.0, 28.0, column, 1),
        &canvas.texts.store,
    );
    y = canvas.block(&store, MARGIN, y, column, palette.ink, &behind) + 8.0;
    canvas
        .over
        .rect(cx - 36.0, y, 72.0, 6.0, 3.0, &fill(palette.accent));
    y += 20.0;
    let foot = canvas.tall - SAFE - 62.0 - 58.0;
    let (title, prize, guide) = (
        canvas.texts.title.clone(),
        canvas.texts.prize.clone(),
        canvas.texts.guide.clone(),
    );
    let size = if canvas.is_wide() { 78.0 } else { 100.0 };
    let items = [
        (
            canvas.title_wish(Face::SquareBold, size, 44.0, column),
            title.as_str(),
        ),
        (
            canvas.list_wish(Face::SquareBold, 46.0, 30.0, column, 3),
            prize.as_str(),
        ),
        (
            canvas.wish(Face::Square, 33.0, 26.0, column, 3),
            guide.as_str(),
        ),
    ];
    let blocks = stack(canvas.fonts, &items, foot - y - 10.0, 24.0);
    let used: f32 = blocks.iter().map(Block::height).sum::<f32>() + 24.0;
    y += ((foot - y - 10.0 - used) / 2.0).max(0.0);
    for (i, block) in blocks.iter().enumerate() {
        let ink = if i == 1 { palette.accent } else { palette.ink };
        y = canvas.block(block, MARGIN, y, column, ink, &behind) + 12.0;
    }
    if canvas.wants_code() {
        // Code and words side by side, the pair in the middle.
        let side = canvas.tall - SAFE - foot;
        let words = 430.0;
        let x = (canvas.wide - side - 26.0 - words) / 2.0;
        canvas.code(x, foot, side);
        canvas.layout = Layout::Left;
        foot_words(canvas, (x + side + 26.0, foot), words, 32.0, 62.0);
    } else {
        foot_words(canvas, (MARGIN, foot), column, 32.0, 62.0);
    }
}

/// The period, `size` large, and below it the link, as high as `pill` above the safe edge.
fn foot_words(canvas: &mut Canvas, (x, y): (f32, f32), column: f32, size: f32, pill: f32) {
    let palette = canvas.palette;
    let period = one_line(
        canvas.fonts,
        &canvas.wish(Face::Square, size, 24.0, column, 1),
        &canvas.texts.period,
    );
    canvas.block(&period, x, y, column, palette.ink, &[palette.ground]);
    link_pill(canvas, x, canvas.tall - SAFE - pill, column);
}
