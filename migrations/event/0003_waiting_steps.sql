-- Steps whose outcome distribution has still to tell: looked through every few seconds for those that wait too long.
create index saga_steps_waiting on saga_steps (updated_at)
    where state = 'PENDING' and step in ('DISTRIBUTE', 'TAKE_DOWN');
