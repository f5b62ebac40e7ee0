-- Each event's own secret, sealed with the master key. From it come the key of everything personal of the event and the
-- key of its look-up hashes: destroying this one value destroys them all, in every copy. A backup leaves the data of
-- this table out, and keeps it apart in one file that each backup replaces (docs/personal-data.md).
create table event_keys (
    event_id uuid not null,
    secret bytea,
    -- The first bytes of a digest of the secret: what a certificate names it by.
    key_id text not null,
    created_at timestamptz not null,
    destroyed_at timestamptz,
    constraint event_keys_pkey primary key (event_id),
    constraint event_keys_event_id_fkey foreign key (event_id) references event_rules (event_id) on delete cascade,
    constraint event_keys_destroyed_check check ((secret is null) = (destroyed_at is not null))
);

-- Number, name and nonce together under the event's key; `phone`, `name` and `nonce` are of entries made before.
alter table participants
    add column sealed bytea,
    -- Why an entry looks odd, one bit per reason. It never decides anything by itself.
    add column signals int not null default 0;
-- Tags are 256 bits of a keyed hash: two never meet, and the index cost every entry of a burst a page. What is due is
-- found by event.
alter table participants drop constraint participants_event_tag_key;
drop index participants_destroy_at;
create index participants_signals on participants (event_id, entry_no) where signals <> 0;

-- By phone first: every index that begins with the event looks equally good to a planner whose statistics are of an empty
-- table, and one that then reads a whole event per phone is a thousand times slower. Phones are probed by this one alone.
alter table participants drop constraint participants_event_phone_key;
alter table participants add constraint participants_event_phone_key unique (phone_hash, event_id);
-- Entries are stored while their event's row is held locked, so it is there; asking for it once more per row was a third
-- of a batch's time. Whoever deletes an event deletes its entries first.
alter table participants drop constraint participants_event_id_fkey;

-- What an owner says of an entry that looks odd.
create table entry_reviews (
    participant_id uuid not null,
    event_id uuid not null,
    verdict text not null,
    reason text not null,
    actor uuid not null,
    created_at timestamptz not null,
    constraint entry_reviews_pkey primary key (participant_id),
    constraint entry_reviews_participant_id_fkey foreign key (participant_id) references participants (id) on delete cascade,
    constraint entry_reviews_verdict_check check (verdict in ('GENUINE', 'SUSPICIOUS'))
);
create index entry_reviews_event_id on entry_reviews (event_id);

alter table visits drop constraint visits_method_check;
alter table visits add constraint visits_method_check
    check (method in ('COUNTER_CODE', 'DAY_CODE', 'OWNER', 'OFFLINE'));

-- Visits noted at a counter without a network, by the id that the counter gave them: sent twice, they count once and are
-- answered the same.
create table offline_visits (
    event_id uuid not null,
    visit_id uuid not null,
    participant_id uuid,
    outcome text not null,
    visited_at timestamptz not null,
    created_at timestamptz not null,
    constraint offline_visits_pkey primary key (event_id, visit_id),
    constraint offline_visits_event_id_fkey foreign key (event_id) references event_rules (event_id) on delete cascade,
    constraint offline_visits_outcome_check check (outcome in ('MARKED', 'ALREADY', 'UNKNOWN', 'OUTSIDE', 'FROZEN'))
);

-- The frozen list as it was published, in pieces of 4,096 entries: tag (32 bytes) and weight (u32, big-endian) each, and
-- the root of the piece, which is a node of the whole tree. A proof reads one piece and the roots.
create table frozen_pieces (
    draw_id uuid not null,
    no int not null,
    root bytea not null,
    first_tag bytea not null,
    entries bytea not null,
    constraint frozen_pieces_pkey primary key (draw_id, no),
    constraint frozen_pieces_draw_id_fkey foreign key (draw_id) references draws (id) on delete cascade
);
alter table frozen_pieces alter column entries set storage external;

-- Handing a prize over: until when it can be claimed, the proof of the phone, and what the winner told for delivery.
create table claims (
    draw_id uuid not null,
    participant_id uuid not null,
    event_id uuid not null,
    claim_by timestamptz not null,
    code_hash bytea,
    code_expires_at timestamptz,
    code_tries int not null default 0,
    codes_sent int not null default 0,
    code_sent_at timestamptz,
    claimed_at timestamptz,
    -- Under the event's key.
    delivery bytea,
    created_at timestamptz not null,
    constraint claims_pkey primary key (draw_id, participant_id),
    constraint claims_winner_fkey foreign key (draw_id, participant_id)
        references winners (draw_id, participant_id) on delete cascade
);
create index claims_event_id on claims (event_id);

-- Messages to winners, one per winner: written with the draw, sent by whoever finds them due.
create table winner_messages (
    id uuid not null,
    draw_id uuid not null,
    participant_id uuid not null,
    event_id uuid not null,
    state text not null,
    tries int not null default 0,
    not_before timestamptz not null,
    fault text,
    sent_at timestamptz,
    created_at timestamptz not null,
    constraint winner_messages_pkey primary key (id),
    constraint winner_messages_winner_key unique (draw_id, participant_id),
    constraint winner_messages_winner_fkey foreign key (draw_id, participant_id)
        references winners (draw_id, participant_id) on delete cascade,
    constraint winner_messages_state_check check (state in ('WAITING', 'SENT', 'FAILED'))
);
create index winner_messages_due on winner_messages (not_before) where state = 'WAITING';

alter table winner_steps drop constraint winner_steps_step_check;
alter table winner_steps add constraint winner_steps_step_check
    check (step in ('CONTACTED', 'CLAIMED', 'HANDED_OVER', 'FORFEITED', 'PROMOTED'));

-- Which key was destroyed with them, for the certificate.
alter table erasures add column key_id text;

-- When everything personal of an event was destroyed. Until then it is looked at by the day it really closed.
alter table event_rules add column destroyed_at timestamptz;
create index event_rules_undestroyed on event_rules ((coalesce(closed_at, ends_at))) where destroyed_at is null;
