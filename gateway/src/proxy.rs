//! Passing a request on and its answer back, both as streams.

use crate::oversize;
use crate::routes::Route;
use axum::body::Body;
use axum::http::header::{CONNECTION, HOST, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use axum::http::uri::{PathAndQuery, Scheme, Uri};
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::Limited;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use janchi_web::Problem;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// Shorter than the services keep idle connections, so that none is reused while it closes.
const IDLE: Duration = Duration::from_secs(15);

type Limits = Limited<Body>;

/// Connections to the services, kept alive.
#[derive(Debug, Clone)]
pub struct Proxy {
    http: Client<HttpConnector, Limits>,
}

impl Proxy {
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(1)));
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(256)
            .build(connector);
        Self { http }
    }

    /// Passes the request on. Its identity headers are gone already; the services verify the token themselves.
    ///
    /// # Errors
    /// 413 when the body turns out too large, 503 when the service does not answer in time or at all.
    pub async fn pass(
        &self,
        route: &Route,
        upstream: &Url,
        request: Request<Body>,
        client: IpAddr,
        request_id: &str,
    ) -> Result<Response<Body>, Problem> {
        let (mut parts, body) = request.into_parts();
        parts.uri = target(upstream, &parts.uri)?;
        clean_request(&mut parts.headers);
        add(&mut parts.headers, "x-request-id", request_id);
        add(&mut parts.headers, "x-forwarded-for", &client.to_string());
        parts.version = axum::http::Version::HTTP_11;
        let limit = usize::try_from(route.body).unwrap_or(usize::MAX);
        let request = Request::from_parts(parts, Limited::new(body, limit));
        match tokio::time::timeout(route.deadline, self.http.request(request)).await {
            Ok(Ok(response)) => {
                let mut response = response.map(Body::new);
                remove_hop_by_hop(response.headers_mut());
                Ok(response)
            }
            Ok(Err(error)) if oversize::is_over_limit(&error) => Err(oversize::problem()),
            Ok(Err(error)) => Err(Problem::unavailable(2)
                .cause(anyhow::Error::new(error).context("reach the service"))),
            Err(_) => {
                let late = anyhow::anyhow!("no answer within {:?}", route.deadline);
                Err(Problem::unavailable(2).cause(late))
            }
        }
    }
}

fn target(upstream: &Url, uri: &Uri) -> Result<Uri, Problem> {
    let path = uri
        .path_and_query()
        .cloned()
        .unwrap_or_else(|| PathAndQuery::from_static("/"));
    let host = upstream.host_str().unwrap_or_default();
    let authority = match upstream.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    Uri::builder()
        .scheme(Scheme::HTTP)
        .authority(authority)
        .path_and_query(path)
        .build()
        .map_err(Problem::internal)
}

/// Drops what belongs to this hop, and whatever claims an identity: that comes from the token alone.
fn clean_request(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    headers.remove(HOST);
    let claims: Vec<HeaderName> = headers
        .keys()
        .filter(|name| {
            let name = name.as_str().replace('_', "-");
            [
                "x-user",
                "x-role",
                "x-internal",
                "x-forwarded",
                "x-real-ip",
                "forwarded",
                "x-http-method",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        })
        .cloned()
        .collect();
    for name in claims {
        headers.remove(name);
    }
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
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
    for name in [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
    for name in [
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
    ] {
        headers.remove(name);
    }
}

fn add(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::clean_request;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn claimed_identities_and_this_hops_headers_are_dropped() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
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
        ] {
            headers.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static(value),
            );
        }
        clean_request(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "authorization"]);
    }
}
