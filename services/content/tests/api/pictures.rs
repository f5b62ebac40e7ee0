//! The drawing rules, on every style, size and trade.

use content_service::config::{USUAL_EMOJI_FONT, USUAL_FONT_DIR};
use content_service::domain::brief::Season;
use content_service::domain::design::{Colors, Design, Layout, Texts};
use content_service::domain::render::card::{Card, SAFE, Shows, compose};
use content_service::domain::render::color::{Color, LEAST_CONTRAST};
use content_service::domain::render::encode::{Format, encode};
use content_service::domain::render::fit::break_lines;
use content_service::domain::render::fonts::{Face, Fonts};
use content_service::domain::render::raster::{Assets, Painter, Pixels};
use content_service::domain::render::svg::Line;
use content_service::ops::load_fonts::load_fonts;
use janchi_contracts::reference::{Industry, Platform, Style};
use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

pub static FONTS: LazyLock<Fonts> =
    LazyLock::new(|| load_fonts(Path::new(USUAL_FONT_DIR), Path::new(USUAL_EMOJI_FONT)).unwrap());
pub static PAINTER: LazyLock<Painter> = LazyLock::new(Painter::default);

fn paint(card: &Card, scale: f32) -> Pixels {
    PAINTER
        .paint(&FONTS, card, &Assets::default(), scale)
        .unwrap()
}

fn design(style: Style, platform: Platform, texts: Texts) -> Design {
    Design {
        style,
        platform,
        industry: Industry::Cafe,
        season: Season::Winter,
        layout: Layout::usual(style, Industry::Cafe, Season::Winter),
        texts,
        colors: Colors::default(),
        brand: None,
        logo: None,
        ai_background: false,
    }
}

fn texts(title: &str, prize: &str, guide: &str) -> Texts {
    Texts {
        store: "연남동 봄날 카페".into(),
        title: title.into(),
        prize: prize.into(),
        guide: guide.into(),
        period: "12월 1일(화) ~ 12월 24일(목)".into(),
        link: "janchi.kr/e/K7M2QX9A".into(),
    }
}

fn usual() -> Texts {
    texts(
        "겨울맞이 단골 손님 감사 이벤트",
        "1등 상품권 1명, 2등 교환권 20명",
        "전화번호만 남기면 참여 완료!",
    )
}

fn every() -> impl Iterator<Item = (Style, Platform, Layout)> {
    Style::ALL.into_iter().flat_map(|style| {
        Platform::EVERY.into_iter().flat_map(move |platform| {
            Layout::ALL
                .into_iter()
                .map(move |layout| (style, platform, layout))
        })
    })
}

#[track_caller]
fn assert_well_set(card: &Card, what: &str) {
    for line in &card.lines {
        let (top, bottom) = (line.y - line.size * 0.88, line.y + line.size * 0.24);
        let inside = line.x >= SAFE - 0.5
            && line.x + line.width <= card.wide - SAFE + 0.5
            && top >= SAFE - 16.0
            && bottom <= card.tall - 32.0;
        assert!(
            inside,
            "{what}: outside the safe area: {line:?} of {}",
            card.tall
        );
        assert!(line.size >= 19.9, "{what}: too small: {line:?}");
        if let Some(qr) = &card.qr {
            let rim = qr.side * 0.08;
            let beside = line.x + line.width < qr.x - rim || line.x > qr.x + qr.side + rim;
            let off = bottom < qr.y - rim || line.y - line.size * 0.8 > qr.y + qr.side + rim;
            assert!(
                line.text.is_empty() || beside || off,
                "{what}: on the code: {line:?} {:?}",
                (qr.x, qr.y, qr.side)
            );
        }
        for behind in &line.behind {
            let contrast = line.fill.contrast(*behind);
            assert!(
                contrast >= LEAST_CONTRAST,
                "{what}: contrast {contrast} of {line:?}"
            );
        }
    }
    for (i, a) in card.lines.iter().enumerate() {
        for b in &card.lines[i + 1..] {
            let across = a.x < b.x + b.width && b.x < a.x + a.width;
            // Hangul fills about 0.82 em above and 0.1 em below the baseline.
            let down =
                a.y - a.size * 0.8 < b.y + b.size * 0.1 && b.y - b.size * 0.8 < a.y + a.size * 0.1;
            let both = !a.text.is_empty() && !b.text.is_empty();
            assert!(!(both && across && down), "{what}: {a:?} lies on {b:?}");
        }
    }
}

