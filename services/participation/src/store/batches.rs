//! Many entries at once: one statement looks, one stores.

use super::entries::{Entry, Method, Row};
use super::narrow;
use crate::domain::application::Application;
use crate::error::Error;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;
use janchi_contracts::reference::Code;
use sqlx::PgConnection;
use uuid::Uuid;

/// How an application's event stands, its row locked until the transaction ends.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub status: EventStatus,
    pub ends_at: Option<DateTime<Utc>>,
    pub frozen: bool,
    /// Number of the last entry.
    pub entry_count: i64,
    pub visit_enabled: bool,
    pub visit_weight: u32,
}

/// What is known of one application's event and phone.
#[derive(Debug)]
pub struct Looked {
    /// None if there is no such event.
    pub event: Option<Standing>,
    /// The entry that the phone has already.
    pub earlier: Option<Entry>,
}

/// Locks the events of these applications in the order of their ids, so that two batches never wait for each other, and
/// looks for each phone's entry: one probe of the index per phone, and of no other index, which the comparison of events
/// sees to. The answers are in the order of the applications.
///
/// The probes see what was committed when the statement began. What another process committed while this one waited for
/// the lock is not seen: then storing meets the unique index, and the caller looks again.
///
/// # Errors
/// The statement fails, or another transaction holds an event for too long.
pub async fn look(
    connection: &mut PgConnection,
    batch: &[Application],
) -> Result<Vec<Looked>, Error> {
    let event_ids: Vec<Uuid> = batch.iter().map(|a| a.event_id).collect();
    let mut events = event_ids.clone();
    events.sort_unstable();
    events.dedup();
    let phones: Vec<&[u8]> = batch.iter().map(|a| a.phone_hash.as_slice()).collect();
    let rows = sqlx::query!(
        r#"with r as materialized (
               select event_id, status, ends_at, frozen_at, entry_count, visit_enabled, visit_weight
               from event_rules where event_id = any($1) order by event_id for update)
           select k.event_id as "event_id!", r.status as "status?", r.ends_at as "ends_at?", r.frozen_at as "frozen_at?",
                  r.entry_count as "entry_count?", r.visit_enabled as "visit_enabled?", r.visit_weight as "visit_weight?",
                  p.id as "id?", p.entry_number as "entry_number?", p.channel as "channel?", p.sealed as "sealed?",
                  p.nonce as "nonce?", p.tag as "tag?", p.weight as "weight?", p.visited as "visited?",
                  p.request_hash as "request_hash?", p.entered_at as "entered_at?", p.destroy_at as "destroy_at?"
           from unnest($2::uuid[], $3::bytea[]) with ordinality as k (event_id, phone_hash, place)
           left join r on r.event_id = k.event_id
           left join lateral (
               select * from participants p
               where p.phone_hash = k.phone_hash and uuid_send(p.event_id) = uuid_send(k.event_id) limit 1) p on true
           order by k.place"#,
        &events,
        &event_ids,
        &phones as _
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|r| {
            let event = match (r.status, r.entry_count, r.visit_enabled, r.visit_weight) {
                (Some(status), Some(entry_count), Some(visit_enabled), Some(visit_weight)) => {
                    Some(Standing {
                        status: EventStatus::from_code(&status)
                            .ok_or_else(|| anyhow!("unknown status of an event"))?,
                        ends_at: r.ends_at,
                        frozen: r.frozen_at.is_some(),
                        entry_count,
                        visit_enabled,
                        visit_weight: narrow(visit_weight)?,
                    })
                }
                _ => None,
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
            Ok(Looked { event, earlier })
        })
        .collect()
}

/// One entry with its number and weight, ready to be stored.
#[derive(Debug)]
pub struct Numbered<'a> {
    pub application: &'a Application,
    pub entry_no: i64,
    pub entry_number: String,
    pub weight: u32,
}

impl Numbered<'_> {
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
            weight: self.weight,
            visited: a.visited(),
            request_hash: a.request_hash.map(|h| h.to_vec()),
            entered_at: a.entered_at,
            destroy_at: a.destroy_at,
        }
    }
}

