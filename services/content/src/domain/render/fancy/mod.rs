//! FANCY: a feast at night. Deep colour, gold frame, silk lanterns, rays; serif letters on the middle axis.

mod ground;
mod moon;

use super::card::Canvas;
use super::color::Color;
use super::fit::{Block, one_line, stack};
use super::fonts::Face;
use super::ornament::{burst, lantern};
use super::svg::{fill, stroke};
use crate::domain::design::{Design, Layout};

/// Left end and width of the column of text.
fn column_of(canvas: &Canvas) -> (f32, f32) {
    let x = 118.0 + (canvas.wide - 1080.0) * 0.28;
    (x, canvas.wide - 2.0 * x)
}

pub fn draw(canvas: &mut Canvas, design: &Design) {
    if canvas.layout == Layout::Split {
        canvas.layout = Layout::Center;
        return moon::draw_moon(canvas, design);
    }
    let behind = ground::ground(canvas, design);
    ground::frame(canvas);
    let wide = canvas.is_wide();
    let palette = canvas.palette;

    let hang = if wide { 78.0 } else { 104.0 };
    let art = lantern(palette.accent);
    canvas.svg.place(&art, 92.0, 40.0, hang, 0.0);
    canvas
        .svg
        .place(&art, canvas.wide - 92.0 - hang, 40.0, hang, 0.0);

    let r = if wide { 60.0 } else { 92.0 };
    let top = if wide { 62.0 } else { 84.0 };
    medallion(canvas, design, canvas.wide / 2.0, top + r, r);

    let mut y = top + 2.0 * r + if wide { 10.0 } else { 22.0 };
    let store = one_line(
        canvas.fonts,
        &canvas.wish(Face::MyeongjoBold, 38.0, 28.0, 560.0, 1),
        &canvas.texts.store,
    );
    y = centred(canvas, &store, y, palette.accent_light, &behind);
    store_wings(canvas, &store, y);
    y += if wide { 4.0 } else { 14.0 };

    let foot = canvas.tall - if wide { 174.0 } else { 188.0 };
    body(canvas, &behind, y, foot);
    foot_line(canvas, &behind, foot);
}

