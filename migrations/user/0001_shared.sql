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

-- Who did what, append-only, each row chained to the one before by its hash.
create table audit_log (
    seq bigint primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail json not null,
    previous_hash bytea not null,
    hash bytea not null
);
create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit_log is append-only';
end $$;
create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function audit_log_is_append_only();

-- One effect per idempotency key for 24 hours. Holds hashes, a status and ids, never a token or personal data.
create table idempotency_keys (
    scope text not null,
    key_hash bytea not null,
    fingerprint bytea not null,
    status smallint,
    ids jsonb,
    created_at timestamptz not null default now(),
    constraint idempotency_keys_pkey primary key (scope, key_hash)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);
