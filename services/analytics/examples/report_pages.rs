//! Reports as an owner could get them, to be looked at: `cargo run -p analytics-service --example report_pages -- FOLDER`

use analytics_service::config::USUAL_FONT_DIR;
use analytics_service::domain::compose::compose;
use analytics_service::domain::report::{Report, print};
use analytics_service::domain::sources::{Facts, Told};
use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::ai::{Forecast, Range};
use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::event::{EventStatus, Prize};
use janchi_contracts::reference::Channel;
use std::path::PathBuf;
use uuid::Uuid;

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("name a folder")?.into();
    std::fs::create_dir_all(&folder)?;
    let font = |name: &str| std::fs::read(PathBuf::from(USUAL_FONT_DIR).join(name));
    let (regular, bold) = (font("NanumSquareR.ttf")?, font("NanumSquareB.ttf")?);
    let now: DateTime<Utc> = "2026-11-22T05:03:00Z".parse()?;
    for (name, facts, told) in samples(now) {
        let closes = (name != "nothing").then_some(now + TimeDelta::days(3));
        let report = Report {
            dashboard: compose(facts, told, now, TimeDelta::minutes(5)),
            starts_at: closes.map(|closes| closes - TimeDelta::days(30)),
            ends_at: closes,
        };
        let began = std::time::Instant::now();
        let file = print(&report, &regular, &bold)?;
        let (took, size) = (began.elapsed(), file.len());
        std::fs::write(folder.join(format!("{name}.pdf")), file)?;
        println!("{name}: {size} bytes in {took:?}");
    }
    Ok(())
}

fn samples(now: DateTime<Utc>) -> Vec<(&'static str, Facts, Told)> {
    let hours = |days: i64, every: usize| -> Vec<(DateTime<Utc>, i64, i64)> {
        let start = now - TimeDelta::days(days);
        let hours = (0..days * 24).step_by(every).map(|hour| {
            let count = (hour * 7919 % 23) + (hour / 24) % 7;
            (start + TimeDelta::hours(hour), count, count / 4)
        });
        hours.collect()
    };
    let nothing = Facts {
        title: String::new(),
        status: EventStatus::Draft,
        prizes: Vec::new(),
        forecast: None,
        participants: 0,
        visited: 0,
        winners: 0,
        hours: Vec::new(),
        entries: Vec::new(),
        known: Vec::new(),
        revenue: None,
        ..usual()
    };
    let day = Facts {
        hours: hours(1, 1),
        ..usual()
    };
    let weeks = Facts {
        hours: hours(12, 3),
        revenue: Some(3_420_000),
        ..usual()
    };
    let crowded = Facts {
        title: "우리 동네 단골손님과 처음 오시는 손님 모두를 위한 겨울맞이 따뜻한 한 잔과 케이크 나눔 그리고 연말 감사 큰잔치 이벤트에 여러분을 초대합니다 많이 와 주세요 꼭 와 주세요 감사합니다".to_owned(),
        status: EventStatus::Ended,
        hours: hours(140, 2),
        participants: 1_234_567,
        visited: 345_678,
        winners: 1_000,
        drawn_at: Some(now),
        revenue: Some(98_765_432_100),
        ..usual()
    };
    let told = |stale: bool, cost: i64| Told {
        statistics: Some(
            Channel::ALL
                .map(|channel| statistic(channel, stale, cost))
                .into(),
        ),
        ..Told::default()
    };
    let silent = Told {
        participation_failed: true,
        distribution_failed: true,
        ..Told::default()
    };
    vec![
        ("nothing", nothing, Told::default()),
        ("day", day, silent),
        ("weeks", weeks, told(false, 50_000)),
        ("crowded", crowded, told(true, 12_345_678_900)),
    ]
}

fn usual() -> Facts {
    Facts {
        event_id: Uuid::nil(),
        title: "첫눈 오는 날, 라떼 한 잔 더!".to_owned(),
        status: EventStatus::Ongoing,
        prizes: vec![Prize {
            name: "라떼".to_owned(),
            quantity: 30,
            unit_cost: 5_500,
        }],
        winner_count: 30,
        forecast: Some(Forecast {
            participants: Range {
                low: 120,
                expected: 180,
                high: 260,
            },
            cost: 0,
            revenue: 0,
            roi: 0.0,
            break_even_visitors: 0,
            basis: String::new(),
            model: None,
        }),
        participants: 214,
        visited: 57,
        winners: 0,
        draw_id: None,
        drawn_at: None,
        hours: Vec::new(),
        entries: vec![
            (Some(Channel::Instagram), 96),
            (Some(Channel::Kakao), 71),
            (Some(Channel::UridongneTv), 22),
            (None, 25),
        ],
        known: vec![statistic(Channel::Instagram, true, 50_000)],
        revenue: None,
    }
}

fn statistic(channel: Channel, stale: bool, cost: i64) -> ChannelStatistic {
    let counts = !matches!(channel, Channel::Naver);
    let (impressions, clicks, source) = match channel {
        Channel::Instagram => (18_420, Some(612), "INSTAGRAM_INSIGHTS"),
        Channel::Kakao => (2_300, Some(404), "KAKAO_DEALER_STATISTICS"),
        Channel::Naver => (0, None, "NAVER_NONE"),
        Channel::UridongneTv => (1_234_567_890, None, "URIDONGNE_TV_STATS"),
        Channel::RingoBiz => (8_800, None, "RINGO_BIZ_STATS"),
        Channel::GenieTv => (42_000, None, "GENIE_TV_STATS"),
    };
    ChannelStatistic {
        channel,
        impressions: counts.then_some(impressions),
        clicks,
        cost,
        source: source.to_owned(),
        stale,
    }
}