/// Stores entries with their visits and the number of each event's last entry, all in one statement.
///
/// # Errors
/// The statement fails. It meets a unique index when another process took one of the phones a moment ago, or when a new
/// entry number is not new: a second look and other numbers help.
pub async fn store(
    connection: &mut PgConnection,
    entries: &[Numbered<'_>],
    counts: &[(Uuid, i64)],
) -> Result<(), Error> {
    fn all<'a, T>(entries: &'a [Numbered<'a>], of: impl Fn(&'a Numbered<'a>) -> T) -> Vec<T> {
        entries.iter().map(of).collect()
    }
    let (events, lasts): (Vec<Uuid>, Vec<i64>) = counts.iter().copied().unzip();
    let proved = entries.iter().filter_map(|e| {
        let proof = e.application.visit.proof()?;
        Some((e.application, Method::from(proof).code()))
    });
    let (visitors, methods): (Vec<&Application>, Vec<&str>) = proved.unzip();
    let visitor_ids: Vec<Uuid> = visitors.iter().map(|a| a.participant_id).collect();
    let visited_events: Vec<Uuid> = visitors.iter().map(|a| a.event_id).collect();
    let visited_at: Vec<DateTime<Utc>> = visitors.iter().map(|a| a.entered_at).collect();
    sqlx::query!(
        "with counted as (
             update event_rules r set entry_count = n.entry_count
             from unnest($1::uuid[], $2::bigint[]) as n (event_id, entry_count)
             where r.event_id = n.event_id),
         visited as (
             insert into visits (participant_id, event_id, method, created_at)
             select * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]))
         insert into participants (id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, sealed, channel,
            channel_given, channel_source, tag, weight, visited, consent_version, consent_marketing, consented_at,
            request_hash, entered_at, destroy_at, signals)
         select e.id, e.event_id, e.entry_no, e.entry_number, e.phone_hash, e.phone_tail_hash, e.sealed, e.channel,
            e.channel_given, e.channel_source, e.tag, e.weight, e.visited, e.consent_version, e.consent_marketing,
            e.entered_at, e.request_hash, e.entered_at, e.destroy_at, e.signals
         from unnest($7::uuid[], $8::uuid[], $9::bigint[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[],
            $14::text[], $15::text[], $16::text[], $17::bytea[], $18::bigint[], $19::boolean[], $20::text[],
            $21::boolean[], $22::timestamptz[], $23::bytea[], $24::timestamptz[], $25::int[])
            as e (id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, sealed, channel, channel_given,
            channel_source, tag, weight, visited, consent_version, consent_marketing, entered_at, request_hash, destroy_at,
            signals)",
        &events,
        &lasts,
        &visitor_ids,
        &visited_events,
        &methods as _,
        &visited_at,
        &all(entries, |e| e.application.participant_id),
        &all(entries, |e| e.application.event_id),
        &all(entries, |e| e.entry_no),
        &all(entries, |e| e.entry_number.as_str()) as _,
        &all(entries, |e| e.application.phone_hash.as_slice()) as _,
        &all(entries, |e| e.application.phone_tail_hash.as_slice()) as _,
        &all(entries, |e| e.application.sealed.as_slice()) as _,
        &all(entries, |e| e.application.channel.map(|(c, _)| c.code())) as _,
        &all(entries, |e| e.application.channel_given.map(Code::code)) as _,
        &all(entries, |e| e.application.channel.map(|(_, source)| source.code())) as _,
        &all(entries, |e| e.application.tag.as_slice()) as _,
        &all(entries, |e| i64::from(e.weight)),
        &all(entries, |e| e.application.visited()),
        &all(entries, |e| e.application.consent_version) as _,
        &all(entries, |e| e.application.marketing),
        &all(entries, |e| e.application.entered_at),
        &all(entries, |e| e.application.request_hash.as_ref().map(|h| h.as_slice())) as _,
        &all(entries, |e| e.application.destroy_at),
        &all(entries, |e| e.application.signals.bits())
    )
    .execute(connection)
    .await?;
    Ok(())
}
