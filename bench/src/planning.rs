use crate::client::{Client, text};
use crate::shop::Shop;
use crate::table::Table;
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const INDUSTRIES: [&str; 16] = [
    "RESTAURANT",
    "CAFE",
    "BAKERY",
    "BAR",
    "BEAUTY",
    "FITNESS",
    "RETAIL",
    "FASHION",
    "FLOWER",
    "PET",
    "ACADEMY",
    "CLINIC",
    "LODGING",
    "LAUNDRY",
    "CONVENIENCE",
    "OTHER",
];
const REGIONS: [&str; 10] = [
    "SEOUL", "BUSAN", "DAEGU", "INCHEON", "DAEJEON", "ULSAN", "GYEONGGI", "GANGWON", "CHUNGBUK",
    "JEONBUK",
];
const OBJECTIVES: [&str; 4] = ["NEW_CUSTOMERS", "REVISIT", "SALES", "AWARENESS"];

/// Shops of different trades and places: with four goals each, no two jobs can share an answer.
const SHOPS: usize = 150;
/// One job each tenth of a second is six hundred a minute.
const APART: Duration = Duration::from_millis(100);
/// Between two looks at a job: at first, and after a second.
const LOOK: Duration = Duration::from_millis(50);
const LATER_LOOK: Duration = Duration::from_millis(500);
/// No job takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
const HITS: usize = 300;

/// A job as its owner sees it: how long until it was there, and until its result was; none if the answer came at once.
struct Job {
    created: Duration,
    done: Option<Duration>,
}

/// Six hundred jobs in a minute, none of which finds an answer in the cache; and then requests that do.
pub async fn measure(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let mut shops = Vec::with_capacity(SHOPS);
    let mut drafts = Vec::with_capacity(SHOPS * OBJECTIVES.len());
    for n in 0..SHOPS {
        let (industry, region) = (INDUSTRIES[n % 16], REGIONS[n / 16 % 10]);
        let shop = Shop::register_as(stranger, industry, region).await?;
        for objective in OBJECTIVES {
            drafts.push((shop.client.clone(), shop.draft(objective).await?));
        }
        shops.push(shop);
    }
    let sent = drafts.len();
    let mut under_way = JoinSet::new();
    let began = Instant::now();
    for ((client, event), n) in drafts.into_iter().zip(0_u32..) {
        tokio::time::sleep_until(began + APART * n).await;
        under_way.spawn(run(client, event));
    }
    let took = began.elapsed();
    let mut jobs = Vec::with_capacity(sent);
    while let Some(job) = under_way.join_next().await {
        jobs.push(job??);
    }
    let made: Vec<&Job> = jobs.iter().filter(|job| job.done.is_some()).collect();
    table.note(format!(
        "{} jobs in {:.0} s, all done {:.1} s after the last was sent; {} requests found an answer of an earlier run",
        made.len(),
        took.as_secs_f64(),
        (began.elapsed() - took).as_secs_f64(),
        sent - made.len(),
    ));
    table.add_p99(
        "job creation, 600 a minute",
        Duration::from_millis(50),
        made.iter().map(|job| job.created).collect(),
    );
    table.add_p99(
        "job to result, planner",
        Duration::from_secs(1),
        made.iter().filter_map(|job| job.done).collect(),
    );
    let mut hits = Vec::with_capacity(HITS);
    for n in 0..HITS {
        let shop = &shops[n % shops.len()];
        let event = shop.draft(OBJECTIVES[n % 4]).await?;
        let asked = shop.ask(&event).await?;
        anyhow::ensure!(
            asked.json["status"] == "SUCCEEDED",
            "an answer is not cached"
        );
        hits.push(asked.took);
    }
    table.add_p99("plans, cached (p99)", Duration::from_millis(20), hits);
    Ok(())
}

async fn run(client: Client, event: String) -> anyhow::Result<Job> {
    let began = Instant::now();
    let wish = json!({"eventId": event});
    let asked = client
        .call("POST", "/api/ai/recommendations", Some(wish))
        .await?;
    let created = asked.took;
    if asked.json["status"] == "SUCCEEDED" {
        return Ok(Job {
            created,
            done: None,
        });
    }
    let path = format!("/api/jobs/{}", text(&asked.json, "jobId")?);
    while began.elapsed() < PATIENCE {
        let look = if began.elapsed() < Duration::from_secs(1) {
            LOOK
        } else {
            LATER_LOOK
        };
        tokio::time::sleep(look).await;
        let job = client.send("GET", &path, None).await?;
        anyhow::ensure!(job.json["status"] != "FAILED", "a job failed: {}", job.json);
        if job.json["status"] == "SUCCEEDED" {
            return Ok(Job {
                created,
                done: Some(began.elapsed()),
            });
        }
    }
    anyhow::bail!("a job takes longer than {} s", PATIENCE.as_secs())
}
