//! The planner's search: for each tier the mechanic, prizes and channels that are worth most under its cap.

use super::budget::Caps;
use super::calibration::Calibration;
use super::draft::{Topic, channels_cost, prizes_cost};
use super::flow::{Pull, attraction, base_entries, flow};
use super::knowledge::{self, Mechanic, PrizeFacts};
use super::plan_wording::planned;
use super::wording::poster_number;
use janchi_contracts::ai::{PlannedChannel, Tier};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Objective};

/// A mechanic that serves a goal less than this is not offered for it.
const LEAST_FIT: f64 = 0.4;
/// Share of a tier's cap that may go to channels, and how many channels it has.
const CHANNEL_SHARE: [f64; 3] = [0.35, 0.42, 0.5];
const CHANNEL_COUNT: [std::ops::RangeInclusive<u32>; 3] = [1..=2, 2..=4, 4..=6];
/// More winners than this share of the entrants is a hand-out, not a draw.
const WINNER_SHARE: f64 = 0.4;
/// An event takes 10,000 winners at most; some room is kept for the owner's changes.
const MOST_WINNERS: i64 = 9_000;

/// One found combination.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub mechanic: &'static Mechanic,
    /// The dearest first.
    pub prizes: Vec<Prize>,
    pub channels: Vec<PlannedChannel>,
}

struct ChannelChoice {
    channels: Vec<PlannedChannel>,
    spent: i64,
    base: f64,
    fit: f64,
}

/// A cheaper tier draws at most this share of the people of the next one: whoever pays more wants more.
const FEWER: f64 = 0.95;
/// What every further channel is worth: it meets people the others do not.
const ANOTHER: f64 = 0.1;
/// What a single kind of prize is worth against a main prize with smaller ones beside it.
const ALONE: f64 = 0.85;

/// The best combination per tier, with three different mechanics and main prizes; `None` when a tier's cap
/// buys nothing of the trade. The dearest tier chooses first, so that it has the greatest prize.
pub fn search(
    topic: Topic,
    caps: &Caps,
    boost: impl Fn(&Mechanic) -> f64,
    calibration: &Calibration,
) -> Option<[Candidate; 3]> {
    let grounds = Grounds {
        topic,
        caps,
        calibration,
    };
    let mechanics = mechanics(topic, boost);
    let (mut used_mechanics, mut used_mains): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    let mut most_entrants = f64::INFINITY;
    for tier in (0..3).rev() {
        let open: Vec<_> = mechanics
            .iter()
            .filter(|(m, _)| !used_mechanics.contains(&m.code.as_str()))
            .copied()
            .collect();
        let best = best(&grounds, tier, &open, &used_mains, most_entrants)
            .or_else(|| best(&grounds, tier, &open, &used_mains, f64::INFINITY))?;
        let Best {
            candidate,
            main,
            entrants,
            ..
        } = best;
        most_entrants = entrants * FEWER;
        used_mechanics.push(&candidate.mechanic.code);
        used_mains.push(main);
        found.push(candidate);
    }
    found.reverse();
    found.try_into().ok()
}

/// Mechanics that serve the goal and are allowed, each with its fit, the best first.
pub fn mechanics(topic: Topic, boost: impl Fn(&Mechanic) -> f64) -> Vec<(&'static Mechanic, f64)> {
    let mut fitting: Vec<_> = knowledge::get()
        .mechanics
        .iter()
        .filter(|m| m.allowed(topic.industry))
        .map(|m| (m, boost(m)))
        .filter(|(m, boost)| !m.noted || *boost > 0.0)
        .map(|(m, boost)| (m, m.fit(topic.objective) + boost))
        .filter(|(_, fit)| *fit >= LEAST_FIT)
        .collect();
    fitting.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.code.cmp(&b.0.code)));
    fitting
}

/// What a search stands on.
struct Grounds<'a> {
    topic: Topic,
    caps: &'a Caps,
    calibration: &'a Calibration,
}

struct Best {
    score: f64,
    candidate: Candidate,
    main: &'static str,
    entrants: f64,
}

