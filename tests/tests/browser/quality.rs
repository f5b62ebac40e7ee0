//! What every page has to keep: usable by everybody, at any size, and light.

use crate::pages::{Who, all, drawn};
use crate::stage::Stage;
use janchi_browser::{Device, Tab};
use std::fmt::Write;

const AXE: &str = include_str!("axe/axe.min.js");
const RULES: &str = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})\
    .then(r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`))";
/// Nothing but what scrolls by itself is wider than the window.
const TOO_WIDE: &str = "(() => { const wide = document.documentElement.scrollWidth, has = innerWidth; \
    if (wide <= has) return ''; \
    const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > has + 1); \
    return `${wide} > ${has}: ` + out.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ') })()";
/// Where Tab leads: the focused thing is seen, and says where it is.
const FOCUSED: &str = "(() => { const e = document.activeElement; \
    if (!e || e === document.body) return 'end'; \
    const b = e.getBoundingClientRect(), s = getComputedStyle(e); \
    const marked = s.outlineStyle !== 'none' || s.boxShadow !== 'none' || e.type === 'file'; \
    const seen = b.width > 0 && b.bottom > 0 && b.top < innerHeight; \
    return (marked && seen ? 'ok ' : 'bad ') + (e.dataset.n ??= String(window.n = (window.n ?? 0) + 1)) + ' ' + e.outerHTML.slice(0, 120) })()";

/// Bytes on the wire.
const JOIN_SCRIPTS: u64 = 30 * 1024;
const JOIN_TOTAL: u64 = 150 * 1024;
const OWNER_SCRIPTS: u64 = 60 * 1024;
const STYLE: u64 = 25 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody_at_any_size_and_light() {
    let mut stage = Stage::with_draft().await;
    stage.entries(3).await;
    let stranger = stage.tab(Device::PHONE).await;
    let entrant = stage.tab(Device::PHONE).await;
    let join = stage.url(&format!("/e/{}", stage.code()));
    entrant.go(&join).await.unwrap();
    stage.enter(&entrant, 1).await;
    let mut faults = String::new();
    for looks in [all(), drawn()] {
        let owner = stage.owner(Device::PHONE).await;
        for look in looks {
            let tab = match look.who {
                Who::Stranger => &stranger,
                Who::Entrant => &entrant,
                Who::Owner => &owner,
            };
            let url = stage.url(&(look.path)(&stage));
            for fault in faults_of(tab, &url, look.who == Who::Owner, &stage).await {
                let _ = writeln!(faults, "{}: {fault}", look.name);
            }
        }
        if stage.open["drawId"].is_null() {
            stage.draw().await;
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    stage.end().await;
}

async fn faults_of(tab: &Tab, url: &str, is_owner: bool, stage: &Stage) -> Vec<String> {
    let mut faults = Vec::new();
    for device in [Device::PHONE, Device::PHONE.dark(), Device::DESK] {
        tab.hold(device).await.unwrap();
        tab.go(url).await.unwrap();
        tab.run(AXE).await.unwrap();
        let found = tab.run(RULES).await.unwrap();
        let found = found.as_array().unwrap().iter();
        faults.extend(found.map(|f| {
            format!(
                "{}px{}: axe: {f}",
                device.width,
                if device.is_dark { " dark" } else { "" }
            )
        }));
        faults.extend(
            tab.complaints()
                .into_iter()
                .map(|c| format!("complains: {c}")),
        );
        let foreign = tab
            .asked()
            .into_iter()
            .filter(|asked| !asked.starts_with(&stage.url("/")) && !asked.starts_with("data:"));
        faults.extend(foreign.map(|asked| format!("asks somebody else: {asked}")));
    }
    // Narrow, and with letters twice as large.
    for (width, size) in [(320, "100%"), (320, "200%"), (1280, "200%")] {
        let device = if width < 500 {
            Device::PHONE
        } else {
            Device::DESK
        };
        tab.hold(device.wide(width)).await.unwrap();
        tab.go(url).await.unwrap();
        tab.run(&format!(
            "document.documentElement.style.fontSize = '{size}'"
        ))
        .await
        .unwrap();
        let wide = tab.run(TOO_WIDE).await.unwrap();
        if wide != "" {
            faults.push(format!("{width}px at {size} is too wide: {wide}"));
        }
    }
    faults.extend(keyboard(tab, url).await);
    faults.extend(weights(tab, url, is_owner).await);
    faults
}

/// Every control can be reached by Tab alone, shows it, and is not hidden by anything.
async fn keyboard(tab: &Tab, url: &str) -> Option<String> {
    tab.hold(Device::PHONE).await.unwrap();
    tab.go(url).await.unwrap();
    let controls = "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]\
        .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility() \
            && !(e.type === 'radio' && e.name && e !== (document.querySelector(`[name=\"${e.name}\"]:checked`) ?? document.querySelector(`[name=\"${e.name}\"]`)))).length";
    let controls = tab.run(controls).await.unwrap().as_u64().unwrap();
    tab.run("document.activeElement?.blur()").await.unwrap();
    let mut reached = std::collections::HashSet::new();
    // A field for a date has a stop for each of its parts.
    for _ in 0..3 * controls + 8 {
        if reached.len() as u64 >= controls {
            break;
        }
        tab.press("Tab").await.unwrap();
        let at = tab.run(FOCUSED).await.unwrap();
        let at = at.as_str().unwrap();
        if let Some(lost) = at.strip_prefix("bad ") {
            return Some(format!("the focus is not seen: {lost}"));
        }
        if let Some(at) = at.strip_prefix("ok ") {
            reached.insert(at.split(' ').next().unwrap_or_default().to_owned());
        }
    }
    let reached = reached.len() as u64;
    (reached < controls).then(|| format!("Tab reaches {reached} of {controls}"))
}

async fn weights(tab: &Tab, url: &str, is_owner: bool) -> Vec<String> {
    // Nothing from the cache: what somebody new loads.
    tab.forget_cached().await.unwrap();
    tab.go(url).await.unwrap();
    let weights = tab.weights();
    let scripts = if is_owner {
        OWNER_SCRIPTS
    } else {
        JOIN_SCRIPTS
    };
    let mut faults = Vec::new();
    if weights.scripts > scripts || weights.styles > STYLE {
        faults.push(format!("too heavy: {weights:?}"));
    }
    if !is_owner && url.contains("/e") && weights.total > JOIN_TOTAL {
        faults.push(format!("too heavy: {weights:?}"));
    }
    faults
}
