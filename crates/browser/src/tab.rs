//! One tab and the hands of whoever sits before it.

use crate::device::Device;
use crate::pipe::{Event, PATIENCE, Pipe};
use crate::seen::{Seen, Weights};
use anyhow::{Context, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A tab.
#[derive(Debug)]
pub struct Tab {
    pipe: Arc<Pipe>,
    session: String,
    target: String,
    seen: Arc<Mutex<Seen>>,
    taps: AtomicU32,
}

/// Where something stands, if it can be tapped there.
const PLACE: &str = r"(selector => {
  const all = [...document.querySelectorAll(selector)];
  const one = all.find(e => e.getClientRects().length > 0);
  if (!one) return all.length ? 'hidden' : 'nothing';
  one.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  const box = one.getClientRects()[0];
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const hit = document.elementFromPoint(x, y);
  const label = hit && hit.closest('label');
  if (!hit || !(one.contains(hit) || hit.contains(one) || (label && label.control === one)))
    return 'covered by ' + (hit ? hit.outerHTML.slice(0, 120) : 'nothing');
  return [x, y];
})";

impl Tab {
    pub(crate) async fn open(pipe: Arc<Pipe>, device: Device) -> anyhow::Result<Self> {
        let text = |value: &Value, name: &str| {
            let text = value[name].as_str().map(str::to_owned);
            text.with_context(|| format!("the browser tells no {name}"))
        };
        let profile = pipe
            .call(None, "Target.createBrowserContext", json!({}))
            .await?;
        let asked = json!({"url": "about:blank", "browserContextId": profile["browserContextId"]});
        let target = text(
            &pipe.call(None, "Target.createTarget", asked).await?,
            "targetId",
        )?;
        let asked = json!({"targetId": target, "flatten": true});
        let events = pipe.events();
        let attached = pipe.call(None, "Target.attachToTarget", asked).await?;
        let tab = Self {
            session: text(&attached, "sessionId")?,
            pipe,
            target,
            seen: Arc::default(),
            taps: AtomicU32::new(0),
        };
        tokio::spawn(watch(events, tab.session.clone(), Arc::clone(&tab.seen)));
        for domain in ["Page", "Network", "Runtime", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({})).await?;
        }
        tab.hold(device).await?;
        Ok(tab)
    }

    /// Looks with another device from now on.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn hold(&self, device: Device) -> anyhow::Result<()> {
        let size = json!({
            "width": device.width, "height": device.height, "deviceScaleFactor": 1, "mobile": device.is_phone,
        });
        self.call("Emulation.setDeviceMetricsOverride", size)
            .await?;
        let scheme = if device.is_dark { "dark" } else { "light" };
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.call("Emulation.setEmulatedMedia", media).await?;
        let off = json!({"value": !device.runs_scripts});
        self.call("Emulation.setScriptExecutionDisabled", off)
            .await?;
        let heads = json!({"headers": {"Accept-Language": "ko-KR,ko;q=0.9"}});
        self.call("Network.setExtraHTTPHeaders", heads).await?;
        Ok(())
    }

    /// The phone and network of somebody who saves: four times slower, 1.6 Mbit/s and 150 ms.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn slow_down(&self) -> anyhow::Result<()> {
        let network = json!({
            "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750,
        });
        self.call("Network.emulateNetworkConditions", network)
            .await?;
        self.call("Emulation.setCPUThrottlingRate", json!({"rate": 4}))
            .await?;
        Ok(())
    }

    /// Forgets every file it has kept; cookies stay.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn forget_cached(&self) -> anyhow::Result<()> {
        self.call("Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    /// Without any network, or with it again.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn lose_network(&self, lost: bool) -> anyhow::Result<()> {
        let network = json!({
            "offline": lost, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.call("Network.emulateNetworkConditions", network)
            .await?;
        Ok(())
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub async fn go(&self, url: &str) -> anyhow::Result<()> {
        *self.seen() = Seen::default();
        let mut events = self.pipe.events();
        let answer = self.call("Page.navigate", json!({"url": url})).await?;
        if let Some(error) = answer["errorText"].as_str() {
            bail!("{url}: {error}");
        }
        self.loaded(&mut events).await.context(url.to_owned())
    }

    /// One step back in the history.
    ///
    /// # Errors
    /// There is none.
    pub async fn back(&self) -> anyhow::Result<()> {
        self.run("history.back()").await?;
        Ok(())
    }

    async fn loaded(&self, events: &mut broadcast::Receiver<Arc<Event>>) -> anyhow::Result<()> {
        let waiting = async {
            loop {
                match events.recv().await {
                    Ok(event) if self.is_load(&event) => return Ok(()),
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => bail!("the browser ended"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .context("it does not load")?
    }

    fn is_load(&self, event: &Event) -> bool {
        event.session == self.session && event.method == "Page.loadEventFired"
    }

    /// Evaluates an expression in the page, and waits for a promise.
    ///
    /// # Errors
    /// It throws.
    pub async fn run(&self, script: &str) -> anyhow::Result<Value> {
        let asked = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.call("Runtime.evaluate", asked).await?;
        if !answer["exceptionDetails"].is_null() {
            let start: String = script.chars().take(200).collect();
            bail!("{start}: {}", answer["exceptionDetails"]);
        }
        Ok(answer["result"]["value"].take())
    }

    /// Waits until an expression is true.
    ///
    /// # Errors
    /// It does not become so in time.
    pub async fn until(&self, condition: &str) -> anyhow::Result<()> {
        let waiting = async {
            // A page that is just going away cannot be asked.
            while self.run(condition).await.ok() != Some(Value::Bool(true)) {
                tokio::time::sleep(LOOK).await;
            }
        };
        let path = async || self.path().await.unwrap_or_default();
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(()) => Ok(()),
            Err(_) => bail!("never true on {}: {condition}", path().await),
        }
    }

    /// Loses a cookie, as one that has run out is lost.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn forget_cookie(&self, name: &str) -> anyhow::Result<()> {
        let url = self.run("location.href").await?;
        let cookie = json!({"name": name, "url": url});
        self.call("Network.deleteCookies", cookie).await?;
        Ok(())
    }

    /// Taps the first visible match in its middle, as a finger would: whatever covers it gets in the way.
    ///
    /// # Errors
    /// There is none, or it is covered.
    pub async fn tap(&self, selector: &str) -> anyhow::Result<()> {
        self.press_at(selector, 1).await
    }

    /// Taps it twice, as somebody does who is not sure that the first one counted.
    ///
    /// # Errors
    /// As [`Tab::tap`].
    pub async fn double_tap(&self, selector: &str) -> anyhow::Result<()> {
        self.press_at(selector, 2).await
    }

    async fn press_at(&self, selector: &str, times: u32) -> anyhow::Result<()> {
        let place = self.run(&format!("{PLACE}({})", json!(selector))).await?;
        let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else {
            bail!("{selector} on {}: {place}", self.path().await?);
        };
        for nth in 1..=times {
            for kind in ["mousePressed", "mouseReleased"] {
                let event =
                    json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": nth});
                self.call("Input.dispatchMouseEvent", event).await?;
            }
            self.taps.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Taps what leads to another page, and waits until that is loaded.
    ///
    /// # Errors
    /// As [`Tab::tap`], or nothing is loaded.
    pub async fn follow(&self, selector: &str) -> anyhow::Result<()> {
        // What this page still loads would be taken for the next one.
        self.until("document.readyState === 'complete'").await?;
        let mut events = self.pipe.events();
        self.tap(selector).await?;
        let tapped = || format!("after {selector}");
        self.loaded(&mut events).await.with_context(tapped)
    }

    /// Types over whatever a field holds. Not counted as a tap.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, selector: &str, text: &str) -> anyhow::Result<()> {
        let found = self
            .run(&format!(
                "(e => {{ if (!e) return false; e.focus(); e.select && e.select(); return true }})\
                 (document.querySelector({}))",
                json!(selector)
            ))
            .await?;
        if found != true {
            bail!("no field {selector} on {}", self.path().await?);
        }
        self.call("Input.insertText", json!({"text": text})).await?;
        Ok(())
    }

    /// Presses a key: `Tab`, `Enter`, ` `, or an arrow.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn press(&self, key: &str) -> anyhow::Result<()> {
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            " " => ("Space", 32, " "),
            "ArrowDown" => ("ArrowDown", 40, ""),
            "ArrowUp" => ("ArrowUp", 38, ""),
            other => bail!("no such key: {other}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({
                "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
            });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// Presses a key and waits until the page that it leads to is loaded.
    ///
    /// # Errors
    /// Nothing is loaded.
    pub async fn press_and_follow(&self, key: &str) -> anyhow::Result<()> {
        let mut events = self.pipe.events();
        self.press(key).await?;
        self.loaded(&mut events).await
    }

    /// The text of the first match, as it is seen; empty if there is none.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn text(&self, selector: &str) -> anyhow::Result<String> {
        let asked = format!(
            "document.querySelector({})?.innerText ?? ''",
            json!(selector)
        );
        Ok(self
            .run(&asked)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Path and query of the page.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn path(&self) -> anyhow::Result<String> {
        let path = self.run("location.pathname + location.search").await?;
        Ok(path.as_str().unwrap_or_default().to_owned())
    }

    /// How often somebody has tapped so far.
    pub fn taps(&self) -> u32 {
        self.taps.load(Ordering::Relaxed)
    }

    /// A picture of the page from top to bottom, as PNG.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn picture(&self) -> anyhow::Result<Vec<u8>> {
        let size = self.call("Page.getLayoutMetrics", json!({})).await?;
        let size = &size["cssContentSize"];
        let clip =
            json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
        let asked = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let answer = self.call("Page.captureScreenshot", asked).await?;
        let data = answer["data"].as_str().unwrap_or_default();
        BASE64_STANDARD.decode(data).context("read a picture")
    }

    /// What was loaded since the page was asked for.
    pub fn weights(&self) -> Weights {
        self.seen().weights()
    }

    /// Every address that was asked for since then.
    pub fn asked(&self) -> Vec<String> {
        self.seen().asked.clone()
    }

    /// Errors of scripts, and what the page's policy forbade.
    pub fn complaints(&self) -> Vec<String> {
        self.seen().complaints.clone()
    }

    /// Closes it.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn close(self) -> anyhow::Result<()> {
        let asked = json!({"targetId": self.target});
        self.pipe.call(None, "Target.closeTarget", asked).await?;
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.pipe.call(Some(&self.session), method, params).await
    }
}

async fn watch(
    mut events: broadcast::Receiver<Arc<Event>>,
    session: String,
    seen: Arc<Mutex<Seen>>,
) {
    loop {
        match events.recv().await {
            Ok(event) if event.session == session => {
                seen.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .note(&event);
            }
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
