-- Events and the creation flow. Money in KRW, times in UTC; `version` grows with every change an owner can see.

create table events (
    id uuid primary key,
    code text not null,
    owner_id uuid not null,
    -- The shop as it was when the event was made: a later move or new name does not rewrite what was published.
    store_id uuid not null,
    store_name text not null,
    industry text not null,
    region text not null,
    store_address text not null,
    status text not null default 'DRAFT',
    title text,
    description text,
    starts_at timestamptz,
    ends_at timestamptz,
    -- None means the sum of the prize quantities.
    winner_count int,
    visit_enabled boolean not null default false,
    visit_weight int not null default 3,
    budget bigint,
    forecast jsonb,
    recommendation jsonb,
    images jsonb not null default '[]',
    -- The owner picked pictures: a later image job no longer replaces them.
    images_chosen boolean not null default false,
    -- Title and prizes the pictures were made for, to tell when they are out of date.
    images_brief text,
    -- Counts the approvals; 0 before the first.
    run int not null default 0,
    approved_at timestamptz,
    opened_at timestamptz,
    closed_at timestamptz,
    -- What participation told: never a name or a phone number, and no part of the version.
    has_entries boolean not null default false,
    participants bigint not null default 0,
    draw jsonb,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint events_code_key unique (code),
    constraint events_status_check check (status in
        ('DRAFT', 'PUBLISHING', 'SCHEDULED', 'ONGOING', 'ENDED', 'PUBLISH_FAILED', 'CANCELLED')),
    constraint events_period_check check (ends_at is null or starts_at is null or ends_at > starts_at),
    constraint events_winner_count_check check (winner_count between 1 and 10000),
    constraint events_visit_weight_check check (visit_weight between 1 and 100),
    constraint events_budget_check check (budget >= 0)
);
create index events_owner on events (owner_id, created_at desc, id desc);
create index events_to_open on events (starts_at) where status = 'SCHEDULED';
create index events_to_end on events (ends_at) where status = 'ONGOING';

create table event_objectives (
    id uuid primary key,
    event_id uuid not null references events (id) on delete cascade,
    objective text not null,
    created_at timestamptz not null,
    constraint event_objectives_event_key unique (event_id),
    constraint event_objectives_objective_check check (objective in
        ('NEW_CUSTOMERS', 'REVISIT', 'SALES', 'AWARENESS'))
);

create table event_prizes (
    id uuid primary key,
    event_id uuid not null references events (id) on delete cascade,
    position int not null,
    name text not null,
    quantity int not null,
    unit_cost bigint not null,
    created_at timestamptz not null,
    constraint event_prizes_position_key unique (event_id, position),
    constraint event_prizes_quantity_check check (quantity between 1 and 10000),
    constraint event_prizes_unit_cost_check check (unit_cost >= 0)
);

create table event_channels (
    id uuid primary key,
    event_id uuid not null references events (id) on delete cascade,
    position int not null,
    channel text not null,
    budget bigint,
    starts_at timestamptz,
    ends_at timestamptz,
    options jsonb,
    created_at timestamptz not null,
    constraint event_channels_channel_key unique (event_id, channel),
    constraint event_channels_budget_check check (budget >= 0)
);

-- Who changed what, when: told to the owner. Never updated.
create table event_history (
    id uuid primary key,
    event_id uuid not null references events (id) on delete cascade,
    version bigint not null,
    actor text not null,
    action text not null,
    changes jsonb not null default '{}',
    created_at timestamptz not null
);
create index event_history_event on event_history (event_id, id desc);

-- Long work of ai and content, as its asker sees it.
create table jobs (
    id uuid primary key,
    owner_id uuid not null,
    event_id uuid not null references events (id) on delete cascade,
    kind text not null,
    status text not null,
    progress smallint not null default 0,
    stage text not null,
    -- What was asked, to recognise the same request and to know what a result was made for.
    request jsonb not null,
    result jsonb,
    error_code text,
    error_message text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint jobs_kind_check check (kind in ('AI_RECOMMENDATION', 'IMAGE_GENERATION')),
    constraint jobs_status_check check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    constraint jobs_progress_check check (progress between 0 and 100),
    -- Whoever reads SUCCEEDED finds the result.
    constraint jobs_result_check check ((status = 'SUCCEEDED') = (result is not null))
);
create unique index jobs_live_key on jobs (event_id, kind) where status in ('QUEUED', 'RUNNING');
create index jobs_live_created_at on jobs (created_at) where status in ('QUEUED', 'RUNNING');
create index jobs_owner on jobs (owner_id);
create index jobs_event on jobs (event_id);

-- The saga of approval: every step is written before it is taken, and its outcome beside it.
create table saga_steps (
    id uuid primary key,
    event_id uuid not null references events (id) on delete cascade,
    run int not null,
    step text not null,
    state text not null,
    detail jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint saga_steps_step_key unique (event_id, run, step),
    constraint saga_steps_state_check check (state in ('PENDING', 'DONE', 'FAILED', 'COMPENSATED'))
);

-- An event with its objective, prizes and channels as one document, so that every query reads the same thing.
create view event_documents as
select
    e.id, e.owner_id, e.code, e.status, e.title, e.description, e.starts_at, e.created_at,
    (select o.objective from event_objectives o where o.event_id = e.id) as objective,
    to_jsonb(e) || jsonb_build_object(
        'objective', (select o.objective from event_objectives o where o.event_id = e.id),
        'visit_bonus', jsonb_build_object('enabled', e.visit_enabled, 'weight', e.visit_weight),
        'prizes', coalesce((
            select jsonb_agg(
                jsonb_build_object('name', p.name, 'quantity', p.quantity, 'unitCost', p.unit_cost)
                order by p.position)
            from event_prizes p where p.event_id = e.id), '[]'),
        'channels', coalesce((
            select jsonb_agg(
                jsonb_build_object('channel', c.channel, 'budget', c.budget, 'startsAt', c.starts_at,
                    'endsAt', c.ends_at, 'options', c.options)
                order by c.position)
            from event_channels c where c.event_id = e.id), '[]')
    ) as body
from events e;
