//! The stylesheet, the script and the icon, under names that change with their bytes.

use crate::visit::Page;
use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Something a page links to.
#[derive(Debug)]
pub(crate) struct Asset {
    pub path: String,
    pub kind: &'static str,
    bytes: &'static [u8],
}

pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "site",
        "css",
        "text/css; charset=utf-8",
        include_str!("../assets/site.css"),
    )
});
pub(crate) static DRAW_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "draw",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/draw.js"),
    )
});
pub(crate) static LIVE_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "live",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/live.js"),
    )
});
pub(crate) static COUNTER_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "counter",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/counter.js"),
    )
});
/// The verifier itself, which the draw's own crate keeps beside its Rust.
pub(crate) static VERIFIER: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "verify",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../../draw/page/verify.js"),
    )
});
pub(crate) static CREATION_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "creation",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/creation.js"),
    )
});
pub(crate) static MARK: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "mark",
        "svg",
        "image/svg+xml",
        include_str!("../assets/mark.svg"),
    )
});

/// On every page of an owner.
pub(crate) static OWNER_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "owner",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/owner.js"),
    )
});
pub(crate) static ICON_SMALL: LazyLock<Asset> =
    LazyLock::new(|| icon(include_bytes!("../assets/icon-192.png")));
pub(crate) static ICON_LARGE: LazyLock<Asset> =
    LazyLock::new(|| icon(include_bytes!("../assets/icon-512.png")));

fn asset(name: &str, ending: &str, kind: &'static str, text: &'static str) -> Asset {
    let bytes = text.as_bytes();
    Asset {
        path: format!("/site/{name}.{}.{ending}", mark_of(bytes)),
        kind,
        bytes,
    }
}

fn icon(bytes: &'static [u8]) -> Asset {
    Asset {
        path: format!("/site/icon.{}.png", mark_of(bytes)),
        kind: "image/png",
        bytes,
    }
}

/// What tells these bytes from any others.
pub(crate) fn mark_of(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..8])
}

/// The asset of that file name. An old name is not there any more: who holds an old page has its asset as well.
pub(crate) fn find(file: &str) -> Option<Page> {
    let path = format!("/site/{file}");
    let found = [
        &STYLE,
        &DRAW_SCRIPT,
        &VERIFIER,
        &CREATION_SCRIPT,
        &LIVE_SCRIPT,
        &COUNTER_SCRIPT,
        &MARK,
        &OWNER_SCRIPT,
        &ICON_SMALL,
        &ICON_LARGE,
    ]
    .into_iter()
    .find(|asset| asset.path == path)?;
    let mut page = Page::bytes(StatusCode::OK, found.kind, found.bytes.to_vec());
    page.put(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    Some(page)
}
