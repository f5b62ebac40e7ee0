//! The PDF file around the sheets: pages, and the two fonts with the letters in use.

use super::paper::{HEIGHT, WIDTH};
use super::typeface::Typeface;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use janchi_runtime::seoul;
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Date, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

/// zlib's usual.
const LEVEL: u8 = 6;
const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// What a file says of itself.
pub struct About<'a> {
    pub title: &'a str,
    pub made_at: DateTime<Utc>,
}

/// Hands out the numbers of the file's objects.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Binds sheets and typefaces.
///
/// # Errors
/// A typeface's file is damaged.
pub fn bind(
    about: &About<'_>,
    sheets: &[Vec<u8>],
    regular: &Typeface<'_>,
    bold: &Typeface<'_>,
) -> anyhow::Result<Vec<u8>> {
    let mut numbers = Numbers(0);
    let mut pdf = Pdf::new();
    let (catalog, tree, info) = (numbers.next(), numbers.next(), numbers.next());
    let (r, b) = (numbers.next(), numbers.next());
    let mut start = pdf.catalog(catalog);
    start.pages(tree).lang(TextStr("ko-KR"));
    start.viewer_preferences().display_doc_title(true);
    start.finish();
    let pages: Vec<Ref> = sheets.iter().map(|_| numbers.next()).collect();
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages.iter().copied()).count(count);
    for (page, sheet) in pages.iter().zip(sheets) {
        let content = numbers.next();
        let mut out = pdf.page(*page);
        out.parent(tree)
            .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
            .contents(content);
        out.resources()
            .fonts()
            .pair(Name(b"R"), r)
            .pair(Name(b"B"), b);
        out.finish();
        pdf.stream(content, &compress_to_vec_zlib(sheet, LEVEL))
            .filter(Filter::FlateDecode);
    }
    // The six letters in front mark a font that has not all of its letters.
    embed(&mut pdf, &mut numbers, r, b"JANCHI+NanumSquare", regular)?;
    embed(&mut pdf, &mut numbers, b, b"JANCHI+NanumSquareBold", bold)?;
    pdf.document_info(info)
        .title(TextStr(about.title))
        .creator(TextStr("Janchi"))
        .creation_date(date(about.made_at));
    Ok(pdf.finish())
}

fn embed(
    pdf: &mut Pdf,
    numbers: &mut Numbers,
    font: Ref,
    name: &[u8],
    face: &Typeface<'_>,
) -> anyhow::Result<()> {
    let (letters, shape, unicode, file) = (
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
    );
    pdf.type0_font(font)
        .base_font(Name(name))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(letters)
        .to_unicode(unicode);
    let mut cid = pdf.cid_font(letters);
    cid.subtype(CidFontType::Type2)
        .base_font(Name(name))
        .system_info(IDENTITY)
        .font_descriptor(shape)
        .default_width(0.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths()
        .consecutive(1, face.used().iter().map(|letter| letter.advance));
    cid.finish();
    let metrics = face.metrics();
    let bounds = metrics.bounds.unwrap_or_default();
    pdf.font_descriptor(shape)
        .name(Name(name))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(
            bounds.x_min,
            bounds.y_min,
            bounds.x_max,
            bounds.y_max,
        ))
        .italic_angle(metrics.italic_angle)
        .ascent(metrics.ascent)
        .descent(metrics.descent)
        .cap_height(metrics.cap_height.unwrap_or(metrics.ascent))
        // The thickness of stems, which only stand-in fonts need.
        .stem_v(80.0)
        .font_file2(file);
    let mut cmap = UnicodeCmap::new(Name(b"Janchi-Unicode"), IDENTITY);
    for (number, letter) in (1_u16..).zip(face.used()) {
        cmap.pair(number, letter.letter);
    }
    pdf.stream(unicode, &compress_to_vec_zlib(&cmap.finish(), LEVEL))
        .filter(Filter::FlateDecode);
    let subset = face.subset()?;
    let length = i32::try_from(subset.len()).unwrap_or(i32::MAX);
    pdf.stream(file, &compress_to_vec_zlib(&subset, LEVEL))
        .filter(Filter::FlateDecode)
        .pair(Name(b"Length1"), length);
    Ok(())
}

fn date(at: DateTime<Utc>) -> Date {
    let local = seoul::local(at);
    let part = |n: u32| u8::try_from(n).unwrap_or_default();
    Date::new(u16::try_from(local.year()).unwrap_or_default())
        .month(part(local.month()))
        .day(part(local.day()))
        .hour(part(local.hour()))
        .minute(part(local.minute()))
        .second(part(local.second()))
        .utc_offset_hour(9)
}
