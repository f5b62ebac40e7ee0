//! Draws every style for every platform into a folder, and all of them small on one sheet, to be looked at:
//! `cargo run -p content-service --example contact_sheet -- FOLDER [INDUSTRY [LEFT|CENTER|USUAL [USUAL|LONG|SHORT [PHOTO.jpg]]]]`.

use anyhow::Context as _;
use content_service::config::USUAL_FONT_DIR;
use content_service::domain::brief::Season;
use content_service::domain::design::{Colors, Design, Layout, Texts};
use content_service::domain::render::card::compose;
use content_service::domain::render::encode::{Format, encode};
use content_service::domain::render::raster::paint;
use content_service::domain::upload::take_background;
use content_service::ops::load_fonts::load_fonts;
use image::{RgbImage, imageops};
use janchi_contracts::reference::{Code as _, Industry, Platform, Style};
use std::path::Path;
use std::sync::Arc;

/// Width of a column of the sheet.
const COLUMN: u32 = 560;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |i: usize| arguments.get(i).map(String::as_str);
    let folder = Path::new(argument(0).context("name a folder")?);
    let industry = argument(1)
        .and_then(Industry::from_code)
        .unwrap_or(Industry::Cafe);
    let texts = sample(argument(3).unwrap_or_default(), industry);
    let photo = argument(4).map(std::fs::read).transpose()?;
    let photo = photo
        .and_then(|bytes| take_background(&bytes).ok())
        .map(|picture| Arc::new(picture.bytes));
    std::fs::create_dir_all(folder)?;
    let fonts = load_fonts(Path::new(USUAL_FONT_DIR))?;
    let mut sheet = RgbImage::from_pixel(COLUMN * 3, 3000, image::Rgb([90, 90, 90]));
    let mut lowest = 0;
    for (column, style) in Style::ALL.into_iter().enumerate() {
        let mut y = 0;
        for platform in Platform::ALL {
            let layout = match argument(2) {
                Some("LEFT") => Layout::Left,
                Some("CENTER") => Layout::Center,
                _ => Layout::usual(style),
            };
            let design = Design {
                style,
                platform,
                industry,
                season: Season::Winter,
                layout,
                texts: texts.clone(),
                colors: Colors::default(),
                ai_background: photo.is_some(),
            };
            let start = std::time::Instant::now();
            let card = compose(&fonts, &design, photo.is_some());
            let pixels = paint(&fonts, &card, photo.as_ref(), 1.0)?;
            let painted = start.elapsed();
            let bytes = encode(&pixels, Format::Png, design.ai_background)?;
            let name = format!("{}_{}.png", style.code(), Platform::code(platform)).to_lowercase();
            println!(
                "{name}: painted {painted:?}, with png {:?}, {} bytes",
                start.elapsed(),
                bytes.len()
            );
            std::fs::write(folder.join(name), bytes)?;
            if platform != Platform::Kakao {
                let whole = RgbImage::from_raw(pixels.width, pixels.height, pixels.rgb)
                    .context("a picture")?;
                let height = COLUMN * whole.height() / whole.width();
                let small = imageops::resize(
                    &whole,
                    COLUMN - 8,
                    height - 8,
                    imageops::FilterType::Triangle,
                );
                imageops::replace(
                    &mut sheet,
                    &small,
                    i64::from(COLUMN) * column as i64 + 4,
                    i64::from(y) + 4,
                );
                y += height;
            }
        }
        lowest = lowest.max(y);
    }
    imageops::crop_imm(&sheet, 0, 0, COLUMN * 3, lowest)
        .to_image()
        .save(folder.join("sheet.png"))?;
    Ok(())
}

fn sample(kind: &str, industry: Industry) -> Texts {
    let trade = industry.named().ko;
    let usual = Texts {
        store: format!("연남동 봄날 {trade}"),
        title: "겨울맞이 단골 손님 감사 이벤트".into(),
        prize: "1등 10만 원 상품권 1명, 2등 교환권 20명".into(),
        guide:
            "주소로 들어와 전화번호만 남기면 참여 완료! 매장에 들르면 당첨 확률이 3배로 올라가요."
                .into(),
        period: "12월 1일(화) ~ 12월 24일(목)".into(),
        link: "janchi.kr/e/K7M2QX9A".into(),
    };
    match kind {
        "LONG" => Texts {
            store: "서울특별시 마포구 연남동에서 삼십 년째 이어 온 우리 동네 봄날 커피 로스터스 본점".into(),
            title: "크리스마스와 새해를 함께 맞이하는 우리 동네 단골 손님 감사 대잔치! 오시는 모든 분께 드리는 특별한 선물과 따뜻한 연말 이야기 나눔 이벤트".into(),
            prize: "1등 제주도 왕복 항공권과 호텔 2박 숙박권 1명, 2등 10만 원 상품권 5명, 3등 아메리카노 교환권 100명, 참가상 모든 분께 쿠폰과 작은 선물을 드립니다, 선착순 마감".into(),
            guide: "https://janchi.example.com/really/long/address/that/never/ends 주소로 들어와 전화번호를 남기고 매장에 들러 직원에게 화면을 보여 주시면 당첨 확률이 세 배로 올라가요. 중복 참여는 안 돼요.".into(),
            ..usual
        },
        "SHORT" => Texts { title: "떡".into(), prize: String::new(), guide: "오세요".into(), ..usual },
        _ => usual,
    }
}
