//! A visit for tests.

use crate::visit::Visit;
use chrono::DateTime;
use http::Method;

pub(crate) fn visit(method: &str, path: &str) -> Visit {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Visit {
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        path: path.to_owned(),
        query: query.to_owned(),
        cookies: String::new(),
        form: String::new(),
        file: None,
        accept_language: "ko".to_owned(),
        origin: if method == "POST" {
            "http://127.0.0.1:8080"
        } else {
            ""
        }
        .to_owned(),
        fetch_site: String::new(),
        base: "http://127.0.0.1:8080".to_owned(),
        now: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
    }
}
