-- What a job made for a shop. Erased with its owner.
create table recommendations (
    id uuid primary key,
    job_id uuid not null,
    event_id uuid not null,
    owner_id uuid not null,
    industry text not null,
    region text not null,
    objective text not null,
    source text not null,
    -- the whole answer as it was told, plans included
    result jsonb not null,
    created_at timestamptz not null,
    constraint recommendations_job_key unique (job_id)
);
create index recommendations_owner on recommendations (owner_id);
create index recommendations_event on recommendations (event_id);

-- One row per plan, to be scored against what happened.
create table forecasts (
    id uuid primary key,
    recommendation_id uuid not null references recommendations (id) on delete cascade,
    plan_id uuid not null,
    tier text not null,
    participants_low bigint not null,
    participants_expected bigint not null,
    participants_high bigint not null,
    cost bigint not null,
    revenue bigint not null,
    roi double precision not null,
    break_even_visitors bigint not null,
    basis text not null,
    created_at timestamptz not null,
    constraint forecasts_plan_key unique (plan_id)
);
create index forecasts_recommendation on forecasts (recommendation_id);

-- How finished events went. Erased with their owner.
create table outcomes (
    event_id uuid primary key,
    owner_id uuid not null,
    industry text not null,
    region text not null,
    objective text not null,
    tier text,
    expected_participants bigint,
    participants bigint not null,
    visited bigint not null,
    cost bigint not null,
    revenue bigint,
    channels jsonb not null,
    ended_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index outcomes_owner on outcomes (owner_id);
create index outcomes_topic on outcomes (industry, region, objective);

-- What vendors answered for a trade, a region, a goal and a season. Holds nothing of any shop; used again when no
-- vendor answers.
create table answers (
    id uuid primary key,
    industry text not null,
    region text not null,
    objective text not null,
    season text not null,
    vendor text not null,
    model text not null,
    prompt text not null,
    draft jsonb not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    created_at timestamptz not null
);
create index answers_topic on answers (industry, region, objective, season, created_at desc);
