use crate::client::Client;
use crate::shop::Shop;
use crate::table::Table;
use anyhow::Context;
use serde_json::json;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What the contract promises.
const GOAL: Duration = Duration::from_secs(2);
/// Between two looks at the dashboard; later a tenth of what has passed, for the sake of the owner's rate limit.
const LOOK: Duration = Duration::from_millis(20);
/// A cached dashboard is dropped at most this often: entries further apart do not wait for each other.
const QUIET: Duration = Duration::from_millis(2_100);
/// Entries of one after the other, each seen before the next, and of all at once.
const APART: usize = 6;
const AT_ONCE: usize = 6;
/// Nobody waits longer than this for a count.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long after the 201 of an entry its owner's dashboard has it.
pub async fn follow(stranger: &Client, table: &mut Table) -> anyhow::Result<()> {
    let shop = Shop::register(stranger).await?;
    let (event, code) = shop.open().await?;
    let mut owner = Owner {
        client: shop.client,
        path: format!("/api/analytics/dashboard/{event}"),
        looks: VecDeque::from([Instant::now(); Owner::OPENING]),
    };
    let (mut apart, mut customers) = (Vec::new(), 0_u32);
    for _ in 0..APART {
        owner.rest().await;
        tokio::time::sleep(QUIET).await;
        apart.extend(seen(stranger, &mut owner, &code, &mut customers, 1).await?);
    }
    table.add("counts follow an entry", GOAL, apart);
    owner.rest().await;
    tokio::time::sleep(QUIET).await;
    let at_once = seen(stranger, &mut owner, &code, &mut customers, AT_ONCE).await?;
    table.add("counts follow, six at once", GOAL, at_once);
    Ok(())
}

/// Who looks at the dashboard, within the hundred calls a minute that the gateway allows.
struct Owner {
    client: Client,
    path: String,
    /// When, in the last minute.
    looks: VecDeque<Instant>,
}

impl Owner {
    const A_MINUTE: Duration = Duration::from_secs(60);
    const ALLOWED: usize = 100;
    /// What opening the event may have used, and what seeing entries may use.
    const OPENING: usize = 30;
    const SEEING: usize = 50;

    async fn total(&mut self) -> anyhow::Result<u64> {
        self.looks.push_back(Instant::now());
        let dashboard = self.client.call("GET", &self.path, None).await?.json;
        dashboard["participants"]["total"]
            .as_u64()
            .context("a dashboard without a total")
    }

    /// Waits until so many calls are free that a slow count can be waited for.
    async fn rest(&mut self) {
        while self.looks.len() > Self::ALLOWED - Self::SEEING {
            let Some(oldest) = self.looks.pop_front() else {
                return;
            };
            tokio::time::sleep((Self::A_MINUTE + LOOK).saturating_sub(oldest.elapsed())).await;
        }
    }
}

/// Sends so many entries at once, and tells for each how long after its answer the dashboard had it.
async fn seen(
    stranger: &Client,
    owner: &mut Owner,
    code: &str,
    customers: &mut u32,
    entries: usize,
) -> anyhow::Result<Vec<Duration>> {
    // So the dashboard is cached, as it is for an owner who watches.
    let before = owner.total().await?;
    let mut answered = Vec::with_capacity(entries);
    for _ in 0..entries {
        *customers += 1;
        let entry = json!({
            "eventCode": code, "phoneNumber": format!("0105550{customers:04}"), "name": "손님",
            "consents": {"over14": true, "privacy": true, "marketing": false},
        });
        stranger
            .call("POST", "/api/participations", Some(entry))
            .await?;
        answered.push(Instant::now());
    }
    let last = Instant::now();
    let mut times = Vec::with_capacity(entries);
    while times.len() < entries {
        anyhow::ensure!(last.elapsed() < PATIENCE, "an entry is not counted");
        let total = owner.total().await?;
        let counted = usize::try_from(total.saturating_sub(before)).unwrap_or(entries);
        let new = answered.iter().take(counted).skip(times.len());
        let new: Vec<Duration> = new.map(Instant::elapsed).collect();
        times.extend(new);
        tokio::time::sleep(LOOK.max(last.elapsed() / 10)).await;
    }
    Ok(times)
}
