use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use janchi_contracts::reference::{Channel, Industry, Named, Objective, Region};
use janchi_web::openapi::Answer;
use janchi_web::{Json, List};

/// A list of codes, or 304.
type Names = Answer<200, Json<List<Named>>>;

/// Codes change with a release, so a day old list is fine, and an hour's wait after a release too.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// What shops do.
pub async fn industries(headers: HeaderMap) -> Names {
    answer(&headers, Industry::ALL.map(Industry::named).to_vec())
}

/// Where shops are.
pub async fn regions(headers: HeaderMap) -> Names {
    answer(&headers, Region::ALL.map(Region::named).to_vec())
}

/// What events are to achieve.
pub async fn objectives(headers: HeaderMap) -> Names {
    answer(&headers, Objective::ALL.map(Objective::named).to_vec())
}

/// Where events are published.
pub async fn channels(headers: HeaderMap) -> Names {
    answer(&headers, Channel::ALL.map(Channel::named).to_vec())
}

fn answer(headers: &HeaderMap, items: Vec<Named>) -> Names {
    let tag = tag(&items);
    let same = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|t| matches!(t.trim().trim_start_matches("W/"), t if t == tag || t == "*"))
        });
    let etag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"0\""));
    let caching = [(header::ETAG, etag), (header::CACHE_CONTROL, CACHE_CONTROL)];
    if same {
        return Answer::new((StatusCode::NOT_MODIFIED, caching));
    }
    let total_count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let list = List {
        items,
        next_cursor: None,
        total_count,
    };
    Answer::new((caching, Json(list)))
}

/// A strong tag of the list's content.
fn tag(items: &[Named]) -> String {
    let mut text = String::new();
    for item in items {
        text.extend([item.code, "\n", item.ko, "\n", item.en, "\n"]);
    }
    format!(
        "\"{}\"",
        crate::domain::vault::hex(&janchi_crypto::sha256(text.as_bytes())[..12])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_belongs_to_its_list() {
        let industries = Industry::ALL.map(Industry::named);
        assert_eq!(tag(&industries), tag(&industries));
        assert_ne!(tag(&industries), tag(&industries[1..]));
    }
}
