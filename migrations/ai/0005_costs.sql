-- What vendors cost.

-- Every call of a vendor of language models, whether its answer could be used or not: a refusal, a cut answer and one
-- that breaks our rules are billed like any other. Names nobody.
create table vendor_calls (
    id uuid primary key,
    -- PLANS for a job, INTENT for a sentence, WARMING ahead of time
    purpose text not null,
    vendor text not null,
    model text not null,
    prompt text not null,
    -- ok, or why there was no usable answer
    outcome text not null,
    -- 0 where the vendor did not tell, as in a call that took too long
    input_tokens bigint not null,
    output_tokens bigint not null,
    -- in millionths of a won, at the price that was set then
    cost_micros bigint not null,
    milliseconds bigint not null,
    created_at timestamptz not null
);
create index vendor_calls_purpose on vendor_calls (purpose, created_at);

-- What each job took. Erased with its owner.
create table job_costs (
    job_id uuid primary key,
    event_id uuid not null,
    owner_id uuid not null,
    -- whose answer it was; null for one of the cache, of before or of the planner
    vendor text,
    -- calls of vendors
    attempts int not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost_micros bigint not null,
    milliseconds bigint not null,
    created_at timestamptz not null
);
create index job_costs_owner on job_costs (owner_id);

-- How often plans were asked for, per day: what is worth asking vendors for ahead of time. Holds nothing of any shop.
create table topic_demand (
    day date not null,
    industry text not null,
    region text not null,
    objective text not null,
    asked bigint not null,
    constraint topic_demand_pkey primary key (day, industry, region, objective)
);
