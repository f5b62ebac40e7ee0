-- What is known of each event: its facts from event.* messages, its counts from participation.*.
-- A row may begin with counts alone: messages of different services keep no common order.
create table event_stats (
    event_id uuid primary key,
    owner_id uuid,
    store_id uuid,
    title text not null default '',
    industry text,
    region text,
    objective text,
    status text not null default 'DRAFT',
    tier text,
    starts_at timestamptz,
    ends_at timestamptz,
    closed_at timestamptz,
    prizes jsonb not null default '[]',
    winner_count int not null default 0,
    budget bigint,
    forecast jsonb,
    event_version bigint not null default -1,
    participants bigint not null default 0,
    visited bigint not null default 0,
    winners bigint not null default 0,
    draw_id uuid,
    drawn_at timestamptz,
    outcome_told_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index event_stats_owner on event_stats (owner_id, created_at desc, event_id desc);

-- Per channel; '' is an entry whose channel is not known. Platform numbers are null where a platform tells none.
create table channel_stats (
    event_id uuid not null,
    channel text not null,
    participants bigint not null default 0,
    impressions bigint,
    clicks bigint,
    cost bigint not null default 0,
    source text,
    stale boolean not null default false,
    updated_at timestamptz not null default now(),
    constraint channel_stats_pkey primary key (event_id, channel)
);

-- Entries and visits per hour; Seoul's hours begin with UTC's.
create table timeline (
    event_id uuid not null,
    hour timestamptz not null,
    participants bigint not null default 0,
    visited bigint not null default 0,
    constraint timeline_pkey primary key (event_id, hour)
);

-- Sales the shop reports. A receipt counts once per event.
create table pos_sales (
    id uuid primary key,
    event_id uuid not null,
    owner_id uuid not null,
    sold_at timestamptz not null,
    amount bigint not null,
    receipt_no text,
    created_at timestamptz not null default now(),
    constraint pos_sales_receipt_key unique (event_id, receipt_no),
    constraint pos_sales_amount_positive check (amount > 0)
);
create index pos_sales_event on pos_sales (event_id);
create index pos_sales_owner on pos_sales (owner_id);

-- When each running event's platform numbers are asked for next.
create table poll_state (
    event_id uuid primary key,
    next_poll_at timestamptz not null,
    last_polled_at timestamptz,
    created_at timestamptz not null default now()
);
create index poll_state_due on poll_state (next_poll_at);
