use crate::domain::file_key::FileKey;
use crate::error::Error;
use crate::store::files::Files;
use axum::extract::State;
use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, IF_RANGE, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use janchi_web::openapi::Picture;
use janchi_web::{Kept, Path, Problem, Tag};
use std::ops::Range;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /cdn/{sha256}.{png|jpg|webp|mp4}`: one name, one sequence of bytes, for ever.
pub async fn get_file(
    State(files): State<Files>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Kept<Picture>, Error> {
    let key = FileKey::parse(&name).ok_or(Error::NotFound)?;
    let tag = Tag::of_digest(key.digest());
    let size = files.size(&key).await?.ok_or(Error::NotFound)?;
    if tag.is_known(&headers) {
        return Ok(Kept::known(&tag, FOR_EVER));
    }
    let safety = [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"),
    ];
    let kind = [
        (CONTENT_TYPE, key.kind.media_type()),
        (ACCEPT_RANGES, "bytes"),
    ];
    let answer = match wanted_range(&headers, tag.as_str(), size) {
        Wanted::All => {
            let bytes = files.read(&key).await?.ok_or(Error::NotFound)?;
            (safety, kind, bytes).into_response()
        }
        Wanted::Part(range) => {
            let place = format!("bytes {}-{}/{}", range.start, range.end - 1, size);
            let place = [(CONTENT_RANGE, place)];
            let part = files.read_part(&key, range).await?.ok_or(Error::NotFound)?;
            (StatusCode::PARTIAL_CONTENT, safety, kind, place, part).into_response()
        }
        Wanted::Beyond => {
            let problem = Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "RANGE_NOT_SATISFIABLE",
                "파일에 없는 구간이에요.",
                "The file has no such range.",
            );
            let place = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok(Kept::fresh(&tag, "no-store", (place, problem)));
        }
    };
    Ok(Kept::fresh(&tag, FOR_EVER, answer))
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
