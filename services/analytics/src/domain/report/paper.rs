//! A4 sheets, written on from the top down. Lengths in points, 1/72 inch; `y` counts from the top edge.

use super::lines::{shorten, wrap};
use super::typeface::Typeface;
use pdf_writer::{Content, Name, Str};

pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
/// White on the left and right, and above.
pub const MARGIN: f32 = 48.0;
/// Where text ends above the foot of a page.
const END: f32 = HEIGHT - 64.0;
/// Between the margins.
pub const COLUMN: f32 = WIDTH - 2.0 * MARGIN;

/// Red, green, blue from 0 to 1.
pub type Colour = [f32; 3];
pub const INK: Colour = [0.13, 0.125, 0.11];
pub const SOFT: Colour = [0.42, 0.39, 0.35];
pub const ACCENT: Colour = [0.706, 0.208, 0.11];
pub const SECOND: Colour = [0.16, 0.42, 0.48];
pub const TINT: Colour = [0.976, 0.957, 0.925];
pub const RULE: Colour = [0.87, 0.84, 0.79];

/// Which of the two cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Regular,
    Bold,
}

/// How text looks; the size in points.
#[derive(Debug, Clone, Copy)]
pub struct Ink {
    pub cut: Cut,
    pub size: f32,
    pub colour: Colour,
}

impl Ink {
    pub const fn regular(size: f32, colour: Colour) -> Self {
        let cut = Cut::Regular;
        Self { cut, size, colour }
    }

    pub const fn bold(size: f32, colour: Colour) -> Self {
        let cut = Cut::Bold;
        Self { cut, size, colour }
    }

    /// From one line to the next.
    pub fn leading(self) -> f32 {
        self.size * 1.5
    }
}

/// From which edge of its place a text starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Middle,
}

/// The sheets written so far.
pub struct Paper<'a> {
    pub regular: Typeface<'a>,
    pub bold: Typeface<'a>,
    full: Vec<Content>,
    sheet: Content,
    y: f32,
}

impl<'a> Paper<'a> {
    pub fn new(regular: Typeface<'a>, bold: Typeface<'a>) -> Self {
        Self {
            regular,
            bold,
            full: Vec::new(),
            sheet: Content::new(),
            y: MARGIN,
        }
    }

    /// Where the next thing goes.
    pub fn y(&self) -> f32 {
        self.y
    }

    /// Leaves so much free.
    pub fn down(&mut self, height: f32) {
        self.y += height;
    }

    /// Takes a new sheet unless so much fits on this one. `true` if it did.
    pub fn room(&mut self, height: f32) -> bool {
        let turned = self.y + height > END && self.y > MARGIN;
        if turned {
            self.full
                .push(std::mem::replace(&mut self.sheet, Content::new()));
            self.y = MARGIN;
        }
        turned
    }

    fn face(&self, ink: Ink) -> &Typeface<'a> {
        match ink.cut {
            Cut::Regular => &self.regular,
            Cut::Bold => &self.bold,
        }
    }

    pub fn width(&self, ink: Ink, text: &str) -> f32 {
        self.face(ink).width(ink.size, text)
    }

    pub fn wrap(&self, ink: Ink, text: &str, width: f32) -> Vec<String> {
        let text = self.face(ink).showable(text);
        wrap(&text, width, |line| self.width(ink, line))
    }

    pub fn shorten(&self, ink: Ink, text: &str, width: f32) -> String {
        let text = self.face(ink).showable(text);
        shorten(&text, width, |line| self.width(ink, line))
    }

    /// Writes one line; `middle` is the middle of its capitals.
    pub fn put(&mut self, ink: Ink, side: Side, x: f32, middle: f32, text: &str) {
        let text = self.face(ink).showable(text);
        if text.is_empty() {
            return;
        }
        let width = self.width(ink, &text);
        let x = match side {
            Side::Left => x,
            Side::Right => x - width,
            Side::Middle => x - width / 2.0,
        };
        let (name, bytes) = match ink.cut {
            Cut::Regular => (Name(b"R"), self.regular.set(&text)),
            Cut::Bold => (Name(b"B"), self.bold.set(&text)),
        };
        let [r, g, b] = ink.colour;
        let baseline = HEIGHT - middle - 0.35 * ink.size;
        self.sheet
            .begin_text()
            .set_fill_rgb(r, g, b)
            .set_font(name, ink.size)
            .next_line(x, baseline)
            .show(Str(&bytes))
            .end_text();
    }

    /// Writes a text from margin to margin, or less, and goes below it.
    pub fn paragraph(&mut self, ink: Ink, x: f32, width: f32, text: &str) {
        for line in self.wrap(ink, text, width) {
            self.room(ink.leading());
            let middle = self.y + ink.leading() / 2.0;
            self.put(ink, Side::Left, x, middle, &line);
            self.down(ink.leading());
        }
    }

    /// Fills a rectangle whose upper left corner is at `x`, `y`.
    pub fn fill(&mut self, colour: Colour, x: f32, y: f32, width: f32, height: f32) {
        let [r, g, b] = colour;
        self.sheet
            .set_fill_rgb(r, g, b)
            .rect(x, HEIGHT - y - height, width, height)
            .fill_nonzero();
    }

    /// A thin line between the margins.
    pub fn rule(&mut self, y: f32) {
        self.fill(RULE, MARGIN, y, COLUMN, 0.6);
    }

    /// Puts the foot on every sheet and gives them out, with the typefaces they are set in.
    pub fn finish(mut self, title: &str, foot: &str) -> (Vec<Vec<u8>>, Typeface<'a>, Typeface<'a>) {
        let mut sheets = std::mem::take(&mut self.full);
        sheets.push(std::mem::replace(&mut self.sheet, Content::new()));
        let count = sheets.len();
        let ink = Ink::regular(8.0, SOFT);
        let title = self.shorten(ink, title, COLUMN * 0.5);
        let foot = format!("{title} · {foot}");
        let mut done = Vec::with_capacity(count);
        for (at, sheet) in sheets.into_iter().enumerate() {
            self.sheet = sheet;
            self.rule(HEIGHT - 46.0);
            let middle = HEIGHT - 34.0;
            self.put(ink, Side::Left, MARGIN, middle, &foot);
            let number = format!("{} / {count}", at + 1);
            self.put(ink, Side::Right, WIDTH - MARGIN, middle, &number);
            let sheet = std::mem::replace(&mut self.sheet, Content::new());
            done.push(sheet.finish().into_vec());
        }
        (done, self.regular, self.bold)
    }
}
