//! A fleet with something in every state, and a browser before it.

use crate::world::{Shop, World, entry, text};
use janchi_browser::{Browser, Device, Tab};
use serde_json::{Value, json};
use std::time::Duration;

/// What the pages of a test are about.
pub struct Stage {
    pub world: World,
    pub browser: Browser,
    pub shop: Shop,
    /// An event that takes entries.
    pub open: Value,
    /// One that waits for approval, if the test is about such.
    pub prepared: Option<Value>,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let shop = world.shop().await;
        let closes = world.fleet.clock().now() + chrono::Duration::days(2);
        let open = shop.open_event(closes).await;
        let program = Browser::program(&janchi_runtime::or_default("PATH", String::new()).unwrap());
        let program = program.expect("chromium is installed: run the tests by `cargo janchi test`");
        Self {
            browser: Browser::start(&program).await.unwrap(),
            world,
            shop,
            open,
            prepared: None,
        }
    }

    pub fn url(&self, path: &str) -> String {
        let base = self.world.fleet.base_url();
        format!("{}{path}", base.as_str().trim_end_matches('/'))
    }

    /// The same with a draft that has everything but its approval.
    pub async fn with_draft() -> Self {
        let mut stage = Self::new().await;
        let closes = stage.world.fleet.clock().now() + chrono::Duration::days(20);
        let draft = stage.shop.prepared(closes, &["INSTAGRAM", "NAVER"]).await;
        stage.prepared = Some(draft);
        stage
    }

    /// An owner's page of the open event.
    pub fn event(&self, page: &str) -> String {
        format!("/app/events/{}{page}", self.id())
    }

    /// An owner's page of the draft.
    pub fn draft(&self, page: &str) -> String {
        let draft = self.prepared.as_ref().expect("a stage with a draft");
        format!("/app/events/{}{page}", text(draft, "id"))
    }

    /// One of the draft's pictures.
    pub fn picture(&self) -> &str {
        let draft = self.prepared.as_ref().expect("a stage with a draft");
        text(&draft["images"][0], "imageId")
    }

    /// What the public page of the open event says of its draw.
    pub async fn commitment(&self) -> Value {
        let public = format!("/api/public/events/{}", self.code());
        let event = self.world.stranger().get(&public).await.status(200);
        event["draw"].clone()
    }

    pub fn draw_id(&self) -> &str {
        text(&self.open, "drawId")
    }

    pub fn id(&self) -> &str {
        text(&self.open, "id")
    }

    pub fn code(&self) -> &str {
        text(&self.open, "code")
    }

    pub async fn tab(&self, device: Device) -> Tab {
        self.browser.tab(device).await.unwrap()
    }

    /// Fills in the form of the join page, which is open, and sends it.
    pub async fn enter(&self, tab: &Tab, n: u32) {
        tab.fill("[name=phone]", &format!("0104000{n:04}"))
            .await
            .unwrap();
        tab.tap("[name=over14]").await.unwrap();
        tab.tap("[name=privacy]").await.unwrap();
        tab.follow("form[action^='/e/'] button").await.unwrap();
    }

    /// A tab whose owner is logged in.
    pub async fn owner(&self, device: Device) -> Tab {
        let tab = self.tab(device).await;
        log_in(self, &tab, &self.shop.registration).await;
        tab
    }

    /// What the counter shows now.
    pub async fn visit_code(&self) -> String {
        let path = format!("/api/events/{}/visit-code", self.id());
        let shown = self.shop.client.get(&path).await.status(200);
        let code = shown["code"].as_str().or(shown["visitCode"].as_str());
        code.unwrap().to_owned()
    }

    /// So many more entries, not typed by hand.
    pub async fn entries(&self, count: u32) {
        for n in 0..count {
            let body = entry(self.code(), 5000 + n);
            let stranger = self.world.stranger();
            stranger.post("/api/participations", body).await.status(201);
        }
    }

    /// Closes the event by its clock and draws; the id of the draw.
    pub async fn draw(&mut self) -> String {
        let days = Duration::from_secs(3 * 24 * 3600);
        self.world.fleet.clock().advance(days);
        let typed = &self.shop.registration;
        let login = json!({"loginId": typed["email"], "password": typed["password"]});
        let stranger = self.world.stranger();
        let tokens = stranger.post("/api/users/login", login).await.status(200);
        let owner = stranger.bearer(text(&tokens["tokens"], "accessToken"));
        let path = format!("/api/events/{}/draws", self.id());
        let draw = owner.call(&path).await.status(201);
        self.open["drawId"] = draw["drawId"].clone();
        self.draw_id().to_owned()
    }

    pub async fn end(self) {
        drop(self.browser);
        self.world.end().await;
    }
}

impl Stage {
    /// The same form with a number that is none, sent from a page that checks nothing itself.
    pub async fn enter_wrong(&self, tab: &Tab) {
        tab.fill("[name=phone]", "010-12").await.unwrap();
        tab.tap("[name=over14]").await.unwrap();
        tab.tap("[name=privacy]").await.unwrap();
        tab.follow("form[action^='/e/'] button").await.unwrap();
    }

    pub async fn event_ended(&self) {
        let id = self.id();
        self.shop.event_in(id, "ENDED").await;
    }
}

/// Logs an owner in by the page for it.
pub async fn log_in(stage: &Stage, tab: &Tab, registration: &Value) {
    tab.go(&stage.url("/login")).await.unwrap();
    let typed = |name: &str| text(registration, name).to_owned();
    tab.fill("[name=loginId]", &typed("email")).await.unwrap();
    tab.fill("[name=password]", &typed("password"))
        .await
        .unwrap();
    tab.follow("form[action='/login'] button").await.unwrap();
    assert_eq!(tab.path().await.unwrap(), "/app");
}
