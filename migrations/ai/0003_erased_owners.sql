-- Owners who left, as digests: a job or an outcome that was still under way leaves nothing behind.
create table erased_owners (
    owner_digest bytea not null,
    erased_at timestamptz not null,
    constraint erased_owners_pkey primary key (owner_digest)
);
