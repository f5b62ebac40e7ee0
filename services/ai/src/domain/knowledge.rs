//! The knowledge base: the files of `data/`, read once.

use janchi_contracts::reference::{Channel, Industry, Objective, Region};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is usual in a trade; money in KRW.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndustryFacts {
    pub code: Industry,
    pub bill: i64,
    /// Share of a sale left after materials and goods, 0–1.
    pub margin: f64,
    /// Customers a day.
    pub customers: f64,
    /// How readily an entrant becomes a paying customer, against a restaurant's.
    pub conversion: f64,
    /// Whether a visit may raise the odds.
    #[serde(default = "yes")]
    pub visit_bonus: bool,
    /// Usual budget of an event.
    pub budget: i64,
    pub item: String,
    /// Where a customer comes to.
    #[serde(default = "shop")]
    pub place: String,
    /// What stands behind an amount on the smallest prize: `1,000원 할인권`.
    #[serde(default = "discount")]
    pub voucher: String,
    pub trend: Vec<TrendFact>,
}

fn shop() -> String {
    "매장".to_owned()
}

fn discount() -> String {
    "할인권".to_owned()
}

const fn yes() -> bool {
    true
}

/// A standing observation about a trade.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrendFact {
    pub keyword: String,
    pub relevance: f64,
    pub description: String,
}

/// What is usual in a region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionFacts {
    pub code: Region,
    /// Registered residents in millions.
    pub people: f64,
    /// How many people a neighbourhood post reaches, against the average.
    pub density: f64,
    pub character: String,
    pub festival: Vec<Festival>,
}

/// A yearly festival and the months it is usually held in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Festival {
    pub name: String,
    pub from: u32,
    pub to: u32,
    pub what: String,
}

/// A way to take part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanic {
    pub code: String,
    /// With `{season}` where the season's name goes.
    pub title: String,
    pub summary: String,
    pub method: String,
    pub days: u32,
    pub entry: f64,
    pub visit_rate: f64,
    pub repeat: f64,
    pub walk_in: f64,
    pub weight: u32,
    #[serde(default)]
    pub not_for: Vec<Industry>,
    /// Offered only to an owner whose note speaks of it.
    #[serde(default)]
    pub noted: bool,
    /// With fewer winners it is not what its words say.
    #[serde(default)]
    pub least_winners: u32,
    /// Its words where nothing may ask for a visit.
    pub plain: Option<Plain>,
    pub fit: BTreeMap<ObjectiveKey, f64>,
    pub why: String,
}

/// Words that ask nobody to come.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// With `{season}` where the season's name goes.
    pub title: String,
    pub summary: String,
    pub why: String,
}

/// [`Objective`] with an order, so that it can key a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectiveKey {
    NewCustomers,
    Revisit,
    Sales,
    Awareness,
}

impl From<Objective> for ObjectiveKey {
    fn from(objective: Objective) -> Self {
        match objective {
            Objective::NewCustomers => Self::NewCustomers,
            Objective::Revisit => Self::Revisit,
            Objective::Sales => Self::Sales,
            Objective::Awareness => Self::Awareness,
        }
    }
}

impl Mechanic {
    /// How well it serves an objective, 0–1.
    pub fn fit(&self, objective: Objective) -> f64 {
        self.fit.get(&objective.into()).copied().unwrap_or(0.0)
    }

    /// Whether a shop of this trade may use it.
    pub fn allowed(&self, industry: Industry) -> bool {
        !self.not_for.contains(&industry)
    }
}

/// Something a shop can give; `cost` in KRW.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrizeFacts {
    pub code: String,
    pub name: String,
    pub cost: i64,
    pub appeal: f64,
    pub industries: Vec<Industry>,
}

/// How far a channel carries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelFacts {
    pub code: Channel,
    pub free_reach: f64,
    pub reach_per_1000: f64,
    pub open_rate: f64,
    pub entry_rate: f64,
    pub spread: f64,
    /// Smallest sensible budget in KRW; 0 means it works without.
    pub minimum: i64,
    /// Budgets are multiples of this.
    pub step: i64,
    pub reason: String,
    pub fit: BTreeMap<ObjectiveKey, f64>,
}

/// Words of a note and what they mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintFacts {
    pub words: Vec<String>,
    pub mechanic: String,
    pub boost: f64,
    pub sentence: String,
}

/// Everything in one place.
#[derive(Debug)]
pub struct Knowledge {
    pub industries: Vec<IndustryFacts>,
    pub regions: Vec<RegionFacts>,
    pub mechanics: Vec<Mechanic>,
    pub prizes: Vec<PrizeFacts>,
    pub channels: Vec<ChannelFacts>,
    pub hints: Vec<HintFacts>,
}

