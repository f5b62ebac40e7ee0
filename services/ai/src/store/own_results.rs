//! What this fleet's events brought, summed so that no shop can be recognised.

use crate::domain::own_result::{Facet, OwnResult, OwnResults};
use crate::domain::tally::FEWEST_SHOPS;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::{Channel, Code, Industry, Objective, Region};
use sqlx::PgExecutor;

/// The latest shops of a group are enough: more tell nothing new, and five leave when five come. A multiple of five.
const MOST_SHOPS: i64 = 200;

/// Results of each trade with each goal, region and season, of events that ended `since` then. `months` says which
/// season a month belongs to.
///
/// Of each shop the first event counts that was told of, and shops are taken in fives in the order they came: nothing
/// changes until five more are there. Entries differ by factors, so the mean is that of their logarithms.
pub async fn list_own_results(
    db: impl PgExecutor<'_>,
    since: DateTime<Utc>,
    months: &[(u32, &str)],
) -> sqlx::Result<OwnResults> {
    let fewest = i64::try_from(FEWEST_SHOPS).unwrap_or(i64::MAX);
    let (numbers, seasons): (Vec<i32>, Vec<String>) = months
        .iter()
        .filter_map(|(month, season)| Some((i32::try_from(*month).ok()?, (*season).to_owned())))
        .unzip();
    let rows = sqlx::query!(
        r#"with firsts as (
               select distinct on (o.industry, f.facet, f.value, o.owner_id)
                      o.industry, f.facet, f.value, o.owner_id, o.event_id, o.participants, o.channels, o.created_at
               from outcomes o
               join unnest($2::int4[], $3::text[]) as m (month, season)
                    on m.month = extract(month from o.ended_at at time zone 'Asia/Seoul')
               cross join lateral (values ('OBJECTIVE', o.objective), ('REGION', o.region), ('SEASON', m.season))
                    as f (facet, value)
               where o.ended_at >= $1
               order by o.industry, f.facet, f.value, o.owner_id, o.created_at, o.event_id
           ), placed as (
               select *, row_number() over (partition by industry, facet, value order by created_at, event_id) as place,
                      count(*) over (partition by industry, facet, value) as shops
               from firsts
           ), chosen as (
               select * from placed
               where place <= shops / $4 * $4 and place > shops / $4 * $4 - $5
           ), spent as (
               select industry, facet, value, told->>'channel' as channel, sum((told->>'cost')::float8) as cost,
                      sum((told->>'participants')::float8) as participants
               from chosen cross join lateral jsonb_array_elements(channels) as c (told)
               where (told->>'participants')::bigint > 0 or (told->>'cost')::bigint > 0
               group by industry, facet, value, told->>'channel'
               having count(distinct owner_id) >= $4
           )
           select industry as "industry!", facet as "facet!", value as "value!", count(*) as "shops!",
                  exp(avg(ln(greatest(participants, 0)::float8 + 1))) - 1 as "participants!",
                  (select channel from spent s
                   where s.industry = chosen.industry and s.facet = chosen.facet and s.value = chosen.value
                   order by s.cost / (s.participants + 1), s.participants desc, s.channel limit 1) as best
           from chosen group by industry, facet, value
           having count(distinct owner_id) >= $4
           order by industry, facet, value"#,
        since,
        &numbers,
        &seasons,
        fewest,
        MOST_SHOPS,
    )
    .fetch_all(db)
    .await?;
    let results = rows.into_iter().filter_map(|row| {
        let facet = match row.facet.as_str() {
            "OBJECTIVE" => Facet::Objective(Objective::from_code(&row.value)?),
            "REGION" => Facet::Region(Region::from_code(&row.value)?),
            _ => Facet::Season(row.value),
        };
        Some(OwnResult {
            industry: Industry::from_code(&row.industry)?,
            facet,
            shops: row.shops,
            participants: row.participants,
            best: row.best.as_deref().and_then(Channel::from_code),
        })
    });
    Ok(OwnResults(results.collect()))
}
