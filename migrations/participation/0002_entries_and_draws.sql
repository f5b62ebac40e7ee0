-- Entries of customers and the draws made from them. Names and phone numbers are encrypted; what is looked up is a
-- keyed hash. Everything personal in participants becomes null when it is destroyed: tag and weight stay, because
-- the published list must.

-- What an event promises its entrants, kept from its opening on. The row is the lock under which entries are numbered
-- and the list is frozen.
create table event_rules (
    event_id uuid not null,
    owner_id uuid not null,
    store_id uuid not null,
    store_name text not null,
    code text not null,
    title text not null,
    status text not null,
    version bigint not null,
    starts_at timestamptz,
    ends_at timestamptz,
    closed_at timestamptz,
    prizes jsonb not null,
    winner_count int not null,
    visit_enabled boolean not null,
    visit_weight bigint not null,
    visit_secret bytea not null,
    entry_count bigint not null default 0,
    frozen_at timestamptz,
    opened_at timestamptz not null,
    created_at timestamptz not null default now(),
    constraint event_rules_pkey primary key (event_id),
    constraint event_rules_code_key unique (code),
    constraint event_rules_winner_count_check check (winner_count > 0),
    constraint event_rules_visit_weight_check check (visit_weight between 1 and 4294967295)
) with (fillfactor = 50);
create index event_rules_owner_id on event_rules (owner_id);

-- One draw of an event: committed at the opening, frozen and drawn after the end.
create table draws (
    id uuid not null,
    event_id uuid not null,
    draw_no int not null,
    mode text not null,
    seed bytea not null,
    commitment bytea not null,
    rules jsonb not null,
    rules_hash bytea not null,
    committed_at timestamptz not null,
    frozen_at timestamptz,
    entries_root bytea,
    entry_count bigint,
    alternate_count int,
    drawn_at timestamptz,
    drawn_by uuid,
    created_at timestamptz not null default now(),
    constraint draws_pkey primary key (id),
    constraint draws_event_draw_no_key unique (event_id, draw_no),
    constraint draws_event_id_fkey foreign key (event_id) references event_rules (event_id) on delete cascade,
    constraint draws_mode_check check (mode in ('UNIFORM', 'WEIGHTED')),
    constraint draws_frozen_check check (
        (frozen_at is null) = (entries_root is null) and (frozen_at is null) = (entry_count is null)),
    constraint draws_drawn_check check (drawn_at is null or frozen_at is not null)
);

create table participants (
    id uuid not null,
    event_id uuid not null,
    -- Without gaps, in the order of commits.
    entry_no bigint not null,
    -- What the entrant reads aloud.
    entry_number text not null,
    phone_hash bytea,
    phone_tail_hash bytea,
    phone bytea,
    name bytea,
    channel text,
    channel_given text,
    channel_source text,
    nonce bytea,
    tag bytea not null,
    weight bigint not null,
    visited boolean not null default false,
    consent_version text not null,
    consent_marketing boolean not null,
    consented_at timestamptz not null,
    -- Keyed hash of idempotency key and body: the same request is answered with the same entry.
    request_hash bytea,
    entered_at timestamptz not null,
    destroy_at timestamptz not null,
    destroyed_at timestamptz,
    constraint participants_pkey primary key (id),
    constraint participants_event_phone_key unique (event_id, phone_hash),
    constraint participants_event_entry_no_key unique (event_id, entry_no),
    constraint participants_event_entry_number_key unique (event_id, entry_number),
    constraint participants_event_tag_key unique (event_id, tag),
    constraint participants_event_id_fkey foreign key (event_id) references event_rules (event_id) on delete cascade,
    constraint participants_weight_check check (weight between 1 and 4294967295)
);
create index participants_destroy_at on participants (destroy_at) where destroyed_at is null;

-- A customer who stood in the shop: by the counter's code or by the owner's tap.
create table visits (
    participant_id uuid not null,
    event_id uuid not null,
    method text not null,
    marked_by uuid,
    created_at timestamptz not null,
    constraint visits_pkey primary key (participant_id),
    constraint visits_participant_id_fkey foreign key (participant_id) references participants (id) on delete cascade,
    constraint visits_method_check check (method in ('COUNTER_CODE', 'OWNER'))
);
create index visits_event_id on visits (event_id);

-- Who was drawn, as it was drawn. Never changed: what came after is in winner_steps.
create table winners (
    draw_id uuid not null,
    participant_id uuid not null,
    event_id uuid not null,
    kind text not null,
    rank int not null,
    created_at timestamptz not null,
    constraint winners_pkey primary key (draw_id, participant_id),
    constraint winners_draw_kind_rank_key unique (draw_id, kind, rank),
    constraint winners_draw_id_fkey foreign key (draw_id) references draws (id) on delete cascade,
    constraint winners_participant_id_fkey foreign key (participant_id) references participants (id),
    constraint winners_kind_check check (kind in ('WINNER', 'ALTERNATE'))
);
create index winners_event_id on winners (event_id);
create index winners_participant_id on winners (participant_id);

-- What happened to a drawn entry afterwards, one row per step. PROMOTED: an alternate who takes the place `rank`.
create table winner_steps (
    id uuid not null,
    draw_id uuid not null,
    participant_id uuid not null,
    step text not null,
    rank int,
    reason text,
    actor uuid not null,
    created_at timestamptz not null,
    constraint winner_steps_pkey primary key (id),
    constraint winner_steps_once_key unique (draw_id, participant_id, step),
    constraint winner_steps_winner_fkey foreign key (draw_id, participant_id)
        references winners (draw_id, participant_id) on delete cascade,
    constraint winner_steps_step_check check (step in ('CONTACTED', 'CLAIMED', 'FORFEITED', 'PROMOTED')),
    constraint winner_steps_reason_check check ((step = 'FORFEITED') = (reason is not null)),
    constraint winner_steps_rank_check check ((step = 'PROMOTED') = (rank is not null))
);

-- How entries of a channel are told apart, as distribution told it.
create table channel_codes (
    event_id uuid not null,
    tracking_code text not null,
    owner_id uuid not null,
    channel text not null,
    spoken_code text,
    run int not null,
    created_at timestamptz not null,
    constraint channel_codes_pkey primary key (event_id, tracking_code)
);
create index channel_codes_spoken_code on channel_codes (spoken_code, created_at) where spoken_code is not null;
create index channel_codes_owner_id on channel_codes (owner_id);

-- Evidence that personal data was destroyed. Holds none.
create table erasures (
    id uuid not null,
    reason text not null,
    event_id uuid,
    participants bigint not null,
    created_at timestamptz not null,
    constraint erasures_pkey primary key (id),
    constraint erasures_reason_check check (reason in ('WITHDRAWN', 'EXPIRED', 'OWNER_DELETED'))
);
create index erasures_event_id on erasures (event_id);

-- Who holds a place now: drawn as a winner or moved up, and not forfeited.
create view standing_winners as
select w.draw_id, w.event_id, w.participant_id, coalesce(up.rank, w.rank) as place
from winners w
left join winner_steps up
    on up.draw_id = w.draw_id and up.participant_id = w.participant_id and up.step = 'PROMOTED'
where (w.kind = 'WINNER' or up.id is not null)
  and not exists (
      select from winner_steps f
      where f.draw_id = w.draw_id and f.participant_id = w.participant_id and f.step = 'FORFEITED');
