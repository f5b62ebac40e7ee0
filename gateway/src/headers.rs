//! Which headers cross the gateway.

use axum::http::header::{
    ACCEPT, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, TRANSFER_ENCODING,
};
use axum::http::{HeaderMap, HeaderValue, Request, Version};

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whoever sends these claims to be somebody, or to come from somewhere: that is for the token and the gateway to say.
const CLAIMS: [&str; 7] = [
    "x-user",
    "x-role",
    "x-internal",
    "x-forwarded",
    "x-real-ip",
    "forwarded",
    "x-http-method",
];

/// Drops what belongs to this hop, and whatever claims an identity.
pub fn clean_request(headers: &mut HeaderMap) {
    drop_listed(headers);
    drop_where(headers, |name| is_hop_by_hop(name) || claims(name));
}

/// Drops what belongs to one hop alone, and what `Connection` adds to that.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    drop_listed(headers);
    drop_where(headers, is_hop_by_hop);
}

/// What belongs to one hop, whatever `Connection` says.
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
    )
}

/// Looks at each name once: most requests have none to drop.
fn drop_where(headers: &mut HeaderMap, is_bad: impl Fn(&str) -> bool) {
    let bad = headers.keys().filter(|name| is_bad(name.as_str()));
    for name in bad.cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
}

/// Drops what `Connection` says is for this hop.
fn drop_listed(headers: &mut HeaderMap) {
    if !headers.contains_key(CONNECTION) {
        return;
    }
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in listed {
        headers.remove(name);
    }
}

/// Some readers take `x_user_id` for `x-user-id`.
fn claims(name: &str) -> bool {
    matches!(name.as_bytes().first(), Some(b'x' | b'f'))
        && CLAIMS.iter().any(|claim| {
            name.len() >= claim.len()
                && name
                    .bytes()
                    .zip(claim.bytes())
                    .all(|(a, b)| a == b || (a == b'_' && b == b'-'))
        })
}

/// HTTP/2 may send each cookie by itself; HTTP/1.1 knows one header.
pub fn join_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<&[u8]> = headers
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        headers.insert(COOKIE, joined);
    }
}

/// What hyper lets pass although two readers could read it differently.
pub fn is_well_formed<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let once = |name: &HeaderName| headers.get_all(name).iter().nth(1).is_none();
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().as_bytes());
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let named = match (request.version(), authority, host) {
        // One name, or the same one twice.
        (_, Some(authority), Some(host)) => authority.eq_ignore_ascii_case(host),
        (Version::HTTP_2, Some(_), None) | (_, None, Some(_)) => true,
        _ => false,
    };
    named
        && once(&HOST)
        && once(&CONTENT_LENGTH)
        && once(&axum::http::header::AUTHORIZATION)
        && !(headers.contains_key(CONTENT_LENGTH) && headers.contains_key(TRANSFER_ENCODING))
}

/// A number as a header has it.
pub fn number(number: u64) -> HeaderValue {
    HeaderValue::from_str(itoa::Buffer::new().format(number))
        .unwrap_or(HeaderValue::from_static("0"))
}

/// Whether JSON would do.
pub fn accepts_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    accept.split(',').any(|range| {
        let mut parts = range.split(';');
        let kind = parts.next().unwrap_or_default().trim();
        let refused =
            parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        !refused
            && matches!(
                kind,
                "*/*" | "application/*" | "application/json" | "application/problem+json"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::{clean_request, is_well_formed, join_cookies};
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Version};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static(value),
            );
        }
        headers
    }

    #[test]
    fn claimed_identities_and_this_hops_headers_are_dropped() {
        let mut headers = headers(&[
            ("x-user-id", "1"),
            ("x_user_id", "1"),
            ("x-role", "OWNER"),
            ("x-internal-call", "1"),
            ("forwarded", "for=1.1.1.1"),
            ("x-forwarded-for", "1.1.1.1"),
            ("x-http-method-override", "DELETE"),
            ("connection", "x-kept, authorization-extra"),
            ("authorization-extra", "1"),
            ("transfer-encoding", "chunked"),
            ("authorization", "Bearer t"),
            ("accept", "*/*"),
        ]);
        clean_request(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "authorization"]);
    }

    #[test]
    fn cookies_sent_one_by_one_become_one_header() {
        let mut headers = headers(&[("cookie", "a=1"), ("cookie", "b=2")]);
        join_cookies(&mut headers);
        assert_eq!(
            headers.get_all("cookie").iter().collect::<Vec<_>>(),
            ["a=1; b=2"]
        );
    }

    #[test]
    fn a_request_has_one_name_of_its_host() {
        let of = |uri: &str, version, pairs: &[(&'static str, &'static str)]| {
            let mut request = Request::builder()
                .uri(uri)
                .version(version)
                .body(())
                .unwrap();
            *request.headers_mut() = headers(pairs);
            is_well_formed(&request)
        };
        assert!(of("/a", Version::HTTP_11, &[("host", "a")]));
        assert!(of("http://a/a", Version::HTTP_11, &[("host", "A")]));
        assert!(of("https://a/a", Version::HTTP_2, &[]));
        assert!(!of("http://b/a", Version::HTTP_11, &[("host", "a")]));
        assert!(!of("/a", Version::HTTP_11, &[]));
        assert!(!of("/a", Version::HTTP_11, &[("host", "a"), ("host", "a")]));
        assert!(!of("https://a/a", Version::HTTP_2, &[("host", "b")]));
    }
}
