//! Draws every style for every platform and five trades into a folder, and all of them small on sheets to be looked at:
//! `cargo run -p content-service --example contact_sheet -- FOLDER [WHAT]`, where WHAT is
//! `all` (the default: five trades, their usual layouts), `layouts` (one trade, every layout of every style),
//! `long`, `short`, `photo PHOTO.jpg [LOGO.png]`, `spot` (the television film of every style) or `poster`.

use anyhow::Context as _;
use content_service::config::{USUAL_EMOJI_FONT, USUAL_FONT_DIR};
use content_service::domain::brief::Season;
use content_service::domain::design::{Colors, Design, Layout, Texts};
use content_service::domain::file_key::FileKey;
use content_service::domain::render::card::compose;
use content_service::domain::render::encode::{Format, encode};
use content_service::domain::render::fonts::Fonts;
use content_service::domain::render::poster::print_poster;
use content_service::domain::render::raster::{Asset, Assets, Painter, Pixels};
use content_service::domain::render::spot::{Reel, film_spot};
use content_service::domain::upload::{take_background, take_upload};
use content_service::ops::load_fonts::load_fonts;
use content_service::ops::studio::shows;
use image::{RgbImage, imageops};
use janchi_contracts::reference::{Code as _, Industry, Platform, Style};
use std::path::Path;
use std::sync::Arc;

/// Height of a row of the sheet, and the width of four platforms side by side.
const ROW: u32 = 300;
const SHEET: u32 = 300 + 400 + 300 + 533 + 3 * 6;

/// The five trades of the sheet, each in another season or layout.
const TRADES: [(Industry, Season); 5] = [
    (Industry::Cafe, Season::Winter),
    (Industry::Restaurant, Season::Autumn),
    (Industry::Beauty, Season::Spring),
    (Industry::Flower, Season::Summer),
    (Industry::Fitness, Season::Winter),
];

struct Desk {
    fonts: Fonts,
    painter: Painter,
    assets: Assets,
}

