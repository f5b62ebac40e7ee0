//! How often plans were asked for.

use crate::domain::draft::Topic;
use crate::domain::warming::{Answered, Reach, Wanted};
use chrono::NaiveDate;
use janchi_contracts::reference::{Code, Industry, Objective, Region};
use sqlx::PgExecutor;

/// Adds so many requests for each topic on a day; no topic may be named twice for one day.
pub async fn add_demand(
    db: impl PgExecutor<'_>,
    asked: &[((NaiveDate, Topic), i64)],
) -> sqlx::Result<()> {
    let days: Vec<_> = asked.iter().map(|((day, _), _)| *day).collect();
    let texts = |code: fn(&Topic) -> &'static str| -> Vec<String> {
        let codes = asked.iter().map(|((_, topic), _)| code(topic).to_owned());
        codes.collect()
    };
    let counts: Vec<_> = asked.iter().map(|(_, count)| *count).collect();
    // In one order, so that two processes cannot wait for each other.
    sqlx::query!(
        "insert into topic_demand (day, industry, region, objective, asked)
         select * from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[])
             as told (day, industry, region, objective, asked)
         order by day, industry, region, objective
         on conflict (day, industry, region, objective) do update set asked = topic_demand.asked + excluded.asked",
        &days,
        &texts(|topic| topic.industry.code()),
        &texts(|topic| topic.region.code()),
        &texts(|topic| topic.objective.code()),
        &counts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the days before this one.
pub async fn delete_demand(db: impl PgExecutor<'_>, before: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("delete from topic_demand where day < $1", before)
        .execute(db)
        .await?;
    Ok(())
}

/// The topics most asked for from this day on, each with its latest answer.
pub async fn list_wanted(
    db: impl PgExecutor<'_>,
    since: NaiveDate,
    reach: Reach,
) -> sqlx::Result<Vec<Wanted>> {
    let rows = sqlx::query!(
        r#"select d.industry, d.region, d.objective, d.asked as "asked!",
                  a.season as "season?", a.created_at as "answered_at?"
           from (select industry, region, objective, sum(asked)::bigint as asked from topic_demand
                 where day >= $1 group by industry, region, objective having sum(asked)::bigint >= $2
                 order by sum(asked) desc, industry, region, objective limit $3) as d
           left join lateral (
               select season, created_at from answers
               where industry = d.industry and region = d.region and objective = d.objective
               order by created_at desc limit 1) as a on true
           order by d.asked desc, d.industry, d.region, d.objective"#,
        since,
        reach.fewest,
        reach.most,
    )
    .fetch_all(db)
    .await?;
    let wanted = rows.into_iter().filter_map(|row| {
        Some(Wanted {
            topic: Topic {
                industry: Industry::from_code(&row.industry)?,
                region: Region::from_code(&row.region)?,
                objective: Objective::from_code(&row.objective)?,
            },
            asked: row.asked,
            answer: row
                .season
                .zip(row.answered_at)
                .map(|(season, at)| Answered { season, at }),
        })
    });
    Ok(wanted.collect())
}
