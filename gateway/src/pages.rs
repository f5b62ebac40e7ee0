//! What the gateway answers by itself.

use crate::body::Answer;
use crate::routes::{Access, Route, Service};
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, Response, header};

const HOME: &str = include_str!("home.html");
const DOCS: &str = include_str!("docs.html");
const STYLE: &str = include_str!("page.css");
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// The pages, made once.
#[derive(Debug)]
pub struct Pages {
    docs: Bytes,
}

impl Pages {
    /// `/docs` shows the very table that requests are routed by.
    pub fn new(routes: &[Route]) -> Self {
        Self {
            docs: DOCS.replace("<!-- table -->", &rows(routes)).into(),
        }
    }

    /// The page that is asked for, with its path; none if it is no page.
    pub fn find<B>(&self, request: &Request<B>) -> Option<(&'static str, Response<Answer>)> {
        let reads = request.method() == Method::GET || request.method() == Method::HEAD;
        let (path, kind, body) = match request.uri().path() {
            "/" => ("/", HTML, Bytes::from_static(HOME.as_bytes())),
            "/docs" => ("/docs", HTML, self.docs.clone()),
            "/page.css" => ("/page.css", CSS, Bytes::from_static(STYLE.as_bytes())),
            _ => return None,
        };
        reads.then(|| (path, answer(kind, body)))
    }
}

fn answer(kind: &'static str, body: Bytes) -> Response<Answer> {
    let mut response = Response::new(Answer::from(body));
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// One table per service. Patterns are ours and hold nothing to escape.
fn rows(routes: &[Route]) -> String {
    let mut html = String::new();
    let mut section: Option<Service> = None;
    for route in routes {
        if section != Some(route.service) {
            if section.is_some() {
                html.push_str("</table>\n");
            }
            html.push_str(&format!("<h2>{}</h2>\n<table>\n", title(route.service)));
            section = Some(route.service);
        }
        let who = match route.access {
            Access::Public => "누구나",
            Access::Owner { .. } => "사장님",
            Access::Customer => "손님",
        };
        html.push_str(&format!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{who}</td></tr>\n",
            route.method, route.pattern
        ));
    }
    html.push_str("</table>");
    html
}

fn title(service: Service) -> &'static str {
    match service {
        Service::User => "회원과 가게",
        Service::Event | Service::Ai => "이벤트 만들기",
        Service::Content => "이미지",
        Service::Distribution => "채널 배포",
        Service::Participation => "응모와 추첨",
        Service::Analytics => "성과",
    }
}
