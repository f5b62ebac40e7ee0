//! The browser does what a person would.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_browser::{Browser, Device};

const PAGE: &str = "data:text/html,<meta name=viewport content='width=device-width'>\
    <input id=a><button id=b onclick='this.textContent=a.value'>press</button>\
    <p id=c style='position:absolute;top:2000px'>far</p>\
    <div style='position:fixed;inset:60px 0 0'><button id=d>under</button></div>\
    <div style='position:fixed;inset:60px 0 0'></div>";

async fn browser() -> Browser {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = Browser::program(&path.to_string_lossy());
    let program = program.expect("chromium is installed: run the tests by `cargo janchi test`");
    Browser::start(&program).await.unwrap()
}

#[tokio::test]
async fn typing_and_tapping_are_those_of_a_person() {
    let browser = browser().await;
    let tab = browser.tab(Device::PHONE).await.unwrap();
    tab.go(PAGE).await.unwrap();
    assert_eq!(tab.run("innerWidth").await.unwrap(), 360);
    tab.fill("#a", "잔치").await.unwrap();
    tab.tap("#b").await.unwrap();
    tab.until("b.textContent === '잔치'").await.unwrap();
    assert_eq!(tab.taps(), 1);
    let covered = tab.tap("#d").await.unwrap_err();
    assert!(covered.to_string().contains("covered"), "{covered}");
    assert!(tab.tap("#nothing").await.is_err());
    let picture = tab.picture().await.unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    let height = u32::from_be_bytes(picture[20..24].try_into().unwrap());
    assert!(height > 2000, "the whole page, not the window: {height}");
}

#[tokio::test]
async fn without_scripts_nothing_happens_by_itself() {
    let browser = browser().await;
    let tab = browser.tab(Device::DESK.without_scripts()).await.unwrap();
    tab.go(PAGE).await.unwrap();
    tab.tap("#b").await.unwrap();
    assert_eq!(tab.text("#b").await.unwrap(), "press");
}