#[test]
fn no_text_leaves_the_safe_area_or_lies_on_another() {
    let long = "크리스마스와 새해를 함께 맞이하는 우리 동네 단골 손님 감사 대잔치 ".repeat(4);
    let word = "가나다라마바사아자차카타파하".repeat(5);
    let link =
        "https://janchi.example.com/really/long/address/that/never/ends?and=goes&on=for-ever";
    for (style, platform, layout) in every() {
        for texts in [
            usual(),
            texts("떡", "", ""),
            texts(&long, &long, &long),
            texts(&word, &word, &word),
            texts(link, link, link),
            Texts {
                store: long.clone(),
                period: long.clone(),
                link: link.into(),
                ..usual()
            },
            texts(
                "<svg onload=alert(1)>&amp;\"'",
                "]]><image href='file:///etc/passwd'/>",
                "&#0;",
            ),
        ] {
            let design = Design {
                layout,
                ..design(style, platform, texts)
            };
            for photo in [false, true] {
                let shows = Shows { photo, logo: photo };
                let card = compose(&FONTS, &design, shows);
                assert_well_set(
                    &card,
                    &format!(
                        "{style:?} {platform:?} {layout:?} {:.20}",
                        design.texts.title
                    ),
                );
                // Whatever the text holds, the drawing stays readable for the renderer.
                paint(&card, 0.05);
            }
        }
    }
}

#[test]
fn every_trade_season_and_choice_of_colours_is_readable() {
    let colors = [
        "#000000", "#FFFFFF", "#777777", "#FF0000", "#00FF66", "#FFE600", "#102040",
    ]
    .map(Color::parse);
    for (style, platform, layout) in every() {
        for industry in Industry::ALL {
            for season in [
                Season::Spring,
                Season::Summer,
                Season::Autumn,
                Season::Winter,
            ] {
                let design = Design {
                    industry,
                    season,
                    layout,
                    ..design(style, platform, usual())
                };
                assert_well_set(
                    &compose(&FONTS, &design, Shows::default()),
                    &format!("{style:?} {industry:?} {season:?}"),
                );
            }
        }
        for (text, background, accent) in colors
            .into_iter()
            .flat_map(|a| colors.into_iter().map(move |b| (a, b, a)))
        {
            let colors = Colors {
                text,
                background,
                accent,
            };
            let design = Design {
                colors,
                layout,
                ..design(style, platform, usual())
            };
            assert_well_set(
                &compose(&FONTS, &design, Shows::default()),
                &format!("{style:?} {colors:?}"),
            );
        }
    }
}

#[test]
fn lines_break_between_words_and_never_exceed_the_column() {
    let text = "겨울맞이 단골 손님 감사 이벤트에 오세요";
    let lines = break_lines(&FONTS, Face::SquareBold, 100.0, 600.0, text);
    assert!(lines.len() > 1);
    assert_eq!(lines.join(" "), text);
    for line in &lines {
        assert!(FONTS.width(Face::SquareBold, 100.0, line) <= 600.0);
    }
    let word = "가나다라마바사아자차카타파하";
    let lines = break_lines(&FONTS, Face::SquareBold, 100.0, 300.0, word);
    assert_eq!(lines.concat(), word);
    assert!(
        lines
            .iter()
            .all(|line| FONTS.width(Face::SquareBold, 100.0, line) <= 300.0)
    );
}

#[test]
fn what_no_typeface_has_is_left_out_instead_of_drawn_as_boxes() {
    // Without the typeface of emoji.
    let plain = load_fonts(Path::new(USUAL_FONT_DIR), Path::new("/nowhere")).unwrap();
    assert_eq!(
        plain.drawable("커피\u{0} 한\u{7}잔 🎉☕\u{200d}\n어때요?"),
        "커피 한잔 어때요?"
    );
    assert_eq!(plain.drawable("🎉🎉🎉"), "");
    assert_eq!(FONTS.drawable("שלום"), "");
    assert_eq!(FONTS.drawable("\u{202e}커피\u{202c}"), "커피");
    if FONTS.has_emoji() {
        // Joiners, skin tones and variation selectors would be boxes of their own.
        assert_eq!(FONTS.drawable("커피 🎉👍🏽\u{fe0f}\u{200d}"), "커피 🎉👍");
        let card = compose(
            &FONTS,
            &design(Style::Trendy, Platform::Kakao, texts("🎁🎁", "", "")),
            Shows::default(),
        );
        assert!(
            paint(&card, 1.0)
                .rgb
                .as_chunks::<3>()
                .0
                .iter()
                .any(|[r, g, b]| *r > 200 && *g < 90 && *b < 90)
        );
    }
}

