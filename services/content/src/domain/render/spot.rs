//! Fifteen seconds for television: the card comes in line by line under slowly falling marks of the season beside
//! the words, and ends on the card with the code. H.264 by OpenH264, one core.

use super::card::{Card, Shows, compose};
use super::end_card::compose_end;
use super::fonts::Fonts;
use super::glyphs::Fade;
use super::mp4::{Film, Frame, split_units, write_mp4};
use super::ornament::Scatter;
use super::palette::Palette;
use super::raster::{Assets, Painter};
use super::season::mark;
use crate::domain::design::Design;
use anyhow::Context as _;
use janchi_contracts::reference::Platform;
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Level, Profile,
    RateControlMode, VuiConfig,
};
use openh264::formats::YUVSlices;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

pub const SECONDS: u32 = 15;
pub const RATE: u32 = 30;
/// The end card fades in over half a second from here.
const END_AT: f32 = 11.0;
const END_FADE: f32 = 0.5;
/// Bits in a second. Little moves, so the file is far smaller than this allows.
const BITS: u32 = 8_000_000;
const MARKS: usize = 22;

/// A mark of the season on its way down.
struct Falling {
    picture: Pixmap,
    x: f32,
    y: f32,
    /// Pixels in a second.
    speed: f32,
    sway: f32,
    phase: f32,
}

/// Draws and encodes the whole spot. `go_on` is asked before every frame; when it says no, nothing is made.
///
/// # Errors
/// The encoder refuses, or there is no memory.
pub fn film_spot(
    fonts: &Fonts,
    painter: &Painter,
    design: &Design,
    assets: &Assets,
    code: Option<&str>,
    mut go_on: impl FnMut(f32) -> bool,
) -> anyhow::Result<Option<Vec<u8>>> {
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
        under: card.under.clone(),
        ..card
    };
    let bare = painter.paint_shapes(&bare, assets, 1.0)?;
    let last = painter.paint_rgba(fonts, &end, assets, 1.0)?;
    let (width, height) = (stage.width() as usize, stage.height() as usize);
    let scale = stage.width() as f32 / card.wide;
    let free = free_columns(&card, scale, width);
    let falling = falling_marks(&design, &free, height as f32)?;
    let mut picture = stage.clone();
    let mut yuv = Planes::new(width, height);
    let mut camera = Camera::new(width, height)?;
    let frames = SECONDS * RATE;
    for number in 0..frames {
        if !go_on(number as f32 / frames as f32) {
            return Ok(None);
        }
        let at = number as f32 / RATE as f32;
        let ending = ((at - END_AT) / END_FADE).clamp(0.0, 1.0);
        if ending < 1.0 {
            // The plates come first, then the words on them.
            let plates = ((at - 0.2) / 0.5).clamp(0.0, 1.0);
            if plates < 1.0 {
                picture.data_mut().copy_from_slice(bare.data());
                cross(picture.data_mut(), stage.data(), (plates * 256.0) as i32);
            } else {
                picture.data_mut().copy_from_slice(stage.data());
            }
            for one in &falling {
                one.lay(at, height as f32, &mut picture);
            }
            for (i, line) in card.lines.iter().chain(&card.marks).enumerate() {
                let share = ((at - 0.35 - 0.13 * i as f32) / 0.6).clamp(0.0, 1.0);
                let eased = 1.0 - (1.0 - share).powi(3);
                let fade = Fade {
                    share: (eased * 255.0) as u8,
                    down: ((1.0 - eased) * 26.0) as i32,
                };
                painter.lay_line(fonts, line, scale, fade, &mut picture);
            }
            if ending > 0.0 {
                cross(picture.data_mut(), last.data(), (ending * 256.0) as i32);
            }
            yuv.read(picture.data());
        } else if number > 0 && ((at - 1.0 / RATE as f32) - END_AT) / END_FADE < 1.0 {
            // The first frame that is all end card; those after it are the same.
            yuv.read(last.data());
        }
        camera.take(&yuv)?;
    }
    Ok(Some(camera.develop()?))
}

