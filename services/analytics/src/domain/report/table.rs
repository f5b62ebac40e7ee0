//! Tables whose head is repeated on every sheet.

use super::paper::{INK, Ink, MARGIN, Paper, RULE, SOFT, Side, TINT};

const PAD: f32 = 5.0;
const LINE: f32 = 12.5;

/// A column: its name, its part of the width, and whether it holds numbers.
pub struct Column {
    pub name: &'static str,
    pub part: f32,
    pub number: bool,
}

impl Column {
    pub const fn words(name: &'static str, part: f32) -> Self {
        let number = false;
        Self { name, part, number }
    }

    pub const fn number(name: &'static str, part: f32) -> Self {
        let number = true;
        Self { name, part, number }
    }
}

/// A row: a cell for each column, and whether it sums up the others.
pub struct Row {
    pub cells: Vec<String>,
    pub sum: bool,
}

/// What a table of so many rows of one line needs.
pub fn height(rows: usize) -> f32 {
    (rows as f32 + 1.0) * (LINE + 2.0 * PAD)
}

/// Writes a table over `width` and goes below it.
pub fn table(paper: &mut Paper<'_>, width: f32, columns: &[Column], rows: &[Row]) {
    let whole: f32 = columns.iter().map(|c| c.part).sum();
    let mut x = MARGIN;
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let wide = width * column.part / whole;
        places.push(Place {
            column,
            x: x + PAD,
            wide: wide - 2.0 * PAD,
        });
        x += wide;
    }
    let heights: Vec<f32> = rows.iter().map(|row| tall(paper, &places, row)).collect();
    // The head never stands alone at the end of a sheet …
    paper.room(3.0 * (LINE + 2.0 * PAD));
    head(paper, width, &places);
    for (at, row) in rows.iter().enumerate() {
        // … nor the last row at the beginning of the next.
        let rest = &heights[at + 1..];
        let last = if rest.len() == 1 { rest[0] } else { 0.0 };
        if paper.room(heights[at] + last) {
            head(paper, width, &places);
        }
        let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        write(paper, ink(row), &places, &cells);
        paper.down(heights[at]);
        let y = paper.y();
        paper.fill(RULE, MARGIN, y - 0.25, width, 0.5);
    }
}

/// A column without its padding.
struct Place<'a> {
    column: &'a Column,
    x: f32,
    wide: f32,
}

fn ink(row: &Row) -> Ink {
    if row.sum {
        Ink::bold(9.0, INK)
    } else {
        Ink::regular(9.0, INK)
    }
}

fn tall(paper: &Paper<'_>, places: &[Place<'_>], row: &Row) -> f32 {
    let cells = places.iter().zip(&row.cells);
    let lines = cells.map(|(place, cell)| cut(paper, ink(row), place, cell).len());
    lines.max().unwrap_or(1) as f32 * LINE + 2.0 * (PAD - 1.5)
}

fn head(paper: &mut Paper<'_>, width: f32, places: &[Place<'_>]) {
    const TALL: f32 = LINE + 2.0 * (PAD - 1.0);
    let y = paper.y();
    paper.fill(TINT, MARGIN, y, width, TALL);
    let names: Vec<&str> = places.iter().map(|place| place.column.name).collect();
    write(paper, Ink::bold(8.5, SOFT), places, &names);
    paper.down(TALL);
}

/// A cell's lines: words are wrapped, a number is one.
fn cut(paper: &Paper<'_>, ink: Ink, place: &Place<'_>, cell: &str) -> Vec<String> {
    if place.column.number {
        vec![cell.to_owned()]
    } else {
        paper.wrap(ink, cell, place.wide)
    }
}

fn write(paper: &mut Paper<'_>, ink: Ink, places: &[Place<'_>], cells: &[&str]) {
    let top = paper.y() + PAD - 1.0;
    for (place, cell) in places.iter().zip(cells) {
        for (at, line) in cut(paper, ink, place, cell).iter().enumerate() {
            let middle = top + LINE * (at as f32 + 0.5);
            if place.column.number {
                // A number is never cut: one that is too long is set smaller.
                let wide = paper.width(ink, line).max(1.0);
                let size = ink.size * (place.wide / wide).min(1.0);
                let ink = Ink { size, ..ink };
                paper.put(ink, Side::Right, place.x + place.wide, middle, line);
            } else {
                paper.put(ink, Side::Left, place.x, middle, line);
            }
        }
    }
}
