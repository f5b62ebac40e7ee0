//! When a plan runs.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use janchi_contracts::ai::Schedule;
use janchi_runtime::seoul;

/// Shortest and longest run in days.
pub const DAYS: std::ops::RangeInclusive<u32> = 3..=30;
/// Earliest and latest start in days from today.
pub const OFFSET: std::ops::RangeInclusive<u32> = 1..=14;
/// Longest run an owner may ask for in a note.
const LONGEST_WISH: u32 = 90;

/// Dates an owner asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// The run of a plan: from midnight of the first day to the last second of the last day, in Seoul. An owner's
/// dates win where they make sense; nothing ever ends in the past.
pub fn schedule(today: NaiveDate, offset: u32, days: u32, reason: &str, wish: Wish) -> Schedule {
    let offset = offset.clamp(*OFFSET.start(), *OFFSET.end());
    let days = days.clamp(*DAYS.start(), *DAYS.end());
    let from = wish.from.filter(|d| *d >= today);
    let to = wish.to.filter(|d| *d >= from.unwrap_or(today));
    let start = match (from, to) {
        (Some(from), _) => from,
        // Only an end is wished: the usual start, unless that would be too late.
        (None, Some(to)) => to.min(today + Days::new(u64::from(offset))),
        (None, None) => today + Days::new(u64::from(offset)),
    };
    let end = to
        .unwrap_or(start + Days::new(u64::from(days) - 1))
        .min(start + Days::new(u64::from(LONGEST_WISH) - 1));
    let wished = from.is_some() || to.is_some();
    Schedule {
        starts_at: seoul::midnight(start),
        ends_at: seoul::instant(
            end,
            NaiveTime::from_hms_opt(23, 59, 59).expect("a valid time of day"),
        ),
        days: u32::try_from((end - start).num_days() + 1).unwrap_or(1),
        reason: if wished {
            format!(
                "메모에 적어 주신 날짜({}월 {}일~{}월 {}일)에 맞췄어요.",
                start.month(),
                start.day(),
                end.month(),
                end.day()
            )
        } else {
            reason.to_owned()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_plan_runs_whole_days_in_seoul() {
        let s = schedule(day("2026-11-22"), 3, 14, "이유", Wish::default());
        assert_eq!(s.starts_at.to_rfc3339(), "2026-11-24T15:00:00+00:00");
        assert_eq!(s.ends_at.to_rfc3339(), "2026-12-08T14:59:59+00:00");
        assert_eq!((s.days, s.reason.as_str()), (14, "이유"));
    }

    #[test]
    fn wished_dates_win_unless_they_are_past() {
        let wish = Wish {
            from: Some(day("2026-12-01")),
            to: Some(day("2026-12-05")),
        };
        let s = schedule(day("2026-11-22"), 3, 14, "이유", wish);
        assert_eq!(
            (seoul::day(s.starts_at), seoul::day(s.ends_at), s.days),
            (day("2026-12-01"), day("2026-12-05"), 5)
        );
        let past = Wish {
            from: Some(day("2026-10-01")),
            to: Some(day("2026-10-05")),
        };
        let s = schedule(day("2026-11-22"), 3, 14, "이유", past);
        assert_eq!(s.reason, "이유");
        assert_eq!(seoul::day(s.starts_at), day("2026-11-25"));
    }

    #[test]
    fn only_an_end_still_leaves_time_to_run() {
        let s = schedule(
            day("2026-11-22"),
            5,
            14,
            "",
            Wish {
                from: None,
                to: Some(day("2026-11-24")),
            },
        );
        assert!(s.starts_at < s.ends_at);
        assert_eq!(seoul::day(s.ends_at), day("2026-11-24"));
    }

    #[test]
    fn what_a_vendor_says_stays_in_range() {
        let s = schedule(day("2026-11-22"), 4000, 0, "", Wish::default());
        assert_eq!(s.days, 3);
        assert_eq!(seoul::day(s.starts_at), day("2026-12-06"));
    }
}
