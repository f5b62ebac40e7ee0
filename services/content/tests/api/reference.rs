//! The look of cards, against pictures that were looked at and kept. After a wanted change:
//! `REFRESH_REFERENCE=1 cargo test -p content-service --test api reference`, then look at what changed.

use crate::pictures::{FONTS, PAINTER};
use content_service::domain::brief::Season;
use content_service::domain::design::{Colors, Design, Layout, Texts};
use content_service::domain::render::card::{Shows, compose};
use content_service::domain::render::raster::Assets;
use image::RgbImage;
use janchi_contracts::reference::{Code as _, Industry, Platform, Style};
use std::path::Path;

/// Every style in every layout, each of another trade and season.
fn designs() -> Vec<(String, Design)> {
    let trades = [
        (Industry::Cafe, Season::Winter, Platform::Instagram),
        (Industry::Restaurant, Season::Autumn, Platform::Naver),
        (Industry::Flower, Season::Spring, Platform::Tv),
    ];
    let mut all = Vec::new();
    for style in Style::ALL {
        for (layout, (industry, season, platform)) in Layout::ALL.into_iter().zip(trades) {
            let name = format!("{}-{layout:?}", style.code()).to_lowercase();
            let design = Design {
                style,
                platform,
                industry,
                season,
                layout,
                texts: Texts {
                    store: "연남동 봄날".into(),
                    title: "단골 손님 감사 이벤트".into(),
                    prize: "1등 10만 원 상품권 1명, 2등 교환권 20명".into(),
                    guide: "전화번호만 남기면 참여 완료! Welcome".into(),
                    period: "12월 1일(화) ~ 12월 24일(목)".into(),
                    link: "janchi.kr/e/K7M2QX9A".into(),
                },
                colors: Colors::default(),
                brand: None,
                logo: None,
                ai_background: false,
            };
            all.push((name, design));
        }
    }
    all
}

#[test]
fn cards_look_like_the_pictures_that_were_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let refresh = std::env::vars().any(|(name, _)| name == "REFRESH_REFERENCE");
    for (name, design) in designs() {
        let card = compose(&FONTS, &design, Shows::default());
        let pixels = PAINTER
            .paint(&FONTS, &card, &Assets::default(), 0.25)
            .unwrap();
        let drawn = RgbImage::from_raw(pixels.width, pixels.height, pixels.rgb).unwrap();
        let path = folder.join(format!("{name}.png"));
        if refresh {
            std::fs::create_dir_all(&folder).unwrap();
            drawn.save(&path).unwrap();
            continue;
        }
        let kept = image::open(&path).unwrap().to_rgb8();
        assert_eq!(drawn.dimensions(), kept.dimensions(), "{name}");
        // Another build of the fonts or the rasteriser may move an edge, not a letter.
        let far = drawn
            .pixels()
            .zip(kept.pixels())
            .filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 48))
            .count();
        let share = far as f64 / f64::from(drawn.width() * drawn.height());
        assert!(
            share < 0.004,
            "{name}: {:.2} % of the pixels differ",
            share * 100.0
        );
    }
}
