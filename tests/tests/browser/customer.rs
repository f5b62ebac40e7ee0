//! What a customer does with a phone in the hand.

use crate::stage::Stage;
use crate::world::{PATIENCE, text};
use janchi_browser::Device;
use janchi_testkit::eventually;

const DEVICES: [Device; 2] = [Device::PHONE, Device::DESK];

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_goes_from_a_spoken_code_to_a_receipt_and_back_out() {
    let stage = Stage::new().await;
    let run = format!("/api/distributions/{}", stage.id());
    let run = stage.shop.client.get(&run).await.status(200);
    let spoken = run["channels"].as_array().unwrap().iter();
    let spoken = spoken
        .filter_map(|c| c["spokenCode"].as_str())
        .next()
        .unwrap()
        .to_owned();
    eventually(PATIENCE, || async {
        let path = format!("/api/public/codes/{spoken}");
        (stage.world.stranger().get(&path).await.status == 200).then_some(())
    })
    .await;
    let devices = DEVICES.into_iter().flat_map(|d| [d, d.without_scripts()]);
    for (n, device) in devices.enumerate() {
        let tab = stage.tab(device).await;
        tab.go(&stage.url("/e")).await.unwrap();
        tab.fill("[name=code]", "999").await.unwrap();
        tab.follow("form[action='/e'] button").await.unwrap();
        assert!(
            tab.path().await.unwrap().starts_with("/e?"),
            "an unknown code"
        );
        tab.fill("[name=code]", &spoken).await.unwrap();
        tab.follow("form[action='/e'] button").await.unwrap();
        let join = format!("/e/{}", stage.code());
        assert!(tab.path().await.unwrap().starts_with(&join));
        assert_eq!(
            tab.run("document.documentElement.lang").await.unwrap(),
            "ko"
        );

        // A script in a field is text, and a wrong number leaves everything else as it was.
        tab.fill("[name=name]", "<script>alert(1)</script>")
            .await
            .unwrap();
        tab.run("for (const f of document.forms) f.noValidate = true")
            .await
            .unwrap();
        stage.enter_wrong(&tab).await;
        let kept = "document.querySelector('[name=name]').value";
        assert_eq!(tab.run(kept).await.unwrap(), "<script>alert(1)</script>");
        let ticked = "document.querySelector('[name=over14]').checked";
        assert_eq!(tab.run(ticked).await.unwrap(), true);
        tab.fill("[name=name]", "박손님").await.unwrap();
        tab.fill("[name=phone]", &format!("0104000{n:04}"))
            .await
            .unwrap();
        tab.follow("form[action^='/e/'] button").await.unwrap();
        let receipt = format!("{join}/receipt");
        assert!(tab.path().await.unwrap().starts_with(&receipt));
        let number = tab.text(".number").await.unwrap();
        assert!(
            number.chars().filter(char::is_ascii_alphanumeric).count() >= 8,
            "{number}"
        );

        // Back, and sent again: still one entry, kindly told.
        tab.go(&stage.url(&join)).await.unwrap();
        assert!(
            tab.text("main").await.unwrap().contains("접수"),
            "the receipt is offered"
        );

        tab.go(&stage.url(&receipt)).await.unwrap();
        tab.fill("[name=visitCode]", &stage.visit_code().await)
            .await
            .unwrap();
        tab.follow("form[action$='/visit'] button").await.unwrap();
        assert_eq!(tab.path().await.unwrap(), format!("{receipt}?visited=1"));
        tab.follow("a[href$='/withdraw']").await.unwrap();
        tab.follow("form[action$='/withdraw'] button")
            .await
            .unwrap();
        assert_eq!(tab.path().await.unwrap(), format!("{join}?left=1"));
        tab.go(&stage.url(&receipt)).await.unwrap();
        assert_eq!(
            tab.text(".number").await.unwrap(),
            "",
            "nothing is left of it"
        );
        assert_eq!(tab.complaints(), Vec::<String>::new());
        tab.close().await.unwrap();
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_in_between_loses_nothing() {
    let stage = Stage::new().await;
    let join = stage.url(&format!("/e/{}", stage.code()));

    // Two tabs of one person, both with the form open; and a press of a double click.
    let (one, two) = (
        stage.tab(Device::PHONE).await,
        stage.tab(Device::PHONE).await,
    );
    one.go(&join).await.unwrap();
    two.go(&join).await.unwrap();
    stage.enter(&one, 77).await;
    assert!(one.path().await.unwrap().contains("/receipt"));
    stage.enter(&two, 77).await;
    let told = two.text("main").await.unwrap();
    assert!(told.contains("이미 참여하셨어요"), "{told}");

    // The back button after an entry shows the form or the receipt; sending the same form once more is the same entry.
    let number = one.text(".number").await.unwrap();
    one.back().await.unwrap();
    one.until("!!document.querySelector('[name=phone]') || location.pathname.endsWith('/receipt')")
        .await
        .unwrap();
    if one
        .run("!!document.querySelector('[name=phone]')")
        .await
        .unwrap()
        == true
    {
        one.fill("[name=phone]", "01040000077").await.unwrap();
        one.run("for (const n of ['over14', 'privacy']) document.querySelector(`[name=${n}]`).checked = true")
            .await
            .unwrap();
        one.follow("form[action^='/e/'] button").await.unwrap();
    }
    one.go(&format!("{join}/receipt")).await.unwrap();
    assert_eq!(one.text(".number").await.unwrap(), number);

    // The event ends while somebody fills in the form.
    let late = stage.tab(Device::PHONE).await;
    late.go(&join).await.unwrap();
    let end = format!("/api/events/{}/end", stage.id());
    stage.shop.client.call(&end).await.status(200);
    stage.event_ended().await;
    stage.enter(&late, 78).await;
    let told = late.text("main").await.unwrap();
    assert!(
        told.contains("끝난") || told.contains("마감") || told.contains("끝났"),
        "{told}"
    );

    let lost = stage.tab(Device::PHONE).await;
    lost.go(&stage.url("/e/NOSUCHCODE")).await.unwrap();
    assert!(lost.text("main").await.unwrap().contains("코드"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_checks_a_draw_in_the_browser() {
    let mut stage = Stage::new().await;
    stage.entries(9).await;
    let draw = text(&stage.commitment().await, "drawId").to_owned();
    let path = stage.url(&format!("/draws/{draw}"));
    let before = stage.tab(Device::DESK).await;
    before.go(&path).await.unwrap();
    let commitment = before.text(".hashes code").await.unwrap();
    assert_eq!(commitment.len(), 64);
    assert_eq!(stage.draw().await, draw);
    for device in DEVICES {
        let tab = stage.tab(device).await;
        tab.go(&path).await.unwrap();
        assert_eq!(tab.text(".hashes code").await.unwrap(), commitment);
        assert_eq!(
            tab.run("document.querySelectorAll('.rows > li').length >= 3")
                .await
                .unwrap(),
            true
        );
        tab.tap("[data-start] button").await.unwrap();
        tab.until("!!document.querySelector('[data-result] .good, [data-result] .bad, [data-result] .careful')")
            .await
            .unwrap();
        let told = tab.text("[data-result]").await.unwrap();
        assert_eq!(
            tab.run("!!document.querySelector('[data-result] .good')")
                .await
                .unwrap(),
            true,
            "{told}"
        );
        assert_eq!(tab.complaints(), Vec::<String>::new());
        let plain = stage.tab(device.without_scripts()).await;
        plain.go(&path).await.unwrap();
        assert_eq!(
            plain
                .run("document.querySelector('[data-start]').hidden")
                .await
                .unwrap(),
            true
        );
        assert!(
            plain
                .text("#verify")
                .await
                .unwrap()
                .contains("janchi verify-draw")
        );
    }
    stage.end().await;
}
