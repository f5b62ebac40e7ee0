//! Pictures of every page in every state, for somebody who looks at them as the owner of a small shop would.

use super::cargo;
use crate::checkout::{Checkout, path};
use crate::terminal::{progress, say, seconds};
use anyhow::Context;
use janchi_browser::{Browser, Device, Tab};
use janchi_stack::{Programs, Wanted, install};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// How each page is looked at.
const LOOKS: [(&str, Device); 4] = [
    ("360", Device::PHONE),
    ("360-dark", PHONE_AT_NIGHT),
    ("1440", WIDE),
    ("1440-dark", WIDE_AT_NIGHT),
];
const PHONE_AT_NIGHT: Device = Device {
    is_dark: true,
    ..Device::PHONE
};
const WIDE: Device = Device {
    width: 1440,
    height: 900,
    ..Device::DESK
};
const WIDE_AT_NIGHT: Device = Device {
    is_dark: true,
    ..WIDE
};
const STYLE: &str = "body{font:16px system-ui;margin:24px;background:#ddd;color:#222}section{margin-bottom:48px}\
div{display:flex;gap:16px;align-items:flex-start;overflow-x:auto}img{display:block;box-shadow:0 1px 6px #0006}\
img.wide{width:720px}nav a{display:inline-block;margin:0 12px 6px 0}";

/// Makes the pages, photographs them and writes an index.
pub(crate) async fn run(folder: &Path) -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find()?;
    let shutdown = janchi_runtime::shutdown();
    let begun = Instant::now();
    let folder = checkout.root().join(folder);
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let program = browser(&folder).await?;
    let mut example = cargo::command(&checkout)?;
    example
        .args([
            "run",
            "--quiet",
            "-p",
            "janchi-site",
            "--example",
            "gallery",
            "--",
        ])
        .arg(folder.join("pages"));
    let made = cargo::run(example, &shutdown, |_| ()).await?;
    anyhow::ensure!(made.success(), "the pages cannot be made");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder.join("pages"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    let browser = Browser::start(&program).await?;
    for (look, device) in LOOKS {
        let tab = browser.tab(device).await?;
        let mut taken = 0;
        for page in pages.iter().filter(|page| is_shown(page, look)) {
            open(&tab, page).await?;
            let picture = folder.join(picture(page, look));
            std::fs::write(&picture, tab.picture().await?)
                .with_context(|| format!("write {}", picture.display()))?;
            taken += 1;
        }
        tab.close().await?;
        say(&format!("  ✓ {taken} pages at {look}"));
    }
    let index = folder.join("index.html");
    std::fs::write(&index, index_of(&pages)).context("write the index")?;
    say(&format!(
        "every page took {}: {}",
        seconds(begun.elapsed()),
        index.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Chromium, installed first where that can be done.
async fn browser(folder: &Path) -> anyhow::Result<PathBuf> {
    let path = path()?;
    if let Err(missing) = Programs::find(&path, Wanted::BROWSER) {
        install(&missing, &folder.join("install.log"), &progress()).await?;
    }
    Browser::program(&path).context("chromium is not there")
}

/// A page before this one may still be on its way somewhere, and take the tab along once.
async fn open(tab: &Tab, page: &Path) -> anyhow::Result<()> {
    let address = format!("file://{}", page.display());
    match tab.go(&address).await {
        Ok(()) => Ok(()),
        Err(_) => tab.go(&address).await,
    }
}

/// English is looked at once: what differs is how long its words are.
fn is_shown(page: &Path, look: &str) -> bool {
    look == "360" || name(page).ends_with(".ko")
}

fn name(page: &Path) -> String {
    let name = page.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn picture(page: &Path, look: &str) -> String {
    format!("{}.{look}.png", name(page))
}

fn index_of(pages: &[PathBuf]) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Janchi: every page</title><style>{STYLE}</style><h1>Every page in every state</h1><nav>"
    );
    for page in pages {
        let name = name(page);
        let _ = write!(html, "<a href=\"#{name}\">{name}</a>");
    }
    html.push_str("</nav>");
    for page in pages {
        let name = name(page);
        let _ = write!(
            html,
            "<section id=\"{name}\"><h2><a href=\"pages/{name}.html\">{name}</a></h2><div>"
        );
        for (look, device) in LOOKS.into_iter().filter(|(look, _)| is_shown(page, look)) {
            let class = if device.is_phone {
                ""
            } else {
                " class=\"wide\""
            };
            let picture = picture(page, look);
            let _ = write!(
                html,
                "<img{class} loading=\"lazy\" src=\"{picture}\" alt=\"{name}, {look}\">"
            );
        }
        html.push_str("</div></section>");
    }
    html
}
