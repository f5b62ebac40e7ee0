//! Pictures as an owner meets them: nine asked for until they are there, the same again from the cache, an edit until its
//! bytes are here, and a preview.

use crate::client::{Client, text};
use crate::shop::Shop;
use crate::table::Table;
use anyhow::Context;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Each shop has its own hundred calls a minute.
const SHOPS: usize = 10;
/// Edits, previews and cached answers of each.
const EACH: usize = 20;
const MILLI: Duration = Duration::from_millis(1);
const TRADES: [&str; 5] = ["CAFE", "RESTAURANT", "BEAUTY", "FLOWER", "FITNESS"];

/// What was measured of each.
#[derive(Default)]
struct Times {
    nine: Vec<Duration>,
    cached: Vec<Duration>,
    edited: Vec<Duration>,
    preview: Vec<Duration>,
}

/// Measures and adds the lines.
///
/// # Errors
/// The fleet refuses.
pub async fn measure(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let mut times = Times::default();
    for n in 0..SHOPS {
        one_shop(stranger, TRADES[n % TRADES.len()], &mut times).await?;
    }
    table.add_p99("nine pictures, drawn", MILLI * 500, times.nine);
    table.add_p99("pictures, from the cache", MILLI * 10, times.cached);
    table.add_p99("edit, request to bytes", MILLI * 250, times.edited);
    table.add_p99("preview", MILLI * 80, times.preview);
    Ok(())
}

async fn one_shop(stranger: &Client, trade: &str, times: &mut Times) -> anyhow::Result<()> {
    let shop = Shop::register_as(stranger, trade, "SEOUL").await?;
    let event = shop.draft("REVISIT").await?;
    let asked = shop.ask(&event).await?.json;
    let advice = shop.done(&asked).await?;
    let chosen = json!({"jobId": asked["jobId"], "planId": advice["plans"][0]["planId"]});
    let path = format!("/api/events/{event}/recommendation");
    shop.client.call("PUT", &path, Some(chosen)).await?;
    let wish = json!({"eventId": event});
    let began = Instant::now();
    let asked = shop
        .client
        .call("POST", "/api/content/images", Some(wish.clone()))
        .await?;
    let made = watched(&shop, &asked.json).await?;
    times.nine.push(began.elapsed());
    for _ in 0..EACH {
        let again = shop
            .client
            .call("POST", "/api/content/images", Some(wish.clone()))
            .await?;
        anyhow::ensure!(
            again.json["status"] == "SUCCEEDED",
            "the pictures are not cached"
        );
        times.cached.push(again.took);
    }
    let images = made["images"].as_array().context("a job has pictures")?;
    for n in 0..EACH {
        let image = text(&images[n % images.len()], "imageId")?;
        let change = json!({"titleText": format!("겨울맞이 단골 감사 {n}번째"), "accentColor": format!("#{:02X}30A0", n * 9)});
        let began = Instant::now();
        let path = format!("/api/content/images/{image}/edits");
        let edited = shop.client.call("POST", &path, Some(change)).await?;
        let url = text(&edited.json, "url")?;
        let file = url.find("/cdn/").context("a picture is at /cdn/")?;
        shop.client.call("GET", &url[file..], None).await?;
        times.edited.push(began.elapsed());
    }
    for n in 0..EACH {
        let image = text(&images[n % images.len()], "imageId")?;
        let path = format!("/api/content/images/{image}/preview");
        let change = json!({"titleText": format!("미리 보는 {n}번째 제목")});
        let seen = shop.client.call("POST", &path, Some(change)).await?;
        times.preview.push(seen.took);
    }
    Ok(())
}

/// The result of a job whose end is looked for every 25 ms.
async fn watched(shop: &Shop, asked: &Value) -> anyhow::Result<Value> {
    let path = format!("/api/jobs/{}", text(asked, "jobId")?);
    for _ in 0..30 {
        let job = shop.client.call("GET", &path, None).await?.json;
        if job["status"] == "SUCCEEDED" {
            return Ok(job["result"].clone());
        }
        tokio::time::sleep(MILLI * 25).await;
    }
    // Much too late already: without using up the shop's calls.
    shop.done(asked).await
}
