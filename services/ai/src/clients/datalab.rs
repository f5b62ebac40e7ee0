//! Search trends of NAVER DataLab, as NAVER Cloud's API hub gives them.

use crate::domain::keywords::KeywordGroup;
use crate::domain::search_trend::{Series, Span};
use janchi_client::{Api, Breaker, CallError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// A question is answered from statistics that lie ready: what takes longer is not well.
const DEADLINE: Duration = Duration::from_secs(2);
/// Ratios are a share of a hundred.
const MOST_RATIO: f64 = 100.0;

/// The vendor.
#[derive(Debug, Clone)]
pub struct DataLab {
    api: Api,
    id: SecretString,
    key: SecretString,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    title: String,
    data: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    period: chrono::NaiveDate,
    ratio: f64,
}

impl DataLab {
    pub fn new(base: Url, id: SecretString, key: SecretString) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("datalab", base, DEADLINE)?,
            id,
            key,
        })
    }

    pub fn breaker(&self) -> &Breaker {
        self.api.breaker()
    }

    /// How often these groups were searched for in each week of the span, all on one scale.
    pub async fn search(
        &self,
        groups: &[KeywordGroup],
        span: Span,
    ) -> Result<Vec<Series>, CallError> {
        let asked: Vec<_> = groups
            .iter()
            .map(|group| json!({ "groupName": group.name, "keywords": group.keywords }))
            .collect();
        let request = self
            .api
            .post("search")
            .header("x-ncp-apigw-api-key-id", self.id.expose_secret())
            .header("x-ncp-apigw-api-key", self.key.expose_secret())
            .json(&json!({
                "startDate": span.from, "endDate": span.to, "timeUnit": "week", "keywordGroups": asked,
            }));
        let answer: Answer = self.api.send_json(request).await?;
        read(answer, groups)
    }
}

/// Only what was asked for is taken, in the names that were asked with.
fn read(answer: Answer, groups: &[KeywordGroup]) -> Result<Vec<Series>, CallError> {
    let invalid = |what: &str| CallError::Invalid(what.to_owned());
    let mut series = Vec::with_capacity(groups.len());
    for found in answer.results {
        let group = groups
            .iter()
            .find(|group| group.name == found.title)
            .ok_or_else(|| invalid("a group that was not asked for"))?;
        let weeks = found.data.iter().map(|point| (point.period, point.ratio));
        let weeks: Vec<_> = weeks.collect();
        if !weeks.iter().all(|(_, r)| (0.0..=MOST_RATIO).contains(r)) {
            return Err(invalid("a ratio out of range"));
        }
        series.push(Series {
            name: group.name.clone(),
            weeks,
        });
    }
    if series.is_empty() {
        return Err(invalid("no group at all"));
    }
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::keywords;
    use janchi_contracts::reference::Industry;
    use serde_json::Value;

    fn said(results: Value) -> Result<Vec<Series>, CallError> {
        let answer = serde_json::from_value(json!({ "results": results })).unwrap();
        read(answer, keywords::of(Industry::Cafe))
    }

    #[test]
    fn series_are_read_and_what_was_not_asked_for_is_refused() {
        let point = json!([{ "period": "2026-11-09", "ratio": 47.0 }]);
        let good = said(json!([{ "title": "말차", "keywords": ["말차"], "data": point }]));
        assert_eq!(good.unwrap()[0].weeks[0].1, 47.0);
        for wrong in [
            json!([]),
            json!([{ "title": "남의 말", "data": point }]),
            json!([{ "title": "말차", "data": [{ "period": "2026-11-09", "ratio": -1 }] }]),
            json!([{ "title": "말차", "data": [{ "period": "2026-11-09", "ratio": 101 }] }]),
        ] {
            assert!(matches!(said(wrong), Err(CallError::Invalid(_))));
        }
    }
}
