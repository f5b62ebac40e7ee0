//! Many entries at once: one statement looks, numbers, stores and tells.

use super::entries::{Entry, Method, Row};
use crate::domain::application::Application;
use crate::error::Error;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;
use janchi_contracts::reference::Code;
use janchi_queue::Unsent;
use sqlx::PgExecutor;
use uuid::Uuid;

/// An application on its way into the table.
#[derive(Debug)]
pub struct Candidate<'a> {
    pub application: &'a Application,
    pub entry_number: String,
    /// As the message about it says it: one item of its list.
    pub note: String,
    /// Whether it is stored if nothing stands against it; else it is only looked at.
    pub wanted: bool,
}

/// The message that tells of one event's new entries: the notes of those that were stored go between its two halves,
/// with commas between them.
#[derive(Debug)]
pub struct News {
    pub event_id: Uuid,
    pub message: Unsent,
    pub head: String,
    pub tail: String,
}

/// How an application's event stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub status: EventStatus,
    pub ends_at: Option<DateTime<Utc>>,
    pub frozen: bool,
}

/// An application that was not stored, and what is known of its event and phone.
#[derive(Debug)]
pub struct Refused {
    /// Its place among the candidates.
    pub at: usize,
    /// None if there is no such event.
    pub event: Option<Standing>,
    /// The entry that the phone has already.
    pub earlier: Option<Entry>,
}

