//! What finished events taught, and the sums over it.

use crate::domain::lesson::Lesson;
use crate::domain::tally::{Group, Tallies, Tally};
use janchi_contracts::ai::Tier;
use janchi_contracts::analytics::Outcome;
use janchi_contracts::reference::{Channel, Code, Industry};
use sqlx::PgExecutor;
use uuid::Uuid;

/// Of one owner at most this many events count, the latest: whoever runs many shall not speak for a whole trade.
pub const EVENTS_OF_AN_OWNER: i64 = 8;

/// Forgets what an event taught.
pub async fn delete_lessons(db: impl PgExecutor<'_>, event_id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from lessons where event_id = $1", event_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps what an event taught.
pub async fn insert_lessons(
    db: impl PgExecutor<'_>,
    outcome: &Outcome,
    tier: Tier,
    lessons: &[Lesson],
) -> sqlx::Result<()> {
    let channels: Vec<String> = lessons
        .iter()
        .map(|lesson| lesson.channel.map_or("", Code::code).to_owned())
        .collect();
    let column = |of: fn(&Lesson) -> f64| lessons.iter().map(of).collect::<Vec<f64>>();
    sqlx::query!(
        "insert into lessons (event_id, channel, owner_id, industry, tier, deviation, share, blur, ended_at)
         select $1, l.channel, $2, $3, $4, l.deviation, l.share, l.blur, $5
         from unnest($6::text[], $7::float8[], $8::float8[], $9::float8[]) as l (channel, deviation, share, blur)
         on conflict do nothing",
        outcome.event_id,
        outcome.owner_id,
        outcome.industry.code(),
        tier.code(),
        outcome.ended_at,
        &channels,
        &column(|lesson| lesson.deviation),
        &column(|lesson| lesson.share),
        &column(|lesson| lesson.blur),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The sums over all lessons: per channel (and for events as wholes) of each trade's tiers, of each trade, of all.
pub async fn sum_lessons(db: impl PgExecutor<'_>) -> sqlx::Result<Tallies> {
    let rows = sqlx::query!(
        r#"select channel as "channel!", industry as "industry?", tier as "tier?",
                  count(*) as "events!", count(distinct owner_id) as "shops!", sum(deviation) as "sum!",
                  sum(deviation * deviation) as "squares!", sum(share) as "share!", sum(blur) as "blur!"
           from (select *, row_number() over (partition by owner_id, channel
                                              order by ended_at desc, event_id desc) as place
                 from lessons) as lesson
           where place <= $1
           group by grouping sets ((channel, industry, tier), (channel, industry), (channel))"#,
        EVENTS_OF_AN_OWNER
    )
    .fetch_all(db)
    .await?;
    let groups = rows.into_iter().filter_map(|row| {
        let group = Group {
            channel: match row.channel.as_str() {
                "" => None,
                code => Some(Channel::from_code(code)?),
            },
            industry: match row.industry {
                None => None,
                Some(code) => Some(Industry::from_code(&code)?),
            },
            tier: match row.tier {
                None => None,
                Some(code) => Some(Tier::ALL.into_iter().find(|tier| tier.code() == code)?),
            },
        };
        let tally = Tally {
            events: u64::try_from(row.events).unwrap_or(0),
            shops: u64::try_from(row.shops).unwrap_or(0),
            sum: row.sum,
            squares: row.squares,
            share: row.share,
            blur: row.blur,
        };
        Some((group, tally))
    });
    Ok(groups.collect())
}
