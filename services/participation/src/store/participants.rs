use super::narrow;
use crate::domain::fraud::{Reason, SUSPICIOUS, Signals};
use crate::error::Error;
use crate::store::reviews::Verdict;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use janchi_contracts::reference::{Channel, Code};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Names are searched in so many of the newest entries at most: each has to be decrypted.
const SEARCHED_NAMES: i64 = 100_000;

/// Which entries of an event a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub channel: Option<Channel>,
    pub visited: Option<bool>,
    pub winner: Option<bool>,
    /// Odd ones that the owner did not call genuine, or the others.
    pub suspicious: Option<bool>,
    pub search: Option<Search>,
}

/// What a search term may mean; an entry that fits any of it is found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub phone_hash: Option<Vec<u8>>,
    pub phone_tail_hash: Option<Vec<u8>>,
    /// Letters and digits of an entry number, without groups.
    pub number: Option<String>,
    /// Entries whose name fits.
    pub named: Vec<Uuid>,
}

/// One row of the list, name and number still encrypted.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: Uuid,
    pub entry_no: i64,
    pub entry_number: String,
    /// Number, name and nonce under the event's key.
    pub sealed: Option<Vec<u8>>,
    /// Of an entry made before they were sealed as one.
    pub name: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub signals: Signals,
    pub review: Option<Review>,
    pub channel: Option<String>,
    pub visited: bool,
    pub weight: u32,
    pub winner: bool,
    pub entered_at: DateTime<Utc>,
}

/// What the owner said of an entry that looked odd.
#[derive(Debug, Clone)]
pub struct Review {
    pub verdict: Verdict,
    pub reason: String,
    pub at: DateTime<Utc>,
}

impl Listed {
    /// Whether it is shown as odd: the owner's word goes before ours.
    pub fn suspicious(&self) -> bool {
        match &self.review {
            Some(review) => review.verdict == Verdict::Suspicious,
            None => self.signals.score() >= SUSPICIOUS,
        }
    }
}

/// All combinations of reasons that make an entry odd.
fn odd() -> Vec<i32> {
    let all = 1 << Reason::ALL.len();
    (1..all)
        .filter(|bits| Signals::from_bits(*bits).score() >= SUSPICIOUS)
        .collect()
}

/// Entries of an event, the newest first, below the entry number `before`.
///
/// # Errors
/// The statement fails.
pub async fn list_participants(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    filter: &Filter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Listed>, Error> {
    let none = Search::default();
    let search = filter.search.as_ref().unwrap_or(&none);
    let rows = sqlx::query!(
        r#"select p.id, p.entry_no, p.entry_number, p.sealed, p.name, p.phone, p.signals, p.channel, p.visited, p.weight,
                  p.entered_at, (s.participant_id is not null) as "winner!", o.verdict as "verdict?", o.reason as "reason?",
                  o.created_at as "reviewed_at?"
           from participants p
           left join standing_winners s on s.participant_id = p.id
           left join entry_reviews o on o.participant_id = p.id
           where p.event_id = $1
             and ($2::text is null or p.channel = $2)
             and ($3::boolean is null or p.visited = $3)
             and ($4::boolean is null or (s.participant_id is not null) = $4)
             and (not $5::boolean or p.phone_hash = $6 or p.phone_tail_hash = $7
                  or replace(p.entry_number, '-', '') like '%' || $8::text || '%' or p.id = any($9))
             and ($10::bigint is null or p.entry_no < $10)
             and ($12::boolean is null
                  or coalesce(o.verdict = 'SUSPICIOUS', p.signals <> 0 and p.signals = any($13)) = $12)
           order by p.entry_no desc
           limit $11"#,
        event_id,
        filter.channel.map(Code::code),
        filter.visited,
        filter.winner,
        filter.search.is_some(),
        search.phone_hash.as_deref(),
        search.phone_tail_hash.as_deref(),
        search.number.as_deref(),
        &search.named,
        before,
        limit,
        filter.suspicious,
        &odd()
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Listed {
                id: r.id,
                entry_no: r.entry_no,
                entry_number: r.entry_number,
                sealed: r.sealed,
                name: r.name,
                phone: r.phone,
                signals: Signals::from_bits(r.signals),
                review: match (r.verdict, r.reason, r.reviewed_at) {
                    (Some(verdict), Some(reason), Some(at)) => {
                        Verdict::from_code(&verdict).map(|verdict| Review {
                            verdict,
                            reason,
                            at,
                        })
                    }
                    _ => None,
                },
                channel: r.channel,
                visited: r.visited,
                weight: narrow(r.weight)?,
                winner: r.winner,
                entered_at: r.entered_at,
            })
        })
        .collect()
}

/// How many entries fit the filter.
///
/// # Errors
/// The statement fails.
pub async fn count_participants(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    filter: &Filter,
) -> Result<i64, Error> {
    let none = Search::default();
    let search = filter.search.as_ref().unwrap_or(&none);
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from participants p
           left join standing_winners s on s.participant_id = p.id
           where p.event_id = $1
             and ($2::text is null or p.channel = $2)
             and ($3::boolean is null or p.visited = $3)
             and ($4::boolean is null or (s.participant_id is not null) = $4)
             and (not $5::boolean or p.phone_hash = $6 or p.phone_tail_hash = $7
                  or replace(p.entry_number, '-', '') like '%' || $8::text || '%' or p.id = any($9))
             and ($10::boolean is null
                  or coalesce((select o.verdict from entry_reviews o where o.participant_id = p.id) = 'SUSPICIOUS',
                              p.signals <> 0 and p.signals = any($11)) = $10)"#,
        event_id,
        filter.channel.map(Code::code),
        filter.visited,
        filter.winner,
        filter.search.is_some(),
        search.phone_hash.as_deref(),
        search.phone_tail_hash.as_deref(),
        search.number.as_deref(),
        &search.named,
        filter.suspicious,
        &odd()
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Some entries of an event by their ids.
///
/// # Errors
/// The statement fails.
pub async fn list_by_id(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<Listed>, Error> {
    let filter = Filter {
        search: Some(Search {
            named: ids.to_vec(),
            ..Search::default()
        }),
        ..Filter::default()
    };
    list_participants(db, event_id, &filter, None, i64::MAX).await
}

/// The ids of those entries whose sealed parts `fit`. Rows pass through one by one, none is kept.
///
/// # Errors
/// The statement fails.
pub async fn find_named(
    connection: &mut PgConnection,
    event_id: Uuid,
    mut fits: impl FnMut(Uuid, Option<&[u8]>, Option<&[u8]>) -> bool,
) -> Result<Vec<Uuid>, Error> {
    let mut rows = sqlx::query!(
        "select id, sealed, name from participants where event_id = $1 and destroyed_at is null
         order by entry_no desc limit $2",
        event_id,
        SEARCHED_NAMES
    )
    .fetch(connection);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        if fits(row.id, row.sealed.as_deref(), row.name.as_deref()) {
            found.push(row.id);
        }
    }
    Ok(found)
}
