//! Prints plans as owners read them, to be read with open eyes: six trades, regions and goals, each with a small, the usual
//! and a large budget. `cargo run -p ai-service --example read_plans [YYYY-MM-DD]`; the same for the same day.

use ai_service::domain::draft::Topic;
use ai_service::domain::fitting::{Shop, fit};
use ai_service::domain::learned::Learned;
use ai_service::domain::planner;
use chrono::NaiveDate;
use janchi_contracts::ai::{Plan, Source};
use janchi_contracts::reference::{Industry, Objective, Region};
use uuid::Uuid;

const SHOPS: [(&str, Industry, Region, Objective, &str); 6] = [
    (
        "봄날카페",
        Industry::Cafe,
        Region::Seoul,
        Objective::NewCustomers,
        "",
    ),
    (
        "할매국밥",
        Industry::Restaurant,
        Region::Busan,
        Objective::Sales,
        "평일 점심에 손님을 늘리고 싶어요",
    ),
    (
        "은하미용실",
        Industry::Beauty,
        Region::Gyeonggi,
        Objective::Revisit,
        "",
    ),
    (
        "튼튼짐",
        Industry::Fitness,
        Region::JeonnamGwangju,
        Objective::Awareness,
        "",
    ),
    (
        "밝은치과",
        Industry::Clinic,
        Region::Daejeon,
        Objective::Revisit,
        "",
    ),
    (
        "바다펜션",
        Industry::Lodging,
        Region::Jeju,
        Objective::Sales,
        "아이와 오는 가족",
    ),
];

fn main() -> anyhow::Result<()> {
    let today = match std::env::args().nth(1) {
        Some(day) => day.parse()?,
        None => NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default(),
    };
    let learned = Learned::default();
    for (name, industry, region, objective, note) in SHOPS {
        let topic = Topic {
            industry,
            region,
            objective,
        };
        for budget in [Some(5_000), None, Some(3_000_000)] {
            let shop = Shop {
                job_id: Uuid::nil(),
                name,
                topic,
                budget,
                note,
                today,
            };
            println!(
                "\n==== {name} · {} · {} · {} · 예산 {budget:?} · {note}",
                industry.named().ko,
                region.named().ko,
                objective.named().ko
            );
            let Some(draft) = planner::plan(topic, today, None, "", &learned.calibration) else {
                continue;
            };
            let result = match fit(&draft, Source::Planner, &shop, &learned) {
                Ok(result) => result,
                Err(refused) => {
                    println!("{refused}");
                    continue;
                }
            };
            if budget.is_none() {
                let trend = &result.trend;
                for one in trend
                    .industry
                    .iter()
                    .chain(&trend.region)
                    .chain(&trend.season)
                {
                    println!("· {} — {} ({})", one.keyword, one.description, one.evidence);
                }
            }
            for plan in &result.plans {
                read_out(plan);
            }
        }
    }
    Ok(())
}

fn read_out(plan: &Plan) {
    let day = |at: chrono::DateTime<chrono::Utc>| janchi_runtime::seoul::day(at);
    println!("[{:?}] {}", plan.tier, plan.title);
    println!("   {}", plan.summary);
    println!("   참여: {}", plan.participation_method);
    for prize in &plan.prizes {
        println!(
            "   경품: {} {}개 × {}원",
            prize.name, prize.quantity, prize.unit_cost
        );
    }
    for channel in &plan.channels {
        println!(
            "   채널: {} {:?} — {}",
            channel.channel.named().ko,
            channel.budget,
            channel.reason.as_deref().unwrap_or_default()
        );
    }
    println!(
        "   일정: {} ~ {} — {}",
        day(plan.schedule.starts_at),
        day(plan.schedule.ends_at),
        plan.schedule.reason
    );
    let f = &plan.forecast;
    println!(
        "   예상: {}~{}~{}명, 비용 {}원, 매출 {}원, ROI {:.2}, 손익분기 {}명",
        f.participants.low,
        f.participants.expected,
        f.participants.high,
        f.cost,
        f.revenue,
        f.roi,
        f.break_even_visitors
    );
    println!("   근거: {}", f.basis);
}
