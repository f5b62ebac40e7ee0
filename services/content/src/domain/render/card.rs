//! The composed card: what the three styles share.

use super::fit::{Block, Wish};
use super::fonts::{Face, Fonts};
use super::motif::motif;
use super::palette::Palette;
use super::qr::{Matrix, Qr, address_of};
use super::svg::{Line, Svg, fill};
use super::{color::Color, fancy, simple, trendy};
use crate::domain::design::{Design, Layout, Texts};
use janchi_contracts::reference::{Platform, Style};

/// What a card is drawn on.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// Size in pixels.
    pub width: u32,
    pub height: u32,
    /// Width in a unit of its own; the pixels only scale it.
    pub wide: f32,
    /// Nothing on it can be clicked, so that the link is there as a code too.
    pub code: bool,
}

impl Sheet {
    /// A4 at 200 pixels an inch.
    pub const POSTER: Self = Self {
        width: 1654,
        height: 2339,
        wide: 1080.0,
        code: true,
    };

    /// Television's cards are as high as Naver's, and wider.
    pub const fn of(platform: Platform) -> Self {
        let (width, height) = Platform::size(platform);
        let (wide, code) = match platform {
            Platform::Tv => (1440.0, true),
            Platform::Instagram => (1080.0, true),
            Platform::Naver | Platform::Kakao => (1080.0, false),
        };
        Self {
            width,
            height,
            wide,
            code,
        }
    }
}

/// No text comes nearer to an edge: platforms crop and round corners.
pub const SAFE: f32 = 64.0;

/// A composed picture: everything decided, nothing painted yet.
pub struct Card {
    /// Size in pixels.
    pub width: u32,
    pub height: u32,
    /// Size in the card's own unit.
    pub wide: f32,
    pub tall: f32,
    /// What is under everything and has a smooth run of colours, as markup. It is kept in half as many steps, which
    /// nobody sees and which is half as much to encode; the flag says whether the colours are rather raised, so that
    /// dark letters keep their contrast.
    pub ground: Option<(String, bool)>,
    /// Shapes that many cards share, as markup: with the ground the static layer.
    pub under: String,
    /// Shapes that follow the text.
    pub over: String,
    pub qr: Option<Qr>,
    /// Every line of the message at its place.
    pub lines: Vec<Line>,
    /// Small print, which may stand in the margin.
    pub marks: Vec<Line>,
}

impl Card {
    /// A whole drawing around markup of this card.
    pub fn svg(&self, markup: &str) -> String {
        let (wide, tall) = (self.wide, self.tall);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}">{markup}</svg>"#
        )
    }
}

/// Which pictures of the shop or a vendor the card will show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shows {
    pub photo: bool,
    pub logo: bool,
}

/// What a style draws with.
pub struct Canvas<'a> {
    pub fonts: &'a Fonts,
    pub palette: Palette,
    pub texts: Texts,
    pub layout: Layout,
    has_code: bool,
    pub wide: f32,
    pub tall: f32,
    /// There is a photo to put behind.
    pub photo: bool,
    /// There is a logo to show instead of the trade's motif.
    pub logo: bool,
    /// A ground with a smooth run of colours.
    pub ground: Svg,
    /// The static layer: nothing in it may depend on a text.
    pub svg: Svg,
    /// Shapes that depend on texts; over the static layer, under all letters.
    pub over: Svg,
    pub qr: Option<Qr>,
    pub lines: Vec<Line>,
    pub marks: Vec<Line>,
}

