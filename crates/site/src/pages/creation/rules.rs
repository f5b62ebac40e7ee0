//! The rules of an event as its page will tell them, and what happens to what people leave there.

use super::event::Draft;
use crate::words::Words;

/// One sentence each.
pub(super) fn rules(event: &Draft, period: &str, w: Words) -> Vec<String> {
    let winners = event.winner_count.unwrap_or(0) as f64;
    let mut rules = vec![
        w.one("make-rule-period", "period", period),
        w.one("make-rule-draw", "n", winners),
        w.say("make-rule-once"),
        w.say("make-rule-age"),
        w.say("make-rule-free"),
    ];
    if event.visit_bonus.enabled && event.visit_bonus.weight > 1 {
        let weight = event.visit_bonus.weight as f64;
        rules.insert(2, w.one("make-rule-bonus", "weight", weight));
    }
    if event.prizes.iter().any(|prize| prize.unit_cost > 50_000) {
        rules.push(w.say("make-rule-tax"));
    }
    if event.channels.iter().any(|c| c.channel == "INSTAGRAM") {
        rules.push(w.say("make-rule-instagram"));
    }
    if event.images.iter().any(|image| image.ai_generated) {
        rules.push(w.say("make-rule-ai"));
    }
    rules
}

/// What is kept of the people who enter, and how long.
pub(super) fn retention(w: Words) -> Vec<String> {
    [
        "make-keep-what",
        "make-keep-losers",
        "make-keep-winners",
        "make-keep-you",
    ]
    .map(|key| w.say(key))
    .to_vec()
}
