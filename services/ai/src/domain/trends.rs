//! What is going on in a trade, a region and a season, each with where it is known from. Needs no network.

use super::draft::Topic;
use super::knowledge;
use super::occasions::{self, Occasion};
use super::own_result::OwnResults;
use chrono::{Datelike, Days, NaiveDate};
use janchi_contracts::ai::{Trend, TrendItem};

/// At most this many items per axis.
const MOST: usize = 5;

/// The trend of a topic on a day: what this fleet's own events showed first, then what is known; `observed` is what a
/// vendor added.
pub fn observe(topic: Topic, today: NaiveDate, observed: &Trend, own: &OwnResults) -> Trend {
    let mut trend = Trend {
        industry: of_industry(topic),
        region: of_region(topic, today),
        season: of_season(topic, today),
    };
    let (season, name) = occasions::weather_season(today);
    for (mine, added, proven) in [
        (&mut trend.industry, &observed.industry, own.of_goal(topic)),
        (&mut trend.region, &observed.region, own.of_region(topic)),
        (
            &mut trend.season,
            &observed.season,
            own.of_season(topic, season, name),
        ),
    ] {
        mine.splice(0..0, proven);
        mine.extend(added.iter().cloned());
        mine.truncate(MOST);
    }
    trend
}

/// Puts what is searched for behind so many `proven` results of the trade, before what is known of it in general.
pub fn add_searches(trend: &mut Trend, proven: usize, searched: Vec<TrendItem>) {
    let at = proven.min(trend.industry.len());
    trend.industry.splice(at..at, searched);
    trend.industry.truncate(MOST);
}

fn of_industry(topic: Topic) -> Vec<TrendItem> {
    let facts = knowledge::get().industry(topic.industry);
    let name = topic.industry.named().ko;
    facts
        .trend
        .iter()
        .map(|t| TrendItem {
            keyword: t.keyword.clone(),
            relevance: t.relevance,
            description: t.description.clone(),
            evidence: format!(
                "잔치 기획 지식(업종: {name}). 끝난 이벤트의 결과로 고쳐 가는 값이에요."
            ),
        })
        .collect()
}

fn of_region(topic: Topic, today: NaiveDate) -> Vec<TrendItem> {
    let facts = knowledge::get().region(topic.region);
    let name = topic.region.named().ko;
    let mut items = vec![TrendItem {
        keyword: format!("{name} 생활권"),
        relevance: 0.6,
        description: facts.character.clone(),
        evidence: format!(
            "행정안전부 주민등록 인구통계(2025): {name} 약 {}만 명",
            (facts.people * 100.0).round()
        ),
    }];
    let months = [today.month(), (today + Days::new(30)).month()];
    for festival in &facts.festival {
        let held = |m: &u32| (festival.from..=festival.to).contains(m);
        if months.iter().any(held) {
            items.push(TrendItem {
                keyword: festival.name.clone(),
                relevance: 0.55,
                description: format!(
                    "이 무렵 {}{} 기대할 수 있어요.",
                    festival.what,
                    super::wording::particle(&festival.what, "을", "를")
                ),
                evidence: format!(
                    "해마다 {} 무렵 열려요. 올해 날짜는 주최 측 공지를 확인해 주세요.",
                    if festival.from == festival.to {
                        format!("{}월", festival.from)
                    } else {
                        format!("{}~{}월", festival.from, festival.to)
                    }
                ),
            });
        }
    }
    items
}

fn of_season(topic: Topic, today: NaiveDate) -> Vec<TrendItem> {
    occasions::upcoming(topic.industry, today)
        .into_iter()
        .take(4)
        .map(
            |Occasion {
                 title,
                 weight,
                 hook,
                 evidence,
                 ..
             }| TrendItem {
                keyword: title,
                relevance: weight,
                description: hook,
                evidence,
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::own_result::{Facet, OwnResult};
    use janchi_contracts::reference::{Industry, Objective, Region};

    #[test]
    fn every_topic_has_evidence_on_every_axis_all_year() {
        for month in 1..=12 {
            let today = NaiveDate::from_ymd_opt(2027, month, 10).unwrap();
            for industry in Industry::ALL {
                for region in Region::ALL {
                    let topic = Topic {
                        industry,
                        region,
                        objective: Objective::Sales,
                    };
                    let trend = observe(topic, today, &Trend::default(), &OwnResults::default());
                    for axis in [&trend.industry, &trend.region, &trend.season] {
                        assert!(!axis.is_empty() && axis.len() <= MOST);
                        assert!(
                            axis.iter()
                                .all(|t| !t.evidence.is_empty()
                                    && (0.0..=1.0).contains(&t.relevance))
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn busan_in_november_has_its_fireworks() {
        let topic = Topic {
            industry: Industry::Bar,
            region: Region::Busan,
            objective: Objective::Sales,
        };
        let trend = observe(
            topic,
            "2026-11-01".parse().unwrap(),
            &Trend::default(),
            &OwnResults::default(),
        );
        assert!(trend.region.iter().any(|t| t.keyword == "부산불꽃축제"));
    }

    #[test]
    fn the_fleets_own_results_come_first_on_each_axis() {
        let topic = Topic {
            industry: Industry::Cafe,
            region: Region::Seoul,
            objective: Objective::Sales,
        };
        let result = |facet| OwnResult {
            industry: Industry::Cafe,
            facet,
            shops: 5,
            participants: 80.0,
            best: None,
        };
        let own = OwnResults(vec![
            result(Facet::Objective(Objective::Sales)),
            result(Facet::Region(Region::Seoul)),
            result(Facet::Season("WINTER".into())),
            result(Facet::Season("SPRING".into())),
        ]);
        let trend = observe(
            topic,
            "2026-12-10".parse().unwrap(),
            &Trend::default(),
            &own,
        );
        for axis in [&trend.industry, &trend.region, &trend.season] {
            assert!(axis[0].evidence.contains("가게 5곳"), "{axis:?}");
            assert!(!axis[1].evidence.contains("가게 5곳"), "{axis:?}");
        }
        assert!(trend.season[0].keyword.contains("겨울"));
    }
}
