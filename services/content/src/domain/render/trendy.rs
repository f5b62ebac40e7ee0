//! TRENDY: pop and blunt. Flat loud colours, thick outlines, hard shadows, stickers, round letters.

use super::card::{Canvas, SAFE};
use super::color::Color;
use super::fit::{Block, one_line, stack};
use super::fonts::Face;
use super::ornament::burst;
use super::season::mark;
use super::svg::{Svg, fill, stroke};
use crate::domain::design::{Design, Layout};
use std::fmt::Write as _;

/// Outlines and shadows stay black whatever the text colour is.
const LINE: Color = Color::rgb(18, 17, 22);
const CARD_X: f32 = 56.0;
const TEXT_X: f32 = 108.0;

pub fn draw(canvas: &mut Canvas, design: &Design) {
    let wide = canvas.is_wide();
    ground(canvas, design);
    let (top, bar) = if wide { (100.0, 104.0) } else { (146.0, 124.0) };
    let bottom = canvas.tall - bar - if wide { 46.0 } else { 58.0 };
    let card_w = canvas.wide - 2.0 * CARD_X - 8.0;
    if canvas.layout == Layout::Split {
        ticket(canvas, top, bottom, card_w);
    } else {
        let light = canvas.palette.accent_light;
        plate(
            &mut canvas.svg,
            (CARD_X, top, card_w, bottom - top),
            34.0,
            light,
            16.0,
        );
    }
    let column = if wide {
        side_panel(canvas, design, top, bottom, CARD_X + card_w);
        canvas.wide - 2.0 * TEXT_X - 300.0
    } else {
        canvas.wide - 2.0 * TEXT_X
    };
    store_tag(canvas, top, if wide { column } else { 560.0 });
    if !wide {
        sticker(canvas, design, canvas.wide - 196.0, top + 14.0, 118.0);
    }
    let from = top + if wide { 62.0 } else { 116.0 };
    if canvas.wants_code() {
        let side = if wide { 156.0 } else { 150.0 };
        let x = if wide {
            TEXT_X + column - side
        } else {
            canvas.wide - TEXT_X - side + 16.0
        };
        canvas.svg.rect(
            x - 8.0,
            bottom - 30.0 - side - 8.0,
            side + 16.0,
            side + 16.0,
            22.0,
            &fill(LINE),
        );
        canvas.code(x, bottom - 30.0 - side, side);
        body(canvas, from, bottom - 34.0, column, side + 40.0);
    } else {
        body(canvas, from, bottom - 34.0, column, 0.0);
    }
    bottom_bar(canvas, bar);
}

fn ground(canvas: &mut Canvas, design: &Design) {
    let (p, tall) = (canvas.palette, canvas.tall);
    canvas
        .svg
        .rect(0.0, 0.0, canvas.wide, tall, 0.0, &fill(p.ground));
    if canvas.photo {
        canvas.svg.photo(0.0, 0.0, canvas.wide, tall, None);
    } else {
        canvas
            .svg
            .circle(canvas.wide - 60.0, 40.0, 260.0, &fill(p.season));
        canvas
            .svg
            .circle(20.0, tall - 130.0, 210.0, &fill(p.ground_too));
        let art = mark(design.season, p.season.mix(Color::WHITE, 0.45), 1.0);
        canvas
            .svg
            .place(&art, canvas.wide - 262.0, -70.0, 250.0, 14.0);
        canvas.svg.place(&art, -40.0, tall - 330.0, 190.0, -18.0);
        // Halftone: dots that shrink away from the corner.
        let dot = fill(p.ground.mix(Color::BLACK, 0.16));
        for row in 0..9 {
            for column in 0..(11 - row) {
                let r = 10.0 - 0.85 * (row + column) as f32;
                if r > 1.0 {
                    canvas.svg.circle(
                        26.0 + column as f32 * 30.0,
                        26.0 + row as f32 * 30.0,
                        r,
                        &dot,
                    );
                }
            }
        }
    }
    let wave = format!(
        "M-20 {y}q45 -60 90 0t90 0 90 0 90 0",
        y = tall * 0.93 - 70.0
    );
    canvas.svg.path(&wave, &stroke(LINE, 26.0));
    canvas.svg.path(&wave, &stroke(p.accent, 14.0));
}

/// A filled box with a thick outline and a hard shadow.
fn plate(
    svg: &mut Svg,
    (x, y, w, h): (f32, f32, f32, f32),
    radius: f32,
    color: Color,
    shadow: f32,
) {
    svg.rect(x + shadow, y + shadow, w, h, radius, &fill(LINE));
    svg.rect(
        x,
        y,
        w,
        h,
        radius,
        &format!(
            r#"{} stroke="{}" stroke-width="6""#,
            fill(color),
            LINE.hex()
        ),
    );
}

