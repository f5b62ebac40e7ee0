use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_contracts::ai::Forecast;
use janchi_contracts::event::{EventSnapshot, EventStatus, Prize};
use janchi_contracts::reference::{Code, Industry, Objective, Region};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A row of `event_stats` whose facts are known.
#[derive(Debug, Clone)]
pub struct EventRow {
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub title: String,
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
    pub status: EventStatus,
    pub tier: Option<String>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub prizes: Vec<Prize>,
    pub winner_count: i32,
    pub forecast: Option<Forecast>,
    pub participants: i64,
    pub visited: i64,
    pub winners: i64,
    pub draw_id: Option<Uuid>,
    pub drawn_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

struct Stored {
    event_id: Uuid,
    owner_id: Option<Uuid>,
    title: String,
    industry: Option<String>,
    region: Option<String>,
    objective: Option<String>,
    status: String,
    tier: Option<String>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    prizes: Json<Vec<Prize>>,
    winner_count: i32,
    forecast: Option<Json<Forecast>>,
    participants: i64,
    visited: i64,
    winners: i64,
    draw_id: Option<Uuid>,
    drawn_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Stored {
    /// None for a row that holds counts alone.
    fn known(self) -> anyhow::Result<Option<EventRow>> {
        let (Some(owner_id), Some(industry), Some(region), Some(objective)) =
            (self.owner_id, self.industry, self.region, self.objective)
        else {
            return Ok(None);
        };
        Ok(Some(EventRow {
            event_id: self.event_id,
            owner_id,
            title: self.title,
            industry: Industry::from_code(&industry).context("read an industry")?,
            region: Region::from_code(&region).context("read a region")?,
            objective: Objective::from_code(&objective).context("read an objective")?,
            status: EventStatus::from_code(&self.status).context("read a status")?,
            tier: self.tier,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            closed_at: self.closed_at,
            prizes: self.prizes.0,
            winner_count: self.winner_count,
            forecast: self.forecast.map(|f| f.0),
            participants: self.participants,
            visited: self.visited,
            winners: self.winners,
            draw_id: self.draw_id,
            drawn_at: self.drawn_at,
            created_at: self.created_at,
        }))
    }
}

/// The event, if its facts are known.
pub async fn find_event(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> anyhow::Result<Option<EventRow>> {
    let row = sqlx::query_as!(
        Stored,
        r#"select event_id, owner_id, title, industry, region, objective, status, tier, starts_at, ends_at, closed_at,
                  prizes as "prizes: Json<Vec<Prize>>", winner_count, forecast as "forecast: Json<Forecast>",
                  participants, visited, winners, draw_id, drawn_at, created_at
           from event_stats where event_id = $1"#,
        event_id
    )
    .fetch_optional(db)
    .await?;
    row.map_or(Ok(None), Stored::known)
}

/// An owner's last events that were published, newest first.
pub async fn list_events(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    limit: i64,
) -> anyhow::Result<Vec<EventRow>> {
    let rows = sqlx::query_as!(
        Stored,
        r#"select event_id, owner_id, title, industry, region, objective, status, tier, starts_at, ends_at, closed_at,
                  prizes as "prizes: Json<Vec<Prize>>", winner_count, forecast as "forecast: Json<Forecast>",
                  participants, visited, winners, draw_id, drawn_at, created_at
           from event_stats where owner_id = $1 order by created_at desc, event_id desc limit $2"#,
        owner_id,
        limit
    )
    .fetch_all(db)
    .await?;
    let known: anyhow::Result<Vec<Option<EventRow>>> =
        rows.into_iter().map(Stored::known).collect();
    Ok(known?.into_iter().flatten().collect())
}

/// What all of an owner's events come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub events: i64,
    pub ongoing: i64,
    pub participants: i64,
    pub visited: i64,
    pub prize_cost: i64,
    pub channel_cost: i64,
    pub revenue: Option<i64>,
}

/// Sums over all of an owner's events.
pub async fn sum_events(db: impl PgExecutor<'_>, owner_id: Uuid) -> sqlx::Result<Totals> {
    sqlx::query_as!(
        Totals,
        r#"select count(*) as "events!", count(*) filter (where status = 'ONGOING') as "ongoing!",
                  coalesce(sum(participants), 0)::bigint as "participants!",
                  coalesce(sum(visited), 0)::bigint as "visited!",
                  coalesce(sum((select sum((p->>'quantity')::bigint * (p->>'unitCost')::bigint)
                                from jsonb_array_elements(prizes) p)), 0)::bigint as "prize_cost!",
                  coalesce(sum((select sum(cost) from channel_stats c where c.event_id = e.event_id)), 0)::bigint
                      as "channel_cost!",
                  (select sum(amount)::bigint from pos_sales where owner_id = $1) as revenue
           from event_stats e where owner_id = $1"#,
        owner_id
    )
    .fetch_one(db)
    .await
}

/// Takes an event's facts over, unless newer ones are known.
pub async fn upsert_facts(
    connection: &mut PgConnection,
    event: &EventSnapshot,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_stats (event_id, owner_id, store_id, title, industry, region, objective, status, tier,
                                  starts_at, ends_at, closed_at, prizes, winner_count, budget, forecast, event_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (event_id) do update set
             owner_id = excluded.owner_id, store_id = excluded.store_id, title = excluded.title,
             industry = excluded.industry, region = excluded.region, objective = excluded.objective,
             status = excluded.status, tier = excluded.tier, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, closed_at = excluded.closed_at, prizes = excluded.prizes,
             winner_count = excluded.winner_count, budget = excluded.budget, forecast = excluded.forecast,
             event_version = excluded.event_version, updated_at = now()
         where event_stats.event_version < excluded.event_version",
        event.event_id,
        event.owner_id,
        event.store_id,
        event.title,
        event.industry.code(),
        event.region.code(),
        event.objective.code(),
        event.status.code(),
        event.tier,
        event.starts_at,
        event.ends_at,
        event.closed_at,
        Json(&event.prizes) as _,
        i32::try_from(event.winner_count).unwrap_or(i32::MAX),
        event.budget,
        event.forecast.as_ref().map(Json) as _,
        event.version
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds to an event's counts; negative for a withdrawal.
pub async fn add_counts(
    connection: &mut PgConnection,
    event_id: Uuid,
    participants: i64,
    visited: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_stats (event_id, participants, visited) values ($1, $2, $3)
         on conflict (event_id) do update set participants = event_stats.participants + excluded.participants,
             visited = event_stats.visited + excluded.visited, updated_at = now()",
        event_id,
        participants,
        visited
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes the draw.
pub async fn set_draw(
    connection: &mut PgConnection,
    event_id: Uuid,
    draw_id: Uuid,
    winners: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_stats (event_id, draw_id, winners, drawn_at) values ($1, $2, $3, $4)
         on conflict (event_id) do update set draw_id = excluded.draw_id, winners = excluded.winners,
             drawn_at = excluded.drawn_at, updated_at = now()",
        event_id,
        draw_id,
        winners,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the outcome as told. `false` if it was told before and `again` is not set, or the event is not over.
pub async fn claim_outcome(
    connection: &mut PgConnection,
    event_id: Uuid,
    again: bool,
) -> sqlx::Result<bool> {
    let claimed = sqlx::query!(
        "update event_stats set outcome_told_at = now()
         where event_id = $1 and owner_id is not null and status = 'ENDED' and drawn_at is not null
           and (outcome_told_at is null or $2)",
        event_id,
        again
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Erases everything of an owner. The events' ids, whose cached dashboards go too.
pub async fn erase_owner(connection: &mut PgConnection, owner_id: Uuid) -> sqlx::Result<Vec<Uuid>> {
    let events: Vec<Uuid> = sqlx::query_scalar!(
        "delete from event_stats where owner_id = $1 returning event_id",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from channel_stats where event_id = any($1)",
        &events
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from timeline where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from poll_state where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from pos_sales where owner_id = $1", owner_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "delete from idempotency_keys where scope like $1",
        format!("{owner_id}:%")
    )
    .execute(connection)
    .await?;
    Ok(events)
}