impl Desk {
    fn draw(&self, design: &Design) -> anyhow::Result<Pixels> {
        let card = compose(&self.fonts, design, shows(&self.assets));
        self.painter.paint(&self.fonts, &card, &self.assets, 1.0)
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |i: usize| arguments.get(i).map(String::as_str);
    let folder = Path::new(argument(0).context("name a folder")?);
    let what = argument(1).unwrap_or("all");
    std::fs::create_dir_all(folder)?;
    let mut desk = Desk {
        fonts: load_fonts(Path::new(USUAL_FONT_DIR), Path::new(USUAL_EMOJI_FONT))?,
        painter: Painter::default(),
        assets: Assets::default(),
    };
    if what == "photo" {
        let photo = std::fs::read(argument(2).context("name a photo")?)?;
        let photo = take_background(&photo).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        desk.assets.photo = Some(asset(photo.format, photo.bytes));
        if let Some(logo) = argument(3) {
            let logo = take_upload(&std::fs::read(logo)?).map_err(|e| anyhow::anyhow!("{e:?}"))?;
            desk.assets.logo = Some(asset(logo.format, logo.bytes));
        }
    }
    if matches!(what, "spot" | "poster") {
        return materials(&desk, folder, what);
    }
    for style in Style::ALL {
        let mut rows = Vec::new();
        match what {
            "layouts" => {
                for (i, layout) in Layout::ALL.into_iter().enumerate() {
                    let (industry, season) = TRADES[i];
                    rows.push((industry, season, layout));
                }
            }
            _ => rows.extend(TRADES.map(|(i, s)| (i, s, Layout::usual(style, i, s)))),
        }
        let mut sheet = RgbImage::from_pixel(
            SHEET,
            rows.len() as u32 * (ROW + 6),
            image::Rgb([90, 90, 90]),
        );
        for (at, (industry, season, layout)) in rows.into_iter().enumerate() {
            let mut x = 0;
            for platform in Platform::EVERY {
                let design = Design {
                    style,
                    platform,
                    industry,
                    season,
                    layout,
                    texts: sample(what, industry),
                    colors: Colors::default(),
                    brand: None,
                    logo: None,
                    ai_background: desk.assets.photo.is_some(),
                };
                let pixels = desk.draw(&design)?;
                let name = format!(
                    "{}_{}_{}.png",
                    style.code(),
                    industry.code(),
                    Platform::code(platform)
                );
                let bytes = encode(&pixels, Format::Png, design.ai_background)?;
                std::fs::write(folder.join(name.to_lowercase()), bytes)?;
                let whole = RgbImage::from_raw(pixels.width, pixels.height, pixels.rgb)
                    .context("a picture")?;
                let width = ROW * whole.width() / whole.height();
                let small = imageops::resize(&whole, width, ROW, imageops::FilterType::CatmullRom);
                imageops::replace(
                    &mut sheet,
                    &small,
                    i64::from(x),
                    i64::from(at as u32 * (ROW + 6)),
                );
                x += width + 6;
            }
        }
        sheet.save(folder.join(format!("sheet-{}-{what}.png", style.code().to_lowercase())))?;
    }
    Ok(())
}

/// The fifteen seconds, or the poster, of every style.
fn materials(desk: &Desk, folder: &Path, what: &str) -> anyhow::Result<()> {
    for (style, (industry, season)) in Style::ALL.into_iter().zip(TRADES) {
        let design = Design {
            style,
            platform: Platform::Tv,
            industry,
            season,
            layout: Layout::usual(style, industry, season),
            texts: sample("", industry),
            colors: Colors::default(),
            brand: None,
            logo: None,
            ai_background: false,
        };
        let name = style.code().to_lowercase();
        let start = std::time::Instant::now();
        let (fonts, painter, assets) = (&desk.fonts, &desk.painter, &desk.assets);
        let (file, bytes) = if what == "spot" {
            let film = film_spot(
                fonts,
                painter,
                &Reel::default(),
                &design,
                assets,
                Some("4729"),
                |_| true,
            )?;
            (format!("{name}.mp4"), film.context("a film")?)
        } else {
            (
                format!("{name}.pdf"),
                print_poster(fonts, painter, &design, assets)?,
            )
        };
        println!("{file}: {} bytes in {:?}", bytes.len(), start.elapsed());
        std::fs::write(folder.join(file), bytes)?;
    }
    Ok(())
}

fn asset(format: Format, bytes: Vec<u8>) -> Asset {
    Asset {
        name: FileKey::of(&bytes, format).to_string().into(),
        format,
        bytes: Arc::new(bytes),
    }
}

fn sample(kind: &str, industry: Industry) -> Texts {
    let (store, title, prize) = match industry {
        Industry::Restaurant => (
            "망원동 할머니 손칼국수",
            "가을 햇밥 한 그릇 잔치",
            "1등 한우 모둠 1명, 2등 식사권 10명",
        ),
        Industry::Beauty => (
            "봄결 헤어살롱",
            "벚꽃 머리 새 단장 이벤트",
            "1등 클리닉 1년권 1명, 2등 커트권 15명",
        ),
        Industry::Flower => (
            "꽃집 여름정원",
            "수국 한 다발 드려요",
            "1등 계절 꽃 정기 구독 1명, 2등 꽃다발 12명",
        ),
        Industry::Fitness => (
            "으라차차 피트니스",
            "새해 몸만들기 응원",
            "1등 12개월 회원권 1명, 2등 PT 3회 10명",
        ),
        _ => (
            "연남동 봄날 카페",
            "겨울맞이 단골 손님 감사 이벤트",
            "1등 10만 원 상품권 1명, 2등 교환권 20명",
        ),
    };
    let usual = Texts {
        store: store.into(),
        title: title.into(),
        prize: prize.into(),
        guide:
            "주소로 들어와 전화번호만 남기면 참여 완료! 매장에 들르면 당첨 확률이 3배로 올라가요."
                .into(),
        period: "12월 1일(화) ~ 12월 24일(목)".into(),
        link: "janchi.kr/e/K7M2QX9A".into(),
    };
    match kind {
        "long" => Texts {
            store: "서울특별시 마포구 연남동에서 삼십 년째 이어 온 우리 동네 봄날 커피 로스터스 본점".into(),
            title: "크리스마스와 새해를 함께 맞이하는 우리 동네 단골 손님 감사 대잔치! 오시는 모든 분께 드리는 특별한 선물과 따뜻한 연말 이야기 나눔 이벤트".into(),
            prize: "1등 제주도 왕복 항공권과 호텔 2박 숙박권 1명, 2등 10만 원 상품권 5명, 3등 아메리카노 교환권 100명, 참가상 모든 분께 쿠폰과 작은 선물을 드립니다, 선착순 마감".into(),
            guide: "https://janchi.example.com/really/long/address/that/never/ends 주소로 들어와 전화번호를 남기고 매장에 들러 직원에게 화면을 보여 주시면 당첨 확률이 세 배로 올라가요. 중복 참여는 안 돼요.".into(),
            ..usual
        },
        "short" => Texts { title: "떡🎁".into(), prize: String::new(), guide: "오세요 ☕ Welcome!".into(), ..usual },
        _ => usual,
    }
}
