//! What a tab loaded, and what it complained of.

use crate::pipe::Event;
use serde_json::Value;
use std::collections::HashMap;

/// Bytes on the wire by kind, since the last page was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weights {
    pub total: u64,
    pub scripts: u64,
    pub styles: u64,
    pub pictures: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    kinds: HashMap<String, String>,
    bytes: HashMap<String, u64>,
    pub asked: Vec<String>,
    pub complaints: Vec<String>,
}

impl Seen {
    pub(crate) fn note(&mut self, event: &Event) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let params = &event.params;
        match event.method.as_str() {
            "Network.requestWillBeSent" => self.asked.push(text(&params["request"]["url"])),
            "Network.responseReceived" => {
                self.kinds
                    .insert(text(&params["requestId"]), text(&params["type"]));
            }
            "Network.loadingFinished" => {
                let bytes = params["encodedDataLength"].as_f64().unwrap_or_default();
                self.bytes.insert(text(&params["requestId"]), bytes as u64);
            }
            "Runtime.exceptionThrown" => {
                self.complaints.push(params["exceptionDetails"].to_string());
            }
            // Among them what the content security policy forbade. That a page is a 404 is told there too.
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let said = text(&params["entry"]["text"]);
                if !said.starts_with("Failed to load resource") {
                    self.complaints.push(said);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        for (request, bytes) in &self.bytes {
            weights.total += bytes;
            match self.kinds.get(request).map(String::as_str) {
                Some("Script") => weights.scripts += bytes,
                Some("Stylesheet") => weights.styles += bytes,
                Some("Image") => weights.pictures += bytes,
                _ => {}
            }
        }
        weights
    }
}
