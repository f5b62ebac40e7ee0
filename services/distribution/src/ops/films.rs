//! Films for television: ordered from the content service when a run begins, by a message, so that a content service
//! that is away holds up nobody for longer than [`Pace::film`](crate::domain::pace::Pace::film).

use crate::domain::film::{Film, FilmStatus};
use crate::domain::task::Task;
use crate::state::AppState;
use crate::store;
use chrono::Utc;
use janchi_contracts::content::SpotEvent;
use janchi_contracts::event::EventSnapshot;
use sqlx::PgConnection;
use uuid::Uuid;

/// A run waits for it.
const PRIORITY: u8 = 6;

/// Orders the film of a task whose channel shows one.
pub async fn order_film(
    state: &AppState,
    tx: &mut PgConnection,
    task: &Task,
    event: &EventSnapshot,
) -> sqlx::Result<()> {
    let wait = state.config.pace.film;
    if wait.is_zero() {
        return Ok(());
    }
    let wait_until = Utc::now() + wait;
    let Some(film) = Film::wanted(task, event, wait_until) else {
        return Ok(());
    };
    store::films::insert_film(&mut *tx, &film, state.clock.now()).await?;
    janchi_queue::send_job(tx, &film.order(event.owner_id), PRIORITY).await?;
    Ok(())
}

/// As [`order_film`] when the owner tries a channel again whose film came to nothing.
pub async fn order_again(
    state: &AppState,
    tx: &mut PgConnection,
    task: &Task,
    event: &EventSnapshot,
) -> sqlx::Result<()> {
    if task.steps.material_id.is_some() || task.steps.may_be_up() {
        return Ok(());
    }
    let film = store::films::find_film(&mut *tx, task.id).await?;
    match film.map(|film| film.status) {
        Some(FilmStatus::Ordered | FilmStatus::Ready) => Ok(()),
        Some(FilmStatus::Failed | FilmStatus::Late) | None => {
            order_film(state, tx, task, event).await
        }
    }
}

/// The film of a task, noted as late when its time is over. None where nobody waits: the channel is served by hand, or
/// nothing can be booked for want of a budget.
pub async fn film_of(
    state: &AppState,
    tx: &mut PgConnection,
    task: &Task,
) -> sqlx::Result<Option<Film>> {
    let Some(mut film) = store::films::find_film(&mut *tx, task.id).await? else {
        return Ok(None);
    };
    let is_waited_for =
        state.platforms.of(task.channel).is_some() && (task.budget > 0 || state.config.sandbox);
    if !is_waited_for {
        film.wait_until = film.wait_until.min(Utc::now());
    } else if film.status == FilmStatus::Ordered && film.wait_until <= Utc::now() {
        let now = state.clock.now();
        store::films::close_film(&mut *tx, task.id, FilmStatus::Late, None, now).await?;
        film.status = FilmStatus::Late;
    }
    Ok(Some(film))
}

/// Writes down what the content service says and lets the tasks go on that waited for it. Answers their events.
pub async fn take_in(
    state: &AppState,
    tx: &mut PgConnection,
    told: SpotEvent,
) -> sqlx::Result<Vec<Uuid>> {
    let (owner_id, image_id, code, status, film) = match told {
        SpotEvent::Ready {
            image_id,
            owner_id,
            spoken_code,
            film,
        } => (
            owner_id,
            image_id,
            spoken_code,
            FilmStatus::Ready,
            Some(film),
        ),
        SpotEvent::Failed {
            image_id,
            owner_id,
            spoken_code,
        } => (owner_id, image_id, spoken_code, FilmStatus::Failed, None),
    };
    if !store::erasure::hold_owner(&mut *tx, owner_id).await? {
        return Ok(Vec::new());
    }
    let now = state.clock.now();
    let waiting = store::films::list_waiting(&mut *tx, owner_id, image_id, code.as_deref()).await?;
    let mut events = Vec::new();
    for one in waiting {
        // Whoever is about to let the task wait does so before, and is woken, or after, and sees the film.
        store::distributions::lock_distribution(tx, one.distribution_id).await?;
        if store::films::close_film(&mut *tx, one.task_id, status, film.as_ref(), now).await? {
            store::tasks::end_wait(&mut *tx, one.task_id).await?;
            events.push(one.event_id);
        }
    }
    Ok(events)
}