#[derive(Deserialize)]
struct Industries {
    industry: Vec<IndustryFacts>,
}
#[derive(Deserialize)]
struct Regions {
    region: Vec<RegionFacts>,
}
#[derive(Deserialize)]
struct Mechanics {
    mechanic: Vec<Mechanic>,
}
#[derive(Deserialize)]
struct Prizes {
    prize: Vec<PrizeFacts>,
}
#[derive(Deserialize)]
struct Channels {
    channel: Vec<ChannelFacts>,
}
#[derive(Deserialize)]
struct Hints {
    hint: Vec<HintFacts>,
}

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| load().expect("the knowledge base is checked by a test"));

fn load() -> Result<Knowledge, toml::de::Error> {
    Ok(Knowledge {
        industries: toml::from_str::<Industries>(include_str!("../../data/industries.toml"))?
            .industry,
        regions: toml::from_str::<Regions>(include_str!("../../data/regions.toml"))?.region,
        mechanics: toml::from_str::<Mechanics>(include_str!("../../data/mechanics.toml"))?.mechanic,
        prizes: toml::from_str::<Prizes>(include_str!("../../data/prizes.toml"))?.prize,
        channels: toml::from_str::<Channels>(include_str!("../../data/channels.toml"))?.channel,
        hints: toml::from_str::<Hints>(include_str!("../../data/hints.toml"))?.hint,
    })
}

/// The knowledge base.
pub fn get() -> &'static Knowledge {
    &KNOWLEDGE
}

impl Knowledge {
    pub fn industry(&self, code: Industry) -> &IndustryFacts {
        self.industries
            .iter()
            .find(|i| i.code == code)
            .expect("every trade has facts: checked by a test")
    }

    pub fn region(&self, code: Region) -> &RegionFacts {
        self.regions
            .iter()
            .find(|r| r.code == code)
            .expect("every region has facts: checked by a test")
    }

    pub fn channel(&self, code: Channel) -> &ChannelFacts {
        self.channels
            .iter()
            .find(|c| c.code == code)
            .expect("every channel has facts: checked by a test")
    }

    /// The mechanic of this code; an unknown code gives the plainest one.
    pub fn mechanic(&self, code: &str) -> &Mechanic {
        self.mechanics
            .iter()
            .find(|m| m.code == code)
            .unwrap_or(&self.mechanics[0])
    }

    /// What a trade can give.
    pub fn prizes_of(&self, industry: Industry) -> impl Iterator<Item = &PrizeFacts> {
        self.prizes
            .iter()
            .filter(move |p| p.industries.contains(&industry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_api_has_facts() {
        let k = load().unwrap();
        for industry in Industry::ALL {
            assert!(
                k.industries.iter().any(|i| i.code == industry),
                "{industry:?}"
            );
            assert!(k.prizes_of(industry).count() >= 4, "{industry:?}");
            assert!(k.mechanics.iter().filter(|m| m.allowed(industry)).count() >= 4);
        }
        assert!(
            Region::ALL
                .iter()
                .all(|r| k.regions.iter().any(|x| x.code == *r))
        );
        assert!(
            Channel::ALL
                .iter()
                .all(|c| k.channels.iter().any(|x| x.code == *c))
        );
        assert!(k.mechanics.iter().all(|m| m.fit.len() == 4));
        for industry in k.industries.iter().filter(|i| !i.visit_bonus) {
            let mut allowed = k.mechanics.iter().filter(|m| m.allowed(industry.code));
            assert!(allowed.all(|m| m.plain.is_some()), "{:?}", industry.code);
        }
        assert!(k.channels.iter().all(|c| c.fit.len() == 4));
    }

    #[test]
    fn no_prize_needs_a_tax_withheld_or_breaks_the_law() {
        for prize in &get().prizes {
            assert!((500..=50_000).contains(&prize.cost), "{}", prize.code);
            for banned in ["현금", "복권", "담배", "소주", "맥주", "와인"] {
                assert!(!prize.name.contains(banned), "{}", prize.code);
            }
        }
    }

    #[test]
    fn the_vendors_schema_names_the_same_mechanics_and_channels() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../prompts/plans.v1.schema.json")).unwrap();
        let plan = &schema["properties"]["plans"]["items"]["properties"];
        let codes: Vec<_> = get().mechanics.iter().map(|m| m.code.as_str()).collect();
        assert_eq!(plan["mechanic"]["enum"], serde_json::json!(codes));
        let channels: Vec<_> = Channel::ALL.iter().map(|c| c.named().code).collect();
        assert_eq!(
            plan["channels"]["items"]["properties"]["channel"]["enum"],
            serde_json::json!(channels)
        );
    }

    #[test]
    fn hints_name_real_mechanics() {
        let k = get();
        assert!(
            k.hints
                .iter()
                .all(|h| k.mechanics.iter().any(|m| m.code == h.mechanic))
        );
    }
}
