-- How long what is personal is kept, in days from the real closing, as the event promised when it opened: of those who won
-- nothing, of winners, of winners whose prize is taxed. None for events of before: then the settings count.
alter table event_rules
    add column kept_days int,
    add column winners_kept_days int,
    add column taxed_winners_kept_days int,
    -- Which of the three ends has passed and is done with.
    add column destroyed_stage smallint not null default 0;

-- Prizes that wait to be claimed, by the day on which the time is over.
create index claims_unclaimed on claims (claim_by) where claimed_at is null;

-- A message lives for a moment: squeezing it took longer than writing it.
alter table outbox alter column payload set storage external;
