//! The owner's pages as an app: what a browser needs to keep them, and to show something without a network.
//!
//! Only pages of an owner link here. A customer is never asked to keep anything.

use super::Desk;
use super::message::{self, Saying};
use crate::api::Api;
use crate::assets::{self, ICON_LARGE, ICON_SMALL, MARK, OWNER_SCRIPT, STYLE};
use crate::visit::Page;
use http::{HeaderName, StatusCode, header};
use serde_json::json;

/// A file of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    Manifest,
    Worker,
    /// What is shown where nothing was kept.
    Offline,
}

impl Installed {
    pub(crate) fn find(name: &str) -> Option<Self> {
        match name {
            "manifest.webmanifest" => Some(Self::Manifest),
            "worker.js" => Some(Self::Worker),
            "offline" => Some(Self::Offline),
            _ => None,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Manifest => "/app/manifest.webmanifest",
            Self::Worker => "/app/worker.js",
            Self::Offline => "/app/offline",
        }
    }
}

pub(crate) fn show<A: Api>(desk: &Desk<'_, A>, file: Installed) -> Page {
    match file {
        Installed::Manifest => manifest(desk),
        Installed::Worker => worker(),
        Installed::Offline => offline(desk),
    }
}

fn manifest<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let icon = |asset: &assets::Asset, sizes: &str, purpose: &str| json!({"src": asset.path, "sizes": sizes, "type": asset.kind, "purpose": purpose});
    let manifest = json!({
        "name": w.say("brand"), "short_name": w.say("brand"), "description": w.say("frame-about"),
        "lang": desk.language().tag(), "id": "/app", "start_url": "/app", "scope": "/app", "display": "standalone",
        "background_color": "#fffaf2", "theme_color": "#fffaf2",
        "icons": [
            icon(&MARK, "any", "any"), icon(&ICON_SMALL, "192x192", "any"),
            icon(&ICON_LARGE, "512x512", "any"), icon(&ICON_LARGE, "512x512", "maskable"),
        ],
    });
    let body = manifest.to_string().into_bytes();
    let mut page = Page::bytes(StatusCode::OK, "application/manifest+json", body);
    page.put(header::CACHE_CONTROL, "private, max-age=3600");
    page
}

fn worker() -> Page {
    let script = include_str!("../../assets/worker.js");
    let shell = ["/app/offline", &STYLE.path, &MARK.path, &OWNER_SCRIPT.path];
    let files = shell.join("', '");
    let version = assets::mark_of(format!("{script}{files}").as_bytes());
    let script = script
        .replace("__SHELL__", &files)
        .replace("__VERSION__", &version);
    let kind = "text/javascript; charset=utf-8";
    let mut page = Page::bytes(StatusCode::OK, kind, script.into_bytes());
    page.put(header::CACHE_CONTROL, "no-cache");
    // It lies below `/app/`, and is for `/app` itself as well.
    page.put(HeaderName::from_static("service-worker-allowed"), "/app");
    page
}

fn offline<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let saying = Saying {
        status: StatusCode::OK,
        icon: "clock",
        heading: w.say("offline-title"),
        text: w.say("offline-text"),
        again: None,
        links: vec![("/app".to_owned(), w.say("offline-home"))],
    };
    message::show(desk, saying)
}
