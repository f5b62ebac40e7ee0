//! Whether others are still answered while a burst of logins keeps the password hashing busy.

use crate::client::Client;
use crate::shop::Shop;
use crate::table::Table;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const SHOPS: usize = 30;
/// Each shop's owner logs in so often, all at the same moment.
const LOGINS_EACH: usize = 4;
/// The others' requests come at this rate, whatever becomes of those before.
const EVERY: Duration = Duration::from_millis(20);
const QUIET: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(30);
const GOAL: Duration = Duration::from_millis(100);
const PATHS: [&str; 2] = ["/api/users/me", "/api/events?limit=20"];

/// Measures others' requests first alone, then from the moment the logins arrive until the last of them is answered.
///
/// # Errors
/// One of the others' requests fails.
pub async fn measure(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let mut shops = Vec::new();
    for _ in 0..SHOPS {
        shops.push(Shop::register(stranger).await?);
    }
    let alone = others(&shops, || false, QUIET).await?;
    table.add_p99("others, before the logins", GOAL, alone);

    let began = Instant::now();
    let mut logins = JoinSet::new();
    for shop in &shops {
        let body = json!({"loginId": shop.email, "password": shop.password});
        for _ in 0..LOGINS_EACH {
            logins.spawn(log_in(stranger.clone(), body.clone()));
        }
    }
    let counting = async {
        let (mut through, mut sent_away) = (0, 0);
        while let Some(login) = logins.join_next().await {
            match login? {
                Ok(200) => through += 1,
                Ok(503) => sent_away += 1,
                Ok(status) => anyhow::bail!("a login is answered {status}"),
                Err(error) => return Err(error),
            }
        }
        Ok((through, sent_away, began.elapsed()))
    };
    let done = std::cell::Cell::new(false);
    let (counted, during) = tokio::join!(
        async {
            let counted = counting.await;
            done.set(true);
            counted
        },
        others(&shops, || done.get(), LONGEST)
    );
    let (through, sent_away, took) = counted?;
    table.add_p99("others, during the logins", GOAL, during?);
    table.note(format!(
        "{} logins at once: {through} through, {sent_away} told to come back (503), all answered after {:.1} s",
        SHOPS * LOGINS_EACH,
        took.as_secs_f64()
    ));
    Ok(())
}

async fn log_in(client: Client, body: Value) -> anyhow::Result<u16> {
    Ok(client
        .send("POST", "/api/users/login", Some(body))
        .await?
        .status)
}

/// How long requests took from the moment they were due, each shop's in turn, until `enough` or for `longest`.
async fn others(
    shops: &[Shop],
    enough: impl Fn() -> bool,
    longest: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let began = Instant::now();
    let mut asked = JoinSet::new();
    for n in 0_u32.. {
        let due = began + EVERY * n;
        tokio::time::sleep_until(due).await;
        if enough() || began.elapsed() > longest {
            break;
        }
        let (client, path) = (
            shops[n as usize % shops.len()].client.clone(),
            PATHS[n as usize % PATHS.len()],
        );
        asked.spawn(async move {
            client.call("GET", path, None).await?;
            anyhow::Ok(due.elapsed())
        });
    }
    asked.join_all().await.into_iter().collect()
}
