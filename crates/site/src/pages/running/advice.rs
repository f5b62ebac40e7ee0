//! What is best done next, from the numbers of the dashboard. Two things at most.

use super::dashboard::Dashboard;
use super::event::Event;
use crate::figures::coded;
use crate::words::Words;

/// Below this part of the people, visits are worth asking for.
const FEW_VISITS: f64 = 0.2;
const MOST: usize = 2;

/// A sentence, and where it is done.
pub(super) fn next(
    event: &Event,
    board: &Dashboard,
    w: Words,
) -> Vec<(String, Option<(String, String)>)> {
    let mut found = Vec::new();
    let mut say = |text: String, to: &str, words: &str| {
        let link = (!to.is_empty()).then(|| (event.path(to), w.say(words)));
        found.push((text, link));
    };
    let counts = &board.participants;
    if event.is("ENDED") && board.winners.drawn_at.is_none() && counts.total > 0 {
        say(w.say("run-advice-draw"), "/draw", "run-nextgo-draw");
    }
    if event.is("ONGOING") && counts.total == 0 {
        say(w.say("run-advice-poster"), "", "");
    }
    let few = counts.total > 0 && (counts.visited as f64) < counts.total as f64 * FEW_VISITS;
    if event.is("ONGOING") && event.bonus().is_some() && few {
        say(
            w.say("run-advice-counter"),
            "/counter",
            "run-nextgo-ongoing",
        );
    }
    if event.is("ENDED") && board.revenue.is_none() {
        say(w.say("run-advice-sales"), "/sales", "run-sales");
    }
    let cheapest = board
        .channels
        .iter()
        .filter(|row| row.participants > 0 && row.cost > 0)
        .min_by_key(|row| row.cost_per_participant)
        .and_then(|row| row.channel.as_deref());
    if let Some(channel) = cheapest {
        let name = coded(w, "run-name-", channel);
        say(w.one("run-advice-more", "channel", name), "", "");
    }
    let idle = board
        .channels
        .iter()
        .find(|row| row.participants == 0 && row.cost > 0)
        .and_then(|row| row.channel.as_deref());
    if let Some(channel) = idle.filter(|_| counts.total > 0) {
        let name = coded(w, "run-name-", channel);
        say(w.one("run-advice-less", "channel", name), "", "");
    }
    found.truncate(MOST);
    found
}
