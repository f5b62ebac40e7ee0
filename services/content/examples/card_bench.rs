//! Times the drawing of cards on the core it is given: `bench/card/run.sh` runs it beside other programs.
//! The first argument is the folder of the card that the others draw too, the second one of fonts for it.

use anyhow::Context as _;
use content_service::config::{USUAL_EMOJI_FONT, USUAL_FONT_DIR};
use content_service::domain::brief::Season;
use content_service::domain::design::{Colors, Design, Layout, Texts};
use content_service::domain::file_key::FileKey;
use content_service::domain::render::card::{Card, Shows, compose};
use content_service::domain::render::color::Color;
use content_service::domain::render::encode::{Format, encode};
use content_service::domain::render::fonts::{Face, Fonts};
use content_service::domain::render::raster::{Asset, Assets, Painter};
use content_service::domain::render::svg::Line;
use content_service::domain::upload::take_background;
use content_service::ops::load_fonts::load_fonts;
use content_service::ops::studio::Studio;
use futures::future::try_join_all;
use janchi_contracts::reference::{Industry, Platform, Style};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Cards a row is the median of.
const ROUNDS: usize = 41;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // In a process of its own, so that what it holds is what the jobs need.
    if arguments.first().is_some_and(|first| first == "jobs") {
        return ten_jobs(load_fonts(
            Path::new(USUAL_FONT_DIR),
            Path::new(USUAL_EMOJI_FONT),
        )?);
    }
    let folder = Path::new(arguments.first().context("name the folder of the card")?);
    let fonts = Path::new(arguments.get(1).context("name the folder of its fonts")?);
    peers_card(folder, &load_fonts(fonts, Path::new(USUAL_EMOJI_FONT))?)?;
    let fonts = load_fonts(Path::new(USUAL_FONT_DIR), Path::new(USUAL_EMOJI_FONT))?;
    for style in Style::ALL {
        own_card(&fonts, style)?;
    }
    all_nine(&fonts)
}

/// The median of `ROUNDS` runs, in milliseconds, and the size of what the last one made.
fn row(name: &str, mut work: impl FnMut(usize) -> anyhow::Result<Vec<u8>>) -> anyhow::Result<()> {
    let mut size = work(0)?.len();
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 1..=ROUNDS {
        let start = Instant::now();
        let made = work(round)?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        size = made.len();
    }
    times.sort_by(f64::total_cmp);
    println!("{name:<58} {:>8.2} ms {size:>9} B", times[ROUNDS / 2]);
    Ok(())
}

/// The same card that `peer.mjs` draws, its text laid over the kept static layer.
fn peers_card(folder: &Path, fonts: &Fonts) -> anyhow::Result<()> {
    let inner = |name: &str| -> anyhow::Result<String> {
        let text = std::fs::read_to_string(folder.join(name))?;
        let start = text.find('>').context("an svg")? + 1;
        Ok(text[start..].replace("</svg>", ""))
    };
    let data: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("data.json"))?)?;
    let card = Card {
        width: 1080,
        height: 1080,
        wide: 1080.0,
        tall: 1080.0,
        ground: None,
        under: inner("bg.svg")?,
        over: String::new(),
        qr: None,
        lines: lines_of(&inner("fg.svg")?, &data, fonts),
        marks: Vec::new(),
    };
    let (painter, assets) = (Painter::default(), Assets::default());
    println!(
        "the card of all programs, 1080 × 1080, {} lines",
        card.lines.len()
    );
    let draw = |format| {
        let pixels = painter.paint(fonts, &card, &assets, 1.0)?;
        encode(&pixels, format, false)
    };
    row("  ours, static layer kept: text → PNG", |_| {
        draw(Format::Png)
    })?;
    row("  ours, static layer kept: text → JPEG q90 4:4:4", |_| {
        draw(Format::Jpeg)
    })?;
    row("  ours, static layer kept: text → WebP lossless", |_| {
        draw(Format::WebP)
    })?;
    row("  ours, nothing kept but letters: all → PNG", |_| {
        painter.forget_layers();
        draw(Format::Png)
    })?;
    std::fs::write(
        std::env::temp_dir().join("card-ours.png"),
        draw(Format::Png)?,
    )?;
    Ok(())
}

