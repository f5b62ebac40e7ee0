//! A made-up world that the forecast does not know: what really comes of a plan.

use super::chance::Chance;
use crate::domain::calibration::Calibration;
use crate::domain::forecast::{Inputs, forecast};
use crate::domain::knowledge::{self, Mechanic};
use chrono::{DateTime, Utc};
use janchi_contracts::ai::{Forecast, PlannedChannel, Tier};
use janchi_contracts::analytics::{ChannelOutcome, Outcome};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Channel, Industry, Objective, Region};
use std::collections::BTreeMap;
use uuid::Uuid;

// How far the world lies from the formula: standard deviations of logarithms. None of them is told to the forecast, and
// none is the same as the forecast's own assumption.
const FLEET: f64 = 0.25;
const TRADE: f64 = 0.25;
const TIER: f64 = 0.1;
const TIER_OF_TRADE: f64 = 0.05;
const CHANNEL: f64 = 0.3;
const TRADE_ON_CHANNEL: f64 = 0.1;
const SHOP: f64 = 0.2;
const EVENT: f64 = 0.2;
const CHANNEL_OF_EVENT: f64 = 0.2;
/// Share of events that go viral or drown in rain, and by how much.
const WILD: f64 = 0.02;
const WILD_FACTOR: f64 = 1.2;
/// Share of a channel's entrants of whom the channel is known.
const TOLD: f64 = 0.85;
/// Share of shops of which nothing is ever heard again.
const SILENT: f64 = 0.1;
/// Share of owners who leave a channel out of the plan they chose.
const CHANGED: f64 = 0.05;

/// A shop of the made-up world.
#[derive(Debug, Clone)]
pub struct Shop {
    pub id: Uuid,
    pub industry: Industry,
    pub region: Region,
    skill: f64,
    pub is_silent: bool,
}

/// A plan that an owner chose.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub tier: Tier,
    mechanic: &'static Mechanic,
    prizes: Vec<Prize>,
    channels: Vec<PlannedChannel>,
    pub days: u32,
    occasion: f64,
    left_out: Option<Channel>,
}

/// The hidden multipliers, as logarithms.
#[derive(Debug)]
pub struct World {
    fleet: f64,
    trades: BTreeMap<Industry, f64>,
    tiers: BTreeMap<(Industry, Tier), f64>,
    channels: BTreeMap<(Industry, Channel), f64>,
    pub shops: Vec<Shop>,
}

impl World {
    pub fn new(chance: &mut Chance, shops: usize) -> Self {
        let fleet = chance.normal(FLEET);
        let (mut trades, mut tiers, mut channels) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for industry in Industry::ALL {
            trades.insert(industry, chance.normal(TRADE));
        }
        for tier in Tier::ALL {
            let usual = chance.normal(TIER);
            for industry in Industry::ALL {
                tiers.insert((industry, tier), usual + chance.normal(TIER_OF_TRADE));
            }
        }
        for channel in Channel::ALL {
            let usual = chance.normal(CHANNEL);
            for industry in Industry::ALL {
                let here = usual + chance.normal(TRADE_ON_CHANNEL);
                channels.insert((industry, channel), here);
            }
        }
        let shops = (0..shops)
            .map(|_| Shop {
                id: uuid(chance),
                industry: *chance.pick(&Industry::ALL),
                region: *chance.pick(&Region::ALL),
                skill: chance.normal(SHOP),
                is_silent: chance.happens(SILENT),
            })
            .collect();
        Self {
            fleet,
            trades,
            tiers,
            channels,
            shops,
        }
    }

    /// What became of a plan whose forecast was this one.
    pub fn happen(
        &self,
        chance: &mut Chance,
        shop: &Shop,
        chosen: &Chosen,
        forecast: &Forecast,
        ended_at: DateTime<Utc>,
    ) -> Outcome {
        let at = |map: &BTreeMap<(Industry, Channel), f64>, channel| {
            map.get(&(shop.industry, channel)).copied().unwrap_or(0.0)
        };
        let mut whole = self.fleet + shop.skill + chance.normal(EVENT);
        whole += self.trades.get(&shop.industry).unwrap_or(&0.0);
        whole += self
            .tiers
            .get(&(shop.industry, chosen.tier))
            .unwrap_or(&0.0);
        if chance.happens(WILD) {
            whole += if chance.happens(0.5) {
                WILD_FACTOR
            } else {
                -WILD_FACTOR
            };
        }
        let model = forecast
            .model
            .clone()
            .expect("a forecast tells what its formula expects");
        let of_channels: f64 = model.channels.iter().map(|c| c.participants).sum();
        let counter = (model.participants - of_channels).max(0.0);
        let mut participants = chance.count(counter * whole.exp());
        let mut channels = Vec::new();
        for (planned, expected) in chosen.channels.iter().zip(&model.channels) {
            let ran = chosen.left_out != Some(planned.channel);
            let here =
                whole + at(&self.channels, planned.channel) + chance.normal(CHANNEL_OF_EVENT);
            let mean = if ran {
                expected.participants * here.exp()
            } else {
                0.0
            };
            let (told, untold) = (chance.count(mean * TOLD), chance.count(mean * (1.0 - TOLD)));
            participants += told + untold;
            channels.push(ChannelOutcome {
                channel: planned.channel,
                participants: told,
                cost: if ran { planned.budget } else { 0 },
            });
        }
        Outcome {
            event_id: uuid(chance),
            owner_id: shop.id,
            industry: shop.industry,
            region: shop.region,
            objective: Objective::Sales,
            tier: Some(chosen.tier.code().to_owned()),
            expected_participants: Some(forecast.participants.expected),
            expected_range: Some(forecast.participants),
            model: Some(model),
            participants,
            visited: 0,
            cost: forecast.cost,
            revenue: None,
            channels,
            ended_at,
        }
    }
}

