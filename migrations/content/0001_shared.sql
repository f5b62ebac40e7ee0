-- What every service keeps beside its own tables. The same text in every service.

-- Messages waiting for the broker, written in the transaction of what they tell.
create table outbox (
    id uuid primary key,
    exchange text not null,
    routing_key text not null,
    name text not null,
    attempt int not null default 1,
    priority smallint not null default 0,
    request_id text not null default '',
    -- why it was parked, for a dead letter
    reason text,
    payload bytea not null,
    not_before timestamptz not null default now(),
    message_id uuid not null,
    created_at timestamptz not null default now()
);
create index outbox_due on outbox (not_before, id);

-- Messages already taken in, so that a second delivery has no second effect.
create table inbox (
    message_id uuid not null,
    attempt int not null,
    settled_at timestamptz not null default now(),
    constraint inbox_pkey primary key (message_id, attempt)
);
create index inbox_settled_at on inbox (settled_at);
