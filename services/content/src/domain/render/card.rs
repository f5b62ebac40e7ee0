//! The composed card: what the three styles share.

use super::fit::{Block, Wish};
use super::fonts::{Face, Fonts};
use super::palette::Palette;
use super::svg::{Line, Svg, fill};
use super::{color::Color, fancy, simple, trendy};
use crate::domain::design::{Design, Layout, Texts};
use janchi_contracts::reference::{Platform, Style};

/// All cards are composed this wide, in a unit of their own; the platform's pixels only scale it.
pub const WIDTH: f32 = 1080.0;
/// No text comes nearer to an edge: platforms crop and round corners.
pub const SAFE: f32 = 64.0;

/// A composed picture: everything decided, nothing painted yet.
pub struct Card {
    /// Size in pixels.
    pub width: u32,
    pub height: u32,
    /// Height in the card's unit; the width is [`WIDTH`].
    pub tall: f32,
    pub svg: String,
    /// Every line of text at its place, as drawn.
    pub lines: Vec<Line>,
}

/// What a style draws with.
pub struct Canvas<'a> {
    pub fonts: &'a Fonts,
    pub palette: Palette,
    pub texts: Texts,
    pub layout: Layout,
    pub tall: f32,
    /// There is a photo to put behind.
    pub photo: bool,
    pub svg: Svg,
    pub lines: Vec<Line>,
}

impl Canvas<'_> {
    /// Whether the card is wider than high, which asks for columns.
    pub fn is_wide(&self) -> bool {
        self.tall < WIDTH * 0.9
    }

    /// Sets a block with its top at `y`, in the column from `x`, `width` wide, left or centred as the layout
    /// says; answers the block's lower end.
    pub fn block(
        &mut self,
        block: &Block,
        x: f32,
        y: f32,
        width: f32,
        ink: Color,
        behind: &[Color],
    ) -> f32 {
        let fill = ink.readable_on(behind);
        let step = block.size * block.leading;
        for (i, text) in block.lines.iter().enumerate() {
            let wide = self.fonts.width(block.face, block.size, text);
            let left = match self.layout {
                Layout::Left => x,
                Layout::Center => x + (width - wide) / 2.0,
            };
            let line = Line {
                text: text.clone(),
                face: block.face,
                size: block.size,
                x: left,
                // The middle of a line of Hangul lies about 0.36 em above its baseline.
                y: y + step * (i as f32 + 0.5) + block.size * 0.36,
                width: wide,
                fill,
                behind: behind.to_vec(),
            };
            self.svg.text(&line);
            self.lines.push(line);
        }
        y + block.height()
    }

    pub fn wish(&self, face: Face, size: f32, least: f32, width: f32, max_lines: usize) -> Wish {
        Wish {
            face,
            size,
            least,
            leading: 1.3,
            max_lines,
            width,
            list: false,
        }
    }

    /// As [`Canvas::wish`], for the prizes: one to a line where they fit.
    pub fn list_wish(
        &self,
        face: Face,
        size: f32,
        least: f32,
        width: f32,
        max_lines: usize,
    ) -> Wish {
        Wish {
            list: true,
            ..self.wish(face, size, least, width, max_lines)
        }
    }

    /// As [`Canvas::wish`], for the title: tighter lines, and a title of a few letters is set larger.
    pub fn title_wish(&self, face: Face, size: f32, least: f32, width: f32) -> Wish {
        let larger = match self.texts.title.chars().count() {
            0..=4 => 1.6,
            5..=8 => 1.25,
            _ => 1.0,
        };
        Wish {
            leading: 1.2,
            ..self.wish(face, size * larger, least, width, 3)
        }
    }

    /// The mark every picture with a generated background carries, on its own plate, where the style has room.
    fn ai_mark(&mut self, style: Style) {
        let (text, size) = ("AI 생성 이미지", 21.0);
        let width = self.fonts.width(Face::Square, size, text);
        let plate = Color::rgb(24, 24, 28);
        let (w, h) = (width + 28.0, 36.0);
        let low = self.tall - 14.0 - h;
        let (x, y) = match style {
            Style::Simple => (WIDTH - 14.0 - w, low),
            Style::Fancy => ((WIDTH - w) / 2.0, low),
            Style::Trendy => (14.0, 14.0),
        };
        self.svg.rect(x, y, w, h, h / 2.0, &fill(plate));
        let fill = Color::WHITE;
        let line = Line {
            text: text.into(),
            face: Face::Square,
            size,
            x: x + 14.0,
            y: y + 25.5,
            width,
            fill,
            behind: vec![plate],
        };
        // Not among the lines: a mark may stand in the margin, outside the safe area of the message.
        self.svg.text(&line);
    }
}

/// Arranges a design's texts and shapes. `photo` says whether a background picture will be painted.
pub fn compose(fonts: &Fonts, design: &Design, photo: bool) -> Card {
    let (width, height) = Platform::size(design.platform);
    let tall = WIDTH * height as f32 / width as f32;
    let texts = &design.texts;
    let drawable = |text: &str| fonts.drawable(text);
    let title = Some(drawable(&texts.title))
        .filter(|t| !t.is_empty())
        .unwrap_or_else(|| "이벤트".into());
    let mut canvas = Canvas {
        fonts,
        palette: Palette::of(design),
        texts: Texts {
            store: drawable(&texts.store),
            title,
            prize: drawable(&texts.prize),
            guide: drawable(&texts.guide),
            period: drawable(&texts.period),
            link: drawable(&texts.link),
        },
        layout: design.layout,
        tall,
        photo,
        svg: Svg::default(),
        lines: Vec::new(),
    };
    match design.style {
        Style::Simple => simple::draw(&mut canvas, design),
        Style::Fancy => fancy::draw(&mut canvas, design),
        Style::Trendy => trendy::draw(&mut canvas, design),
    }
    if design.ai_background {
        canvas.ai_mark(design.style);
    }
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" viewBox="0 0 {WIDTH} {tall}">{}</svg>"#,
        canvas.svg.body
    );
    Card {
        width,
        height,
        tall,
        svg,
        lines: canvas.lines,
    }
}
