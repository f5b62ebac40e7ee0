//! Channels as rows: price, lead time, connection, and what was chosen.

use super::event::Draft;
use super::{channel_name, money};
use crate::figures::{people, won};
use crate::problem::Refusal;
use crate::visit::Visit;
use crate::words::Words;
use serde::Deserialize;
use serde_json::{Value, json};

/// The channels with the smallest budgets that make sense there, KRW; 0 works without one. The same planning values
/// that plans are made with.
pub(super) const CHANNELS: [(&str, i64); 6] = [
    ("NAVER", 0),
    ("INSTAGRAM", 0),
    ("KAKAO", 0),
    ("RINGO_BIZ", 30_000),
    ("URIDONGNE_TV", 100_000),
    ("GENIE_TV", 150_000),
];

/// A channel as the distribution service tells its state.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    channel: String,
    mode: String,
    configured: bool,
    state: String,
    account_name: Option<String>,
    breaker: String,
    pub sandbox: bool,
}

impl State {
    /// A connection would put it up without the owner's hands.
    fn lacks_account(&self) -> bool {
        let is_connected = matches!(self.state.as_str(), "CONNECTED");
        self.configured && !self.sandbox && !is_connected
    }
}

/// What stands in the fields.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    chosen: Vec<String>,
    budgets: Vec<(&'static str, String)>,
}

impl Kept {
    pub(super) fn of_event(event: &Draft) -> Self {
        let of = |code: &str| event.channels.iter().find(|choice| choice.channel == code);
        Self {
            chosen: event.channels.iter().map(|c| c.channel.clone()).collect(),
            budgets: CHANNELS
                .map(|(code, least)| {
                    let known = of(code).and_then(|choice| choice.budget);
                    // A channel that is not chosen yet shows what it would take.
                    let shown = known.unwrap_or(if of(code).is_some() { 0 } else { least });
                    let text = match shown {
                        0 => String::new(),
                        won => won.to_string(),
                    };
                    (code, text)
                })
                .to_vec(),
        }
    }

    pub(super) fn typed(visit: &Visit) -> Self {
        let chosen = form_urlencoded::parse(visit.form.as_bytes())
            .filter(|(name, _)| name == "channel")
            .map(|(_, value)| value.into_owned());
        Self {
            chosen: chosen.collect(),
            budgets: CHANNELS
                .map(|(code, _)| (code, visit.typed(&format!("budget-{code}"))))
                .to_vec(),
        }
    }

    fn has(&self, code: &str) -> bool {
        self.chosen.iter().any(|chosen| chosen == code)
    }

    fn budget(&self, code: &str) -> &str {
        let found = self.budgets.iter().find(|(known, _)| *known == code);
        found.map_or("", |(_, text)| text.trim())
    }

    /// What the chosen ones cost, as far as it can be read.
    pub(super) fn cost(&self) -> i64 {
        CHANNELS
            .iter()
            .filter(|(code, _)| self.has(code))
            .filter_map(|(code, _)| money::read(self.budget(code)))
            .fold(0, i64::saturating_add)
    }

    /// The choice in the API's words; wishes that have no field here stay.
    pub(super) fn read(&self, event: &Draft, refusal: &mut Refusal, w: Words) -> Vec<Value> {
        let mut channels = Vec::new();
        for (code, least) in CHANNELS.iter().filter(|(code, _)| self.has(code)) {
            let typed = self.budget(code);
            let budget = if typed.is_empty() {
                Some(0)
            } else {
                money::read(typed)
            };
            match budget {
                Some(won) if won >= *least => {
                    channels.push(choice(event, code, won));
                }
                Some(_) => refusal.add(code, w.one("make-too-little", "won", won(*least, w))),
                None => refusal.add(code, w.say("make-cost-wrong")),
            }
        }
        if channels.is_empty() && !refusal.has_fields() {
            refusal.add("channels", w.say("make-channels-missing"));
        }
        channels
    }
}

fn choice(event: &Draft, code: &str, budget: i64) -> Value {
    let mut choice = json!({"channel": code, "budget": budget});
    if let Some(known) = event.channels.iter().find(|known| known.channel == code) {
        for (name, value) in [
            ("startsAt", known.starts_at.clone().map(Value::from)),
            ("endsAt", known.ends_at.clone().map(Value::from)),
            ("options", known.options.clone()),
        ] {
            if let Some(value) = value {
                choice[name] = value;
            }
        }
    }
    choice
}

/// A channel as a row.
pub(super) struct ChannelRow {
    pub code: &'static str,
    pub name: String,
    pub is_chosen: bool,
    pub price: String,
    pub lead: String,
    pub reach: Option<String>,
    /// Class and words of the connection.
    pub standing: Option<(&'static str, String)>,
    /// Where an account is connected, if that would help.
    pub connect: Option<String>,
    pub budget: String,
    pub budget_label: String,
    pub error: Option<String>,
}

pub(super) fn rows(
    event: &Draft,
    kept: &Kept,
    states: &[State],
    refusal: &Refusal,
    w: Words,
) -> Vec<ChannelRow> {
    let rows = CHANNELS.map(|(code, least)| {
        let name = channel_name(code, w);
        ChannelRow {
            code,
            is_chosen: kept.has(code),
            price: match least {
                0 => w.say("make-price-free"),
                _ => w.one("make-price-from", "won", won(least, w)),
            },
            lead: w.say(&format!("{}{code}", "make-lead-")),
            reach: expected(event, code)
                .map(|count| w.one("make-reach", "people", people(count, w))),
            standing: states
                .iter()
                .find(|state| state.channel == code)
                .map(|state| standing(state, w)),
            connect: states
                .iter()
                .any(|state| state.channel == code && state.lacks_account())
                .then(|| format!("/app/channels/{code}")),
            budget: kept.budget(code).to_owned(),
            budget_label: w.one("make-channel-budget", "channel", name.clone()),
            error: refusal.about(code),
            name,
        }
    });
    rows.into()
}

/// The entries the plan's formula expects of a channel.
fn expected(event: &Draft, code: &str) -> Option<i64> {
    let model = event.forecast.as_ref()?.model.as_ref()?;
    let found = model.channels.iter().find(|model| model.channel == code)?;
    Some(found.participants.round() as i64).filter(|count| *count > 0)
}

fn standing(state: &State, w: Words) -> (&'static str, String) {
    if state.breaker == "OPEN" {
        return ("careful", w.say("make-standing-shaky"));
    }
    if !state.configured {
        return ("careful", w.say("make-standing-unknown"));
    }
    match (state.state.as_str(), state.mode.as_str()) {
        _ if state.sandbox => ("plain", w.say("make-standing-practice")),
        ("CONNECTED", _) => match &state.account_name {
            Some(account) => (
                "good",
                w.one("make-standing-account", "account", account.as_str()),
            ),
            None => ("good", w.say("make-standing-connected")),
        },
        ("EXPIRES_SOON", _) => ("careful", w.say("make-standing-soon")),
        ("EXPIRED", _) => ("bad", w.say("make-standing-expired")),
        (_, "ASSISTED") => ("plain", w.say("make-standing-assisted")),
        _ => ("careful", w.say("make-standing-none")),
    }
}
