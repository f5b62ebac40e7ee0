-- Owners who left, as digests: late news of their events opens nothing again.
create table erased_owners (
    owner_digest bytea not null,
    erased_at timestamptz not null,
    constraint erased_owners_pkey primary key (owner_digest)
);