fn store_tag(canvas: &mut Canvas, top: f32, room: f32) {
    if canvas.texts.store.is_empty() {
        return;
    }
    let name = one_line(
        canvas.fonts,
        &canvas.wish(Face::RoundBold, 40.0, 28.0, room - 64.0, 1),
        &canvas.texts.store,
    );
    let width = name
        .lines
        .iter()
        .map(|l| canvas.fonts.width(Face::RoundBold, name.size, l))
        .fold(0.0, f32::max);
    let (x, y, h) = (TEXT_X - 16.0, top - 36.0, 72.0);
    canvas.over.rect(x, y, width + 64.0, h, 20.0, &fill(LINE));
    let ink = canvas.palette.accent_light;
    let layout = std::mem::replace(&mut canvas.layout, Layout::Left);
    canvas.block(
        &name,
        x + 32.0,
        y + (h - name.height()) / 2.0,
        width,
        ink,
        &[LINE],
    );
    canvas.layout = layout;
}

/// The badge on the card's corner.
fn sticker(canvas: &mut Canvas, design: &Design, x: f32, y: f32, r: f32) {
    let p = canvas.palette;
    canvas
        .svg
        .path(&burst(x + 9.0, y + 9.0, r, 14, 0.84), &fill(LINE));
    let paint = format!(
        r#"{} stroke="{}" stroke-width="6" stroke-linejoin="round""#,
        fill(p.accent),
        LINE.hex()
    );
    canvas.svg.path(&burst(x, y, r, 14, 0.84), &paint);
    canvas.emblem(design, x - r * 0.5, y - r * 0.5, r, (LINE, p.accent), 10.0);
}

/// On wide cards the right third is a coloured field with the motif.
fn side_panel(canvas: &mut Canvas, design: &Design, top: f32, bottom: f32, right: f32) {
    let p = canvas.palette;
    let (w, h) = (276.0, bottom - top);
    let x = right - w;
    let d = format!(
        "M{x:.1} {top:.1}h{:.1}a34 34 0 0 1 34 34v{:.1}a34 34 0 0 1 -34 34h-{:.1}z",
        w - 34.0,
        h - 68.0,
        w - 34.0
    );
    canvas.svg.path(
        &d,
        &format!(
            r#"{} stroke="{}" stroke-width="6""#,
            fill(p.season),
            LINE.hex()
        ),
    );
    for (i, side) in [(0u8, -1.0f32), (1, 1.0)] {
        let y = if i == 0 { top + 74.0 } else { bottom - 74.0 };
        canvas.svg.path(
            &burst(x + w / 2.0 + side * 74.0, y, 34.0, 4, 0.36),
            &fill(LINE),
        );
    }
    let (cx, cy) = (x + w / 2.0, top + h / 2.0);
    sticker(canvas, design, cx, cy, 116.0);
}

/// `beside` is what the code takes of the lines at the foot.
fn body(canvas: &mut Canvas, from: f32, to: f32, column: f32, beside: f32) {
    let p = canvas.palette;
    let wide = canvas.is_wide();
    let (title, prize, guide) = (
        canvas.texts.title.clone(),
        canvas.texts.prize.clone(),
        canvas.texts.guide.clone(),
    );
    let title_wish = canvas.title_wish(
        Face::RoundBold,
        if wide { 82.0 } else { 116.0 },
        44.0,
        column,
    );
    let items = [
        (title_wish, title.as_str()),
        (
            canvas.list_wish(
                Face::RoundBold,
                if wide { 40.0 } else { 50.0 },
                30.0,
                column - 76.0 - beside,
                3,
            ),
            prize.as_str(),
        ),
        (
            canvas.wish(Face::Round, 34.0, 25.0, column - beside, 4),
            guide.as_str(),
        ),
    ];
    let pad = if prize.is_empty() { 0.0 } else { 44.0 };
    let blocks = stack(
        canvas.fonts,
        &items,
        to - from,
        pad + if wide { 44.0 } else { 84.0 },
    );
    let used: f32 = blocks.iter().map(Block::height).sum::<f32>() + pad;
    let gap = ((to - from - used) / 3.0).min(54.0);
    let mut y = from + (to - from - used - 2.0 * gap) / 2.0;
    let [title, prize_block, guide] = blocks.as_slice() else {
        return;
    };
    marker(canvas, title, y, column);
    let card = p.accent_light;
    y = canvas.block(title, TEXT_X, y, column, p.ink, &[card, p.season]) + gap;
    if pad > 0.0 {
        let text = prize_block
            .lines
            .iter()
            .map(|l| canvas.fonts.width(Face::RoundBold, prize_block.size, l))
            .fold(0.0, f32::max);
        let (w, h) = (text + 68.0, prize_block.height() + pad - 10.0);
        let x = match canvas.layout {
            Layout::Left | Layout::Split => TEXT_X,
            Layout::Center => TEXT_X + (column - beside - w) / 2.0,
        };
        plate(&mut canvas.over, (x, y, w, h), 18.0, p.ground_too, 9.0);
        canvas.block(
            prize_block,
            x + 34.0,
            y + (pad - 10.0) / 2.0,
            text,
            p.ink,
            &[p.ground_too],
        );
        y += prize_block.height() + pad + gap;
    }
    canvas.block(guide, TEXT_X, y, column - beside, p.ink, &[card]);
}

