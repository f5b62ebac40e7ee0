//! Marks of the season that fall beside the words.

use super::super::card::Card;
use super::super::ornament::Scatter;
use super::super::palette::Palette;
use super::super::season::mark;
use super::planes::Area;
use crate::domain::design::Design;
use anyhow::Context as _;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

const MARKS: usize = 22;

/// A mark of the season on its way down.
pub struct Falling {
    picture: Pixmap,
    x: f32,
    y: f32,
    /// Pixels in a second.
    speed: f32,
    sway: f32,
    phase: f32,
}

/// Columns of pixels with neither a word nor the code in them, from top to bottom.
pub fn free_columns(card: &Card, scale: f32, width: usize) -> Vec<bool> {
    let mut free = vec![true; width];
    let mut keep = |x: f32, w: f32| {
        let from = |v: f32| ((v * scale).max(0.0) as usize).min(width);
        free[from(x)..from(x + w)].fill(false);
    };
    for line in card.lines.iter().chain(&card.marks) {
        keep(line.x - 14.0, line.width + 28.0);
    }
    if let Some(qr) = &card.qr {
        let rim = qr.side * 0.2;
        keep(qr.x - rim, qr.side + 2.0 * rim);
    }
    free
}

/// Marks that touch only free columns.
pub fn falling_marks(design: &Design, free: &[bool], height: f32) -> anyhow::Result<Vec<Falling>> {
    let colour = Palette::of(design).season;
    let mut scatter = Scatter::new(design.season as u32 + 3);
    let mut falling = Vec::new();
    for _ in 0..MARKS * 6 {
        let side = 26.0 + 46.0 * scatter.share();
        let sway = 8.0 + 16.0 * scatter.share();
        let x = scatter.share() * free.len() as f32;
        let reach = (x - sway).max(0.0) as usize..((x + side + sway) as usize).min(free.len());
        let clear = free[reach].iter().all(|free| *free);
        let one = Falling {
            picture: drawn_mark(&mark(design.season, colour, 0.75), side)?,
            x,
            y: scatter.share() * (height + 160.0),
            speed: 26.0 + 34.0 * scatter.share(),
            sway,
            phase: scatter.share() * std::f32::consts::TAU,
        };
        if clear && falling.len() < MARKS {
            falling.push(one);
        }
    }
    Ok(falling)
}

fn drawn_mark(markup: &str, side: f32) -> anyhow::Result<Pixmap> {
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100">{markup}</svg>"#
    );
    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).context("read a mark")?;
    let mut picture = Pixmap::new(side as u32, side as u32).context("make room for a mark")?;
    resvg::render(
        &tree,
        Transform::from_scale(side / 100.0, side / 100.0),
        &mut picture.as_mut(),
    );
    Ok(picture)
}

impl Falling {
    /// Left upper corner after `at` seconds; what falls out below comes in above.
    fn place(&self, at: f32, height: f32) -> (i32, i32) {
        let y = (self.y + self.speed * at) % (height + 160.0) - 120.0;
        let x = self.x + self.sway * (self.phase + at * 0.9).sin();
        (x.round() as i32, y.round() as i32)
    }

    /// Lays the mark where it is after `at` seconds; answers the part of the picture that it covers, if any.
    pub fn lay(&self, at: f32, picture: &mut Pixmap) -> Option<Area> {
        let (width, rows) = (picture.width() as i32, picture.height() as i32);
        let (left, top) = self.place(at, rows as f32);
        let side = self.picture.width() as i32;
        let inside = |from: i32, end: i32| (from.clamp(0, end), (from + side).clamp(0, end));
        let ((from_x, to_x), (from_y, to_y)) = (inside(left, width), inside(top, rows));
        if from_x == to_x || from_y == to_y {
            return None;
        }
        let data = picture.data_mut();
        let own = self.picture.data();
        for y in from_y..to_y {
            let under = ((y * width + from_x) * 4) as usize..((y * width + to_x) * 4) as usize;
            let over = (((y - top) * side + from_x - left) * 4) as usize;
            let (under, _) = data[under].as_chunks_mut::<4>();
            let (over, _) = own[over..].as_chunks::<4>();
            for (under, over) in under.iter_mut().zip(over) {
                let alpha = u32::from(over[3]);
                if alpha == 0 {
                    continue;
                }
                for part in 0..3 {
                    let rest = u32::from(under[part]) * (255 - alpha) / 255;
                    under[part] = (rest as u8).saturating_add(over[part]);
                }
            }
        }
        Some(Area {
            left: from_x as usize,
            top: from_y as usize,
            right: to_x as usize,
            bottom: to_y as usize,
        })
    }
}
