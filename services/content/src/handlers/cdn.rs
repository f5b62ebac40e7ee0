use crate::domain::file_key::FileKey;
use crate::error::Error;
use crate::store::files::Files;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, StatusCode};
use janchi_web::Path;
use janchi_web::openapi::{Answer, Picture};
use std::ops::Range;

/// `GET /cdn/{sha256}.{png|jpg|webp|mp4}`: one name, one sequence of bytes, for ever.
pub async fn get_file(
    State(files): State<Files>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Answer<200, Picture>, Error> {
    let key = FileKey::parse(&name).ok_or(Error::NotFound)?;
    let tag = format!("\"{}\"", key.digest());
    let caching = [
        (ETAG, tag.clone()),
        (
            CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_owned(),
        ),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let size = files.size(&key).await?.ok_or(Error::NotFound)?;
    if is_known(&headers, &tag) {
        return Ok(Answer::new((StatusCode::NOT_MODIFIED, caching)));
    }
    let safety = [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"),
    ];
    let kind = [(CONTENT_TYPE, key.kind.media_type())];
    Ok(match wanted_range(&headers, &tag, size) {
        Wanted::All => {
            let bytes = files.read(&key).await?.ok_or(Error::NotFound)?;
            Answer::new((caching, safety, kind, bytes))
        }
        Wanted::Part(range) => {
            let place = format!("bytes {}-{}/{}", range.start, range.end - 1, size);
            let part = files.read_part(&key, range).await?.ok_or(Error::NotFound)?;
            Answer::new((
                StatusCode::PARTIAL_CONTENT,
                caching,
                safety,
                kind,
                [(CONTENT_RANGE, place)],
                part,
            ))
        }
        Wanted::Beyond => {
            let place = format!("bytes */{size}");
            let problem = janchi_web::Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "RANGE_NOT_SATISFIABLE",
                "파일에 없는 구간이에요.",
                "The file has no such range.",
            );
            Answer::new(([(CONTENT_RANGE, place)], problem))
        }
    })
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    known
        .split(',')
        .map(|t| t.trim().trim_start_matches("W/"))
        .any(|t| t == "*" || t == tag)
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<usize>),
    Beyond,
}

/// One range is served; several, or what does not parse, get the whole file, as HTTP allows.
fn wanted_range(headers: &HeaderMap, tag: &str, length: usize) -> Wanted {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if text(IF_RANGE).is_some_and(|t| t != tag) {
        return Wanted::All;
    }
    let Some((first, last)) = text(RANGE)
        .and_then(|r| r.strip_prefix("bytes="))
        .and_then(|r| r.split_once('-'))
    else {
        return Wanted::All;
    };
    let range = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Wanted::All,
    };
    if range.start < range.end {
        Wanted::Part(range)
    } else {
        Wanted::Beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served_and_everything_else_whole() {
        let of = |range: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, range.parse().unwrap());
            wanted_range(&headers, "\"t\"", 100)
        };
        assert_eq!(of("bytes=0-9"), Wanted::Part(0..10));
        assert_eq!(of("bytes=90-"), Wanted::Part(90..100));
        assert_eq!(of("bytes=-5"), Wanted::Part(95..100));
        assert_eq!(of("bytes=90-500"), Wanted::Part(90..100));
        assert_eq!(of("bytes=100-"), Wanted::Beyond);
        assert_eq!(of("bytes=9-3"), Wanted::All);
        assert_eq!(of("bytes=0-1,5-6"), Wanted::All);
        assert_eq!(of("lines=1-2"), Wanted::All);
        assert_eq!(wanted_range(&HeaderMap::new(), "\"t\"", 100), Wanted::All);
    }
}
