-- Keys that sign access tokens. They are changed without a restart and without a logout: a new key is published before
-- it signs, an old one leaves the JWKS after its last token ended. What a key is (next, current, retired, gone) follows
-- from its times alone, so that all replicas agree without telling each other.
create table signing_keys (
    id uuid primary key,
    -- its name in the JWKS and in the header of each token
    kid text not null,
    -- encrypted; null once the key has left the JWKS for good
    private_key bytea,
    created_at timestamptz not null,
    signs_from timestamptz not null,
    leaves_at timestamptz,
    constraint signing_keys_kid_key unique (kid)
);

-- For whoever wants to write only over what they have seen.
alter table users add column version bigint not null default 1;
alter table stores add column version bigint not null default 1;

-- Failures are counted per account and, apart from strangers', per device that the owner has logged in with: strangers
-- cannot shut the owner out. Empty: a stranger's.
alter table login_attempts add column source_hash bytea not null default '';
alter table login_attempts drop constraint login_attempts_pkey;
alter table login_attempts add constraint login_attempts_pkey primary key (account_hash, source_hash);

-- Also those whom the tax office refused after their sign-up wait for a person.
drop index stores_reviews;
create index stores_reviews on stores (created_at, id) where verification not in ('VERIFIED', 'REFUSED');
