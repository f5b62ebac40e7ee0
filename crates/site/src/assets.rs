//! The stylesheet, the script and the icon, under names that change with their bytes.

use crate::visit::Page;
use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Something a page links to.
#[derive(Debug)]
pub(crate) struct Asset {
    pub path: String,
    kind: &'static str,
    bytes: &'static str,
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
pub(crate) static MARK: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "mark",
        "svg",
        "image/svg+xml",
        include_str!("../assets/mark.svg"),
    )
});

fn asset(name: &str, ending: &str, kind: &'static str, bytes: &'static str) -> Asset {
    let hash = hex::encode(Sha256::digest(bytes.as_bytes()));
    Asset {
        path: format!("/site/{name}.{}.{ending}", &hash[..16]),
        kind,
        bytes,
    }
}

/// The asset of that file name. An old name is not there any more: who holds an old page has its asset as well.
pub(crate) fn find(file: &str) -> Option<Page> {
    let path = format!("/site/{file}");
    let found = [
        &STYLE,
        &DRAW_SCRIPT,
        &VERIFIER,
        &LIVE_SCRIPT,
        &COUNTER_SCRIPT,
        &MARK,
    ]
    .into_iter()
    .find(|asset| asset.path == path)?;
    let mut page = Page::bytes(StatusCode::OK, found.kind, found.bytes.as_bytes().to_vec());
    page.put(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    Some(page)
}