fn medallion(canvas: &mut Canvas, design: &Design, x: f32, y: f32, r: f32) {
    let p = canvas.palette;
    canvas.svg.raw(&format!(
        r#"<linearGradient id="gold" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></linearGradient>"#,
        p.accent_light.hex(),
        p.accent.hex()
    ));
    canvas
        .svg
        .path(&burst(x, y, r * 1.14, 28, 0.93), &fill(p.accent));
    canvas.svg.circle(x, y, r, r#"fill="url(#gold)""#);
    canvas.svg.circle(x, y, r * 0.88, &stroke(p.ground, 2.0));
    let inks = (
        p.ground.readable_on(&[p.accent, p.accent_light]),
        p.accent_light,
    );
    canvas.emblem(design, x - r * 0.56, y - r * 0.56, r * 1.12, inks, 0.0);
}

/// A block on the middle axis whatever the layout says.
fn centred(canvas: &mut Canvas, block: &Block, y: f32, ink: Color, behind: &[Color]) -> f32 {
    let layout = std::mem::replace(&mut canvas.layout, Layout::Center);
    let (column_x, column) = column_of(canvas);
    let end = canvas.block(block, column_x, y, column, ink, behind);
    canvas.layout = layout;
    end
}

/// Fine lines left and right of the shop's name.
fn store_wings(canvas: &mut Canvas, store: &Block, end: f32) {
    let Some(name) = store.lines.first().filter(|n| !n.is_empty()) else {
        return;
    };
    let half = canvas.fonts.width(Face::MyeongjoBold, store.size, name) / 2.0 + 28.0;
    let y = end - store.height() / 2.0;
    let gold = canvas.palette.accent;
    let reach = (canvas.wide / 2.0 - half - 210.0).clamp(24.0, 110.0);
    for side in [-1.0, 1.0] {
        let from = canvas.wide / 2.0 + side * half;
        canvas.over.path(
            &format!("M{from:.0} {y:.0}h{:.0}", side * reach),
            &stroke(gold, 2.5),
        );
        canvas.over.path(&burst(from, y, 8.0, 4, 0.45), &fill(gold));
    }
}

/// Title, ribbon with the prize, guide: in the room between `y` and `foot`, spread evenly.
fn body(canvas: &mut Canvas, behind: &[Color], y: f32, foot: f32) {
    let p = canvas.palette;
    let (column_x, column) = column_of(canvas);
    let wide = canvas.is_wide();
    let (title, prize, guide) = (
        canvas.texts.title.clone(),
        canvas.texts.prize.clone(),
        canvas.texts.guide.clone(),
    );
    let title_wish = canvas.title_wish(
        Face::MyeongjoBold,
        if wide { 76.0 } else { 100.0 },
        44.0,
        column,
    );
    let mut prize_wish = canvas.list_wish(
        Face::MyeongjoBold,
        if wide { 42.0 } else { 50.0 },
        30.0,
        column - 100.0,
        3,
    );
    prize_wish.leading = 1.25;
    let items = [
        (title_wish, title.as_str()),
        (prize_wish, prize.as_str()),
        (
            canvas.wish(Face::Myeongjo, 34.0, 27.0, column, 3),
            guide.as_str(),
        ),
    ];
    let plate = if prize.is_empty() { 0.0 } else { 36.0 };
    let least_gaps = if wide { 40.0 } else { 80.0 };
    let blocks = stack(canvas.fonts, &items, foot - y, plate + least_gaps);
    let used: f32 = blocks.iter().map(Block::height).sum::<f32>() + plate;
    let gap = ((foot - y - used) / 4.0).min(64.0);
    let mut y = y + (foot - y - used - 2.0 * gap) / 2.0;
    if let [title, prize_block, guide] = blocks.as_slice() {
        y = canvas.block(title, column_x, y, column, p.ink, behind) + gap;
        if plate > 0.0 {
            ribbon(canvas, prize_block, y, plate);
            y += prize_block.height() + plate + gap;
        }
        canvas.block(guide, column_x, y, column, p.ink, behind);
    }
}

/// The gold ribbon with swallow tails.
fn ribbon(canvas: &mut Canvas, prize: &Block, y: f32, plate: f32) {
    let p = canvas.palette;
    let (column_x, _) = column_of(canvas);
    canvas.over.raw(&format!(
        r#"<linearGradient id="ribbon" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></linearGradient>"#,
        p.accent_light.hex(),
        p.accent.hex()
    ));
    let text = prize
        .lines
        .iter()
        .map(|l| canvas.fonts.width(Face::MyeongjoBold, prize.size, l))
        .fold(0.0, f32::max);
    let (w, h) = (text + 88.0, prize.height() + plate);
    let x = match canvas.layout {
        Layout::Left | Layout::Split => column_x,
        Layout::Center => (canvas.wide - w) / 2.0,
    };
    let dark = p.accent.mix(Color::rgb(112, 48, 10), 0.58);
    let tail = |from: f32, side: f32| {
        format!(
            "M{from:.1} {:.1}h{:.1}l{:.1} {:.1}l{:.1} {:.1}h{:.1}z",
            y + 12.0,
            side * 54.0,
            -side * 20.0,
            h / 2.0,
            side * 20.0,
            h / 2.0,
            -side * 54.0
        )
    };
    if canvas.layout == Layout::Center {
        canvas.over.path(&tail(x + 14.0, -1.0), &fill(dark));
    }
    canvas.over.path(&tail(x + w - 14.0, 1.0), &fill(dark));
    canvas.over.rect(x, y, w, h, 4.0, r#"fill="url(#ribbon)""#);
    canvas.over.rect(
        x + 8.0,
        y + 7.0,
        w - 16.0,
        h - 14.0,
        2.0,
        &stroke(dark, 1.8),
    );
    let ink = if p.ground.is_dark() {
        p.ground
    } else {
        Color::BLACK
    };
    canvas.block(
        prize,
        x + 44.0,
        y + plate / 2.0,
        text,
        ink,
        &[p.accent, p.accent_light],
    );
}

/// Period above, link below, on the middle axis; the code in the right corner.
fn foot_line(canvas: &mut Canvas, behind: &[Color], foot: f32) {
    let p = canvas.palette;
    let (_, column) = column_of(canvas);
    let light = if p.ground.is_dark() {
        p.accent_light
    } else {
        p.ink
    };
    let period = one_line(
        canvas.fonts,
        &canvas.wish(Face::MyeongjoBold, 33.0, 26.0, column - 160.0, 1),
        &canvas.texts.period,
    );
    centred(canvas, &period, foot, light, behind);
    if canvas.wants_code() {
        let side = 118.0;
        canvas.code(canvas.wide - 76.0 - side, canvas.tall - 76.0 - side, side);
    }
    if canvas.texts.link.is_empty() {
        return;
    }
    let link = one_line(
        canvas.fonts,
        &canvas.wish(Face::SquareBold, 31.0, 24.0, 540.0, 1),
        &canvas.texts.link,
    );
    let text = link
        .lines
        .iter()
        .map(|l| canvas.fonts.width(Face::SquareBold, link.size, l))
        .fold(0.0, f32::max);
    let (w, h) = (text + 68.0, 54.0);
    let y = canvas.tall - if canvas.is_wide() { 64.0 } else { 76.0 } - h;
    let x = (canvas.wide - w) / 2.0;
    let paint = format!("{} {}", fill(p.ground), outline(p.accent));
    canvas.over.rect(x, y, w, h, h / 2.0, &paint);
    let line = y + (h - link.height()) / 2.0;
    centred(canvas, &link, line, light, &[p.ground]);
}

fn outline(color: Color) -> String {
    format!(r#"stroke="{}" stroke-width="2.5""#, color.hex())
}
