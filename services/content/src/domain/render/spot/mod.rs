//! Fifteen seconds for television: the card comes in line by line under slowly falling marks of the season beside
//! the words, and ends on the card with the code.

mod camera;
mod falling;
mod planes;
mod reel;

pub use reel::Reel;

use super::card::{Card, Shows, compose};
use super::end_card::compose_end;
use super::fonts::Fonts;
use super::glyphs::Fade;
use super::mp4::{Film, write_mp4};
use super::raster::{Assets, Painter};
use crate::domain::design::Design;
use camera::Camera;
use falling::{Falling, falling_marks, free_columns};
use janchi_contracts::reference::Platform;
use planes::{Area, Planes};
use resvg::tiny_skia::Pixmap;
use std::ops::Range;

/// Width and height in pixels.
pub const SIZE: (u32, u32) = Platform::Tv.size();
pub const SECONDS: u32 = 15;
pub const RATE: u32 = 30;
/// The end card fades in over half a second from here.
const END_AT: f32 = 11.0;
const END_FADE: f32 = 0.5;
const END_FRAME: u32 = END_AT as u32 * RATE;
/// The plates come first, then the words on them, one line after the other.
const PLATES_AT: f32 = 0.2;
const PLATES_TAKE: f32 = 0.5;
const WORDS_AT: f32 = 0.35;
const BETWEEN_WORDS: f32 = 0.13;
const A_WORD_TAKES: f32 = 0.6;

/// What is on the stage, and how it looks now.
struct Scene<'a> {
    fonts: &'a Fonts,
    painter: &'a Painter,
    card: Card,
    /// Pixels per unit of the card.
    scale: f32,
    /// The static layer; with plates and code; with all words.
    bare: Pixmap,
    stage: Pixmap,
    full: Pixmap,
    last: Pixmap,
    falling: Vec<Falling>,
    picture: Pixmap,
    /// Where marks lie in the picture; what else is in it is as in `full`.
    marked: Option<Vec<Area>>,
}

/// Draws and encodes the whole spot. `go_on` is asked before every frame; when it says no, nothing is made. What comes
/// before the end card is taken from the reel if it is there.
///
/// # Errors
/// The encoder refuses, or there is no memory.
pub fn film_spot(
    fonts: &Fonts,
    painter: &Painter,
    reel: &Reel,
    design: &Design,
    assets: &Assets,
    code: Option<&str>,
    mut go_on: impl FnMut(f32) -> bool,
) -> anyhow::Result<Option<Vec<u8>>> {
    let mut scene = Scene::set(fonts, painter, design, assets, code)?;
    let mut yuv = Planes::new(scene.stage.width() as usize, scene.stage.height() as usize);
    let key = reel::Key::of(design, assets)?;
    let mut film = match reel.find(key) {
        Some(film) => film,
        None => {
            let Some(film) = scene.shoot(0..END_FRAME, &mut yuv, &mut go_on)? else {
                return Ok(None);
            };
            reel.keep(key, film.clone());
            film
        }
    };
    // The end has an encoder of its own, and so begins with a whole picture.
    let Some(end) = scene.shoot(END_FRAME..SECONDS * RATE, &mut yuv, &mut go_on)? else {
        return Ok(None);
    };
    anyhow::ensure!(
        (&film.sps, &film.pps) == (&end.sps, &end.pps),
        "the parts of the film do not go together"
    );
    film.frames.extend(end.frames);
    Ok(Some(write_mp4(&film)))
}

impl<'a> Scene<'a> {
    fn set(
        fonts: &'a Fonts,
        painter: &'a Painter,
        design: &Design,
        assets: &Assets,
        code: Option<&str>,
    ) -> anyhow::Result<Self> {
        let design = Design {
            platform: Platform::Tv,
            ..design.clone()
        };
        let shows = Shows {
            photo: assets.photo.is_some(),
            logo: assets.logo.is_some(),
        };
        let card = compose(fonts, &design, shows);
        let end = compose_end(fonts, &design, shows, code);
        let stage = painter.paint_shapes(&card, assets, 1.0)?;
        let bare = Card {
            over: String::new(),
            qr: None,
            lines: Vec::new(),
            marks: Vec::new(),
            ground: card.ground.clone(),
            under: card.under.clone(),
            ..card
        };
        let bare = painter.paint_shapes(&bare, assets, 1.0)?;
        let last = painter.paint_rgba(fonts, &end, assets, 1.0)?;
        let scale = stage.width() as f32 / card.wide;
        let free = free_columns(&card, scale, stage.width() as usize);
        let falling = falling_marks(&design, &free, stage.height() as f32)?;
        let mut full = stage.clone();
        for line in card.lines.iter().chain(&card.marks) {
            painter.lay_line(fonts, line, scale, Fade::NONE, &mut full);
        }
        Ok(Self {
            fonts,
            painter,
            card,
            scale,
            picture: stage.clone(),
            bare,
            stage,
            full,
            last,
            falling,
            marked: None,
        })
    }