fn best(
    grounds: &Grounds<'_>,
    tier: usize,
    mechanics: &[(&'static Mechanic, f64)],
    used_mains: &[&str],
    most_entrants: f64,
) -> Option<Best> {
    let Grounds {
        topic,
        caps,
        calibration,
    } = *grounds;
    let industry = knowledge::get().industry(topic.industry);
    let (most, least) = (caps.most[tier], caps.least[tier]);
    let level = calibration
        .level(topic.industry, Tier::ALL[tier])
        .map_or(1.0, |level| level.factor);
    let mut top: Option<Best> = None;
    for choice in channel_choices(topic, tier, most, calibration) {
        for (prizes, main) in bundles(topic, most - choice.spent, used_mains) {
            let cost = prizes_cost(&prizes) + choice.spent;
            if cost < least || cost > most {
                continue;
            }
            let attraction = attraction(&prizes);
            let winners: f64 = prizes.iter().map(|p| f64::from(p.quantity)).sum();
            let variety = if prizes.len() == 1 && tier > 0 {
                ALONE
            } else {
                1.0
            };
            let offered = mechanics
                .iter()
                .filter(|(m, _)| f64::from(m.least_winners) <= winners);
            for (mechanic, fit) in offered {
                let pull = Pull {
                    attraction,
                    season: 1.0,
                };
                let flow = flow(choice.base, pull, industry, mechanic, mechanic.days).times(level);
                let entrants = flow.people();
                if entrants > most_entrants {
                    continue;
                }
                let worth = worth(topic.objective, flow.revenue, entrants, winners);
                // What does not bring back its cost is worth less by what is missing.
                let earned = (flow.revenue / cost as f64).min(1.0);
                let score = worth
                    * (0.4 + fit).powi(2)
                    * choice.fit
                    * (0.6 + 0.4 * main.appeal)
                    * variety
                    * earned;
                if top.as_ref().is_none_or(|best| score > best.score) {
                    let candidate = Candidate {
                        mechanic,
                        prizes: prizes.clone(),
                        channels: choice.channels.clone(),
                    };
                    top = Some(Best {
                        score,
                        candidate,
                        main: &main.code,
                        entrants,
                    });
                }
            }
        }
    }
    top
}

/// What a combination is worth in KRW: what is left of the sales, and what being known is worth for this goal.
fn worth(objective: Objective, revenue: f64, entrants: f64, winners: f64) -> f64 {
    let known = match objective {
        Objective::Awareness => 900.0,
        Objective::NewCustomers => 500.0,
        Objective::Revisit => 200.0,
        Objective::Sales => 0.0,
    };
    let crowded = if winners > entrants * WINNER_SHARE {
        entrants * WINNER_SHARE / winners
    } else {
        1.0
    };
    (revenue + entrants * known) * crowded
}

/// Every set of channels of the tier's size that its share of the cap can pay, with the money spread by fit.
fn channel_choices(
    topic: Topic,
    tier: usize,
    cap: i64,
    calibration: &Calibration,
) -> Vec<ChannelChoice> {
    let choices = choices_of(topic, tier, cap, &CHANNEL_COUNT[tier], calibration);
    // Too little money for that many: those that work without any are left.
    if choices.is_empty() {
        choices_of(topic, tier, cap, &(1..=3), calibration)
    } else {
        choices
    }
}

fn choices_of(
    topic: Topic,
    tier: usize,
    cap: i64,
    count: &std::ops::RangeInclusive<u32>,
    calibration: &Calibration,
) -> Vec<ChannelChoice> {
    let k = knowledge::get();
    let region = k.region(topic.region);
    let money = (cap as f64 * CHANNEL_SHARE[tier]) as i64;
    let mut choices = Vec::new();
    for set in 1u32..1 << Channel::ALL.len() {
        if !count.contains(&set.count_ones()) {
            continue;
        }
        let facts: Vec<_> = Channel::ALL
            .into_iter()
            .enumerate()
            .filter(|(i, _)| set & (1 << i) != 0)
            .map(|(_, c)| k.channel(c))
            .collect();
        let rest = money - facts.iter().map(|f| f.minimum).sum::<i64>();
        if rest < 0 {
            continue;
        }
        let fits: Vec<f64> = facts
            .iter()
            .map(|f| f.fit.get(&topic.objective.into()).copied().unwrap_or(1.0))
            .collect();
        let all: f64 = fits.iter().sum();
        let channels: Vec<_> = facts
            .iter()
            .zip(&fits)
            .map(|(f, fit)| {
                let extra = (rest as f64 * fit / all) as i64 / f.step * f.step;
                planned(f.code, f.minimum + extra)
            })
            .collect();
        choices.push(ChannelChoice {
            spent: channels_cost(&channels),
            base: channels
                .iter()
                .map(|c| base_entries(c, region) * calibration.channel(topic.industry, c.channel))
                .sum(),
            fit: all / fits.len() as f64 * (1.0 + ANOTHER * (fits.len() - 1) as f64),
            channels,
        });
    }
    choices
}

/// Main prizes with and without a smaller one beside them, as many as the money buys.
fn bundles(
    topic: Topic,
    money: i64,
    used_mains: &[&str],
) -> Vec<(Vec<Prize>, &'static PrizeFacts)> {
    let facts: Vec<_> = knowledge::get().prizes_of(topic.industry).collect();
    let mut bundles = Vec::new();
    for main in facts
        .iter()
        .copied()
        .filter(|p| !used_mains.contains(&p.code.as_str()))
    {
        let alone = poster_number(money / main.cost).min(MOST_WINNERS);
        if alone >= 1 {
            bundles.push((vec![prize(main, alone)], main));
        }
        for small in facts.iter().copied().filter(|p| p.cost < main.cost) {
            let mains = (money * 45 / 100 / main.cost).clamp(1, 50);
            let smalls = poster_number((money - mains * main.cost) / small.cost).min(MOST_WINNERS);
            if smalls >= 1 {
                bundles.push((vec![prize(main, mains), prize(small, smalls)], main));
            }
        }
    }
    bundles
}

fn prize(facts: &PrizeFacts, quantity: i64) -> Prize {
    Prize {
        name: facts.name.clone(),
        quantity: u32::try_from(quantity).unwrap_or(1),
        unit_cost: facts.cost,
    }
}
