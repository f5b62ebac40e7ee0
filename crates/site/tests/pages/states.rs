//! What holds for every page in every state.

use super::{ask, cookies, html, states};
use crate::fake::{Fake, fleet, get, visit};
use http::{StatusCode, header};
use janchi_site::{Api, Call, Reply};
use serde_json::Value;
use std::collections::HashSet;

/// Everything between `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect()
}

#[tokio::test]
async fn every_state_is_a_whole_page() {
    for (name, fake, visit) in states() {
        for language in ["ko", "en"] {
            let mut visit = visit.clone();
            visit.accept_language = language.to_owned();
            let page = ask(&fake, visit).await;
            let html = html(&page);
            let name = format!("{name}.{language}");
            assert!(
                html.contains(&format!("<html lang=\"{language}\">")),
                "{name}"
            );
            assert_eq!(html.matches("<h1").count(), 1, "{name}: one heading");
            assert!(html.trim_end().ends_with("</html>"), "{name}: cut off");
            for left in ["{$", "{ $", "{{", "{%", "JOSA"] {
                assert!(!html.contains(left), "{name}: {left} was not filled in");
            }
            let ids: Vec<&str> = html
                .split(" id=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .collect();
            assert_eq!(
                ids.iter().collect::<HashSet<_>>().len(),
                ids.len(),
                "{name}: {ids:?}"
            );
            for target in ["for=\"", "aria-labelledby=\"", "href=\"#"] {
                for rest in html.split(target).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    assert!(ids.contains(&id), "{name}: {target}{id}");
                }
            }
            for rest in html.split("aria-describedby=\"").skip(1) {
                for id in rest.split('"').next().unwrap().split_whitespace() {
                    assert!(ids.contains(&id), "{name}: described by {id}");
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, fake, visit) in states() {
        let page = ask(&fake, visit).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.contains("default-src 'none'"), "{name}");
        assert!(!policy.contains("unsafe"), "{name}");
        assert_eq!(
            page.headers[header::CACHE_CONTROL],
            "private, no-store",
            "{name}"
        );
        let html = html(&page);
        for tag in tags(&html) {
            assert!(!tag.contains(" style="), "{name}: <{tag}>");
            assert!(!tag.contains(" on"), "{name}: <{tag}>");
            assert!(!tag.contains("javascript:"), "{name}: <{tag}>");
            // A link that a person follows, and a field with an address in it, load nothing.
            let leads = tag.starts_with("a ") && tag.contains("rel=\"noreferrer\"");
            let asks = !leads && !tag.starts_with("input ");
            assert!(
                !(asks && tag.contains("//")),
                "{name}: <{tag}> asks somebody else"
            );
            if tag.starts_with("script") {
                assert!(
                    tag.contains("type=\"module\" src=\"/site/"),
                    "{name}: <{tag}>"
                );
            }
            assert!(!tag.starts_with("style"), "{name}: <{tag}>");
        }
    }
}

#[tokio::test]
async fn every_form_that_changes_something_carries_its_token() {
    for (name, fake, visit) in states() {
        let html = html(&ask(&fake, visit).await);
        for form in html.split("<form method=\"post\"").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"csrf\" value=\""), "{name}");
        }
    }
}

/// Every text of every answer is a script, codes and times aside.
struct Poisoned(Fake);

const SCRIPT: &str = "\"'><script>alert(1)</script>";

fn poison(value: &mut Value, key: &str) {
    const PLAIN: [&str; 27] = [
        "id",
        "imageId",
        "eventId",
        "planId",
        "jobId",
        "editedFrom",
        "style",
        "platform",
        "stage",
        "state",
        "tier",
        "source",
        "layout",
        "breaker",
        "field",
        "status",
        "code",
        "eventCode",
        "result",
        "mode",
        "drawId",
        "token",
        "channel",
        "result",
        "type",
        "accessToken",
        "verification",
    ];
    match value {
        Value::String(text) if !PLAIN.contains(&key) && !key.ends_with("At") => {
            text.push_str(SCRIPT)
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| poison(item, key)),
        _ => {}
    }
}

impl Api for Poisoned {
    async fn call(&self, call: Call) -> Reply {
        let mut reply = self.0.call(call).await;
        poison(&mut reply.json, "");
        reply
    }
}

#[tokio::test]
async fn a_script_in_any_text_stays_text() {
    for (name, fake, mut visit) in states() {
        let typed: String = form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect();
        for pairs in [&mut visit.query, &mut visit.form] {
            let fields: Vec<String> = pairs
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| match pair.split_once('=') {
                    Some((
                        name @ ("csrf" | "key" | "step" | "do" | "version" | "job" | "plan"
                        | "channel" | "size" | "upload" | "kind"),
                        value,
                    )) => format!("{name}={value}"),
                    Some((name, value)) => format!("{name}={value}{typed}"),
                    None => pair.to_owned(),
                })
                .collect();
            *pairs = fields.join("&");
        }
        let page = ask(&Poisoned(fake), visit).await;
        let html = html(&page);
        assert!(!html.contains("<script>"), "{name}");
        for tag in tags(&html) {
            assert_eq!(
                tag.matches('"').count() % 2,
                0,
                "{name}: broken out of <{tag}>"
            );
        }
    }
}

#[tokio::test]
async fn a_language_that_was_chosen_stays() {
    let page = ask(&fleet(), get("/e/K7MD3FXA?ch=NAVER&lang=en")).await;
    assert!(
        cookies(&page)
            .iter()
            .any(|cookie| cookie.starts_with("lang=en; Path=/; HttpOnly"))
    );
    assert!(html(&page).contains("href=\"/e/K7MD3FXA?ch=NAVER&#38;lang=ko\""));
    let mut later = get("/e");
    later.cookies = "lang=en".to_owned();
    assert!(html(&ask(&fleet(), later).await).contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn other_methods_are_refused_with_the_known_ones() {
    for (method, path, allowed) in [
        ("DELETE", "/e/K7MD3FXA", "GET, HEAD, POST"),
        ("POST", "/draws/x", "GET, HEAD"),
        ("GET", "/logout", "POST"),
    ] {
        let page = ask(&fleet(), visit(method, path)).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(page.headers[header::ALLOW], allowed, "{path}");
    }
}

/// HTTP/2 answers on whichever thread is free. A page that keeps a `form_urlencoded::Serializer` over a call cannot.
#[tokio::test]
async fn a_page_may_change_threads_while_it_waits() {
    fn may<T: Send>(answer: T) -> T {
        answer
    }
    let (site, fake) = (janchi_site::Site::new(), fleet());
    let page = may(site.answer(&fake, get("/login"))).await;
    assert_eq!(page.unwrap().status, StatusCode::OK);
}
