//! What is read from an image job's brief: season, period in words, and the fingerprint that tells whether
//! two briefs make the same pictures.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use janchi_contracts::content::ImageBrief;
use janchi_runtime::seoul;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The season an event falls in; colours its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

impl Season {
    /// The season of a day in Korea.
    pub fn of(day: NaiveDate) -> Self {
        match day.month() {
            3..=5 => Self::Spring,
            6..=8 => Self::Summer,
            9..=11 => Self::Autumn,
            _ => Self::Winter,
        }
    }

    /// The season of an event: of its start, or of `now` while that is open.
    pub fn of_brief(brief: &ImageBrief, now: DateTime<Utc>) -> Self {
        Self::of(seoul::day(brief.starts_at.unwrap_or(now)))
    }
}

fn day_text(at: DateTime<Utc>) -> String {
    let day = seoul::day(at);
    let weekday = match day.weekday() {
        Weekday::Mon => "월",
        Weekday::Tue => "화",
        Weekday::Wed => "수",
        Weekday::Thu => "목",
        Weekday::Fri => "금",
        Weekday::Sat => "토",
        Weekday::Sun => "일",
    };
    format!("{}월 {}일({weekday})", day.month(), day.day())
}

/// `12월 1일(화) ~ 12월 24일(목)`; empty while nothing is known.
pub fn period_text(starts_at: Option<DateTime<Utc>>, ends_at: Option<DateTime<Utc>>) -> String {
    match (starts_at, ends_at) {
        (Some(start), Some(end)) if seoul::day(start) == seoul::day(end) => {
            format!("{} 하루", day_text(start))
        }
        (Some(start), Some(end)) => format!("{} ~ {}", day_text(start), day_text(end)),
        (Some(start), None) => format!("{}부터", day_text(start)),
        (None, Some(end)) => format!("{}까지", day_text(end)),
        (None, None) => String::new(),
    }
}

/// Lower-case hex. Two jobs of one owner with the same fingerprint make the same pictures. The event's
/// version is left out: choosing a channel changes the version, not a picture. `logo` is the name of the file that
/// stands for the shop.
pub fn fingerprint(owner_id: Uuid, brief: &ImageBrief, logo: Option<&str>) -> String {
    let seen = ImageBrief {
        event_version: 0,
        ..brief.clone()
    };
    let mut digest = Sha256::new();
    digest.update(owner_id.as_bytes());
    digest.update(logo.unwrap_or_default().as_bytes());
    // A struct of strings, numbers and dates always has a JSON form.
    digest.update(serde_json::to_vec(&seen).unwrap_or_default());
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_period_is_written_in_days_of_seoul() {
        assert_eq!(
            period_text(at("2026-11-30T15:00:00Z"), at("2026-12-24T14:59:59Z")),
            "12월 1일(화) ~ 12월 24일(목)"
        );
        assert_eq!(
            period_text(at("2026-12-01T00:00:00Z"), at("2026-12-01T09:00:00Z")),
            "12월 1일(화) 하루"
        );
        assert_eq!(
            period_text(None, at("2026-12-01T09:00:00Z")),
            "12월 1일(화)까지"
        );
        assert_eq!(period_text(None, None), "");
    }

    #[test]
    fn the_season_turns_with_the_month() {
        let season = |m| Season::of(NaiveDate::from_ymd_opt(2026, m, 1).unwrap());
        assert_eq!(
            [season(2), season(3), season(6), season(9), season(12)],
            [
                Season::Winter,
                Season::Spring,
                Season::Summer,
                Season::Autumn,
                Season::Winter
            ]
        );
    }
}
