//! The last seconds of a television spot: where to enter, and the number to say or type.

use super::card::{Canvas, Card, Sheet, Shows, canvas_of};
use super::color::Color;
use super::fit::one_line;
use super::fonts::{Face, Fonts};
use super::season::strew;
use super::svg::fill;
use crate::domain::design::{Design, Layout};
use janchi_contracts::distribution::digits_aloud;
use janchi_contracts::reference::{Platform, Style};

/// Composes the end card. `code` is the number of this channel, digits only; without one the link stands alone.
pub fn compose_end(fonts: &Fonts, design: &Design, shows: Shows, code: Option<&str>) -> Card {
    let sheet = Sheet::of(Platform::Tv);
    let mut canvas = canvas_of(fonts, design, shows, sheet);
    canvas.layout = Layout::Center;
    let p = canvas.palette;
    let (w, tall) = (canvas.wide, canvas.tall);
    canvas.svg.rect(0.0, 0.0, w, tall, 0.0, &fill(p.ground));
    strew(
        &mut canvas.svg,
        design.season,
        p.ground_too,
        &[
            (50.0, 50.0, 230.0, tall - 100.0),
            (w - 280.0, 50.0, 230.0, tall - 100.0),
        ],
        5,
        (60.0, 130.0),
    );
    let (face, light) = match design.style {
        Style::Simple => (Face::SquareBold, Face::Square),
        Style::Fancy => (Face::MyeongjoBold, Face::Myeongjo),
        Style::Trendy => (Face::RoundBold, Face::Round),
    };
    let x = 300.0;
    let column = w - 2.0 * x;
    let mut y = 92.0;
    let store = canvas.texts.store.clone();
    y = line(&mut canvas, face, 46.0, &store, (x, y, column), p.ink);
    let ask = if code.is_some() {
        "홈페이지에서 이 번호로 응모하세요"
    } else {
        "지금 바로 응모하세요"
    };
    y = line(&mut canvas, face, 66.0, ask, (x, y + 6.0, column), p.ink) + 26.0;
    if let Some(code) = code {
        y = boxes(&mut canvas, code, y) + 20.0;
        let aloud = digits_aloud(code);
        y = line(&mut canvas, light, 34.0, &aloud, (x, y, column), p.ink) + 16.0;
    }
    let link = canvas.texts.link.clone();
    if !link.is_empty() {
        let side = (tall - 84.0 - y).clamp(120.0, 300.0);
        let text = fonts.width(Face::SquareBold, 44.0, &link).min(560.0);
        let left = (w - side - 40.0 - text) / 2.0;
        canvas.code(left, y, side);
        canvas.layout = Layout::Left;
        let at = (left + side + 40.0, y + side / 2.0 - 29.0, text + 4.0);
        line(&mut canvas, Face::SquareBold, 44.0, &link, at, p.ink);
    }
    if design.ai_background {
        canvas.ai_mark(design.style);
    }
    canvas.finish(sheet)
}

fn line(
    canvas: &mut Canvas,
    face: Face,
    size: f32,
    text: &str,
    (x, y, width): (f32, f32, f32),
    ink: Color,
) -> f32 {
    let block = one_line(canvas.fonts, &canvas.wish(face, size, 24.0, width, 1), text);
    let ground = canvas.palette.ground;
    canvas.block(&block, x, y, width, ink, &[ground])
}

/// One box to a digit.
fn boxes(canvas: &mut Canvas, code: &str, y: f32) -> f32 {
    const WIDTH: f32 = 104.0;
    const HEIGHT: f32 = 136.0;
    const GAP: f32 = 16.0;
    let p = canvas.palette;
    let all = code.chars().count() as f32 * (WIDTH + GAP) - GAP;
    let mut x = (canvas.wide - all) / 2.0;
    for digit in code.chars() {
        canvas.over.rect(x, y, WIDTH, HEIGHT, 20.0, &fill(p.accent));
        let text = digit.to_string();
        let wish = canvas.wish(Face::SquareBold, 96.0, 60.0, WIDTH, 1);
        let block = one_line(canvas.fonts, &wish, &text);
        let top = y + (HEIGHT - block.height()) / 2.0;
        canvas.block(&block, x, top, WIDTH, p.ground, &[p.accent]);
        x += WIDTH + GAP;
    }
    y + HEIGHT
}
