//! From a goal to a published event, with a phone in the hand.

use crate::stage::{Stage, log_in};
use crate::world::text;
use janchi_browser::{Device, Tab};
use janchi_testkit::Client;
use serde_json::Value;
use std::time::Instant;

/// More taps than this, and an owner would rather not.
const TAPS: u32 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn twelve_taps_lead_from_a_goal_to_a_published_event() {
    let stage = Stage::new().await;
    let devices = [
        Device::PHONE,
        Device::DESK,
        Device::PHONE.without_scripts(),
        Device::DESK.without_scripts(),
    ];
    for device in devices {
        let shop = stage.world.shop().await;
        let tab = stage.tab(device).await;
        log_in(&stage, &tab, &shop.registration).await;
        let (began, before) = (Instant::now(), tab.taps());
        make(&tab).await;
        let (taps, took) = (tab.taps() - before, began.elapsed());
        println!("{device:?}: {taps} taps, 0 fields, {took:.1?} with nobody thinking");
        assert!(taps <= TAPS, "{taps} taps");
        let event = published(&shop.client).await;
        assert!(matches!(
            text(&event, "status"),
            "ONGOING" | "SCHEDULED" | "PUBLISHING"
        ));
        assert_eq!(tab.complaints(), Vec::<String>::new());
        tab.close().await.unwrap();
    }
    stage.end().await;
}

/// The whole way with nothing typed.
async fn make(tab: &Tab) {
    tab.follow("a[href='/app/events/new']").await.unwrap();
    tab.follow("button[name=objective][value=REVISIT]")
        .await
        .unwrap();
    tab.until("!!document.querySelector('.plan form') && !document.querySelector('[data-live]')")
        .await
        .unwrap();
    tab.follow(".plan form > button.wide").await.unwrap();
    if tab
        .run("!!document.querySelector('button[name=do][value=draw]')")
        .await
        .unwrap()
        == true
        && tab
            .run("!document.querySelector('button[name=style]')")
            .await
            .unwrap()
            == true
    {
        tab.follow("button[name=do][value=draw]").await.unwrap();
    }
    tab.until(
        "!!document.querySelector('button[name=style]') && !document.querySelector('[data-live]')",
    )
    .await
    .unwrap();
    tab.follow("button[name=style]").await.unwrap();
    tab.follow("button[name=do][value=send]").await.unwrap();
    tab.follow("form[action$='/approve'] button.wide")
        .await
        .unwrap();
    tab.until("!!document.querySelector('.done .number')")
        .await
        .unwrap();
}

async fn published(owner: &Client) -> Value {
    let list = owner.get("/api/events").await.status(200);
    list["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_login_in_a_form_loses_nothing_that_was_typed() {
    let stage = Stage::new().await;
    let tab = stage.owner(Device::PHONE).await;
    tab.go(&stage.url("/app/events/new")).await.unwrap();
    let typed = "다음 주말에 단골손님께 커피를 드리고 싶어요";
    tab.fill("[name=text]", typed).await.unwrap();
    tab.forget_cookie("access").await.unwrap();
    tab.forget_cookie("refresh").await.unwrap();
    tab.follow("section:has([name=text]) button").await.unwrap();
    assert!(
        tab.run("!!document.querySelector('[name=again-password]')")
            .await
            .unwrap()
            == true
    );
    let registration = &stage.shop.registration;
    tab.fill("[name=again-id]", text(registration, "email"))
        .await
        .unwrap();
    tab.fill("[name=again-password]", text(registration, "password"))
        .await
        .unwrap();
    tab.follow("main form:has([name=again-password]) button")
        .await
        .unwrap();
    // Either the form is there as it was, or it has gone through.
    let page = tab.run("document.body.innerHTML + [...document.querySelectorAll('textarea, input')].map(e => e.value).join()");
    let page = page.await.unwrap();
    let page = page.as_str().unwrap();
    let went_through = tab.path().await.unwrap().contains("/plan");
    assert!(
        went_through || page.contains(typed),
        "{}",
        tab.path().await.unwrap()
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_tap_makes_one_event() {
    let stage = Stage::new().await;
    for device in [Device::PHONE, Device::PHONE.without_scripts()] {
        let shop = stage.world.shop().await;
        let tab = stage.tab(device).await;
        log_in(&stage, &tab, &shop.registration).await;
        tab.go(&stage.url("/app/events/new")).await.unwrap();
        tab.double_tap("button[name=objective][value=SALES]")
            .await
            .unwrap();
        tab.until("location.pathname.endsWith('/plan')")
            .await
            .unwrap();
        let list = shop.client.get("/api/events").await.status(200);
        assert_eq!(list["totalCount"], 1, "{list}");
    }
    stage.end().await;
}
