//! FANCY: a feast at night. Deep colour, gold frame, silk lanterns, rays; serif letters on the middle axis.

use super::card::Canvas;
use super::color::Color;
use super::fit::{Block, one_line, stack};
use super::fonts::Face;
use super::ornament::{Scatter, burst, lantern, rays};
use super::season::{mark, strew};
use super::svg::{fill, stroke, tint};
use crate::domain::design::{Design, Layout};
use std::fmt::Write as _;

/// Left end and width of the column of text.
fn column_of(canvas: &Canvas) -> (f32, f32) {
    let x = 118.0 + (canvas.wide - 1080.0) * 0.28;
    (x, canvas.wide - 2.0 * x)
}

pub fn draw(canvas: &mut Canvas, design: &Design) {
    if canvas.layout == Layout::Split {
        canvas.layout = Layout::Center;
        return draw_moon(canvas, design);
    }
    let behind = ground(canvas, design);
    frame(canvas);
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

/// Ground and everything that lies under the text; answers the colours that may be behind a letter.
fn ground(canvas: &mut Canvas, design: &Design) -> Vec<Color> {
    if canvas.photo {
        photo_ground(canvas)
    } else {
        pattern_ground(canvas, design)
    }
}

fn photo_ground(canvas: &mut Canvas) -> Vec<Color> {
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
    canvas.svg.raw(&format!(
        r#"<radialGradient id="glow" gradientUnits="userSpaceOnUse" cx="{cx}" cy="{cy}" r="{:.0}"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></radialGradient>"#,
        canvas.tall * 0.72,
        p.ground_too.hex(),
        p.ground.hex()
    ));
    canvas.svg.rect(
        0.0,
        0.0,
        canvas.wide,
        canvas.tall,
        0.0,
        r#"fill="url(#glow)""#,
    );
    canvas
        .svg
        .path(&rays(cx, cy, 1000.0, 18), &tint(p.accent, 0.07));
    confetti(canvas, design);
    behind
}

fn confetti(canvas: &mut Canvas, design: &Design) {
    let p = canvas.palette;
    let mut scatter = Scatter::new(canvas.tall as u32);
    for i in 0..84 {
        let x = 60.0 + scatter.share() * (canvas.wide - 120.0);
        // Only in the upper and lower bands, where no text is.
        let band = if i % 3 == 0 {
            canvas.tall - 118.0 + scatter.share() * 50.0
        } else {
            64.0 + scatter.share() * 120.0
        };
        let off_middle = (x - canvas.wide / 2.0).abs();
        let low = band > canvas.tall / 2.0;
        // Clear of link and medallion in the middle, of the lanterns at the sides.
        let edge = canvas.wide / 2.0 - 230.0;
        if (low && (off_middle < 330.0 || (x > canvas.wide / 2.0 && canvas.wants_code())))
            || (!low && !(140.0..edge).contains(&off_middle))
        {
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
fn frame(canvas: &mut Canvas) {
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

/// A night (or a paper) with a full moon, hills and a string of lanterns; the trade's seal beside the name.
fn draw_moon(canvas: &mut Canvas, design: &Design) {
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
        canvas.svg.raw(&format!(
            r#"<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/></linearGradient>"#,
            p.ground.hex(),
            p.ground_too.hex()
        ));
        canvas
            .svg
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
        let mut drawn = super::svg::Svg::default();
        drawn.circle(50.0, 50.0, 54.0, &fill(Color::WHITE));
        drawn.logo(12.0, 12.0, 76.0, 76.0);
        drawn.body
    } else {
        let paper = Color::rgb(255, 246, 232);
        format!(
            r##"<rect width="100" height="100" rx="18" fill="#B3272D"/><rect x="7" y="7" width="86" height="86" rx="12" fill="none" stroke="{}" stroke-width="3"/><g transform="translate(22 22) scale(.56)">{}</g>"##,
            paper.hex(),
            super::motif::motif(design.industry, paper, Color::rgb(179, 39, 45))
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

fn outline(color: Color) -> String {
    format!(r#"stroke="{}" stroke-width="2.5""#, color.hex())
}
