//! What can be booked and where.

use super::access::enter;
use super::{channel_of, dressed};
use crate::fault::Vendor;
use crate::stage::Stage;
use crate::wire::{Asked, Reply, answer};
use axum::extract::State;
use serde_json::{Value, json};

const AREAS: [(&str, &str, &str); 16] = [
    ("1168000000", "서울", "서울특별시 강남구"),
    ("1144000000", "서울", "서울특별시 마포구"),
    ("2635000000", "부산", "부산광역시 해운대구"),
    ("2726000000", "대구", "대구광역시 수성구"),
    ("2818500000", "인천", "인천광역시 연수구"),
    ("2914000000", "광주", "광주광역시 서구"),
    ("3017000000", "대전", "대전광역시 서구"),
    ("3114000000", "울산", "울산광역시 남구"),
    ("3611000000", "세종", "세종특별자치시"),
    ("4111700000", "경기", "경기도 수원시 영통구"),
    ("5111000000", "강원", "강원특별자치도 춘천시"),
    ("4311300000", "충북", "충청북도 청주시 흥덕구"),
    ("4413300000", "충남", "충청남도 천안시 서북구"),
    ("5211100000", "전북", "전북특별자치도 전주시 완산구"),
    ("4711300000", "경북", "경상북도 포항시 북구"),
    ("5011000000", "제주", "제주특별자치도 제주시"),
];

/// `GET /channels`
pub async fn channels(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let limits = match asked.vendor {
        Vendor::RingoBiz => json!({
            "kinds": ["audio"], "content_types": ["audio/wav"], "sample_rate": 8000, "channels": 1,
            "codec": "pcm_s16le", "min_duration_ms": 5000, "max_duration_ms": 60000, "max_bytes": 1_000_000,
        }),
        _ => json!({
            "kinds": ["video", "image"], "content_types": ["video/mp4", "image/jpeg", "image/png"],
            "width": 1920, "height": 1080, "durations_ms": [15000, 20000, 30000], "max_bytes": 209_715_200,
        }),
    };
    let item = json!({ "channel": channel_of(asked.vendor), "material": limits, "min_budget": super::campaigns::LEAST_BUDGET });
    Ok(dressed(
        &asked,
        answer(200, &json!({ "items": [item], "next_cursor": null })),
    ))
}

/// `GET /areas?sido=&q=`
pub async fn areas(State(stage): State<Stage>, asked: Asked) -> Reply {
    enter(&stage, &asked)?;
    let (sido, word) = (
        asked.query("sido").unwrap_or_default(),
        asked.query("q").unwrap_or_default(),
    );
    let items: Vec<Value> = AREAS
        .iter()
        .filter(|(_, province, name)| province.contains(sido) && name.contains(word))
        .map(|(code, province, name)| json!({ "code": code, "sido": province, "name": name }))
        .collect();
    Ok(dressed(
        &asked,
        answer(200, &json!({ "items": items, "next_cursor": null })),
    ))
}