/// A stroke of highlighter under the last line of the title.
fn marker(canvas: &mut Canvas, title: &Block, y: f32, column: f32) {
    let Some(last) = title.lines.last() else {
        return;
    };
    let width = canvas.fonts.width(Face::RoundBold, title.size, last);
    let x = match canvas.layout {
        Layout::Left | Layout::Split => TEXT_X,
        Layout::Center => TEXT_X + (column - width) / 2.0,
    };
    let step = title.size * title.leading;
    let line_top = y + step * (title.lines.len() - 1) as f32;
    let paint = fill(canvas.palette.season);
    canvas.over.rect(
        x - 10.0,
        line_top + step * 0.52,
        width + 20.0,
        step * 0.40,
        8.0,
        &paint,
    );
}

/// The black bar with period and link.
fn bottom_bar(canvas: &mut Canvas, bar: f32) {
    let p = canvas.palette;
    let y = canvas.tall - bar;
    canvas.svg.rect(0.0, y, canvas.wide, bar, 0.0, &fill(LINE));
    let layout = std::mem::replace(&mut canvas.layout, Layout::Left);
    let room = (canvas.wide - 2.0 * SAFE - 40.0) / 2.0;
    // The line lies above the middle, so that it keeps clear of the edge.
    let middle = y + bar / 2.0 - 8.0;
    let period = one_line(
        canvas.fonts,
        &canvas.wish(Face::RoundBold, 34.0, 25.0, room, 1),
        &canvas.texts.period,
    );
    canvas.block(
        &period,
        SAFE + 4.0,
        middle - period.height() / 2.0,
        room,
        p.accent_light,
        &[LINE],
    );
    if !canvas.texts.link.is_empty() {
        let link = one_line(
            canvas.fonts,
            &canvas.wish(Face::RoundBold, 34.0, 24.0, room - 56.0, 1),
            &canvas.texts.link,
        );
        let text = link
            .lines
            .iter()
            .map(|l| canvas.fonts.width(Face::RoundBold, link.size, l))
            .fold(0.0, f32::max);
        let (w, h) = (text + 56.0, 62.0);
        let x = canvas.wide - SAFE - w;
        canvas
            .over
            .rect(x, middle - h / 2.0, w, h, h / 2.0, &fill(p.accent));
        canvas.block(
            &link,
            x + 28.0,
            middle - link.height() / 2.0,
            text,
            LINE,
            &[p.accent],
        );
    }
    canvas.layout = layout;
}

/// A coupon: notches bitten out at the tear line, a chequered edge above and below.
fn ticket(canvas: &mut Canvas, top: f32, bottom: f32, w: f32) {
    let p = canvas.palette;
    let tear = top + (bottom - top) * if canvas.is_wide() { 0.5 } else { 0.47 };
    // A wide card has its stub at the side already.
    let bite = if canvas.is_wide() { 0.0 } else { 34.0 };
    let (x, right, corner) = (CARD_X, CARD_X + w, 30.0);
    let shape = |dx: f32, dy: f32| {
        format!(
            "M{:.1} {:.1}H{:.1}a{corner} {corner} 0 0 1 {corner} {corner}V{:.1}a{bite} {bite} 0 0 0 0 {bite2}V{:.1}a{corner} {corner} 0 0 1 -{corner} {corner}H{:.1}a{corner} {corner} 0 0 1 -{corner} -{corner}V{:.1}a{bite} {bite} 0 0 0 0 -{bite2}V{:.1}a{corner} {corner} 0 0 1 {corner} -{corner}z",
            x + corner + dx,
            top + dy,
            right - corner + dx,
            tear - bite + dy,
            bottom - corner + dy,
            x + corner + dx,
            tear + bite + dy,
            top + corner + dy,
            bite2 = 2.0 * bite
        )
    };
    let square = 24.0;
    let mut chequers = String::new();
    for i in 0..(canvas.wide / square) as u32 + 1 {
        for row in 0..2u8 {
            if (i + u32::from(row)).is_multiple_of(2) {
                let (cx, cy) = (i as f32 * square, top - 78.0 + f32::from(row) * square);
                // Writing to a string cannot fail.
                let _ = write!(chequers, "M{cx:.0} {cy:.0}h{square}v{square}h-{square}z");
            }
        }
    }
    if !canvas.photo {
        canvas.svg.path(&chequers, &fill(LINE));
    }
    canvas.svg.path(&shape(16.0, 16.0), &fill(LINE));
    let paint = format!(
        r#"{} stroke="{}" stroke-width="6""#,
        fill(p.accent_light),
        LINE.hex()
    );
    canvas.svg.path(&shape(0.0, 0.0), &paint);
}
