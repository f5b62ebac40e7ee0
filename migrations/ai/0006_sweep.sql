-- What is swept is found by its age.
create index vendor_calls_age on vendor_calls (created_at);
create index job_costs_age on job_costs (created_at);
create index answers_age on answers (created_at);