/// Columns of pixels with neither a word nor the code in them, from top to bottom.
fn free_columns(card: &Card, scale: f32, width: usize) -> Vec<bool> {
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

fn falling_marks(design: &Design, free: &[bool], height: f32) -> anyhow::Result<Vec<Falling>> {
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
    /// Lays the mark where it is after `at` seconds; what falls out below comes in above.
    fn lay(&self, at: f32, height: f32, picture: &mut Pixmap) {
        let y = (self.y + self.speed * at) % (height + 160.0) - 120.0;
        let x = self.x + self.sway * (self.phase + at * 0.9).sin();
        let (left, top) = (x.round() as i32, y.round() as i32);
        let (width, rows) = (picture.width() as i32, picture.height() as i32);
        let side = self.picture.width() as i32;
        let data = picture.data_mut();
        let own = self.picture.data();
        for row in 0..side {
            for column in 0..side {
                let (px, py) = (left + column, top + row);
                if px < 0 || py < 0 || px >= width || py >= rows {
                    continue;
                }
                let place = (py * width + px) as usize;
                let from = (row * side + column) as usize * 4;
                let alpha = u32::from(own[from + 3]);
                if alpha == 0 {
                    continue;
                }
                for part in 0..3 {
                    let under = u32::from(data[place * 4 + part]) * (255 - alpha) / 255;
                    data[place * 4 + part] = (under as u8).saturating_add(own[from + part]);
                }
            }
        }
    }
}

/// Lays `share` (of 256) of the second picture over the first.
fn cross(under: &mut [u8], over: &[u8], share: i32) {
    for (a, b) in under.iter_mut().zip(over) {
        *a = (i32::from(*a) + (((i32::from(*b) - i32::from(*a)) * share) >> 8)) as u8;
    }
}

/// Brightness and colour of a picture, colour at half the size; BT.709, limited range.
struct Planes {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Planes {
    fn new(width: usize, height: usize) -> Self {
        let quarter = width / 2 * (height / 2);
        Self {
            width,
            height,
            y: vec![0; width * height],
            u: vec![0; quarter],
            v: vec![0; quarter],
        }
    }

    fn read(&mut self, rgba: &[u8]) {
        let (pixels, _) = rgba.as_chunks::<4>();
        for (to, [r, g, b, _]) in self.y.iter_mut().zip(pixels) {
            let sum = 11_966 * i32::from(*r) + 40_254 * i32::from(*g) + 4_064 * i32::from(*b);
            *to = (16 + ((sum + 32_768) >> 16)) as u8;
        }
        let half = self.width / 2;
        for row in 0..self.height / 2 {
            let (upper, lower) =
                pixels[row * 2 * self.width..(row * 2 + 2) * self.width].split_at(self.width);
            let (above, _) = upper.as_chunks::<2>();
            let (below, _) = lower.as_chunks::<2>();
            let u = &mut self.u[row * half..(row + 1) * half];
            let v = &mut self.v[row * half..(row + 1) * half];
            for (((u, v), a), b) in u.iter_mut().zip(v).zip(above).zip(below) {
                let sum = |i: usize| {
                    i32::from(a[0][i])
                        + i32::from(a[1][i])
                        + i32::from(b[0][i])
                        + i32::from(b[1][i])
                };
                let (r, g, blue) = (sum(0), sum(1), sum(2));
                *u = (128 + ((-6_596 * r - 22_189 * g + 28_784 * blue + 131_072) >> 18)) as u8;
                *v = (128 + ((28_784 * r - 26_145 * g - 2_639 * blue + 131_072) >> 18)) as u8;
            }
        }
    }
}

/// Takes pictures and makes the film.
struct Camera {
    encoder: Encoder,
    film: Film,
}

impl Camera {
    fn new(width: usize, height: usize) -> anyhow::Result<Self> {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(BITS))
            .max_frame_rate(FrameRate::from_hz(RATE as f32))
            .rate_control_mode(RateControlMode::Quality)
            .skip_frames(false)
            .profile(Profile::High)
            .level(Level::Level_4_0)
            .intra_frame_period(IntraFramePeriod::from_num_frames(RATE * 2))
            .scene_change_detect(false)
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)
            .context("start the encoder")?;
        Ok(Self {
            encoder,
            film: Film {
                width: width as u16,
                height: height as u16,
                rate: RATE,
                sps: Vec::new(),
                pps: Vec::new(),
                frames: Vec::new(),
            },
        })
    }

    fn take(&mut self, planes: &Planes) -> anyhow::Result<()> {
        let half = planes.width / 2;
        let picture = YUVSlices::new(
            (&planes.y, &planes.u, &planes.v),
            (planes.width, planes.height),
            (planes.width, half, half),
        );
        let encoded = self.encoder.encode(&picture).context("encode a frame")?;
        let key = matches!(encoded.frame_type(), FrameType::IDR | FrameType::I);
        let stream = encoded.to_vec();
        let mut bytes = Vec::with_capacity(stream.len() + 16);
        for unit in split_units(&stream) {
            match unit.first().map(|b| b & 31) {
                Some(7) => self.film.sps = unit.to_vec(),
                Some(8) => self.film.pps = unit.to_vec(),
                _ => {
                    bytes.extend_from_slice(&(unit.len() as u32).to_be_bytes());
                    bytes.extend_from_slice(unit);
                }
            }
        }
        anyhow::ensure!(!bytes.is_empty(), "the encoder left a frame out");
        self.film.frames.push(Frame { bytes, key });
        Ok(())
    }

    fn develop(self) -> anyhow::Result<Vec<u8>> {
        anyhow::ensure!(
            !self.film.sps.is_empty() && !self.film.pps.is_empty(),
            "the encoder told nothing of the film"
        );
        Ok(write_mp4(&self.film))
    }
}
