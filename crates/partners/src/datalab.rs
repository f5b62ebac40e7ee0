//! NAVER DataLab: how often groups of keywords were searched for, as a share of the most searched moment.

use crate::fault::Vendor;
use crate::gate::Trouble;
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Reply, answer, is_refused_credential};
use axum::Router;
use axum::response::Response;
use axum::routing::post;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};

/// The first day there are numbers of.
const FIRST_DAY: &str = "2016-01-01";
const MOST_GROUPS: usize = 5;
const MOST_KEYWORDS: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    start_date: NaiveDate,
    end_date: NaiveDate,
    time_unit: Unit,
    keyword_groups: Vec<Group>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Date,
    Week,
    Month,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    group_name: String,
    keywords: Vec<String>,
}

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Datalab);
    Router::new()
        .route("/v1/search", desk.on("search", post(search)))
        .fallback_service(desk.elsewhere(lost))
}

/// The gateway's words, which stands before all of NAVER Cloud's APIs.
pub fn failure(trouble: Trouble) -> Response {
    let status = trouble.status();
    let (status, code, message) = match trouble {
        Trouble::Unauthorized | Trouble::Status(401) => (401, "200", "Authentication Failed"),
        Trouble::SpendLimit => (429, "400", "Quota Exceeded"),
        Trouble::RateLimited { .. } | Trouble::Status(429) => (429, "420", "Rate Limited"),
        _ if status < 500 => (status, "100", "Bad Request Exception"),
        _ => (status, "900", "Unexpected Error"),
    };
    answer(
        status,
        &json!({ "error": { "errorCode": code, "message": message, "details": message } }),
    )
}

async fn lost() -> Response {
    answer(
        404,
        &json!({ "error": { "errorCode": "300", "message": "Not Found Exception", "details": "URL not found." } }),
    )
}

async fn search(asked: Asked) -> Reply {
    for name in ["x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key"] {
        if is_refused_credential(asked.header(name).unwrap_or_default()) {
            return Err(failure(Trouble::Unauthorized).into());
        }
    }
    let question = serde_json::from_slice::<Question>(&asked.body)
        .ok()
        .filter(is_allowed)
        .ok_or_else(|| failure(Trouble::Status(400)))?;
    let periods = periods(&question);
    let counted: Vec<Vec<u64>> = question
        .keyword_groups
        .iter()
        .map(|group| periods.iter().map(|day| searches(group, *day)).collect())
        .collect();
    let most = counted.iter().flatten().copied().max().unwrap_or(0).max(1);
    let results: Vec<Value> = question
        .keyword_groups
        .iter()
        .zip(&counted)
        .map(|(group, counted)| {
            let data: Vec<Value> = periods
                .iter()
                .zip(counted)
                .filter(|(_, searches)| **searches > 0)
                .map(|(period, searches)| json!({ "period": period, "ratio": ratio(*searches, most) }))
                .collect();
            json!({ "title": group.group_name, "keywords": group.keywords, "data": data })
        })
        .collect();
    let unit = match question.time_unit {
        Unit::Date => "date",
        Unit::Week => "week",
        Unit::Month => "month",
    };
    Ok(answer(
        200,
        &json!({ "startDate": question.start_date, "endDate": question.end_date, "timeUnit": unit, "results": results }),
    ))
}

fn is_allowed(question: &Question) -> bool {
    let groups = &question.keyword_groups;
    question.start_date.to_string().as_str() >= FIRST_DAY
        && question.start_date <= question.end_date
        && (1..=MOST_GROUPS).contains(&groups.len())
        && groups.iter().all(|group| {
            !group.group_name.is_empty() && (1..=MOST_KEYWORDS).contains(&group.keywords.len())
        })
}

/// The first days of all periods; a week begins on Monday, and the first one may have begun before the question's.
fn periods(question: &Question) -> Vec<NaiveDate> {
    let (start, unit) = (question.start_date, question.time_unit);
    let first = match unit {
        Unit::Date => Some(start),
        Unit::Week => {
            start.checked_sub_days(Days::new(u64::from(start.weekday().num_days_from_monday())))
        }
        Unit::Month => start.with_day(1),
    };
    std::iter::successors(first, |day| match unit {
        Unit::Date => day.checked_add_days(Days::new(1)),
        Unit::Week => day.checked_add_days(Days::new(7)),
        Unit::Month => day.checked_add_months(Months::new(1)),
    })
    .take_while(|day| *day <= question.end_date)
    .collect()
}

/// Of a group in the period that begins on this day: a level of its own, a season, slow waves and some noise, all from
/// its words and the day.
fn searches(group: &Group, day: NaiveDate) -> u64 {
    let id = group.keywords.join(" ");
    let of = |subject: &str, low, high| numbers::between(&id, subject, low, high) as f64;
    let level = of("level", 200, 1_000);
    let days = f64::from(day.num_days_from_ce());
    let wave = |length: f64, shift: f64| (std::f64::consts::TAU * (days / length + shift)).sin();
    let season = 0.25 * wave(365.25, of("season", 0, 99) / 100.0);
    let fashion = 0.45 * wave(of("fashion", 90, 170), of("phase", 0, 99) / 100.0);
    let noise = of(&day.to_string(), 97, 103) / 100.0;
    (level * (1.0 + season + fashion) * noise).max(0.0) as u64
}

/// With five digits behind the point.
fn ratio(searches: u64, most: u64) -> f64 {
    let exact = searches as f64 * 100.0 / most as f64;
    (exact * 100_000.0).round() / 100_000.0
}
