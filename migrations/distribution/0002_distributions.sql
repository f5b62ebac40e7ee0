-- One run of bringing an event to its channels. A second approval of the same event is a second run.
create table distributions (
    id uuid primary key,
    event_id uuid not null,
    run int not null,
    owner_id uuid not null,
    -- The event as it was last told, so that a later try shows what the owner wrote last.
    event jsonb not null,
    event_version bigint not null,
    status text not null,
    -- The event was cancelled or replaced by a newer run: what is up has to come down.
    recalled_at timestamptz,
    recall_told_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint distributions_event_run_key unique (event_id, run),
    constraint distributions_run_check check (run >= 1),
    constraint distributions_status_check check (status in ('RUNNING', 'COMPLETED', 'PARTIAL', 'FAILED'))
);
create index distributions_owner on distributions (owner_id);

-- One channel of one run. `work`, `due_at`, `lease_until` and `fence` belong to the task runner:
-- whoever holds the highest fence may write, a late worker writes nothing.
create table channel_tasks (
    id uuid primary key,
    distribution_id uuid not null references distributions on delete cascade,
    channel text not null,
    status text not null,
    work text,
    due_at timestamptz,
    lease_until timestamptz,
    -- Of the approval or the owner's action that began it, for the logs.
    request_id text not null default '',
    fence bigint not null default 0,
    -- All tries ever, and those of the present series of at most three.
    attempts int not null default 0,
    tries int not null default 0,
    polls int not null default 0,
    series_started_at timestamptz not null,
    -- What was already done at the platform, stored before the next step is taken.
    steps jsonb not null,
    tracking_code text not null,
    spoken_code text,
    external_id text,
    external_url text,
    last_error text,
    manual_steps jsonb not null default '[]',
    budget bigint not null default 0,
    sandbox boolean not null default false,
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint channel_tasks_channel_key unique (distribution_id, channel),
    constraint channel_tasks_tracking_code_key unique (tracking_code),
    constraint channel_tasks_spoken_code_key unique (spoken_code),
    constraint channel_tasks_status_check check (status in ('QUEUED', 'PUBLISHING', 'PENDING_REVIEW', 'PUBLISHED',
        'MANUAL_ACTION_REQUIRED', 'UNKNOWN', 'SKIPPED', 'FAILED', 'CANCELLED')),
    constraint channel_tasks_work_check check (work in ('PUBLISH', 'RECOVER', 'REVIEW', 'TAKE_DOWN')),
    constraint channel_tasks_due_check check ((work is null) = (due_at is null))
);
create index channel_tasks_due on channel_tasks (due_at) where due_at is not null;

-- What happened to each channel, append-only as long as its owner exists.
create table distribution_logs (
    id uuid primary key,
    distribution_id uuid not null references distributions on delete cascade,
    task_id uuid references channel_tasks on delete cascade,
    channel text,
    -- `runner`, `platform` or `owner`.
    actor text not null,
    status_before text,
    status_after text,
    attempt int,
    message text,
    at timestamptz not null
);
create index distribution_logs_distribution on distribution_logs (distribution_id, id);
create function distribution_logs_are_never_changed() returns trigger language plpgsql as $$
begin
    raise exception 'distribution_logs is append-only';
end $$;
create trigger distribution_logs_append_only before update on distribution_logs
    for each statement execute function distribution_logs_are_never_changed();

-- The owner's account on a platform. Everything that opens it is encrypted.
create table channel_connections (
    id uuid primary key,
    owner_id uuid not null,
    channel text not null,
    account_name text,
    credentials bytea not null,
    expires_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint channel_connections_owner_channel_key unique (owner_id, channel)
);

-- The last numbers a platform told, for the time when it does not answer.
create table channel_statistics (
    task_id uuid primary key references channel_tasks on delete cascade,
    impressions bigint,
    clicks bigint,
    spend bigint,
    source text not null,
    fetched_at timestamptz not null
);

-- The state of each channel's breaker as its worker saw it last, so that an API process without workers can tell it.
create table channel_breakers (
    channel text primary key,
    state text not null,
    open_until timestamptz,
    updated_at timestamptz not null,
    constraint channel_breakers_state_check check (state in ('CLOSED', 'OPEN', 'HALF_OPEN'))
);

-- Events cancelled before their publish job arrived: that job then publishes nothing.
create table cancelled_events (
    event_id uuid primary key,
    owner_id uuid not null,
    created_at timestamptz not null
);
