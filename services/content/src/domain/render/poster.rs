//! The poster for the counter: A4 as PDF. Shapes are a picture of 200 pixels an inch, letters and code are
//! outlines, sharp at any size.

use super::card::{Card, Sheet, Shows, compose_on};
use super::encode::{Format, encode};
use super::fonts::{Fonts, Origin};
use super::glyphs::outline;
use super::raster::{Assets, Painter, Pixels, opaque};
use super::svg::Line;
use crate::domain::design::Design;

use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use resvg::tiny_skia::PathSegment;

/// A4 in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;

/// The poster of a design as a PDF file.
///
/// # Errors
/// A drawing that is no SVG, or no memory.
pub fn print_poster(
    fonts: &Fonts,
    painter: &Painter,
    design: &Design,
    assets: &Assets,
) -> anyhow::Result<Vec<u8>> {
    let shows = Shows {
        photo: assets.photo.is_some(),
        logo: assets.logo.is_some(),
    };
    let mut card = compose_on(fonts, design, shows, Sheet::POSTER);
    let code = card.qr.take();
    // Colour pictures among the letters cannot be outlines: their lines are painted.
    let (painted, drawn): (Vec<Line>, Vec<Line>) = std::mem::take(&mut card.lines)
        .into_iter()
        .chain(std::mem::take(&mut card.marks))
        .partition(|line| has_emoji(fonts, line));
    card.lines = painted;
    let pixmap = painter.paint_rgba(fonts, &card, assets, 1.0)?;
    let pixels = Pixels {
        width: pixmap.width(),
        height: pixmap.height(),
        rgb: opaque(pixmap.data()),
    };
    let picture = encode(&pixels, Format::Jpeg, false)?;
    let mut content = Content::new();
    content.save_state();
    content.transform([WIDTH, 0.0, 0.0, HEIGHT, 0.0, 0.0]);
    content.x_object(Name(b"Ground"));
    content.restore_state();
    let scale = WIDTH / card.wide;
    for line in &drawn {
        draw_line(&mut content, fonts, line, scale);
    }
    if let Some(code) = &code {
        content.set_fill_rgb(0.06, 0.06, 0.06);
        let module = code.side * scale / code.code.size as f32;
        for y in 0..code.code.size {
            for x in 0..code.code.size {
                if code.code.is_dark(x, y) {
                    content.rect(
                        code.x * scale + x as f32 * module,
                        HEIGHT - code.y * scale - (y + 1) as f32 * module,
                        // A hair more, so that no printer leaves white between two modules.
                        module + 0.05,
                        module + 0.05,
                    );
                }
            }
        }
        content.fill_nonzero();
    }
    Ok(write(design, &card, &picture, &content.finish()))
}

fn has_emoji(fonts: &Fonts, line: &Line) -> bool {
    line.text
        .chars()
        .any(|c| matches!(fonts.origin_of(line.face, c), Some((Origin::Emoji, _))))
}

fn draw_line(content: &mut Content, fonts: &Fonts, line: &Line, scale: f32) {
    let size = line.size * scale;
    let mut pen = line.x * scale;
    let base = HEIGHT - line.y * scale;
    let [r, g, b] = [line.fill.r, line.fill.g, line.fill.b].map(|v| f32::from(v) / 255.0);
    content.set_fill_rgb(r, g, b);
    for letter in line.text.chars() {
        let Some((origin, advance)) = fonts.origin_of(line.face, letter) else {
            continue;
        };
        if letter != ' '
            && let Some(path) = outline(fonts, origin, letter, size)
        {
            let mut last = (0.0, 0.0);
            for segment in path.segments() {
                match segment {
                    PathSegment::MoveTo(p) => {
                        content.move_to(pen + p.x, base - p.y);
                        last = (p.x, p.y);
                    }
                    PathSegment::LineTo(p) => {
                        content.line_to(pen + p.x, base - p.y);
                        last = (p.x, p.y);
                    }
                    PathSegment::QuadTo(c, p) => {
                        // PDF knows cubic curves alone.
                        let mid = |a: f32, c: f32| a + (c - a) * 2.0 / 3.0;
                        content.cubic_to(
                            pen + mid(last.0, c.x),
                            base - mid(last.1, c.y),
                            pen + mid(p.x, c.x),
                            base - mid(p.y, c.y),
                            pen + p.x,
                            base - p.y,
                        );
                        last = (p.x, p.y);
                    }
                    PathSegment::CubicTo(a, b, p) => {
                        content.cubic_to(
                            pen + a.x,
                            base - a.y,
                            pen + b.x,
                            base - b.y,
                            pen + p.x,
                            base - p.y,
                        );
                        last = (p.x, p.y);
                    }
                    PathSegment::Close => {
                        content.close_path();
                    }
                }
            }
            content.fill_nonzero();
        }
        pen += f32::from(advance) * size / 1000.0;
    }
}

fn write(design: &Design, card: &Card, picture: &[u8], content: &[u8]) -> Vec<u8> {
    let [catalog, pages, page, ground, body, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(pages);
    root.lang(TextStr("ko"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT));
    sheet.parent(pages);
    sheet.contents(body);
    sheet.resources().x_objects().pair(Name(b"Ground"), ground);
    sheet.finish();
    let mut image = pdf.image_xobject(ground, picture);
    image.filter(Filter::DctDecode);
    image.width(card.width as i32);
    image.height(card.height as i32);
    image.color_space().device_rgb();
    image.bits_per_component(8);
    image.finish();
    let packed = deflate(content);
    pdf.stream(body, &packed).filter(Filter::FlateDecode);
    let title = format!("{} – {}", design.texts.store, design.texts.title);
    let mut about = pdf.document_info(info);
    about.title(TextStr(&title));
    about.subject(TextStr(&design.alt_text()));
    about.producer(TextStr("Janchi"));
    if design.ai_background {
        about.pair(
            Name(b"DigitalSourceType"),
            Str(b"compositeWithTrainedAlgorithmicMedia"),
        );
    }
    about.finish();
    pdf.finish()
}

fn deflate(content: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(content, 6)
}