#[test]
fn an_amount_is_not_torn_from_its_unit() {
    for width in (200..700).step_by(20) {
        let lines = break_lines(
            &FONTS,
            Face::Square,
            60.0,
            width as f32,
            "1등 10만 원 상품권 3 명",
        );
        for line in &lines {
            assert!(
                !line.starts_with('원') && !line.starts_with('명'),
                "{lines:?}"
            );
        }
    }
}

#[test]
fn no_line_ends_with_a_word_that_leans_on_the_next() {
    let titles = [
        ("가을 햇밥 한 그릇 잔치", "한 그릇"),
        ("벚꽃 머리 새 단장 이벤트", "새 단장"),
        ("수국 한 다발 드려요", "한 다발"),
        ("겨울맞이 단골 손님 감사 이벤트", "단골 손님"),
        ("다시 한 번 더 오세요", "한 번"),
    ];
    for (title, together) in titles {
        for width in (240..1100).step_by(20) {
            let lines = break_lines(&FONTS, Face::SquareBold, 100.0, width as f32, title);
            assert_eq!(lines.join(" ").replace(' ', ""), title.replace(' ', ""));
            if FONTS.width(Face::SquareBold, 100.0, together) <= width as f32 {
                assert!(
                    lines.iter().any(|line| line.contains(together)),
                    "{width}: {lines:?}"
                );
            }
        }
    }
}

#[test]
fn nine_pictures_differ_and_have_the_sizes_of_their_platforms() {
    let mut seen = HashSet::new();
    for style in Style::ALL {
        for platform in Platform::ALL {
            let card = compose(&FONTS, &design(style, platform, usual()), Shows::default());
            let pixels = paint(&card, 1.0);
            assert_eq!((pixels.width, pixels.height), Platform::size(platform));
            seen.insert(encode(&pixels, Format::Png, false).unwrap());
        }
    }
    assert_eq!(seen.len(), 9);
}

#[test]
fn the_same_design_gives_the_same_bytes() {
    let draw = || {
        let card = compose(
            &FONTS,
            &design(Style::Fancy, Platform::Kakao, usual()),
            Shows::default(),
        );
        encode(&paint(&card, 0.5), Format::Png, false).unwrap()
    };
    assert_eq!(draw(), draw());
}

#[test]
fn the_letters_are_where_they_were_measured() {
    // Black text on white, nothing else: the painted columns must be those of the measured line.
    let card = compose(
        &FONTS,
        &design(Style::Simple, Platform::Kakao, usual()),
        Shows::default(),
    );
    let title = card
        .lines
        .iter()
        .max_by(|a, b| a.size.total_cmp(&b.size))
        .unwrap();
    let title = Line {
        fill: Color::BLACK,
        ..title.clone()
    };
    let alone = Card {
        width: 1080,
        height: 1080,
        wide: 1080.0,
        tall: 1080.0,
        ground: None,
        under: r#"<rect width="1080" height="1080" fill="white"/>"#.into(),
        over: String::new(),
        qr: None,
        lines: vec![title.clone()],
        marks: Vec::new(),
    };
    let pixels = paint(&alone, 1.0);
    let dark: Vec<usize> = pixels
        .rgb
        .as_chunks::<3>()
        .0
        .iter()
        .enumerate()
        .filter(|(_, p)| p[0] < 128)
        .map(|(i, _)| i % 1080)
        .collect();
    let (left, right) = (
        *dark.iter().min().unwrap() as f32,
        *dark.iter().max().unwrap() as f32,
    );
    assert!(left >= title.x - 1.0, "{left} {title:?}");
    assert!(
        right <= title.x + title.width + 1.0 && right >= title.x + title.width * 0.9,
        "{right} {title:?}"
    );
}

#[test]
fn a_missing_font_stops_the_start_and_names_the_setting() {
    let empty = tempfile::tempdir().unwrap();
    let error = format!(
        "{:#}",
        load_fonts(empty.path(), Path::new(USUAL_EMOJI_FONT))
            .err()
            .unwrap()
    );
    assert!(
        error.contains("FONT_DIR") && error.contains("fonts-nanum"),
        "{error}"
    );
}