/// The `<text>` elements of the peers' drawing.
fn lines_of(markup: &str, data: &serde_json::Value, fonts: &Fonts) -> Vec<Line> {
    let attribute = |element: &str, name: &str| -> Option<String> {
        let rest = element.split_once(&format!(" {name}=\""))?.1;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let number = |element: &str, name: &str| {
        attribute(element, name)
            .and_then(|v| v.parse::<f32>().ok())
            .unwrap_or(0.0)
    };
    markup
        .split("<text")
        .skip(1)
        .filter_map(|element| {
            let key = element.split_once("{{")?.1.split_once("}}")?.0;
            let text = data[key].as_str()?.to_owned();
            let face = if element.contains("bold") {
                Face::SquareBold
            } else {
                Face::Square
            };
            let size = number(element, "font-size");
            let width = fonts.width(face, size, &text);
            let x = number(element, "x");
            let x = if element.contains("middle") {
                x - width / 2.0
            } else {
                x
            };
            Some(Line {
                face,
                size,
                x,
                y: number(element, "y"),
                width,
                fill: attribute(element, "fill").and_then(|c| Color::parse(&c))?,
                behind: Vec::new(),
                text,
            })
        })
        .collect()
}

fn design(style: Style, platform: Platform, round: usize) -> Design {
    Design {
        style,
        platform,
        industry: Industry::Cafe,
        season: Season::Winter,
        layout: Layout::usual(style, Industry::Cafe, Season::Winter),
        texts: Texts {
            store: "연남동 봄날 카페".into(),
            // Another number each time: no card is drawn twice.
            title: format!("겨울맞이 단골 감사 {}번째 이벤트", 100 + round),
            prize: "1등 10만 원 상품권 1명, 2등 교환권 20명".into(),
            guide: "주소로 들어와 전화번호만 남기면 참여 완료! 매장에 들르면 확률이 3배".into(),
            period: "12월 1일(화) ~ 12월 24일(목)".into(),
            link: "janchi.kr/e/K7M2QX9A".into(),
        },
        colors: Colors::default(),
        brand: None,
        logo: None,
        ai_background: false,
    }
}

fn own_card(fonts: &Fonts, style: Style) -> anyhow::Result<()> {
    let (painter, assets) = (Painter::default(), Assets::default());
    let draw = |round, scale| {
        let design = design(style, Platform::Instagram, round);
        let card = compose(fonts, &design, Shows::default());
        painter.paint(fonts, &card, &assets, scale)
    };
    println!("{style:?}, 1080 × 1080, with code; layout, shapes and letters anew each time");
    row("  static layer kept: texts → PNG", |round| {
        encode(&draw(round, 1.0)?, Format::Png, false)
    })?;
    row("  nothing kept but letters: texts → PNG", |round| {
        painter.forget_layers();
        encode(&draw(round, 1.0)?, Format::Png, false)
    })?;
    row("  preview, half size, static layer kept → PNG", |round| {
        encode(&draw(round, 0.5)?, Format::Png, false)
    })
}

/// Three styles for three platforms, from nothing, one after the other: PNG alone, then all formats.
fn all_nine(fonts: &Fonts) -> anyhow::Result<()> {
    println!("nine pictures, one after the other, on this core");
    for (name, formats) in [
        ("PNG", &Format::ALL[..1]),
        ("PNG, JPEG and WebP", &Format::ALL[..]),
    ] {
        let painter = Painter::default();
        let start = Instant::now();
        let mut bytes = 0;
        for (style, platform) in Style::ALL
            .into_iter()
            .flat_map(|s| Platform::ALL.map(|p| (s, p)))
        {
            let card = compose(fonts, &design(style, platform, 0), Shows::default());
            let pixels = painter.paint(fonts, &card, &Assets::default(), 1.0)?;
            for format in formats {
                bytes += encode(&pixels, *format, false)?.len();
            }
        }
        let took = start.elapsed().as_secs_f64() * 1000.0;
        println!(
            "{:<58} {took:>8.2} ms {bytes:>9} B",
            format!("  from nothing: {name}")
        );
    }
    Ok(())
}

/// A photo as a vendor sends it, another one for each number.
fn photo(number: usize) -> anyhow::Result<Asset> {
    let picture = image::RgbImage::from_fn(1024, 1024, |x, y| {
        let wave = |period: f32, shift: f32| {
            ((x as f32 / period + shift).sin() + (y as f32 / (period * 0.7)).cos()) * 60.0 + 128.0
        };
        let part = number as f32;
        image::Rgb([37.0, 53.0, 71.0].map(|period| wave(period + part, part) as u8))
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg)?;
    let taken = take_background(&bytes.into_inner()).map_err(|e| anyhow::anyhow!("{e:?}"))?;
    Ok(Asset {
        name: FileKey::of(&taken.bytes, taken.format).to_string().into(),
        format: taken.format,
        bytes: Arc::new(taken.bytes),
    })
}

/// Ten jobs of nine pictures at once, as the worker draws them, every other one on a vendor's photos; then what the
/// process held at most.
fn ten_jobs(fonts: Fonts) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let studio = Studio::new(fonts);
    let photos = (0..30).map(photo).collect::<anyhow::Result<Vec<_>>>()?;
    let photos = photos.as_slice();
    let start = Instant::now();
    runtime.block_on(async {
        let jobs = (0..10).flat_map(|job| {
            let studio = &studio;
            Style::ALL.into_iter().flat_map(move |style| {
                Platform::ALL.map(move |platform| async move {
                    let mut design = design(style, platform, job * 10);
                    let mut assets = Assets::default();
                    if job % 2 == 0 {
                        assets.photo = photos.get(job * 3 + style as usize).cloned();
                        design.ai_background = true;
                    }
                    // What is drawn is stored and let go, as the worker does.
                    let drawn = studio.draw(design, assets).await?;
                    anyhow::Ok(
                        drawn
                            .files()
                            .iter()
                            .map(|(_, bytes)| bytes.len())
                            .sum::<usize>(),
                    )
                })
            })
        });
        try_join_all(jobs).await
    })?;
    println!(
        "ten jobs at once, ninety pictures in three formats: {:.2} s",
        start.elapsed().as_secs_f64()
    );
    let status = std::fs::read_to_string("/proc/self/status")?;
    for line in status.lines().filter(|l| l.starts_with("VmHWM")) {
        println!(
            "held at most (VmHWM): {}",
            line.trim_start_matches("VmHWM:").trim()
        );
    }
    Ok(())
}