impl Canvas<'_> {
    /// Whether the card is wider than high, which asks for columns.
    pub fn is_wide(&self) -> bool {
        self.tall < self.wide * 0.9
    }

    /// Whether the platform has no link to click, so that a code is wanted.
    pub fn wants_code(&self) -> bool {
        self.has_code && !self.texts.link.is_empty()
    }

    /// A white plate with the link as a code on it.
    pub fn code(&mut self, x: f32, y: f32, side: f32) {
        let Some(code) = Matrix::of(&address_of(&self.texts.link)) else {
            return;
        };
        self.svg
            .rect(x, y, side, side, side * 0.09, &fill(Color::WHITE));
        let quiet = side * 0.08;
        self.qr = Some(Qr {
            x: x + quiet,
            y: y + quiet,
            side: side - 2.0 * quiet,
            code,
        });
    }

    /// The shop's logo on a white disc, or else the trade's motif.
    pub fn emblem(
        &mut self,
        design: &Design,
        x: f32,
        y: f32,
        side: f32,
        inks: (Color, Color),
        turn: f32,
    ) {
        if self.logo {
            let r = side * 0.62;
            self.svg
                .circle(x + side / 2.0, y + side / 2.0, r, &fill(Color::WHITE));
            self.svg
                .logo(x + side * 0.06, y + side * 0.06, side * 0.88, side * 0.88);
        } else {
            let art = motif(design.industry, inks.0, inks.1);
            self.svg.place(&art, x, y, side, turn);
        }
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
                Layout::Left | Layout::Split => x,
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
            self.lines.push(line);
        }
        y + block.height()
    }

    pub fn wish(&self, face: Face, size: f32, least: f32, width: f32, max_lines: usize) -> Wish {
        // A tall sheet is read from farther away, and has the room; so has a television.
        let lift = if self.tall > self.wide * 1.2 {
            1.25
        } else if self.wide > self.tall * 1.7 {
            1.18
        } else {
            1.0
        };
        Wish {
            face,
            size: size * lift,
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
    pub(super) fn ai_mark(&mut self, style: Style) {
        let (text, size) = ("AI 생성 이미지", 21.0);
        let width = self.fonts.width(Face::Square, size, text);
        let plate = Color::rgb(24, 24, 28);
        let (w, h) = (width + 28.0, 36.0);
        let low = self.tall - 14.0 - h;
        let (x, y) = match style {
            Style::Simple => (self.wide - 14.0 - w, low),
            Style::Fancy => ((self.wide - w) / 2.0, low),
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
        self.marks.push(line);
    }
}

/// Arranges a design's texts and shapes for its platform.
pub fn compose(fonts: &Fonts, design: &Design, shows: Shows) -> Card {
    compose_on(fonts, design, shows, Sheet::of(design.platform))
}

/// Arranges a design's texts and shapes on any sheet.
pub fn compose_on(fonts: &Fonts, design: &Design, shows: Shows, sheet: Sheet) -> Card {
    let mut canvas = canvas_of(fonts, design, shows, sheet);
    match design.style {
        Style::Simple => simple::draw(&mut canvas, design),
        Style::Fancy => fancy::draw(&mut canvas, design),
        Style::Trendy => trendy::draw(&mut canvas, design),
    }
    if design.ai_background {
        canvas.ai_mark(design.style);
    }
    canvas.finish(sheet)
}

/// An empty canvas with the design's colours and its texts as they can be drawn.
pub(super) fn canvas_of<'a>(
    fonts: &'a Fonts,
    design: &Design,
    shows: Shows,
    sheet: Sheet,
) -> Canvas<'a> {
    let texts = &design.texts;
    let drawable = |text: &str| fonts.drawable(text);
    let title = Some(drawable(&texts.title))
        .filter(|t| !t.is_empty())
        .unwrap_or_else(|| "이벤트".into());
    Canvas {
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
        has_code: sheet.code,
        wide: sheet.wide,
        tall: sheet.wide * sheet.height as f32 / sheet.width as f32,
        photo: shows.photo,
        logo: shows.logo,
        ground: Svg::default(),
        svg: Svg::default(),
        over: Svg::default(),
        qr: None,
        lines: Vec::new(),
        marks: Vec::new(),
    }
}

impl Canvas<'_> {
    pub(super) fn finish(self, sheet: Sheet) -> Card {
        Card {
            width: sheet.width,
            height: sheet.height,
            wide: self.wide,
            tall: self.tall,
            ground: Some((self.ground.body, !self.palette.ground.is_dark()))
                .filter(|(markup, _)| !markup.is_empty()),
            under: self.svg.body,
            over: self.over.body,
            qr: self.qr,
            lines: self.lines,
            marks: self.marks,
        }
    }
}