    /// Films some of the frames; none when told to stop.
    fn shoot(
        &mut self,
        frames: Range<u32>,
        yuv: &mut Planes,
        go_on: &mut impl FnMut(f32) -> bool,
    ) -> anyhow::Result<Option<Film>> {
        let mut camera = Camera::new(yuv.width, yuv.height)?;
        let mut is_over = false;
        for number in frames {
            if !go_on(number as f32 / (SECONDS * RATE) as f32) {
                return Ok(None);
            }
            let at = number as f32 / RATE as f32;
            if at < END_AT + END_FADE {
                self.show(at, yuv);
            } else if !is_over {
                // The first frame that is all end card; those after it are the same.
                yuv.read(self.last.data());
                is_over = true;
            }
            camera.take(yuv)?;
        }
        Ok(Some(camera.cut()?))
    }

    /// When everything has come in.
    fn is_full(&self, at: f32) -> bool {
        let lines = self.card.lines.len() + self.card.marks.len();
        let words = WORDS_AT + BETWEEN_WORDS * lines.saturating_sub(1) as f32 + A_WORD_TAKES;
        at >= words.max(PLATES_AT + PLATES_TAKE)
    }

    /// Draws the moment and takes over what has changed.
    fn show(&mut self, at: f32, yuv: &mut Planes) {
        let ending = ((at - END_AT) / END_FADE).clamp(0.0, 1.0);
        if self.is_full(at) && ending == 0.0 {
            self.show_marks(at, yuv);
            return;
        }
        self.marked = None;
        let plates = ((at - PLATES_AT) / PLATES_TAKE).clamp(0.0, 1.0);
        let full = self.is_full(at);
        let picture = self.picture.data_mut();
        if full {
            picture.copy_from_slice(self.full.data());
        } else if plates < 1.0 {
            picture.copy_from_slice(self.bare.data());
            cross(picture, self.stage.data(), (plates * 256.0) as i32);
        } else {
            picture.copy_from_slice(self.stage.data());
        }
        for one in &self.falling {
            one.lay(at, &mut self.picture);
        }
        if !full {
            self.lay_words(at);
        }
        if ending > 0.0 {
            let share = (ending * 256.0) as i32;
            cross(self.picture.data_mut(), self.last.data(), share);
        }
        yuv.read(self.picture.data());
    }

    /// Only the marks move, and they lie beside words and code: nothing else is drawn anew.
    fn show_marks(&mut self, at: f32, yuv: &mut Planes) {
        let before = self.marked.take();
        match &before {
            None => self.picture.data_mut().copy_from_slice(self.full.data()),
            Some(areas) => {
                for area in areas {
                    restore(&mut self.picture, &self.full, *area);
                }
            }
        }
        let falling = self.falling.iter();
        let now: Vec<Area> = falling
            .filter_map(|one| one.lay(at, &mut self.picture))
            .collect();
        match before {
            None => yuv.read(self.picture.data()),
            Some(before) => {
                for area in before.iter().chain(&now) {
                    yuv.read_area(self.picture.data(), *area);
                }
            }
        }
        self.marked = Some(now);
    }

    fn lay_words(&mut self, at: f32) {
        for (i, line) in self.card.lines.iter().chain(&self.card.marks).enumerate() {
            let share = ((at - WORDS_AT - BETWEEN_WORDS * i as f32) / A_WORD_TAKES).clamp(0.0, 1.0);
            let eased = 1.0 - (1.0 - share).powi(3);
            let fade = Fade {
                share: (eased * 255.0) as u8,
                down: ((1.0 - eased) * 26.0) as i32,
            };
            let painter = self.painter;
            painter.lay_line(self.fonts, line, self.scale, fade, &mut self.picture);
        }
    }
}

/// Copies a part of one picture over the other, which has the same size.
fn restore(picture: &mut Pixmap, from: &Pixmap, area: Area) {
    let width = picture.width() as usize;
    for y in area.top..area.bottom {
        let row = (y * width + area.left) * 4..(y * width + area.right) * 4;
        picture.data_mut()[row.clone()].copy_from_slice(&from.data()[row]);
    }
}

/// Lays `share` (of 256) of the second picture over the first.
fn cross(under: &mut [u8], over: &[u8], share: i32) {
    for (a, b) in under.iter_mut().zip(over) {
        *a = (i32::from(*a) + (((i32::from(*b) - i32::from(*a)) * share) >> 8)) as u8;
    }
}
