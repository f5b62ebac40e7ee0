//! The films of television channels.

use super::unreadable;
use crate::domain::film::{Film, FilmStatus};
use chrono::{DateTime, Utc};
use janchi_contracts::content::FilmRef;
use sqlx::PgExecutor;
use sqlx::types::Json;
use uuid::Uuid;

struct Row {
    task_id: Uuid,
    image_id: Uuid,
    spoken_code: Option<String>,
    status: String,
    film: Option<Json<FilmRef>>,
    wait_until: DateTime<Utc>,
}

impl Row {
    fn read(self) -> sqlx::Result<Film> {
        Ok(Film {
            task_id: self.task_id,
            image_id: self.image_id,
            spoken_code: self.spoken_code,
            status: FilmStatus::from_code(&self.status).ok_or_else(|| unreadable("film status"))?,
            film: self.film.map(|film| film.0),
            wait_until: self.wait_until,
        })
    }
}

/// Notes the order of a task's film; one that came to nothing is taken up anew.
pub async fn insert_film(
    db: impl PgExecutor<'_>,
    film: &Film,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_films (task_id, image_id, spoken_code, status, wait_until, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (task_id) do update
             set image_id = excluded.image_id, spoken_code = excluded.spoken_code, status = excluded.status,
                 film = null, wait_until = excluded.wait_until, updated_at = excluded.updated_at",
        film.task_id,
        film.image_id,
        film.spoken_code,
        film.status.code(),
        film.wait_until,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The film of a task, if one was ordered.
pub async fn find_film(db: impl PgExecutor<'_>, task_id: Uuid) -> sqlx::Result<Option<Film>> {
    sqlx::query_as!(
        Row,
        r#"select task_id, image_id, spoken_code, status, film as "film: Json<FilmRef>", wait_until
           from channel_films where task_id = $1"#,
        task_id
    )
    .fetch_optional(db)
    .await?
    .map(Row::read)
    .transpose()
}

/// The films of a run's tasks.
pub async fn list_films(db: impl PgExecutor<'_>, distribution_id: Uuid) -> sqlx::Result<Vec<Film>> {
    sqlx::query_as!(
        Row,
        r#"select f.task_id, f.image_id, f.spoken_code, f.status, f.film as "film: Json<FilmRef>", f.wait_until
           from channel_films f join channel_tasks t on t.id = f.task_id
           where t.distribution_id = $1 limit 20"#,
        distribution_id
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// A run with a task whose film was ordered.
pub struct Waiting {
    pub task_id: Uuid,
    pub distribution_id: Uuid,
    pub event_id: Uuid,
}

/// The tasks that wait for this film of this owner.
pub async fn list_waiting(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
    spoken_code: Option<&str>,
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        "select f.task_id, t.distribution_id, d.event_id
         from channel_films f
         join channel_tasks t on t.id = f.task_id
         join distributions d on d.id = t.distribution_id
         where f.image_id = $2 and f.spoken_code is not distinct from $3 and f.status = 'ORDERED'
           and d.owner_id = $1
         order by t.distribution_id, f.task_id limit 100",
        owner_id,
        image_id,
        spoken_code
    )
    .fetch_all(db)
    .await
}

/// Says what became of an order that is still open.
pub async fn close_film(
    db: impl PgExecutor<'_>,
    task_id: Uuid,
    status: FilmStatus,
    film: Option<&FilmRef>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update channel_films set status = $2, film = $3, updated_at = $4
         where task_id = $1 and status = 'ORDERED'",
        task_id,
        status.code(),
        film.map(Json) as _,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