/// Stores what is wanted, whose event is open (as `domain::rules::phase` says it) and whose phone has no entry yet, and
/// returns the others, in order. One statement in a transaction of its own, so one round trip and one commit. In it:
///
/// - Events are locked in the order of their ids, so that two batches never wait for each other. Whoever froze an event
///   meanwhile is seen, since a row that was waited for is read again.
/// - Each phone is one probe of the index that begins with it, and of no other, which the comparison of events sees to.
/// - Numbers go on from the locked count, over what is stored and nothing else, so there are no gaps.
/// - The message has the notes of what was stored, and is not written if nothing was.
///
/// The probes see what was committed when the statement began. What another process committed while this one waited for
/// the lock is not seen: then it meets the unique index, stores nothing, and the caller does it once more.
///
/// # Errors
/// The statement fails, and nothing is stored. It meets a unique index, as said, or when a new entry number is not new;
/// or another transaction holds an event for too long.
pub async fn store(
    db: impl PgExecutor<'_>,
    candidates: &[Candidate<'_>],
    news: &[News],
) -> Result<Vec<Refused>, Error> {
    fn all<'a, T>(candidates: &'a [Candidate<'a>], of: impl Fn(&'a Application) -> T) -> Vec<T> {
        candidates.iter().map(|c| of(c.application)).collect()
    }
    let method = |a: &Application| a.visit.proof().map(|proof| Method::from(proof).code());
    let events: Vec<Uuid> = news.iter().map(|n| n.event_id).collect();
    let rows = sqlx::query!(
        r#"with r as materialized (
               select event_id, status, ends_at, frozen_at, entry_count
               from event_rules where event_id = any($1) order by event_id for update),
           k as materialized (
               select q.*, q.entry_count + count(*) filter (where q.stores)
                   over (partition by q.event_id order by q.place rows unbounded preceding) as entry_no
               from (
                   select a.*, r.status, r.ends_at, r.frozen_at, r.entry_count, p.id as earlier,
                       a.wanted and p.id is null and r.status = 'ONGOING' and r.frozen_at is null
                           and coalesce(a.entered_at < r.ends_at, true) as stores
                   from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[], $8::text[],
                       $9::text[], $10::bytea[], $11::bigint[], $12::text[], $13::text[], $14::boolean[],
                       $15::timestamptz[], $16::bytea[], $17::timestamptz[], $18::int[], $19::text[], $20::text[],
                       $21::boolean[]) with ordinality
                       as a (id, event_id, phone_hash, phone_tail_hash, sealed, channel, channel_given, channel_source, tag,
                       weight, method, consent_version, consent_marketing, entered_at, request_hash, destroy_at, signals,
                       entry_number, note, wanted, place)
                   left join r on r.event_id = a.event_id
                   left join lateral (
                       select p.id from participants p
                       where p.phone_hash = a.phone_hash and uuid_send(p.event_id) = uuid_send(a.event_id) limit 1) p on true
               ) q),
           counted as (
               update event_rules e set entry_count = n.entry_no
               from (select event_id, max(entry_no) as entry_no from k where stores group by event_id) n
               where e.event_id = n.event_id),
           visited as (
               insert into visits (participant_id, event_id, method, created_at)
               select id, event_id, method, entered_at from k where stores and method is not null),
           told as (
               insert into outbox (id, exchange, routing_key, name, message_id, request_id, payload)
               select m.id, $22, $23, $23, m.message_id, $24, convert_to(m.head || n.notes || m.tail, 'UTF8')
               from unnest($1, $25::uuid[], $26::uuid[], $27::text[], $28::text[])
                   as m (event_id, id, message_id, head, tail)
               cross join lateral (
                   select string_agg(k.note, ',') as notes from k where k.event_id = m.event_id and k.stores) n
               where n.notes is not null),
           stored as (
               insert into participants (id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, sealed, channel,
                   channel_given, channel_source, tag, weight, visited, consent_version, consent_marketing, consented_at,
                   request_hash, entered_at, destroy_at, signals)
               select id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, sealed, channel,
                   channel_given, channel_source, tag, weight, method is not null, consent_version, consent_marketing,
                   entered_at, request_hash, entered_at, destroy_at, signals
               from k where stores)
           select k.place as "place!", k.event_id as "event_id!", k.status as "status?", k.ends_at as "ends_at?",
                  k.frozen_at as "frozen_at?",
                  p.id as "id?", p.entry_number as "entry_number?", p.channel as "channel?", p.sealed as "sealed?",
                  p.nonce as "nonce?", p.tag as "tag?", p.weight as "weight?", p.visited as "visited?",
                  p.request_hash as "request_hash?", p.entered_at as "entered_at?", p.destroy_at as "destroy_at?"
           from k left join participants p on p.id = k.earlier
           where k.stores is not true order by k.place"#,
        &events,
        &all(candidates, |a| a.participant_id),
        &all(candidates, |a| a.event_id),
        &all(candidates, |a| a.phone_hash.as_slice()) as _,
        &all(candidates, |a| a.phone_tail_hash.as_slice()) as _,
        &all(candidates, |a| a.sealed.as_slice()) as _,
        &all(candidates, |a| a.channel.map(|(c, _)| c.code())) as _,
        &all(candidates, |a| a.channel_given.map(Code::code)) as _,
        &all(candidates, |a| a.channel.map(|(_, source)| source.code())) as _,
        &all(candidates, |a| a.tag.as_slice()) as _,
        &all(candidates, |a| i64::from(a.weight)),
        &all(candidates, method) as _,
        &all(candidates, |a| a.consent_version) as _,
        &all(candidates, |a| a.marketing),
        &all(candidates, |a| a.entered_at),
        &all(candidates, |a| a.request_hash.as_ref().map(|h| h.as_slice())) as _,
        &all(candidates, |a| a.destroy_at),
        &all(candidates, |a| a.signals.bits()),
        &candidates.iter().map(|c| c.entry_number.as_str()).collect::<Vec<_>>() as _,
        &candidates.iter().map(|c| c.note.as_str()).collect::<Vec<_>>() as _,
        &candidates.iter().map(|c| c.wanted).collect::<Vec<_>>(),
        news.first().map(|n| n.message.exchange),
        news.first().map(|n| n.message.name),
        news.first().map(|n| n.message.request_id.as_str()),
        &news.iter().map(|n| n.message.id).collect::<Vec<_>>(),
        &news.iter().map(|n| n.message.message_id).collect::<Vec<_>>(),
        &news.iter().map(|n| n.head.as_str()).collect::<Vec<_>>() as _,
        &news.iter().map(|n| n.tail.as_str()).collect::<Vec<_>>() as _
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            let event = match r.status {
                Some(status) => Some(Standing {
                    status: EventStatus::from_code(&status)
                        .ok_or_else(|| anyhow!("unknown status of an event"))?,
                    ends_at: r.ends_at,
                    frozen: r.frozen_at.is_some(),
                }),
                None => None,
            };
            let earlier = match (
                r.id,
                r.entry_number,
                r.tag,
                r.weight,
                r.visited,
                r.entered_at,
                r.destroy_at,
            ) {
                (
                    Some(id),
                    Some(entry_number),
                    Some(tag),
                    Some(weight),
                    Some(visited),
                    Some(entered_at),
                    Some(destroy_at),
                ) => Some(
                    Row {
                        id,
                        event_id: r.event_id,
                        entry_number,
                        channel: r.channel,
                        sealed: r.sealed,
                        nonce: r.nonce,
                        tag,
                        weight,
                        visited,
                        request_hash: r.request_hash,
                        entered_at,
                        destroy_at,
                    }
                    .entry()?,
                ),
                _ => None,
            };
            let at =
                usize::try_from(r.place - 1).map_err(|_| anyhow!("a place before the first"))?;
            Ok(Refused { at, event, earlier })
        })
        .collect()
}

impl Candidate<'_> {
    /// The entry as it is stored.
    pub fn stored(self) -> Entry {
        let a = self.application;
        Entry {
            id: a.participant_id,
            event_id: a.event_id,
            entry_number: self.entry_number,
            channel: a.channel.map(|(channel, _)| channel),
            sealed: Some(a.sealed.clone()),
            nonce: Some(a.nonce),
            tag: a.tag,
            weight: a.weight,
            visited: a.visited(),
            request_hash: a.request_hash.map(|h| h.to_vec()),
            entered_at: a.entered_at,
            destroy_at: a.destroy_at,
        }
    }
}