impl Chosen {
    /// A plan as the knowledge base allows it. It is not searched for: a forecast must hold for vendors' plans and for
    /// the owner's changes too, and a search per event would take minutes.
    pub fn by(chance: &mut Chance, shop: &Shop) -> Self {
        let k = knowledge::get();
        let facts = k.industry(shop.industry);
        let (tier, share, most) = *chance.pick(&[
            (Tier::LowCost, 0.35, 2),
            (Tier::MidCost, 0.65, 4),
            (Tier::HighCost, 1.0, 6),
        ]);
        let allowed: Vec<&Mechanic> = k
            .mechanics
            .iter()
            .filter(|m| m.allowed(shop.industry))
            .collect();
        let mechanic = *chance.pick(&allowed);
        let money = facts.budget as f64 * share * chance.normal(0.2).exp();
        let channels = channels(chance, most, (money * 0.45) as i64);
        let spent: i64 = channels.iter().map(|c| c.budget).sum();
        let left_out =
            (channels.len() > 1 && chance.happens(CHANGED)).then(|| chance.pick(&channels).channel);
        Self {
            tier,
            mechanic,
            prizes: prizes(chance, shop.industry, money as i64 - spent),
            channels,
            days: mechanic.days,
            occasion: 1.0 - chance.unit(),
            left_out,
        }
    }

    /// Its forecast with what was learned until then.
    pub fn forecast(&self, shop: &Shop, calibration: &Calibration) -> Forecast {
        let k = knowledge::get();
        forecast(&Inputs {
            industry: k.industry(shop.industry),
            region: k.region(shop.region),
            mechanic: self.mechanic,
            prizes: &self.prizes,
            channels: &self.channels,
            days: self.days,
            occasion: self.occasion,
            tier: self.tier,
            calibration,
        })
    }
}

fn channels(chance: &mut Chance, most: usize, money: i64) -> Vec<PlannedChannel> {
    let wanted = 1 + chance.below(most);
    let (mut left, mut open) = (money, Channel::ALL.to_vec());
    let mut chosen: Vec<PlannedChannel> = Vec::new();
    while chosen.len() < wanted && !open.is_empty() {
        let channel = open.swap_remove(chance.below(open.len()));
        let facts = knowledge::get().channel(channel);
        if facts.minimum > left {
            continue;
        }
        let more = (left - facts.minimum) as f64 * chance.unit() / wanted as f64;
        let budget = facts.minimum + more as i64 / facts.step * facts.step;
        left -= budget;
        chosen.push(PlannedChannel {
            channel,
            budget,
            reason: None,
        });
    }
    chosen
}

fn prizes(chance: &mut Chance, industry: Industry, money: i64) -> Vec<Prize> {
    let facts: Vec<_> = knowledge::get().prizes_of(industry).collect();
    let prize = |name: &str, unit_cost: i64, quantity: i64| Prize {
        name: name.to_owned(),
        quantity: u32::try_from(quantity).unwrap_or(1),
        unit_cost,
    };
    let main = *chance.pick(&facts);
    let mains = (money * 45 / 100 / main.cost).clamp(1, 20);
    let mut prizes = vec![prize(&main.name, main.cost, mains)];
    if let Some(small) = facts
        .iter()
        .filter(|p| p.cost < main.cost)
        .min_by_key(|p| p.cost)
    {
        let smalls = ((money - mains * main.cost) / small.cost).min(300);
        if smalls > 0 {
            prizes.push(prize(&small.name, small.cost, smalls));
        }
    }
    prizes
}

fn uuid(chance: &mut Chance) -> Uuid {
    Uuid::from_u64_pair(chance.bits(), chance.bits())
}
