//! What events of this fleet brought, told so that no shop can be recognised.
//!
//! A group (a trade with a goal, a region or a season) is told of once five shops have finished an event in it, each
//! counts with its first one, and shops are taken in fives as they come: between two answers there are five new shops
//! or none, so that nothing can be learned of one by subtraction. What is told is rounded besides.

use super::draft::Topic;
use super::wording::{grouped, particle};
use janchi_contracts::ai::TrendItem;
use janchi_contracts::reference::{Channel, Industry, Objective, Region};

/// How much our own customers' results count against other observations.
const RELEVANCE: f64 = 0.9;

/// What a group's events have in common beside the trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facet {
    Objective(Objective),
    Region(Region),
    /// Code of a weather season.
    Season(String),
}

/// A group's result.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnResult {
    pub industry: Industry,
    pub facet: Facet,
    /// Each with one event.
    pub shops: i64,
    /// Participants of a typical event.
    pub participants: f64,
    /// The channel that cost least per entry, if enough shops used any.
    pub best: Option<Channel>,
}

/// All groups that may be told of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnResults(pub Vec<OwnResult>);

impl OwnResults {
    /// What shops of this trade reached with this goal.
    pub fn of_goal(&self, topic: Topic) -> Option<TrendItem> {
        let goal = topic.objective.named().ko;
        let result = self.find(topic.industry, &Facet::Objective(topic.objective))?;
        Some(result.item(goal, &format!("같은 업종 가게가 연 {goal} 이벤트")))
    }

    /// What shops of this trade reached in this region.
    pub fn of_region(&self, topic: Topic) -> Option<TrendItem> {
        let region = topic.region.named().ko;
        let result = self.find(topic.industry, &Facet::Region(topic.region))?;
        Some(result.item(region, &format!("{region}의 같은 업종 가게가 연 이벤트")))
    }

    /// What shops of this trade reached in a season: its code and its name.
    pub fn of_season(&self, topic: Topic, code: &str, name: &str) -> Option<TrendItem> {
        let result = self.find(topic.industry, &Facet::Season(code.to_owned()))?;
        Some(result.item(name, &format!("같은 업종 가게가 {name}에 연 이벤트")))
    }

    fn find(&self, industry: Industry, facet: &Facet) -> Option<&OwnResult> {
        self.0
            .iter()
            .find(|result| result.industry == industry && result.facet == *facet)
    }
}

impl OwnResult {
    fn item(&self, facet: &str, events: &str) -> TrendItem {
        let trade = self.industry.named().ko;
        let best = self.best.map_or(String::new(), |channel| {
            let name = channel.named().ko;
            let subject = particle(name, "이", "가");
            format!(" 응모 한 명에 드는 채널 비용은 {name}{subject} 가장 적었어요.")
        });
        TrendItem {
            keyword: format!("{facet} {trade} 이벤트의 실제 결과"),
            relevance: RELEVANCE,
            description: format!(
                "{events}에는 보통 {}명 안팎이 참여했어요.{best}",
                grouped(rounded(self.participants))
            ),
            evidence: format!(
                "잔치에서 끝난 이벤트 {shops}건(가게 {shops}곳)의 평균이에요. 가게를 알아볼 수 없게 어림한 값이에요.",
                shops = grouped(self.shops)
            ),
        }
    }
}

/// To steps that grow with the number, about a tenth to a quarter of it.
fn rounded(participants: f64) -> i64 {
    let step = match participants {
        p if p < 40.0 => 5,
        p if p < 100.0 => 10,
        p if p < 200.0 => 20,
        p if p < 500.0 => 50,
        p if p < 2_000.0 => 100,
        _ => 500,
    };
    ((participants / f64::from(step)).round() as i64 * i64::from(step)).max(i64::from(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: Topic = Topic {
        industry: Industry::Cafe,
        region: Region::Busan,
        objective: Objective::Sales,
    };

    fn results(facet: Facet, best: Option<Channel>) -> OwnResults {
        OwnResults(vec![OwnResult {
            industry: Industry::Cafe,
            facet,
            shops: 10,
            participants: 143.7,
            best,
        }])
    }

    #[test]
    fn a_result_is_told_with_its_evidence_and_rounded() {
        let results = results(Facet::Region(Region::Busan), Some(Channel::Naver));
        let item = results.of_region(TOPIC).unwrap();
        assert_eq!(item.keyword, "부산 카페 이벤트의 실제 결과");
        assert_eq!(
            item.description,
            "부산의 같은 업종 가게가 연 이벤트에는 보통 140명 안팎이 참여했어요. 응모 한 명에 드는 채널 비용은 네이버가 가장 적었어요."
        );
        assert!(
            item.evidence
                .starts_with("잔치에서 끝난 이벤트 10건(가게 10곳)의 평균")
        );
        assert!(results.of_goal(TOPIC).is_none());
    }

    #[test]
    fn only_the_own_trade_goal_and_season_are_told() {
        let goal = results(Facet::Objective(Objective::Sales), None);
        assert!(goal.of_goal(TOPIC).is_some());
        let other = Topic {
            industry: Industry::Bar,
            ..TOPIC
        };
        assert!(goal.of_goal(other).is_none());
        let season = results(Facet::Season("WINTER".into()), None);
        let item = season.of_season(TOPIC, "WINTER", "겨울").unwrap();
        assert!(item.description.contains("겨울에 연 이벤트에는"));
        assert!(season.of_season(TOPIC, "SUMMER", "여름").is_none());
    }

    #[test]
    fn numbers_are_as_coarse_as_they_are_large() {
        for (exact, told) in [
            (0.4, 5),
            (12.0, 10),
            (47.0, 50),
            (143.7, 140),
            (312.0, 300),
            (1_234.0, 1_200),
            (7_800.0, 8_000),
        ] {
            assert_eq!(rounded(exact), told, "{exact}");
        }
    }
}
