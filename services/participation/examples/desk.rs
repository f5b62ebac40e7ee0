//! Measures the entry desk by itself: so many callers, each handing in the next entry when the one before is committed.
//! Part of `bench/entries/run.sh`, which gives it a database of its own.

use anyhow::{Context, ensure};
use chrono::{TimeDelta, Utc};
use janchi_contracts::event::{EventSnapshot, EventStatus, Prize, VisitBonus};
use janchi_contracts::reference::{Channel, Industry, Objective, Region};
use janchi_crypto::{Keyring, Phone, random};
use participation_service::domain::application::{Application, Visit};
use participation_service::domain::channel::Source;
use participation_service::domain::event_key::{EventKey, Personal};
use participation_service::domain::fraud::Signals;
use participation_service::ops::enter::{EntryDesk, Outcome};
use participation_service::ops::{self, open::Opening};
use participation_service::{Config, PrizeTax};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let callers: usize = janchi_runtime::or_default("CALLERS", 64)?;
    let seconds: u64 = janchi_runtime::or_default("SECONDS", 4)?;
    let url = janchi_runtime::secret("PARTICIPATION_DATABASE_URL")?;
    janchi_db::migrate(&url, &participation_service::MIGRATOR).await?;
    let db = janchi_db::connect_for_probes(&url, 3)?;
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let keyring = Keyring::parse(&format!("k:{key}").into())?;
    let event = event();
    let mut tx = db.begin().await?;
    let opening = Opening {
        keyring,
        retention: Config::usual_retention(),
        tax: PrizeTax::usual(),
    };
    ops::open::apply(&mut tx, &opening, &event, Utc::now()).await?;
    tx.commit().await?;

    let closing = CancellationToken::new();
    let (desk, work) = EntryDesk::open(db.clone(), 8192, closing.clone());
    let work = tokio::spawn(work);
    let event_key = Arc::new(EventKey::from_secret(&[7; 32])?);
    let (next, stop) = (
        Arc::new(AtomicU32::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (desk, event_key, next, stop) =
            (desk.clone(), event_key.clone(), next.clone(), stop.clone());
        let event_id = event.event_id;
        tasks.spawn(async move {
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let application = application(event_id, &event_key, n)?;
                let asked = Instant::now();
                let outcome = desk.hand_in(application).await.context("hand in")?;
                ensure!(matches!(outcome, Outcome::Entered(_)), "{outcome:?}");
                times.push(asked.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(times)
        });
    }
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done.context("a caller")??);
    }
    let took = began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    closing.cancel();
    work.await.context("the desk")?;
    println!(
        "{} {:.1} {:.3} {:.3} {}",
        times.len(),
        times.len() as f64 / took,
        at(0.5),
        at(0.99),
        event.event_id
    );
    Ok(())
}

fn application(event_id: Uuid, key: &EventKey, n: u32) -> anyhow::Result<Application> {
    let participant_id = Uuid::now_v7();
    let phone = Phone::parse(&format!("010{n:08}")).context("a number")?;
    let nonce = random::<16>();
    let e164 = phone.e164();
    let (phone_hash, phone_tail_hash) = (
        key.phone_hash(&phone),
        key.phone_tail_hash(event_id, &e164[e164.len() - 4..]),
    );
    let personal = Personal {
        nonce,
        phone,
        name: Some("홍길동".to_owned()),
    };
    let now = Utc::now();
    Ok(Application {
        participant_id,
        event_id,
        phone_hash,
        phone_tail_hash,
        sealed: key
            .seal_entry(participant_id, &personal)
            .context("seal an entry")?,
        channel: Some((Channel::Instagram, Source::Given)),
        channel_given: Some(Channel::Instagram),
        nonce,
        tag: janchi_draw::tag(&event_id.to_string(), &nonce, &e164),
        weight: 1,
        visit: Visit::None,
        consent_version: "2026-09-11",
        marketing: false,
        signals: Signals::default(),
        request_hash: None,
        entered_at: now,
        destroy_at: now + TimeDelta::days(61),
    })
}

fn event() -> EventSnapshot {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    EventSnapshot {
        event_id: id,
        code: format!("E{}", &id.simple().to_string()[20..]),
        owner_id: Uuid::now_v7(),
        store_id: Uuid::now_v7(),
        store_name: "재는 가게".to_owned(),
        industry: Industry::Cafe,
        region: Region::Seoul,
        objective: Objective::NewCustomers,
        status: EventStatus::Ongoing,
        title: "재는 잔치".to_owned(),
        description: String::new(),
        starts_at: Some(now - TimeDelta::hours(1)),
        ends_at: Some(now + TimeDelta::days(1)),
        opened_at: Some(now - TimeDelta::hours(1)),
        closed_at: None,
        prizes: vec![Prize {
            name: "커피".to_owned(),
            quantity: 10,
            unit_cost: 4000,
        }],
        winner_count: 10,
        visit_bonus: VisitBonus {
            enabled: false,
            weight: 3,
        },
        budget: None,
        forecast: None,
        tier: None,
        channels: vec![],
        images: vec![],
        version: 5,
    }
}
