-- While something an owner published is still being taken down, who they are is known; after that only the digest.
alter table erased_owners add column owner_id uuid;
create index erased_owners_leaving_idx on erased_owners (erased_at) where owner_id is not null;
