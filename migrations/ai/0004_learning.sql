-- Forecasts learn from finished events and are scored by them.

-- What the forecast had said as it was shown, and what its formula alone had said: lessons can be drawn from it anew.
alter table outcomes
    add column expected_low bigint,
    add column expected_high bigint,
    add column model jsonb;

-- The formula's own number, before what was learned changed it.
alter table forecasts add column participants_model double precision;

-- How far an event was from the formula, as a whole and per channel. Erased with its owner.
create table lessons (
    event_id uuid not null,
    -- empty: the event as a whole
    channel text not null,
    owner_id uuid not null,
    industry text not null,
    tier text not null,
    -- logarithm of what came over what the formula expected
    deviation double precision not null,
    -- of the event's expected people
    share double precision not null,
    -- variance by counting alone
    blur double precision not null,
    ended_at timestamptz not null,
    constraint lessons_pkey primary key (event_id, channel)
);
create index lessons_owner on lessons (owner_id);

-- How good each forecast was. Erased with its owner.
create table forecast_scores (
    event_id uuid primary key,
    owner_id uuid not null,
    industry text not null,
    tier text,
    expected_low bigint not null,
    expected bigint not null,
    expected_high bigint not null,
    actual bigint not null,
    within_range boolean not null,
    -- distance from the expectation as a share of what happened
    error double precision not null,
    -- logarithm of what happened over what was expected, and its variance by counting alone
    deviation double precision not null,
    blur double precision not null,
    ended_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index forecast_scores_owner on forecast_scores (owner_id);

-- Outcomes of before: their forecasts were the formula's own.
insert into lessons (event_id, channel, owner_id, industry, tier, deviation, share, blur, ended_at)
select event_id, '', owner_id, industry, tier,
       greatest(least(ln((greatest(participants, 0) + 1)::float8 / (expected_participants + 1)), 1.1), -1.1),
       1, 1.0 / (expected_participants + 1), ended_at
from outcomes
where tier in ('LOW_COST', 'MID_COST', 'HIGH_COST') and expected_participants >= 1;
