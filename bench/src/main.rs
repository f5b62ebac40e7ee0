//! Measures the seed's response times on a running fleet.

mod client;
mod counts;
mod logins;
mod pictures;
mod planning;
mod shop;
mod table;

use clap::Parser;
use client::Client;
use serde_json::json;
use shop::Shop;
use std::time::Duration;
use table::Table;

#[derive(Debug, Parser)]
#[command(about = "Measures a running fleet against the response times it has to keep.")]
struct Arguments {
    /// Where the gateway is.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    gateway: String,
    /// Calls per line.
    #[arg(long, default_value_t = 20)]
    calls: u32,
    /// Only how others fare during a burst of logins.
    #[arg(long)]
    only_logins: bool,
    /// Only plans: six hundred jobs in a minute, and answers that are cached.
    #[arg(long, conflicts_with = "only_logins")]
    only_plans: bool,
    /// Only pictures: drawn, cached, edited, seen before.
    #[arg(long, conflicts_with_all = ["only_logins", "only_plans"])]
    only_pictures: bool,
}

const OBJECTIVES: [&str; 4] = ["NEW_CUSTOMERS", "REVISIT", "SALES", "AWARENESS"];
const MILLI: Duration = Duration::from_millis(1);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut table = Table::new(arguments.calls);
    let stranger = Client::new(&arguments.gateway)?;
    if arguments.only_plans {
        planning::measure(&stranger, &mut table).await?;
        print!("{table}");
        return Ok(());
    }
    if arguments.only_pictures {
        pictures::measure(&stranger, &mut table).await?;
        print!("{table}");
        return Ok(());
    }
    if !arguments.only_logins {
        let shop = Shop::register(&stranger).await?;
        login(&stranger, &shop, &mut table).await?;
        lists(&stranger, &mut table).await?;
        plans(&stranger, &mut table).await?;
        pictures_and_dashboard(&stranger, &mut table).await?;
        counts::follow(&stranger, &mut table).await?;
        planning::measure(&stranger, &mut table).await?;
        pictures::measure(&stranger, &mut table).await?;
    }
    logins::measure(&stranger, &mut table).await?;
    print!("{table}");
    Ok(())
}

async fn login(stranger: &Client, shop: &Shop, table: &mut Table) -> anyhow::Result<()> {
    let body = json!({"loginId": shop.email, "password": shop.password});
    let mut times = Vec::new();
    for _ in 0..table.calls {
        times.push(
            stranger
                .call("POST", "/api/users/login", Some(body.clone()))
                .await?
                .took,
        );
    }
    table.add("login", MILLI * 500, times);
    Ok(())
}

async fn lists(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let shop = Shop::register(stranger).await?;
    for n in 0..30 {
        shop.draft(OBJECTIVES[n % 4]).await?;
    }
    let mut times = Vec::new();
    for _ in 0..table.calls {
        times.push(
            shop.client
                .call("GET", "/api/events?limit=20", None)
                .await?
                .took,
        );
    }
    table.add("event list (20 of 30)", MILLI * 300, times);
    Ok(())
}

/// Asking for plans: as a job while no answer for this trade, place and goal is cached, else from the cache.
async fn plans(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let shop = Shop::register(stranger).await?;
    let (mut created, mut hit) = (Vec::new(), Vec::new());
    for objective in OBJECTIVES {
        let event = shop.draft(objective).await?;
        let asked = shop.ask(&event).await?;
        let at_once = asked.json["status"] == "SUCCEEDED";
        if at_once {
            hit.push(asked.took)
        } else {
            created.push(asked.took)
        }
        shop.done(&asked.json).await?;
    }
    for n in 0..table.calls as usize {
        let event = shop.draft(OBJECTIVES[n % 4]).await?;
        let asked = shop.ask(&event).await?;
        if asked.json["status"] == "SUCCEEDED" {
            hit.push(asked.took)
        } else {
            created.push(asked.took)
        }
    }
    table.add("job creation", MILLI * 100, created);
    table.add("plans, cached", MILLI * 100, hit);
    Ok(())
}

async fn pictures_and_dashboard(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let shop = Shop::register(stranger).await?;
    let event = shop.draft("SALES").await?;
    let asked = shop.ask(&event).await?.json;
    let advice = shop.done(&asked).await?;
    let chosen = json!({"jobId": asked["jobId"], "planId": advice["plans"][0]["planId"]});
    shop.client
        .call(
            "PUT",
            &format!("/api/events/{event}/recommendation"),
            Some(chosen),
        )
        .await?;
    let wish = json!({"eventId": event});
    let began = std::time::Instant::now();
    let asked = shop
        .client
        .call("POST", "/api/content/images", Some(wish.clone()))
        .await?;
    shop.done(&asked.json).await?;
    table.add(
        "nine pictures, asked to ready",
        MILLI * 5_000,
        vec![began.elapsed()],
    );
    let mut hit = Vec::new();
    for _ in 0..table.calls {
        let again = shop
            .client
            .call("POST", "/api/content/images", Some(wish.clone()))
            .await?;
        anyhow::ensure!(
            again.json["status"] == "SUCCEEDED",
            "the pictures are not cached"
        );
        hit.push(again.took);
    }
    table.add("pictures, cached", MILLI * 100, hit);

    let shop = Shop::register(stranger).await?;
    let (mut first, mut cached) = (Vec::new(), Vec::new());
    for n in 0..table.calls as usize {
        let path = format!(
            "/api/analytics/dashboard/{}",
            shop.draft(OBJECTIVES[n % 4]).await?
        );
        first.push(shop.client.call("GET", &path, None).await?.took);
        cached.push(shop.client.call("GET", &path, None).await?.took);
    }
    table.add("dashboard, first", MILLI * 3_000, first);
    table.add("dashboard, cached", MILLI * 500, cached);
    Ok(())
}
